/** RSASSA-PSS vectors. Bad encodings are signed with the real key, so that the encoding is the only fault. */
import type { HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { integer, NULL, oid, sequence, spki, tlv } from "./der.ts"
import { derive, join, toBytes, toNumber, utf8 } from "./derive.ts"
import { digestInfo, digestOf, HASH_OIDS, MGF1, pkcs1, pss, RsaKey, RSASSA_PSS } from "./rsa-key.ts"
import type { HashName, PssParts } from "./rsa-key.ts"
import { rsaKeyVectors } from "./rsa-keys.ts"
import { VectorWriter } from "./vector.ts"

const MESSAGE = utf8("A second person reads it back.")
const HASH_LENGTHS = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const

function encodings(writer: VectorWriter, key: RsaKey, hash: HashAlgorithm, name: string): void {
  const digest = digestOf(hash, MESSAGE)
  const length = HASH_LENGTHS[hash]
  const salt = derive("salt", length)
  const data = { message: MESSAGE }
  const bad = (id: string, desc: string, parts: Partial<PssParts>): void =>
    writer.invalid(`${name}-${id}`, desc, "mismatch", name, data, key.raw(pss(key.bits, hash, digest, { salt, ...parts })))
  const set = (at: number, octet: number) => (bytes: Uint8Array): void => {
    bytes[at < 0 ? bytes.length + at : at] = octet
  }
  const flip = (at: number) => (bytes: Uint8Array): void => {
    const i = at < 0 ? bytes.length + at : at
    bytes[i] = (bytes[i] ?? 0) ^ 1
  }
  writer.valid(`${name}-good`, "made by the textbook", name, data, key.raw(pss(key.bits, hash, digest, { salt })))
  const longest = Math.ceil((key.bits - 1) / 8) - length - 2
  for (const odd of new Set([0, 1, 20, length - 1, length + 1, 2 * length, longest])) {
    bad(`salt-${String(odd)}`, `a salt of ${String(odd)} octets`, { salt: derive("salt", odd) })
  }
  writer.valid(`${name}-salt-zeros`, "a salt of zeros", name, data, key.raw(pss(key.bits, hash, digest, { salt: new Uint8Array(length) })))
  for (const other of Object.keys(HASH_OIDS) as HashName[]) {
    if (other !== hash) bad(`mgf-${other}`, `MGF1 with ${other}`, { mgf: other })
  }
  bad("trailer-cc", "the last octet is cc (X9.31 style)", { trailer: 0xcc })
  bad("trailer-bd", "the last octet is bd", { trailer: 0xbd })
  bad("one-missing", "00 in place of the 01 before the salt", { db: set(-length - 1, 0) })
  bad("one-two", "02 in place of the 01 before the salt", { db: set(-length - 1, 2) })
  bad("zeros-last", "a 01 in the last octet of the zeros", { db: set(-length - 2, 1) })
  bad("zeros-middle", "a 01 in the middle of the zeros", { db: set(40, 1) })
  bad("zeros-second", "a 01 in the second octet of the zeros", { db: set(1, 1) })
  bad("salt-changed", "a bit of the salt turned before it is masked", { db: flip(-1) })
  bad("hash-changed", "a bit of H turned", { em: flip(-2) })
  bad("mask-changed", "a bit of the masked block turned", { em: flip(60) })
}

/** Bits above the encoded message: they must be zero, and setting one gives a number that the key can still sign. */
function topBits(writer: VectorWriter, key: RsaKey, hash: HashAlgorithm, name: string): void {
  const salt = derive("salt", HASH_LENGTHS[hash])
  const top = 1 << ((key.bits - 1) % 8)
  for (let i = 0; ; i++) {
    const message = utf8(`top ${String(i)}`)
    const encoded = pss(key.bits, hash, digestOf(hash, message), { salt })
    encoded[0] = (encoded[0] ?? 0) | top
    if (toNumber(encoded) >= key.n) continue
    writer.invalid(`${name}-top-bit`, "the bit above the encoded message is set", "mismatch", name, { message }, key.raw(encoded))
    return
  }
}

function signatures(writer: VectorWriter, key: RsaKey, hash: HashAlgorithm): void {
  const salt = derive("salt", HASH_LENGTHS[hash])
  const encode = (message: Uint8Array): Uint8Array => pss(key.bits, hash, digestOf(hash, message), { salt })
  const data = { message: MESSAGE }
  const good = key.raw(encode(MESSAGE))
  const bad = (id: string, desc: string, bytes: Uint8Array, what = data): void =>
    writer.invalid(id, desc, "encoding", "a", what, bytes)
  const mismatch = (id: string, desc: string, bytes: Uint8Array): void =>
    writer.invalid(id, desc, "mismatch", "a", data, bytes)
  writer.valid("message-empty", "the empty message", "a", { message: new Uint8Array(0) }, key.raw(encode(new Uint8Array(0))))
  writer.invalid("message-other", "another message", "mismatch", "a", { message: utf8("A second person.") }, good)
  writer.invalid("key-other", "another key", "mismatch", "b", data, good)
  mismatch("negated", "s -> n - s", toBytes(key.n - toNumber(good), key.size))
  mismatch("zero", "s = 0", new Uint8Array(key.size))
  mismatch("one", "s = 1", toBytes(1n, key.size))
  mismatch("minus-one", "s = n - 1", toBytes(key.n - 1n, key.size))
  mismatch("pkcs1", "a PKCS#1 v1.5 signature", key.raw(pkcs1(key.size, digestInfo(hash, digestOf(hash, MESSAGE)))))
  for (const other of ["sha256", "sha384", "sha512"] as const) {
    if (other === hash) continue
    const made = pss(key.bits, other, digestOf(other, MESSAGE), { salt: derive("salt", HASH_LENGTHS[other]) })
    mismatch(`hash-${other}`, `signed with ${other} throughout`, key.raw(made))
  }
  mismatch("digest-twice", "the digest of the digest", key.raw(encode(digestOf(hash, MESSAGE))))
  bad("modulus", "s = n", toBytes(key.n, key.size))
  bad("short", "the last octet missing", good.subarray(0, key.size - 1))
  bad("leading-zero", "a zero octet before the signature", join([0], good))
  bad("empty", "no octets at all", new Uint8Array(0))
  for (let i = 0; ; i++) {
    const message = utf8(`message ${String(i)}`)
    const value = toNumber(key.raw(encode(message))) + key.n
    if (value >= 2n ** BigInt(8 * key.size)) continue
    bad("plus-modulus", "s + n stands for the same residue", toBytes(value, key.size), { message })
    break
  }
  writer.invalid("digest-short", "the digest without an octet", "unsupported", "a", { digest: digestOf(hash, MESSAGE).subarray(1) }, good)
}

/** Keys that say of themselves that they make PSS signatures (RFC 4055 §1.2). */
function boundKeys(writer: VectorWriter, key: RsaKey, hash: HashAlgorithm): void {
  const publicKey = sequence(integer(key.n), integer(key.e))
  const parameters = (digest: HashName, mgf: HashName, salt: number): Uint8Array => {
    const algorithm = (name: HashName): Uint8Array => sequence(oid(HASH_OIDS[name]), NULL)
    return sequence(
      tlv(0xa0, algorithm(digest)),
      tlv(0xa1, sequence(oid(MGF1), algorithm(mgf))),
      tlv(0xa2, integer(BigInt(salt))),
    )
  }
  const length = HASH_LENGTHS[hash]
  const data = { message: MESSAGE }
  const good = key.raw(pss(key.bits, hash, digestOf(hash, MESSAGE), { salt: derive("salt", length) }))
  writer.key("bound", spki(RSASSA_PSS, parameters(hash, hash, length), publicKey))
  writer.valid("key-bound", "the key names PSS with this hash, MGF and salt length", "bound", data, good)
  for (const other of ["sha256", "sha384", "sha512"] as const) {
    if (other === hash) continue
    writer.key(`bound-${other}`, spki(RSASSA_PSS, parameters(other, other, HASH_LENGTHS[other]), publicKey))
    writer.invalid(`key-bound-${other}`, `the key names PSS with ${other}`, "unsupported", `bound-${other}`, data, good)
  }
  const bad = (id: string, desc: string, bytes: Uint8Array | readonly number[]): void => {
    writer.key(id, spki(RSASSA_PSS, bytes, publicKey))
    writer.invalid(id, desc, "key", id, data, good)
  }
  bad("key-bound-null", "id-RSASSA-PSS with NULL in place of its parameters", NULL)
  bad("key-unbound", "id-RSASSA-PSS without parameters: any hash, and SHA-1 by default", [])
  bad("key-defaults", "id-RSASSA-PSS with empty parameters: SHA-1 throughout", sequence())
  bad("key-bound-salt", "the key asks for a shorter salt", parameters(hash, hash, 20))
  bad("key-bound-mgf", "the key asks for MGF1 with SHA-1", parameters(hash, "sha1", length))
}

/** The vectors of one hash. */
export function pssVectors(hash: HashAlgorithm): VectorWriter {
  const writer = new VectorWriter({ kind: "rsa-pss", hash })
  const key = new RsaKey("a", 2048)
  writer.key("a", key.spki())
  writer.key("b", new RsaKey("b", 2048).spki())
  encodings(writer, key, hash, "a")
  topBits(writer, key, hash, "a")
  signatures(writer, key, hash)
  boundKeys(writer, key, hash)
  for (const bits of hash === "sha256" ? [2049, 2050, 3072, 4096] : [2049]) {
    const other = new RsaKey("a", bits)
    const name = `rsa-${String(bits)}`
    writer.key(name, other.spki())
    if (bits === 2049) encodings(writer, other, hash, name)
    if (bits < 2051) topBits(writer, other, hash, name)
    const encoded = pss(other.bits, hash, digestOf(hash, MESSAGE), { salt: derive("salt", HASH_LENGTHS[hash]) })
    writer.valid(`bits-${String(bits)}`, `a modulus of ${String(bits)} bits`, name, { message: MESSAGE }, other.raw(encoded))
  }
  if (hash === "sha256") {
    rsaKeyVectors(writer, key, MESSAGE, bits => pss(bits, hash, digestOf(hash, MESSAGE), { salt: derive("salt", 32) }))
  }
  return writer
}
