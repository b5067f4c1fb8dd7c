/**
 * Ed25519 and Ed25519ph vectors. Where the equations with and without the cofactor disagree, ours is the one without:
 * encode([S]B - [k]A) must be R. Keys and R of small order, and encodings that are not canonical, are refused before.
 */
import { spki, NULL, tlv } from "./der.ts"
import { derive, join, utf8 } from "./derive.ts"
import { challenge, dom2, fromLittleEndian, keyPair, L, littleEndian, P, Point, sha512, signEd, torsion } from "./edwards.ts"
import type { EdPoint, EdSigning } from "./edwards.ts"
import { ED25519, rfc8032Vectors } from "./published.ts"
import { VectorWriter } from "./vector.ts"

type Kind = "ed25519" | "ed25519ph"

const MESSAGE = utf8("A checkpoint, or none.")

/** What is hashed into the challenge for a message, and the domain before it. */
function variant(kind: Kind, message: Uint8Array): { readonly domain: Uint8Array; readonly message: Uint8Array } {
  return kind === "ed25519" ? { domain: new Uint8Array(0), message } : { domain: dom2(1, ""), message: sha512(message) }
}

const edKey = (point: Uint8Array): Uint8Array => spki(ED25519, [], point)

/** Keys of small order: R = r B and S = r verify for every message whose challenge is a multiple of the key's order. */
function smallOrderKeys(writer: VectorWriter, kind: Kind): void {
  const encodings: (readonly [id: string, desc: string, bytes: Uint8Array, point: EdPoint])[] = []
  for (let i = 0; i < 8; i++) {
    encodings.push([`key-order-${String(i)}`, `a point of small order (${String(i)} times the generator)`, torsion(i).toBytes(), torsion(i)])
  }
  const sign = (bytes: Uint8Array): Uint8Array => {
    const out = Uint8Array.from(bytes)
    out[31] = (out[31] ?? 0) | 0x80
    return out
  }
  const minusOne = Point.fromBytes(littleEndian(P - 1n))
  const orderFour = Point.fromBytes(littleEndian(0n))
  encodings.push(
    ["key-one-signed", "y = 1 with the sign bit of x set, x = 0", sign(littleEndian(1n)), Point.ZERO],
    ["key-minus-one-signed", "y = -1 with the sign bit of x set, x = 0", sign(littleEndian(P - 1n)), minusOne],
    ["key-p", "y = p in place of 0", littleEndian(P), orderFour],
    ["key-p-signed", "y = p in place of 0, sign bit set", sign(littleEndian(P)), orderFour.negate()],
    ["key-p-plus-one", "y = p + 1 in place of 1", littleEndian(P + 1n), Point.ZERO],
    ["key-p-plus-one-signed", "y = p + 1 in place of 1, sign bit set", sign(littleEndian(P + 1n)), Point.ZERO],
  )
  for (const [id, desc, publicKey, point] of encodings) {
    for (let i = 0; ; i++) {
      const message = utf8(`message ${String(i)}`)
      const { domain, message: hashed } = variant(kind, message)
      const signature = signEd({ a: 0n, publicKey, domain, message: hashed, nonce: id })
      const k = challenge(signature.subarray(0, 32), publicKey, hashed, domain)
      if (k === 0n || !point.multiplyUnsafe(k).is0()) continue
      writer.key(id, edKey(publicKey))
      writer.invalid(id, `${desc}; the equation holds`, "key", id, { message }, signature)
      break
    }
  }
}

/** Keys that are no canonical encoding of a point of the prime-order subgroup, or no SubjectPublicKeyInfo. */
function otherKeys(writer: VectorWriter, publicKey: Uint8Array, signature: Uint8Array): void {
  const bad = (id: string, desc: string, key: Uint8Array): void => {
    writer.key(id, key)
    writer.invalid(id, desc, "key", id, { message: MESSAGE }, signature)
  }
  for (let y = 2n; y < 19n; y++) {
    try {
      Point.fromBytes(littleEndian(y))
    } catch {
      continue
    }
    bad(`key-not-reduced-${String(y)}`, `y = p + ${String(y)}`, edKey(littleEndian(P + y)))
  }
  bad("key-ones", "every bit of the key is set", edKey(new Uint8Array(32).fill(0xff)))
  bad("key-null-parameters", "parameters NULL", spki(ED25519, NULL, publicKey))
  bad("key-x25519", "named X25519", spki("1.3.101.110", [], publicKey))
  bad("key-ed448", "named Ed448", spki("1.3.101.113", [], publicKey))
  bad("key-short", "31 octets", edKey(publicKey.subarray(0, 31)))
  bad("key-long", "33 octets", edKey(join(publicKey, [0])))
  bad("key-wrapped", "the key in an OCTET STRING", edKey(tlv(0x04, publicKey)))
  bad("key-bare", "32 octets without SubjectPublicKeyInfo", publicKey)
  bad("key-trailing", "octets after the key", join(edKey(publicKey), [5, 0]))
  for (let i = 0; ; i++) {
    const candidate = derive(`no point ${String(i)}`, 32)
    candidate[31] = (candidate[31] ?? 0) & 0x7f
    try {
      Point.fromBytes(candidate)
    } catch {
      writer.key("key-no-point", edKey(candidate))
      writer.invalid("key-no-point", "a y that belongs to no point", "mismatch", "key-no-point", { message: MESSAGE }, signature)
      return
    }
  }
}

