/**
 * SHA-256 (FIPS 180-4) over four messages at once, one in each 32-bit lane of a vector, as a WebAssembly module.
 *
 * Nodes of a Merkle tree are messages of 65 bytes: 0x01, two hashes. The second block has one byte of message and is
 * padding otherwise, so there are only 256 of them: their schedules, with the round constants added, are a table.
 */
import { call, doWhile, i32, i32x4, local, select, v128, type Code } from "./instructions.ts"
import { AT, BLOCK, HASH, LANES, PAGES, ROUNDS, VECTOR, WORD, WORDS } from "./layout.ts"
import { wasmModule, type WasmFunction } from "./module.ts"
import { gather, load, rounds, schedule, SWAP_BYTES, transpose, ZERO } from "./sha256-block.ts"

/** The functions that others call, in the order in which the module has them. */
const CALLED = ["load", "schedule", "rounds", "summedRounds"] as const

function callTo(name: (typeof CALLED)[number], ...operands: Code[]): Code {
  return call(CALLED.indexOf(name), ...operands)
}

/** compress(address × 4, blocks): takes so many blocks of each message into the state. */
function compress(): WasmFunction {
  const left = LANES
  const addresses = [0, 1, 2, 3]
  return {
    name: "compress",
    params: LANES + 1,
    body: doWhile(
      [
        callTo("load", ...addresses.map(local.get)),
        callTo("schedule"),
        callTo("rounds"),
        addresses.map(lane => local.set(lane, i32.add(local.get(lane), i32.const(BLOCK)))),
      ],
      local.tee(left, i32.sub(local.get(left), i32.const(1))),
    ),
  }
}

/** nodes(row, out, groups): the hash of each pair of hashes, four pairs at a time. */
function nodes(): WasmFunction {
  const [from, out, left, table, vectors] = [0, 1, 2, 3, 7]
  const each = [0, 1, 2, 3]
  const lastByte = (lane: number): Code => i32.load8(local.get(from), lane * BLOCK + BLOCK - 1)
  const prefixed = v128.or(
    v128.and(v128.load(ZERO, AT.schedule), i32x4.splat(i32.const(0x00ffffff))),
    i32x4.splat(i32.const(0x01000000)),
  )
  const digests = [0, 4].map(word => {
    const rows = each.map(row => vectors + row)
    const { setup, columns } = transpose(rows, vectors + LANES)
    return [
      rows.map((row, i) => local.set(row, v128.load(ZERO, AT.state + (word + i) * VECTOR))),
      setup,
      columns.map((column, lane) =>
        v128.store(local.get(out), lane * HASH + word * WORD, v128.swizzle(column, SWAP_BYTES)),
      ),
    ]
  })
  return {
    name: "nodes",
    params: 3,
    integers: LANES,
    vectors: 2 * LANES,
    body: doWhile(
      [
        WORDS.map(j => v128.store(ZERO, AT.state + j * VECTOR, v128.load32Splat(ZERO, AT.initial + j * WORD))),
        // The block begins one byte before the pair; whatever is there counts as 0x01.
        callTo("load", ...each.map(lane => i32.add(local.get(from), i32.const(lane * BLOCK - 1)))),
        v128.store(ZERO, AT.schedule, prefixed),
        callTo("schedule"),
        callTo("rounds"),
        each.map(lane => local.set(table + lane, i32.shl(lastByte(lane), Math.log2(ROUNDS * WORD)))),
        gather(
          each.map(lane => local.get(table + lane)),
          AT.lastBlocks,
          ROUNDS,
          false,
          vectors,
        ),
        callTo("summedRounds"),
        digests,
        local.set(from, i32.add(local.get(from), i32.const(LANES * BLOCK))),
        local.set(out, i32.add(local.get(out), i32.const(LANES * HASH))),
      ],
      local.tee(left, i32.sub(local.get(left), i32.const(1))),
    ),
  }
}

/** begin(4 * lane): the state of a lane is that of a new message. */
function begin(): WasmFunction {
  return {
    name: "begin",
    params: 1,
    body: WORDS.map(j => i32.store(local.get(0), AT.state + j * VECTOR, i32.load(ZERO, AT.initial + j * WORD))),
  }
}

/** finish(4 * lane, out): writes the digest of a lane. */
function finish(): WasmFunction {
  return {
    name: "finish",
    params: 2,
    body: [0, 4].map(word => {
      const rows = [0, 1, 2, 3].reduce<Code>(
        (into, i) => v128.load32Lane(i, local.get(0), AT.state + (word + i) * VECTOR, into),
        v128.const(Array.from({ length: VECTOR }, () => 0)),
      )
      return v128.store(local.get(1), word * WORD, v128.swizzle(rows, SWAP_BYTES))
    }),
  }
}

/**
 * tail(to, from, rest, length): writes the last `rest` bytes (below 64) of a message of `length` bytes with its padding
 * (§5.1.1), and gives the number of blocks: one, or two where the length does not fit behind the first.
 */
function tail(): WasmFunction {
  const [to, from, rest, length, blocks] = [0, 1, 2, 3, 4]
  const mask = i32.sub(i32.const(AT.masks + BLOCK), local.get(rest))
  const quarters = [0, 1, 2, 3].map(i => i * VECTOR)
  const bits = i32.shl(local.get(length), 3)
  const byte = (from: number, to: number): Code => {
    const moved = from > to ? i32.shrU(bits, from - to) : i32.shl(bits, to - from)
    return i32.and(moved, i32.const(0xff << to))
  }
  const lastWord = i32.sub(i32.add(local.get(to), i32.shl(local.get(blocks), Math.log2(BLOCK))), i32.const(WORD))
  const turned = i32.or(i32.or(byte(0, 24), byte(8, 16)), i32.or(byte(16, 8), byte(24, 0)))
  return {
    name: "tail",
    params: 4,
    result: true,
    integers: 1,
    body: [
      quarters.map(at => v128.store(local.get(to), at, v128.and(v128.load(local.get(from), at), v128.load(mask, at)))),
      quarters.map(at => v128.store(local.get(to), BLOCK + at, i32x4.splat(ZERO))),
      i32.store8(i32.add(local.get(to), local.get(rest)), 0, i32.const(0x80)),
      local.set(blocks, select(i32.ltU(local.get(rest), i32.const(BLOCK - 8)), i32.const(1), i32.const(2))),
      i32.store(lastWord, 0, turned),
      local.get(blocks),
    ],
  }
}

/** The module. Its memory is empty: constants are written by whoever starts it. */
export function sha256Lanes(): Uint8Array<ArrayBuffer> {
  const functions = [load(), schedule(), rounds("rounds", false), rounds("summedRounds", true)]
  return wasmModule([...functions, compress(), nodes(), begin(), finish(), tail()], PAGES)
}
