/** ECDSA vectors: the mathematics and the encoding of the signature. Keys that are wrong are in ecdsa-keys.ts. */
import type { Curve, HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { CURVES, derSignature, digestOf, Signer, type Rs } from "./curves.ts"
import { indefinite, integer, integerOctets, longLength, NULL, sequence, tlv } from "./der.ts"
import { derive, deriveNumber, fromHex, inverse, join, modulo, toBytes, utf8 } from "./derive.ts"
import { ecdsaKeyVectors } from "./ecdsa-keys.ts"
import { rfc6979Vectors } from "./published.ts"
import { VectorWriter } from "./vector.ts"

const MESSAGE = utf8("The log is carried in.")

/** Encodings that stand for the right numbers, or nearly, and are not the one encoding. */
function encodings(writer: VectorWriter, signer: Signer, { r, s }: Rs): void {
  const { n, size } = signer
  const good = derSignature({ r, s })
  const data = { message: MESSAGE }
  const bad = (id: string, desc: string, signature: Uint8Array): void =>
    writer.invalid(id, desc, "encoding", "a", data, signature)
  const pair = (id: string, desc: string, a: bigint, b: bigint): void => bad(id, desc, derSignature({ r: a, s: b }))

  pair("r-zero", "r = 0", 0n, s)
  pair("s-zero", "s = 0", r, 0n)
  pair("both-zero", "r = s = 0", 0n, 0n)
  pair("r-order", "r = n", n, s)
  pair("s-order", "s = n", r, n)
  pair("r-plus-order", "r + n stands for the same residue", r + n, s)
  pair("s-plus-order", "s + n stands for the same residue", r, s + n)
  pair("r-field-prime", "r = p", signer.p, s)
  pair("r-huge", "r of 200 octets", 2n ** 1599n + r, s)
  const negative = (value: bigint): Uint8Array => {
    const length = integerOctets(value).length
    return tlv(0x02, toBytes(2n ** BigInt(8 * length) - value, length))
  }
  bad("r-negative", "-r in two's complement", sequence(negative(r), integer(s)))
  bad("s-negative", "-s in two's complement", sequence(integer(r), negative(s)))
  bad("r-negated-order", "r - n in two's complement: the same residue, negative", sequence(negative(n - r), integer(s)))
  bad("r-leading-zero", "a zero octet before r", sequence(tlv(0x02, [0], integerOctets(r)), integer(s)))
  bad("s-leading-zero", "a zero octet before s", sequence(integer(r), tlv(0x02, [0], integerOctets(s))))
  bad("r-empty", "r without octets", sequence([0x02, 0x00], integer(s)))
  bad("s-missing", "only r", sequence(integer(r)))
  bad("sequence-empty", "neither r nor s", sequence())
  bad("empty", "no octets at all", new Uint8Array(0))
  bad("length-long-form", "the length of the SEQUENCE in one octet more than needed", longLength(good))
  bad("r-length-long-form", "the length of r in one octet more than needed", sequence(longLength(integer(r)), integer(s)))
  bad("length-indefinite", "indefinite length (BER)", indefinite(good))
  bad("length-short", "the SEQUENCE is one octet longer than it says", join(good, [0]))
  bad("length-over", "the SEQUENCE says one octet more than there is", good.subarray(0, good.length - 1))
  bad("trailing-element", "a NULL after s, inside the SEQUENCE", sequence(integer(r), integer(s), NULL))
  bad("trailing-integer", "a third INTEGER", sequence(integer(r), integer(s), integer(1n)))
  bad("trailing-bytes", "octets after the SEQUENCE", join(good, fromHex("0500")))
  bad("leading-bytes", "octets before the SEQUENCE", join(fromHex("0500"), good))
  bad("set-for-sequence", "a SET", tlv(0x31, integer(r), integer(s)))
  bad("constructed-integer", "r with the constructed bit set", sequence(tlv(0x22, integerOctets(r)), integer(s)))
  bad("octet-string-r", "r as OCTET STRING", sequence(tlv(0x04, integerOctets(r)), integer(s)))
  bad("wrapped", "the signature inside an OCTET STRING", tlv(0x04, good))
  bad("wrapped-bit-string", "the signature inside a BIT STRING", tlv(0x03, [0], good))
  bad("twice", "a SEQUENCE around the SEQUENCE", sequence(good))
  bad("p1363", "r || s (IEEE P1363) where DER is asked for", join(toBytes(r, size), toBytes(s, size)))
  bad("p1363-with-tag", "r || s inside a SEQUENCE", sequence(toBytes(r, size), toBytes(s, size)))
}

/** Signatures that are encoded as they should be. */
function mathematics(writer: VectorWriter, signer: Signer): void {
  const { n } = signer
  const data = { message: MESSAGE }
  const { r, s } = signer.sign(MESSAGE)
  const good = derSignature({ r, s })
  const mismatch = (id: string, desc: string, a: bigint, b: bigint): void =>
    writer.invalid(id, desc, "mismatch", "a", data, derSignature({ r: a, s: b }))

  writer.valid("good", "made by the textbook", "a", data, good)
  writer.valid("s-negated", "s -> n - s: ECDSA has no low-s rule", "a", data, derSignature({ r, s: n - s }))
  writer.valid("message-empty", "the empty message", "a", { message: new Uint8Array(0) }, derSignature(signer.sign(new Uint8Array(0))))
  const long = derive("long message", 4096)
  writer.valid("message-long", "4,096 bytes", "a", { message: long }, derSignature(signer.sign(long)))
  writer.invalid("message-other", "another message", "mismatch", "a", { message: utf8("The log is carried out.") }, good)
  writer.invalid("key-other", "another key", "mismatch", "b", data, good)
  mismatch("swapped", "r and s change places", s, r)
  mismatch("r-negated", "r -> n - r", n - r, s)
  mismatch("r-next", "r + 1", r + 1n, s)
  mismatch("s-next", "s + 1", r, s + 1n)
  mismatch("ones", "r = s = 1", 1n, 1n)
  mismatch("last", "r = s = n - 1", n - 1n, n - 1n)
  mismatch("s-inverse", "s replaced by its inverse", r, inverse(s, n))
  for (const hash of ["sha1", "sha256", "sha384", "sha512"]) {
    if (hash === signer.hash) continue
    const other = signer.signDigest(digestOf(hash, MESSAGE), "other hash")
    mismatch(`hash-${hash}`, `signed with ${hash}`, other.r, other.s)
  }
  const plain = signer.signDigest(MESSAGE, "no hash")
  mismatch("hash-none", "the message itself signed as if it were the digest", plain.r, plain.s)

  const short = (label: string, part: (rs: Rs) => bigint): Rs => {
    for (let i = 0; ; i++) {
      const rs = signer.sign(MESSAGE, `${label} ${String(i)}`)
      if (part(rs) < 2n ** BigInt(8 * (signer.size - 1) - 1)) return rs
    }
  }
  writer.valid("r-short", "r is an octet shorter than the order", "a", data, derSignature(short("short r", rs => rs.r)))
  writer.valid("s-short", "s is an octet shorter than the order", "a", data, derSignature(short("short s", rs => rs.s)))
}

/** x(R) in [n, p): r is x(R) - n, and a verifier must reduce x before it compares. The key follows from the signature. */
function wrappedCoordinate(writer: VectorWriter, signer: Signer): void {
  const { n, p } = signer
  const { Point } = CURVES[signer.curve].noble
  for (let r = 1n; n + r < p; r++) {
    let point: InstanceType<typeof Point>
    try {
      point = Point.fromBytes(join([2], toBytes(n + r, signer.size)))
    } catch {
      continue
    }
    const s = deriveNumber(`${signer.curve} wrapped`, n)
    const e = signer.scalar(digestOf(signer.hash, MESSAGE))
    const Q = point.multiply(s).subtract(Point.BASE.multiply(e)).multiply(inverse(r, n)).toBytes(false)
    writer.key("wrapped", signer.spki(Q))
    writer.valid("x-above-order", "x(R) = n + r", "wrapped", { message: MESSAGE }, derSignature({ r, s }))
    return
  }
}

/** Digests of which no message is known. */
function digests(writer: VectorWriter, signer: Signer): void {
  const { n } = signer
  const length = digestOf(signer.hash, MESSAGE).length
  const fits = (e: bigint): boolean => e >= 0n && e < 2n ** BigInt(8 * length)
  const asDigest = (e: bigint): { digest: Uint8Array } => ({ digest: toBytes(e, length) })
  const signed = (id: string, desc: string, e: bigint): void =>
    writer.valid(id, desc, "a", asDigest(e), derSignature(signer.signScalar(modulo(e, n), id)))

  const e = signer.scalar(digestOf(signer.hash, MESSAGE))
  const good = derSignature(signer.sign(MESSAGE))
  const negated = n - e
  // The shortcut that tries both signs of y takes a signature over e for one over n - e as well.
  if (fits(negated)) {
    writer.invalid("digest-negated", "n - e in place of e, with the signature for e", "mismatch", "a", asDigest(negated), good)
    const back = derSignature({ ...signer.sign(MESSAGE), s: n - signer.sign(MESSAGE).s })
    writer.invalid("digest-negated-both", "n - e with s -> n - s", "mismatch", "a", asDigest(negated), back)
  }
  const wide = { digest: toBytes(negated, signer.size) }
  if (wide.digest.length !== length) {
    writer.invalid("digest-negated-wide", "n - e in as many octets as the order", "unsupported", "a", wide, good)
  }
  writer.invalid("digest-short", "the digest without its last octet", "unsupported", "a", { digest: toBytes(e, length + 8).subarray(8, 8 + length - 1) }, good)
  writer.invalid("digest-long", "a zero octet before the digest", "unsupported", "a", { digest: join([0], toBytes(e, length + 8).subarray(8)) }, good)
  writer.invalid("digest-empty", "no digest", "unsupported", "a", { digest: new Uint8Array(0) }, good)
  writer.invalid("digest-other", "another digest", "mismatch", "a", asDigest(e ^ 1n), good)
  signed("digest-zero", "the digest is zero: ECDSA asks nothing of it", 0n)
  signed("digest-one", "the digest is one", 1n)
  signed("digest-all-ones", "every bit of the digest is set", 2n ** BigInt(8 * length) - 1n)
  if (fits(n + 5n)) {
    signed("digest-order", "the digest is n, which is zero modulo n", n)
    signed("digest-above-order", "the digest is n + 5", n + 5n)
    const five = derSignature(signer.signScalar(5n, "digest five"))
    writer.valid("digest-residue", "n + 5 with a signature for 5: ECDSA reduces the digest", "a", asDigest(n + 5n), five)
  }

  // For a verifier that moves the key by (e - m)/r base points, m the digest of a message of its own (one octet 0, 1, 2):
  // the places where that key is the old one, is doubled, or is the point at infinity.
  for (const octet of [0, 1, 2]) {
    const m = signer.scalar(digestOf(signer.hash, Uint8Array.of(octet)))
    signed(`digest-of-octet-${String(octet)}`, `the digest of the message ${String(octet)}`, m)
    for (const [name, factor] of [["minus", -1n], ["plus", 1n]] as const) {
      for (let i = 0; ; i++) {
        const k = deriveNumber(`${signer.curve} shift ${name} ${String(octet)} ${String(i)}`, n)
        const r = signer.r(k)
        const special = modulo(m + factor * r * signer.d, n)
        // P-521 and the shorter hashes: look for one that the digest can hold; for SHA-256 there it would take too long.
        if (!fits(special)) {
          if (8 * signer.size - 8 * length > 16) break
          continue
        }
        const s = modulo(inverse(k, n) * (special + r * signer.d), n)
        const id = `digest-key-${name}-${String(octet)}`
        writer.valid(id, `(e - m)/r is ${name} the private key, m the digest of ${String(octet)}`, "a", asDigest(special), derSignature({ r, s }))
        break
      }
    }
  }
}

/** The vectors of one curve with one hash. */
export function ecdsaVectors(curve: Curve, hash: HashAlgorithm): VectorWriter {
  const writer = new VectorWriter({ kind: "ecdsa", curve, hash })
  const signer = new Signer(curve, hash, "a")
  writer.key("a", signer.spki())
  writer.key("b", new Signer(curve, hash, "b").spki())
  rfc6979Vectors(writer, curve, hash)
  mathematics(writer, signer)
  wrappedCoordinate(writer, signer)
  digests(writer, signer)
  encodings(writer, signer, signer.sign(MESSAGE))
  ecdsaKeyVectors(writer, signer, MESSAGE)
  return writer
}