/** R of small order, not canonical, no point, or with a component of small order; keys with such a component. */
function cofactor(writer: VectorWriter, kind: Kind): void {
  const { a, A } = keyPair("a")
  const publicKey = A.toBytes()
  const { domain, message } = variant(kind, MESSAGE)
  const base = { a, publicKey, domain, message }
  const data = { message: MESSAGE }
  const small = (id: string, desc: string, R: Uint8Array): void => {
    const k = challenge(R, publicKey, message, domain)
    writer.invalid(id, desc, "encoding", "a", data, join(R, littleEndian((k * a) % L)))
  }
  for (let i = 0; i < 8; i++) small(`r-order-${String(i)}`, `R of small order (${String(i)} times the generator), S = k a`, torsion(i).toBytes())
  small("r-p-plus-one", "R = p + 1 in place of 1, S = k a", littleEndian(P + 1n))
  small("r-one-signed", "R = 1 with the sign bit of x set, S = k a", join(littleEndian(1n).subarray(0, 31), [0x80]))
  small("r-not-reduced", "R: y = p + 3", littleEndian(P + 3n))

  for (const i of [1, 4]) {
    const mixed = signEd({ ...base, encodeR: R => R.add(torsion(i)).toBytes(), nonce: `mixed R ${String(i)}` })
    writer.invalid(`r-mixed-${String(i)}`, "R plus a point of small order: only the equation with the cofactor holds", "mismatch", "a", data, mixed)
  }
  for (const i of [1, 4]) {
    const mixedKey = A.add(torsion(i)).toBytes()
    const id = `key-mixed-${String(i)}`
    writer.key(id, edKey(mixedKey))
    let [met, missed] = [false, false]
    for (let n = 0; !met || !missed; n++) {
      const text = utf8(`mixed ${String(n)}`)
      const { domain: d, message: hashed } = variant(kind, text)
      const signing: EdSigning = { a, publicKey: mixedKey, domain: d, message: hashed, nonce: `${id} ${String(n)}` }
      const signature = signEd(signing)
      const gone = torsion(i).multiplyUnsafe(challenge(signature.subarray(0, 32), mixedKey, hashed, d)).is0()
      if (gone && !met) {
        writer.valid(`${id}-gone`, "a key with a component of small order that the challenge removes: both equations hold", id, { message: text }, signature)
        met = true
      } else if (!gone && !missed) {
        writer.invalid(`${id}-stays`, "a key with a component of small order: only the equation with the cofactor holds", "mismatch", id, { message: text }, signature)
        missed = true
      }
    }
  }
}

