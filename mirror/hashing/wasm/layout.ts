/** The memory of the SHA-256 module: what lies where, and the functions that work on it. */

/** Lanes of a vector. */
export const LANES = 4
/** Bytes of a block (FIPS 180-4 §5.2.1). */
export const BLOCK = 64
/** Bytes of a vector. */
export const VECTOR = 16
/** Bytes of a word. */
export const WORD = 4
/** Bytes of a digest. */
export const HASH = 32
/** Rounds of a block, and words of its schedule. */
export const ROUNDS = 64
/** The words of a state. */
export const WORDS = [0, 1, 2, 3, 4, 5, 6, 7]

/** Most messages that are hashed in one go, and most bytes of them. */
export const MESSAGES = { count: 1024, bytes: 256 * 1024 } as const
/** Most pairs that are hashed in one go. */
export const PAIRS = 256

/** Where things are in the module's memory: each place and its size, one behind the other. */
export const AT = place({
  /** K[0..63] (§4.2.2). */
  constants: ROUNDS * WORD,
  /** H(0) (§5.3.3). */
  initial: 8 * WORD,
  /** 64 bytes 0xff, 64 bytes 0: what a block keeps of a message that ends in it. */
  masks: 2 * BLOCK,
  schedule: ROUNDS * VECTOR,
  state: 8 * VECTOR,
  /** Two blocks for each lane: the end of its message with the padding. */
  tails: LANES * 2 * BLOCK,
  /** For each last byte of a node, K[t] + W[t] of its second block. */
  lastBlocks: 256 * ROUNDS * WORD,
  /** Pairs of hashes and behind them their nodes. Groups of four read and write beyond an end. */
  nodes: PAIRS * 3 * HASH + LANES * 3 * HASH,
  digests: MESSAGES.count * HASH,
  /** The last block of a message may be read beyond its end. */
  messages: MESSAGES.bytes + BLOCK,
  end: 0,
})

function place<Name extends string>(sizes: Readonly<Record<Name, number>>): Readonly<Record<Name, number>> {
  let at = 0
  const places = Object.entries<number>(sizes).map(([name, size]) => {
    const here = at
    at += size
    return [name, here] as const
  })
  return Object.fromEntries(places) as Record<Name, number>
}

const PAGE = 65_536
/** Pages of memory. */
export const PAGES = Math.ceil(AT.end / PAGE)

/** The functions of the module as they are called. */
export interface Sha256Lanes {
  readonly memory: { readonly buffer: ArrayBuffer }
  compress(a: number, b: number, c: number, d: number, blocks: number): void
  nodes(row: number, out: number, groups: number): void
  begin(lane: number): void
  finish(lane: number, out: number): void
  tail(to: number, from: number, rest: number, length: number): number
}
