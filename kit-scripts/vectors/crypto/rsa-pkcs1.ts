/** RSASSA-PKCS1-v1_5 vectors. Bad padding is signed with the real key, so that the padding is the only fault. */
import type { HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { longLength, NULL, oid, sequence, tlv } from "./der.ts"
import { derive, join, toBytes, toNumber, utf8 } from "./derive.ts"
import { digestInfo, digestOf, HASH_OIDS, pkcs1, pss, RsaKey, type HashName } from "./rsa-key.ts"
import { rsaKeyVectors } from "./rsa-keys.ts"
import { VectorWriter } from "./vector.ts"

const MESSAGE = utf8("Nothing leaves without release.")

/** The greatest x whose cube is at most n. */
function cubeRoot(n: bigint): bigint {
  let [low, high] = [0n, 2n ** BigInt(Math.ceil(n.toString(2).length / 3))]
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle ** 3n <= n) low = middle
    else high = middle - 1n
  }
  return low
}

function paddings(writer: VectorWriter, key: RsaKey, hash: HashAlgorithm): void {
  const digest = digestOf(hash, MESSAGE)
  const info = digestInfo(hash, digest)
  const good = pkcs1(key.size, info)
  const bad = (id: string, desc: string, encoded: Uint8Array): void => {
    if (encoded.length !== key.size) throw new Error(`${id} has the wrong length`)
    writer.invalid(id, desc, "mismatch", "a", { message: MESSAGE }, key.raw(encoded))
  }
  const changed = (at: number, octet: number): Uint8Array => {
    const out = Uint8Array.from(good)
    out[at] = octet
    return out
  }
  const around = (last: Uint8Array): Uint8Array => pkcs1(key.size, last)
  const algorithm = sequence(oid(HASH_OIDS[hash]), NULL)

  bad("block-type-0", "block type 00", changed(1, 0))
  bad("block-type-2", "block type 02 (encryption)", changed(1, 2))
  bad("first-octet", "the first octet is 01", changed(0, 1))
  bad("padding-zero-first", "the first octet of the padding is 00", changed(2, 0))
  bad("padding-other-first", "the first octet of the padding is fe", changed(2, 0xfe))
  bad("padding-other-middle", "an octet in the middle of the padding is fe", changed(100, 0xfe))
  bad("padding-other-last", "the last octet of the padding is fe", changed(key.size - info.length - 2, 0xfe))
  bad("separator", "no 00 after the padding", changed(key.size - info.length - 1, 0xff))
  bad("padding-zeros", "zeros as padding", join([0, 1], new Uint8Array(key.size - info.length - 2), info))
  const garbage = (pad: number): Uint8Array => join(pkcs1(0, info, pad), derive("garbage", key.size - info.length - 3 - pad))
  bad("padding-none", "no padding, random octets after the digest", garbage(0))
  bad("padding-8-garbage", "eight octets of padding, random octets after the digest (Bleichenbacher 2006)", garbage(8))
  bad("padding-short-one", "padding shorter by one, one octet after the digest", garbage(key.size - info.length - 4))
  bad("parameters-absent", "DigestInfo without the NULL", around(digestInfo(hash, digest, [])))
  bad("parameters-garbage", "an OCTET STRING of random octets as parameters", around(digestInfo(hash, digest, tlv(4, derive("parameters", 60)))))
  bad("parameters-null-long", "NULL with its length in two octets", around(digestInfo(hash, digest, [5, 0x81, 0])))
  bad("info-long-length", "DigestInfo with its length in one octet more than needed", around(longLength(info)))
  bad("digest-long-length", "the digest with its length in one octet more than needed", around(sequence(algorithm, longLength(tlv(4, digest)))))
  bad("info-trailing", "a NULL after the digest, inside DigestInfo", around(sequence(algorithm, tlv(4, digest), NULL)))
  bad("info-none", "the digest without DigestInfo", around(digest))
  bad("digest-other", "another digest", around(digestInfo(hash, digestOf(hash, MESSAGE, MESSAGE))))
  bad("digest-short", "the digest without its last octet", around(digestInfo(hash, digest.subarray(0, digest.length - 1))))
  bad("digest-long", "a zero octet after the digest", around(digestInfo(hash, join(digest, [0]))))
  bad("digest-empty", "an empty digest", around(digestInfo(hash, new Uint8Array(0))))
  bad("digest-bit-string", "the digest as BIT STRING", around(sequence(algorithm, tlv(3, [0], digest))))
  for (const other of Object.keys(HASH_OIDS) as HashName[]) {
    if (other === hash) continue
    bad(`name-${other}`, `the digest is called ${other}`, around(digestInfo(other, digest)))
    bad(`hash-${other}`, `signed with ${other}`, around(digestInfo(other, digestOf(other, MESSAGE))))
  }
  bad("pss", "a PSS signature", pss(key.bits, hash, digest, { salt: derive("salt", digest.length) }))
}

