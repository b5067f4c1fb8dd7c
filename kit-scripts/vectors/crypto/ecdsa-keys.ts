/** ECDSA vectors whose fault is the key: the signature would verify under the key that was meant. */
import { CURVES, derSignature, EC_PUBLIC_KEY, type Signer } from "./curves.ts"
import { bitString, indefinite, integer, longLength, NULL, oid, sequence, spki, tlv } from "./der.ts"
import { fromHex, join, toBytes } from "./derive.ts"
import type { VectorWriter } from "./vector.ts"

/** Curve names that are not the key's own, or not used here. */
const OTHER_CURVES = {
  "P-224": "1.3.132.0.33",
  secp256k1: "1.3.132.0.10",
  brainpoolP256r1: "1.3.36.3.3.2.8.1.1.7",
}

/** ECParameters with the curve written out (SEC 1 §C.2). */
function explicitParameters(signer: Signer, generator: Uint8Array): Uint8Array {
  const { noble } = CURVES[signer.curve]
  const { a, b } = noble.Point.CURVE()
  const field = sequence(oid("1.2.840.10045.1.1"), integer(signer.p))
  const curve = sequence(tlv(0x04, toBytes(a, signer.size)), tlv(0x04, toBytes(b, signer.size)))
  return sequence(integer(1n), field, curve, tlv(0x04, generator), integer(signer.n), integer(1n))
}

/** A coordinate that has a second form: some x below 2^bits - p for which the curve has a point. */
function smallPoint(signer: Signer): Uint8Array | undefined {
  const { Point } = CURVES[signer.curve].noble
  for (let x = 0n; x < 1000n && x + signer.p < 2n ** BigInt(8 * signer.size); x++) {
    try {
      return Point.fromBytes(join([2], toBytes(x, signer.size))).toBytes(false)
    } catch {
      continue
    }
  }
  return undefined
}

export function ecdsaKeyVectors(writer: VectorWriter, signer: Signer, message: Uint8Array): void {
  const { size } = signer
  const point = signer.point()
  const x = point.subarray(1, 1 + size)
  const y = point.subarray(1 + size)
  const signature = derSignature(signer.sign(message))
  const named = oid(CURVES[signer.curve].oid)
  const bad = (id: string, desc: string, key: Uint8Array): void => {
    writer.key(id, key)
    writer.invalid(id, desc, "key", id, { message }, signature)
  }
  const badPoint = (id: string, desc: string, bytes: Uint8Array): void => bad(id, desc, spki(EC_PUBLIC_KEY, named, bytes))

  const parity = (y[size - 1] ?? 0) & 1
  badPoint("point-compressed", "compressed point", join([2 + parity], x))
  badPoint("point-hybrid", "hybrid point", join([6 + parity], x, y))
  badPoint("point-infinity", "the point at infinity", Uint8Array.of(0))
  badPoint("point-zero", "x = y = 0", join([4], new Uint8Array(2 * size)))
  badPoint("point-tag", "unknown form octet", join([5], x, y))
  badPoint("point-bare", "x || y without the form octet", join(x, y))
  badPoint("point-short", "one octet missing", point.subarray(0, 2 * size))
  badPoint("point-long", "one octet too many", join(point, [0]))
  badPoint("point-swapped", "x and y change places", join([4], y, x))
  const off = Uint8Array.from(point)
  off[2 * size] = (off[2 * size] ?? 0) ^ 1
  badPoint("point-off-curve", "y with its lowest bit turned", off)
  const small = smallPoint(signer)
  if (small !== undefined) {
    const smallX = BigInt("0x" + Buffer.from(small.subarray(1, 1 + size)).toString("hex"))
    badPoint("point-not-reduced", "x + p in place of x", join([4], toBytes(smallX + signer.p, size), small.subarray(1 + size)))
  }
  badPoint("point-y-prime", "y = p", join([4], x, toBytes(signer.p, size)))
  badPoint("point-y-ones", "every bit of y is set", join([4], x, new Uint8Array(size).fill(0xff)))

  for (const [name, { oid: other }] of Object.entries(CURVES)) {
    if (name !== signer.curve) bad(`curve-${name}`, `named ${name}`, spki(EC_PUBLIC_KEY, oid(other), point))
  }
  for (const [name, other] of Object.entries(OTHER_CURVES)) {
    bad(`curve-${name}`, `named ${name}`, spki(EC_PUBLIC_KEY, oid(other), point))
  }
  const generator = signer.point(1n)
  bad("curve-explicit", "the right curve, written out", spki(EC_PUBLIC_KEY, explicitParameters(signer, generator), point))
  // CVE-2020-0601: with a generator of the attacker's choice any public key has a known private key.
  bad("curve-explicit-forged", "the curve written out, the key itself as generator", spki(EC_PUBLIC_KEY, explicitParameters(signer, point), point))
  bad("curve-null", "parameters NULL", spki(EC_PUBLIC_KEY, NULL, point))
  bad("curve-absent", "no parameters", spki(EC_PUBLIC_KEY, [], point))
  bad("algorithm-ecdh", "id-ecDH", spki("1.3.132.1.12", named, point))
  bad("algorithm-rsa", "rsaEncryption around a point", spki("1.2.840.113549.1.1.1", NULL, point))

  const algorithm = sequence(oid(EC_PUBLIC_KEY), named)
  const good = signer.spki()
  bad("key-trailing", "octets after the key", join(good, fromHex("0500")))
  bad("key-trailing-inside", "an element after the key, inside the SEQUENCE", sequence(algorithm, bitString(point), NULL))
  bad("key-algorithm-trailing", "an element after the curve", spki(EC_PUBLIC_KEY, join(named, NULL), point))
  bad("key-unused-bits", "the BIT STRING says that one bit is unused", sequence(algorithm, tlv(0x03, [1], point)))
  bad("key-octet-string", "the point in an OCTET STRING", sequence(algorithm, tlv(0x04, point)))
  bad("key-long-length", "a length in one octet more than needed", longLength(good))
  bad("key-indefinite", "indefinite length (BER)", indefinite(good))
  bad("key-truncated", "the last octet missing", good.subarray(0, good.length - 1))
  bad("key-empty", "no octets at all", new Uint8Array(0))
  bad("key-bare-point", "the point without SubjectPublicKeyInfo", point)
}
