/** ML-DSA vectors (FIPS 204), made by noble without randomness; OpenSSL, which verifies them too, is not related to it. */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js"
import { sha512 } from "@noble/hashes/sha2.js"
import type { MlDsa } from "../../../src/kernel/signature-scheme.ts"
import { NULL, spki, tlv } from "./der.ts"
import { derive, join, utf8 } from "./derive.ts"
import { VectorWriter } from "./vector.ts"

/** Parameter sets (FIPS 204 tables 1 and 2): object identifier, lengths of c~ and z in bytes, ω and k of the hint. */
const SETS = {
  "ML-DSA-44": { noble: ml_dsa44, oid: "2.16.840.1.101.3.4.3.17", commitment: 32, z: 4 * 576, omega: 80, k: 4 },
  "ML-DSA-65": { noble: ml_dsa65, oid: "2.16.840.1.101.3.4.3.18", commitment: 48, z: 5 * 640, omega: 55, k: 6 },
  "ML-DSA-87": { noble: ml_dsa87, oid: "2.16.840.1.101.3.4.3.19", commitment: 64, z: 7 * 640, omega: 75, k: 8 },
} as const satisfies Record<MlDsa, unknown>

const MESSAGE = utf8("Everything a verifier would have asked the network.")

/** The hint is ω indexes and k counts; only one writing of it is allowed (FIPS 204 algorithm 21). */
function hints(writer: VectorWriter, set: MlDsa, sign: (message: Uint8Array) => Uint8Array): void {
  const { commitment, z, omega, k } = SETS[set]
  const start = commitment + z
  const change = (id: string, desc: string, applies: (hint: Uint8Array, total: number) => boolean): void => {
    for (let i = 0; ; i++) {
      const message = utf8(`${id} ${String(i)}`)
      const signature = sign(message)
      const hint = signature.subarray(start)
      if (!applies(hint, hint[omega + k - 1] ?? 0)) continue
      writer.invalid(id, desc, "mismatch", "a", { message }, signature)
      return
    }
  }
  change("hint-padding", "an octet after the last index is not zero", (hint, total) => {
    if (total >= omega) return false
    hint[omega - 1] = 1
    return true
  })
  change("hint-order", "the first two indexes change places: the same hint", hint => {
    if ((hint[omega] ?? 0) < 2) return false
    const [first = 0, second = 0] = hint
    hint[0] = second
    hint[1] = first
    return true
  })
  change("hint-repeated", "the last index of the first polynomial is written twice", (hint, total) => {
    const count = hint[omega] ?? 0
    if (count < 1 || total >= omega) return false
    hint.copyWithin(count, count - 1, total)
    for (let i = 0; i < k; i++) hint[omega + i] = (hint[omega + i] ?? 0) + 1
    return true
  })
  change("hint-count", "the last count is above ω", hint => {
    hint[omega + k - 1] = omega + 1
    return true
  })
  change("hint-counts", "the counts go down", hint => {
    if ((hint[omega + 1] ?? 0) === 0) return false
    hint[omega] = (hint[omega + 1] ?? 0) + 1
    return true
  })
}

/** The vectors of one parameter set. */
export function mlDsaVectors(set: MlDsa): VectorWriter {
  const writer = new VectorWriter({ kind: "ml-dsa", set })
  const { noble, oid, commitment, z } = SETS[set]
  const pair = (label: string) => noble.keygen(derive(`${set} ${label}`, 32))
  const { secretKey, publicKey } = pair("a")
  const key = Uint8Array.from(publicKey)
  const sign = (message: Uint8Array, context?: Uint8Array): Uint8Array =>
    Uint8Array.from(noble.sign(message, secretKey, { extraEntropy: false, ...(context && { context }) }))
  writer.key("a", spki(oid, [], key))
  writer.key("b", spki(oid, [], Uint8Array.from(pair("b").publicKey)))
  const good = sign(MESSAGE)
  const data = { message: MESSAGE }
  writer.valid("good", "made without randomness", "a", data, good)
  writer.valid("message-empty", "the empty message", "a", { message: new Uint8Array(0) }, sign(new Uint8Array(0)))
  writer.invalid("message-other", "another message", "mismatch", "a", { message: utf8("Everything.") }, good)
  writer.invalid("key-other", "another key", "mismatch", "b", data, good)
  writer.invalid("context", "signed with a context", "mismatch", "a", data, sign(MESSAGE, utf8("x")))
  const prehashed = noble.prehash(sha512).sign(MESSAGE, secretKey, { extraEntropy: false })
  writer.invalid("prehashed", "HashML-DSA", "mismatch", "a", data, Uint8Array.from(prehashed))

  const turned = (id: string, desc: string, at: number): void => {
    const signature = Uint8Array.from(good)
    signature[at] = (signature[at] ?? 0) ^ 1
    writer.invalid(id, desc, "mismatch", "a", data, signature)
  }
  turned("commitment-changed", "a bit of c~ turned", 0)
  turned("z-changed", "a bit of z turned", commitment + 1)
  const large = Uint8Array.from(good)
  large.fill(0, commitment + z - 3, commitment + z)
  writer.invalid("z-large", "the last coefficient of z is γ1", "mismatch", "a", data, large)
  writer.invalid("zero", "zeros", "mismatch", "a", data, new Uint8Array(good.length))
  hints(writer, set, sign)

  writer.invalid("short", "the last octet missing", "encoding", "a", data, good.subarray(0, good.length - 1))
  writer.invalid("long", "a zero octet after the signature", "encoding", "a", data, join(good, [0]))
  writer.invalid("empty", "no octets at all", "encoding", "a", data, new Uint8Array(0))
  writer.invalid("digest", "a digest in place of the message", "unsupported", "a", { digest: Uint8Array.from(sha512(MESSAGE)) }, good)

  const bad = (id: string, desc: string, bytes: Uint8Array): void => {
    writer.key(id, bytes)
    writer.invalid(id, desc, "key", id, { message: new Uint8Array(0) }, new Uint8Array(0))
  }
  bad("key-short", "the last octet of the key missing", spki(oid, [], key.subarray(0, key.length - 1)))
  bad("key-long", "a zero octet after the key", spki(oid, [], join(key, [0])))
  bad("key-null-parameters", "parameters NULL", spki(oid, NULL, key))
  bad("key-wrapped", "the key in an OCTET STRING", spki(oid, [], tlv(0x04, key)))
  for (const [other, { oid: otherOid }] of Object.entries(SETS)) {
    if (other !== set) bad(`key-${other}`, `named ${other}`, spki(otherOid, [], key))
  }
  bad("key-slh-dsa", "named SLH-DSA-SHA2-128s", spki("2.16.840.1.101.3.4.3.20", [], key))
  return writer
}