/** Faults of the signature itself. */
function signatures(writer: VectorWriter, signature: Uint8Array): void {
  const data = { message: MESSAGE }
  const R = signature.subarray(0, 32)
  const S = fromLittleEndian(signature.subarray(32))
  const bad = (id: string, desc: string, bytes: Uint8Array): void => writer.invalid(id, desc, "encoding", "a", data, bytes)
  writer.valid("good", "made by the textbook", "a", data, signature)
  writer.invalid("message-other", "another message", "mismatch", "a", { message: utf8("A checkpoint, or some.") }, signature)
  writer.invalid("key-other", "another key", "mismatch", "b", data, signature)
  writer.invalid("s-next", "S + 1", "mismatch", "a", data, join(R, littleEndian(S + 1n)))
  writer.invalid("s-negated", "S -> L - S", "mismatch", "a", data, join(R, littleEndian(L - S)))
  writer.invalid("r-negated", "R with the sign of x turned", "mismatch", "a", data, join(Point.fromBytes(R).negate().toBytes(), signature.subarray(32)))
  bad("s-plus-order", "S + L stands for the same residue", join(R, littleEndian(S + L)))
  for (const i of [2n, 7n, 14n]) bad(`s-plus-${String(i)}-orders`, `S + ${String(i)} L`, join(R, littleEndian(S + i * L)))
  bad("s-order", "S = L", join(R, littleEndian(L)))
  bad("s-ones", "every bit of S is set", join(R, new Uint8Array(32).fill(0xff)))
  bad("s-top-bit", "the top bit of S is set", join(signature.subarray(0, 63), [(signature[63] ?? 0) | 0x80]))
  bad("zero", "64 zero octets", new Uint8Array(64))
  bad("empty", "no octets at all", new Uint8Array(0))
  bad("short", "the last octet missing", signature.subarray(0, 63))
  bad("long", "one octet too many", join(signature, [0]))
  bad("wrapped", "the signature inside an OCTET STRING", tlv(0x04, signature))
  for (let i = 0; ; i++) {
    const candidate = derive(`no R ${String(i)}`, 32)
    candidate[31] = (candidate[31] ?? 0) & 0x7f
    try {
      Point.fromBytes(candidate)
    } catch {
      writer.invalid("r-no-point", "an R that belongs to no point", "mismatch", "a", data, join(candidate, signature.subarray(32)))
      return
    }
  }
}

/** One variant taken for another. */
function confusions(writer: VectorWriter, kind: Kind): void {
  const { a, A } = keyPair("a")
  const base = { a, publicKey: A.toBytes(), nonce: "confusion" }
  const data = { message: MESSAGE }
  const hashed = sha512(MESSAGE)
  const cases: readonly (readonly [id: string, desc: string, Pick<EdSigning, "domain" | "message">])[] = [
    [kind === "ed25519" ? "prehashed" : "pure", "the other variant", kind === "ed25519" ? { domain: dom2(1, ""), message: hashed } : { message: MESSAGE }],
    ["digest-as-message", "pure Ed25519 over the SHA-512 of the message", { message: hashed }],
    ["context", "Ed25519ctx", { domain: dom2(0, "x"), message: MESSAGE }],
    ["context-empty", "dom2 with neither flag nor context", { domain: dom2(0, ""), message: MESSAGE }],
    ["prehashed-context", "Ed25519ph with a context", { domain: dom2(1, "x"), message: hashed }],
    ["prehashed-unhashed", "dom2 of Ed25519ph before the message itself", { domain: dom2(1, ""), message: MESSAGE }],
  ]
  for (const [id, desc, what] of cases) writer.invalid(id, desc, "mismatch", "a", data, signEd({ ...base, ...what }))
}

function digests(writer: VectorWriter, kind: Kind, signature: Uint8Array): void {
  const hashed = sha512(MESSAGE)
  if (kind === "ed25519") {
    writer.invalid("digest-sha256", "pure Ed25519 with a digest in place of the message", "unsupported", "a", { digest: hashed.subarray(0, 32) }, signature)
    writer.invalid("digest-sha512", "pure Ed25519 with a digest in place of the message", "unsupported", "a", { digest: hashed }, signature)
    return
  }
  writer.invalid("digest-short", "the digest without its last octet", "unsupported", "a", { digest: hashed.subarray(0, 63) }, signature)
  writer.invalid("digest-sha256", "a digest of 32 octets", "unsupported", "a", { digest: hashed.subarray(0, 32) }, signature)
  const other = Uint8Array.from(hashed)
  other[0] = (other[0] ?? 0) ^ 1
  writer.invalid("digest-other", "another digest", "mismatch", "a", { digest: other }, signature)
}

/** The vectors of pure or prehashed Ed25519. */
export function ed25519Vectors(kind: Kind): VectorWriter {
  const writer = new VectorWriter({ kind })
  const { a, A } = keyPair("a")
  const publicKey = A.toBytes()
  writer.key("a", edKey(publicKey))
  writer.key("b", edKey(keyPair("b").A.toBytes()))
  rfc8032Vectors(writer, kind)
  const signature = signEd({ a, publicKey, ...variant(kind, MESSAGE), nonce: "first" })
  signatures(writer, signature)
  confusions(writer, kind)
  digests(writer, kind, signature)
  cofactor(writer, kind)
  smallOrderKeys(writer, kind)
  otherKeys(writer, publicKey, signature)
  return writer
}
