/**
 * Every key, nonce, salt and message of the vectors is derived from a label, so that a second run writes the same files.
 * These keys are public by construction; they sign nothing but vectors.
 */
import { createHash } from "node:crypto"

/** `length` bytes for a label: SHAKE256. */
export function derive(label: string, length: number): Uint8Array {
  return new Uint8Array(createHash("shake256", { outputLength: length }).update(`stella crypto vectors: ${label}`).digest())
}

export function toNumber(bytes: Uint8Array): bigint {
  return BigInt("0x0" + Buffer.from(bytes).toString("hex"))
}

/** Big-endian, `length` bytes. */
export function toBytes(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(2 * length, "0")
  if (hex.length !== 2 * length) throw new Error("number does not fit")
  return new Uint8Array(Buffer.from(hex, "hex"))
}

/** A number in [1, below - 1] for a label. */
export function deriveNumber(label: string, below: bigint): bigint {
  const bytes = Math.ceil(below.toString(16).length / 2) + 8
  return 1n + (toNumber(derive(label, bytes)) % (below - 1n))
}

export function modulo(a: bigint, n: bigint): bigint {
  const r = a % n
  return r < 0n ? r + n : r
}

export function power(base: bigint, exponent: bigint, n: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % n
    if (bit === "1") result = (result * base) % n
  }
  return result
}

/** Inverse of a modulo n, which must be coprime. */
export function inverse(a: bigint, n: bigint): bigint {
  let [r0, r1] = [n, modulo(a, n)]
  let [t0, t1] = [0n, 1n]
  while (r1 !== 0n) {
    const q = r0 / r1
    ;[r0, r1] = [r1, r0 - q * r1]
    ;[t0, t1] = [t1, t0 - q * t1]
  }
  if (r0 !== 1n) throw new Error("no inverse")
  return modulo(t0, n)
}

export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map(p => Uint8Array.from(p))))
}

export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"))
}

export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf8"))
}
