/** Starts the module: compiles it where the host can, and writes the constants that its functions read. */
import { AT, BLOCK, type Sha256Lanes } from "./layout.ts"
import { sha256Lanes } from "./sha256-lanes.ts"

/** The part of the WebAssembly JavaScript interface that is used; absent where the host has none. */
interface WebAssemblyHost {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}
declare const WebAssembly: WebAssemblyHost | undefined

/** The WebAssembly of this process, or undefined. */
export function ambientWebAssembly(): WebAssemblyHost | undefined {
  return typeof WebAssembly === "undefined" ? undefined : WebAssembly
}

/** The first primes. */
function primes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every(p => n % p !== 0)) found.push(n)
  return found
}

/** First 32 bits of the fractional part of the `root`-th root of n, exactly: by whole numbers (FIPS 180-4 §4.2.2). */
function fraction(n: number, root: 2n | 3n): number {
  const target = BigInt(n) << (32n * root)
  let low = 0n
  for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) if ((low + bit) ** root <= target) low += bit
  return Number(low & 0xffffffffn)
}

function rotr(x: number, bits: number): number {
  return (x >>> bits) | (x << (32 - bits))
}

/** K[t] + W[t] of the second block of a node that ends with this byte: the byte, the padding and the length of 520 bits. */
function lastBlock(byte: number, constants: Uint32Array, out: Uint32Array): void {
  const w = new Uint32Array(64)
  w[0] = (byte << 24) | 0x800000
  w[15] = 65 * 8
  const at = (t: number): number => w[t] as number
  for (let t = 16; t < 64; t++) {
    const s0 = rotr(at(t - 15), 7) ^ rotr(at(t - 15), 18) ^ (at(t - 15) >>> 3)
    const s1 = rotr(at(t - 2), 17) ^ rotr(at(t - 2), 19) ^ (at(t - 2) >>> 10)
    w[t] = at(t - 16) + s0 + at(t - 7) + s1
  }
  for (let t = 0; t < 64; t++) out[t] = at(t) + (constants[t] as number)
}

function writeConstants(memory: ArrayBuffer): void {
  const constants = new Uint32Array(memory, AT.constants, 64)
  constants.set(primes(64).map(p => fraction(p, 3n)))
  new Uint32Array(memory, AT.initial, 8).set(primes(8).map(p => fraction(p, 2n)))
  new Uint8Array(memory, AT.masks, BLOCK).fill(0xff)
  for (let byte = 0; byte < 256; byte++) {
    lastBlock(byte, constants, new Uint32Array(memory, AT.lastBlocks + byte * 256, 64))
  }
}

/**
 * The module, ready; undefined where the host has no WebAssembly, no vectors in it, or is told to compile nothing.
 * @param host - by default the WebAssembly of this process
 */
export function startLanes(host = ambientWebAssembly()): Sha256Lanes | undefined {
  const bytes = sha256Lanes()
  if (host?.validate(bytes) !== true) return undefined
  let lanes: Sha256Lanes
  try {
    lanes = new host.Instance(new host.Module(bytes)).exports as Sha256Lanes
  } catch {
    // Valid and still refused: by a content policy, or for want of memory. Then hashing goes one by one.
    return undefined
  }
  writeConstants(lanes.memory.buffer)
  return lanes
}