function signatures(writer: VectorWriter, key: RsaKey, hash: HashAlgorithm): void {
  const sign = (message: Uint8Array): Uint8Array => key.raw(pkcs1(key.size, digestInfo(hash, digestOf(hash, message))))
  const good = sign(MESSAGE)
  const s = toNumber(good)
  const data = { message: MESSAGE }
  const bad = (id: string, desc: string, bytes: Uint8Array, what = data): void =>
    writer.invalid(id, desc, "encoding", "a", what, bytes)
  writer.valid("good", "made by the textbook", "a", data, good)
  writer.valid("message-empty", "the empty message", "a", { message: new Uint8Array(0) }, sign(new Uint8Array(0)))
  writer.invalid("message-other", "another message", "mismatch", "a", { message: utf8("Nothing leaves.") }, good)
  writer.invalid("key-other", "another key", "mismatch", "b", data, good)
  writer.invalid("negated", "s -> n - s", "mismatch", "a", data, toBytes(key.n - s, key.size))
  writer.invalid("zero", "s = 0", "mismatch", "a", data, new Uint8Array(key.size))
  writer.invalid("one", "s = 1", "mismatch", "a", data, toBytes(1n, key.size))
  writer.invalid("minus-one", "s = n - 1", "mismatch", "a", data, toBytes(key.n - 1n, key.size))
  writer.invalid("encoding-itself", "the encoded message in place of the signature", "mismatch", "a", data, pkcs1(key.size, digestInfo(hash, digestOf(hash, MESSAGE))))
  bad("modulus", "s = n", toBytes(key.n, key.size))
  bad("ones", "every bit is set", new Uint8Array(key.size).fill(0xff))
  bad("short", "the last octet missing", good.subarray(0, key.size - 1))
  bad("leading-zero", "a zero octet before the signature", join([0], good))
  bad("long", "a zero octet after the signature", join(good, [0]))
  bad("empty", "no octets at all", new Uint8Array(0))
  const digest = digestOf(hash, MESSAGE)
  writer.invalid("hash-truncated-data", "the digest without its last octet", "unsupported", "a", { digest: digest.subarray(1) }, good)
  for (let i = 0, [added, led] = [false, false]; !added || !led; i++) {
    const message = utf8(`message ${String(i)}`)
    const signature = sign(message)
    const value = toNumber(signature)
    if (!added && value + key.n < 2n ** BigInt(8 * key.size)) {
      bad("plus-modulus", "s + n stands for the same residue", toBytes(value + key.n, key.size), { message })
      added = true
    }
    if (!led && signature[0] === 0) {
      writer.valid("short-number", "s is an octet shorter than the modulus, written in full", "a", { message }, signature)
      bad("short-number-stripped", "s is an octet shorter than the modulus, written without the zero", signature.subarray(1), { message })
      led = true
    }
  }
}

/** e = 3: signatures made without the private key for verifiers that stop reading after the digest, or in the padding. */
function cubes(writer: VectorWriter, hash: HashAlgorithm): void {
  const key = new RsaKey("cube", 3072, 3n)
  const info = digestInfo(hash, digestOf(hash, MESSAGE))
  const data = { message: MESSAGE }
  writer.key("cube", key.spki())
  writer.valid("exponent-three", "e = 3, made by the textbook", "cube", data, key.raw(pkcs1(key.size, info)))
  const prefix = pkcs1(0, info, 8)
  const free = BigInt(8 * (key.size - prefix.length))
  const top = (toNumber(prefix) + 1n) << free
  const root = cubeRoot(top - 1n)
  if (root ** 3n >> free !== toNumber(prefix)) throw new Error("the cube root misses")
  writer.invalid("exponent-three-forged", "a cube root of 00 01 ff×8 00 DigestInfo and anything (Bleichenbacher 2006)", "mismatch", "cube", data, toBytes(root, key.size))
}

/** The vectors of one hash. */
export function pkcs1Vectors(hash: HashAlgorithm): VectorWriter {
  const writer = new VectorWriter({ kind: "rsa-pkcs1", hash })
  const key = new RsaKey("a", 2048)
  writer.key("a", key.spki())
  writer.key("b", new RsaKey("b", 2048).spki())
  signatures(writer, key, hash)
  paddings(writer, key, hash)
  const encode = (size: number): Uint8Array => pkcs1(size, digestInfo(hash, digestOf(hash, MESSAGE)))
  for (const bits of hash === "sha256" ? [2049, 3072, 4096] : [3072]) {
    const other = new RsaKey("a", bits)
    writer.key(`rsa-${String(bits)}`, other.spki())
    writer.valid(`bits-${String(bits)}`, `a modulus of ${String(bits)} bits`, `rsa-${String(bits)}`, { message: MESSAGE }, other.raw(encode(other.size)))
  }
  if (hash === "sha256") {
    const longest = new RsaKey("a", 8192, 4294967291n, 8)
    writer.key("rsa-8192", longest.spki())
    writer.valid("bits-8192", "a modulus of 8,192 bits, e = 2^32 - 5", "rsa-8192", { message: MESSAGE }, longest.raw(encode(longest.size)))
    cubes(writer, hash)
    rsaKeyVectors(writer, key, MESSAGE, bits => encode(Math.ceil(bits / 8)))
  }
  return writer
}
