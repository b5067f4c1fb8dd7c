/** RSA vectors whose fault is the key. */
import { integer, longLength, NULL, oid, sequence, spki, tlv } from "./der.ts"
import { inverse, join, toBytes } from "./derive.ts"
import { RSA_ENCRYPTION, RsaKey, rsaSpki } from "./rsa-key.ts"
import type { VectorWriter } from "./vector.ts"

/** @param encode - the encoded message for a modulus of that many bits; it is signed with every key that can sign */
export function rsaKeyVectors(
  writer: VectorWriter,
  key: RsaKey,
  message: Uint8Array,
  encode: (bits: number) => Uint8Array,
): void {
  const signature = key.raw(encode(key.bits))
  const bad = (fault: string, desc: string, bytes: Uint8Array, by = signature): void => {
    const id = `key-${fault}`
    writer.key(id, bytes)
    writer.invalid(id, desc, "key", id, { message }, by)
  }
  for (const bits of [1024, 2047]) {
    const small = new RsaKey("small", bits)
    bad(`${String(bits)}-bits`, `a modulus of ${String(bits)} bits`, small.spki(), small.raw(encode(small.bits)))
  }
  const long = 2n ** 8192n + 1n
  bad("8193-bits", "a modulus of 8,193 bits", rsaSpki(long, 65537n), toBytes(1n, 1025))
  bad("exponent-one", "e = 1: the signature is the encoding itself", rsaSpki(key.n, 1n), encode(key.bits))
  bad("exponent-zero", "e = 0", rsaSpki(key.n, 0n))
  bad("exponent-even", "e = 65,536", rsaSpki(key.n, 65536n))
  // The same residue modulo the order of the group, so that the signature holds; and a public exponent nobody computes with.
  const order = key.n - 1n
  bad("exponent-large", "an exponent as long as the modulus", rsaSpki(key.n, order | 1n))
  bad("exponent-33-bits", "e = 2^32 + 15", rsaSpki(key.n, 2n ** 32n + 15n))
  bad("modulus-even", "an even modulus", rsaSpki(key.n - 1n, key.e))
  const n = toBytes(key.n, key.size)
  const e = integer(key.e)
  const raw = (modulus: Uint8Array, exponent: Uint8Array): Uint8Array =>
    spki(RSA_ENCRYPTION, NULL, sequence(modulus, exponent))
  bad("modulus-negative", "the modulus without the zero octet: a negative number", raw(tlv(2, n), e))
  bad("modulus-leading-zero", "a second zero octet before the modulus", raw(tlv(2, [0, 0], n), e))
  bad("exponent-leading-zero", "a zero octet before the exponent", raw(integer(key.n), tlv(2, [0, 1, 0, 1])))
  bad("exponent-negative", "e = -3", raw(integer(key.n), tlv(2, [0xfd])))
  bad("swapped", "exponent and modulus change places", raw(e, integer(key.n)))
  bad("exponent-missing", "only the modulus", spki(RSA_ENCRYPTION, NULL, sequence(integer(key.n))))
  bad("third-number", "a third INTEGER", spki(RSA_ENCRYPTION, NULL, sequence(integer(key.n), e, integer(3n))))
  bad("parameters-absent", "no parameters", spki(RSA_ENCRYPTION, [], sequence(integer(key.n), e)))
  bad("parameters-other", "an OBJECT IDENTIFIER as parameters", spki(RSA_ENCRYPTION, oid("1.2.840.10045.3.1.7"), sequence(integer(key.n), e)))
  bad("pkcs1", "RSAPublicKey without SubjectPublicKeyInfo", sequence(integer(key.n), e))
  bad("trailing", "octets after the key", join(key.spki(), NULL))
  bad("trailing-inside", "octets after RSAPublicKey, inside the BIT STRING", spki(RSA_ENCRYPTION, NULL, join(sequence(integer(key.n), e), NULL)))
  bad("long-length", "a length in one octet more than needed", longLength(key.spki()))
  bad("private", "RSAPrivateKey in place of RSAPublicKey", spki(RSA_ENCRYPTION, NULL, sequence(integer(0n), integer(key.n), e, integer(inverse(key.e, key.n)))))
}
