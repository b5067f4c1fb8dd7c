/** RSA keys from labels, and the encodings of RFC 8017 §9 with every part open to change. */
import { checkPrimeSync, createHash } from "node:crypto"
import type { HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { integer, NULL, oid, sequence, spki, tlv } from "./der.ts"
import { derive, inverse, join, power, toBytes, toNumber } from "./derive.ts"

export const RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
export const RSASSA_PSS = "1.2.840.113549.1.1.10"
export const MGF1 = "1.2.840.113549.1.1.8"

export const HASH_OIDS = {
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
} as const
export type HashName = keyof typeof HASH_OIDS

export function digestOf(hash: HashName, ...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(createHash(hash).update(join(...parts)).digest())
}

/** A prime of `bits` bits whose four top bits are set (so that products have full length), p - 1 coprime to e. */
function prime(label: string, bits: number, e: bigint): bigint {
  const length = Math.ceil(bits / 8)
  const mask = 2n ** BigInt(bits) - 1n
  let candidate = (toNumber(derive(`prime ${label}`, length)) & mask) | (15n << BigInt(bits - 4)) | 1n
  while ((candidate - 1n) % e === 0n || !checkPrimeSync(candidate, { checks: 20 })) candidate += 2n
  return candidate
}

export class RsaKey {
  readonly bits: number
  readonly n: bigint
  readonly e: bigint
  readonly d: bigint
  /** Length of the modulus in bytes. */
  readonly size: number

  /** @param primes - how many primes; more than two make long keys cheap to sign with, and verifiers see no difference */
  constructor(label: string, bits: number, e = 65537n, primes = 2) {
    const factors: bigint[] = []
    let left = bits
    for (let i = 0; i < primes; i++) {
      const share = Math.ceil(left / (primes - i))
      factors.push(prime(`${label} ${String(bits)} ${String(i)}`, share, e))
      left -= share
    }
    this.e = e
    this.n = factors.reduce((a, b) => a * b)
    this.bits = this.n.toString(2).length
    if (this.bits !== bits) throw new Error("the modulus has another length")
    this.d = inverse(e, factors.reduce((phi, p) => phi * (p - 1n), 1n))
    this.size = Math.ceil(this.bits / 8)
  }

  /** RSASP1 on an encoded message of the modulus' length. */
  raw(encoded: Uint8Array): Uint8Array {
    return toBytes(power(toNumber(encoded), this.d, this.n), this.size)
  }

  spki(): Uint8Array {
    return rsaSpki(this.n, this.e)
  }
}

/** SubjectPublicKeyInfo of any two numbers. */
export function rsaSpki(n: bigint, e: bigint): Uint8Array {
  return spki(RSA_ENCRYPTION, NULL, sequence(integer(n), integer(e)))
}

/** DigestInfo (RFC 8017 §9.2). */
export function digestInfo(hash: HashName, digest: Uint8Array, parameters: Uint8Array | readonly number[] = NULL): Uint8Array {
  return sequence(sequence(oid(HASH_OIDS[hash]), parameters), tlv(0x04, digest))
}

/** EMSA-PKCS1-v1_5 around any last part; `pad` says how many octets of padding, by default all that fit. */
export function pkcs1(size: number, info: Uint8Array, pad = size - info.length - 3): Uint8Array {
  return join([0, 1], new Uint8Array(pad).fill(0xff), [0], info)
}

function mgf1(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let i = 0; 20 * i < length + 64; i++) blocks.push(digestOf(hash, seed, toBytes(BigInt(i), 4)))
  return join(...blocks).subarray(0, length)
}

export interface PssParts {
  readonly salt: Uint8Array
  readonly mgf?: HashName
  readonly trailer?: number
  /** Changes DB (zeros, 01, salt) before it is masked. */
  readonly db?: (db: Uint8Array) => void
  /** Changes the finished encoding. */
  readonly em?: (em: Uint8Array) => void
}

/** EMSA-PSS (RFC 8017 §9.1.1), as long as the modulus: one octet shorter inside when the modulus has 8k + 1 bits. */
export function pss(bits: number, hash: HashAlgorithm, digest: Uint8Array, parts: PssParts): Uint8Array {
  const { salt, mgf = hash, trailer = 0xbc } = parts
  const emLength = Math.ceil((bits - 1) / 8)
  const h = digestOf(hash, new Uint8Array(8), digest, salt)
  const db = new Uint8Array(emLength - h.length - 1)
  db[db.length - salt.length - 1] = 1
  db.set(salt, db.length - salt.length)
  parts.db?.(db)
  const mask = mgf1(mgf, h, db.length)
  const masked = db.map((octet, i) => octet ^ (mask[i] ?? 0))
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * emLength - bits + 1))
  const em = join(new Uint8Array(Math.ceil(bits / 8) - emLength), masked, h, [trailer])
  parts.em?.(em)
  return em
}
