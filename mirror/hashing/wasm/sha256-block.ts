/**
 * One block of SHA-256 (FIPS 180-4 §6.2) of four messages at once. A vector holds the same word of four messages: row t
 * of the schedule is W[t] of each, and the eight rows of the state are a to h of each. A block goes through three steps,
 * each a function with its data in memory between them:
 *
 * ```text
 * load      four blocks, bytes turned and words transposed          -> W[0..15]
 * schedule  W[t] = σ1(W[t-2]) + W[t-7] + σ0(W[t-15]) + W[t-16]      -> W[16..63]
 * rounds    64 rounds, added to the state                           -> state
 * ```
 */
import { doWhile, i32, i32x4, local, v128, type Code } from "./instructions.ts"
import { AT, LANES, ROUNDS, VECTOR, WORD, WORDS } from "./layout.ts"
import type { WasmFunction } from "./module.ts"

/** A fixed address: the offset of an access to address 0. */
export const ZERO = i32.const(0)
/** Turns the bytes of each word. */
export const SWAP_BYTES = v128.const([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12])

function rotr(x: Code, bits: number): Code {
  return v128.or(i32x4.shrU(x, bits), i32x4.shl(x, 32 - bits))
}

function xor3(a: Code, b: Code, c: Code): Code {
  return v128.xor(v128.xor(a, b), c)
}

/** Σ0, Σ1 (§4.1.2): three rotations of a local. */
function bigSigma(x: Code, bits: readonly [number, number, number]): Code {
  return xor3(rotr(x, bits[0]), rotr(x, bits[1]), rotr(x, bits[2]))
}

/** σ0, σ1 (§4.1.2): two rotations and a shift of a local. */
function smallSigma(x: Code, bits: readonly [number, number, number]): Code {
  return xor3(rotr(x, bits[0]), rotr(x, bits[1]), i32x4.shrU(x, bits[2]))
}

function add(first: Code, ...rest: readonly Code[]): Code {
  return rest.reduce((sum, x) => i32x4.add(sum, x), first)
}

/** 32-bit lanes of two vectors in this order: 0 to 3 are of a, 4 to 7 of b. */
function lanes(order: readonly [number, number, number, number], a: Code, b: Code): Code {
  return v128.shuffle(
    order.flatMap(lane => [0, 1, 2, 3].map(byte => lane * WORD + byte)),
    a,
    b,
  )
}

/** Columns of four rows as rows. `rows` are locals, `spare` is where four more may be put. */
export function transpose(
  rows: readonly number[],
  spare: number,
): { readonly setup: Code; readonly columns: readonly Code[] } {
  const [r0, r1, r2, r3] = rows.map(local.get) as [Code, Code, Code, Code]
  const [t0, t1, t2, t3] = [0, 1, 2, 3].map(i => local.get(spare + i)) as [Code, Code, Code, Code]
  return {
    setup: [
      local.set(spare, lanes([0, 4, 1, 5], r0, r1)),
      local.set(spare + 1, lanes([0, 4, 1, 5], r2, r3)),
      local.set(spare + 2, lanes([2, 6, 3, 7], r0, r1)),
      local.set(spare + 3, lanes([2, 6, 3, 7], r2, r3)),
    ],
    columns: [
      lanes([0, 1, 4, 5], t0, t1),
      lanes([2, 3, 6, 7], t0, t1),
      lanes([0, 1, 4, 5], t2, t3),
      lanes([2, 3, 6, 7], t2, t3),
    ],
  }
}

/** The first words of the schedule from four places: `words` of each, as they lie or with their bytes turned. */
export function gather(
  addresses: readonly Code[],
  offset: number,
  words: number,
  turn: boolean,
  vectors: number,
): Code {
  const code: Code[] = []
  for (let word = 0; word < words; word += LANES) {
    const rows = [0, 1, 2, 3].map(lane => vectors + lane)
    const { setup, columns } = transpose(rows, vectors + 4)
    code.push(rows.map((row, lane) => local.set(row, v128.load(addresses[lane] as Code, offset + word * WORD))))
    code.push(setup)
    for (const [i, column] of columns.entries()) {
      code.push(v128.store(ZERO, AT.schedule + (word + i) * VECTOR, turn ? v128.swizzle(column, SWAP_BYTES) : column))
    }
  }
  return code
}

/** load(address of a block × 4). */
export function load(): WasmFunction {
  return {
    name: "load",
    params: LANES,
    vectors: 8,
    body: gather([0, 1, 2, 3].map(local.get), 0, 16, true, LANES),
  }
}

export function schedule(): WasmFunction {
  const [at, x, y] = [0, 1, 2]
  const word = (back: number): Code => v128.load(local.get(at), AT.schedule + (16 - back) * VECTOR)
  const step = 4
  const one = (i: number): Code => {
    const w = (back: number): Code => word(back - i)
    return [
      local.set(x, w(15)),
      local.set(y, w(2)),
      v128.store(
        local.get(at),
        AT.schedule + (16 + i) * VECTOR,
        add(w(16), smallSigma(local.get(x), [7, 18, 3]), w(7), smallSigma(local.get(y), [17, 19, 10])),
      ),
    ]
  }
  return {
    name: "schedule",
    params: 0,
    integers: 1,
    vectors: 2,
    body: doWhile(
      Array.from({ length: step }, (_, i) => one(i)),
      i32.ltU(local.tee(at, i32.add(local.get(at), i32.const(step * VECTOR))), i32.const((ROUNDS - 16) * VECTOR)),
    ),
  }
}

/** The 64 rounds (§6.2.2). `isSummed`: the schedule has the round constants in it already. */
export function rounds(name: string, isSummed: boolean): WasmFunction {
  const at = 0
  const constant = 1
  const [first, t, before] = [2, 10, 11]
  const step = 8
  const round = (i: number): Code => {
    // Instead of moving eight values, the names move on by one.
    const [a, b, , d, e, f, g, h] = Array.from({ length: 8 }, (_, j) => first + ((j - i + 8 * step) % 8)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const w = v128.load(local.get(at), AT.schedule + i * VECTOR)
    const k = v128.load32Splat(local.get(constant), AT.constants + i * WORD)
    const get = local.get
    // Ch = (e AND f) XOR (NOT e AND g), Maj = (a AND b) XOR (a AND c) XOR (b AND c), in three operations each.
    const ch = v128.xor(get(g), v128.and(get(e), v128.xor(get(f), get(g))))
    const now = i % 2 === 0 ? before + 1 : before
    const last = i % 2 === 0 ? before : before + 1
    const maj = v128.xor(get(b), v128.and(local.tee(now, v128.xor(get(a), get(b))), get(last)))
    return [
      local.set(t, add(get(h), isSummed ? w : i32x4.add(w, k), ch, bigSigma(get(e), [6, 11, 25]))),
      local.set(d, add(get(d), get(t))),
      local.set(h, add(get(t), add(bigSigma(get(a), [2, 13, 22]), maj))),
    ]
  }
  const row = (j: number): Code => v128.load(ZERO, AT.state + j * VECTOR)
  return {
    name,
    params: 0,
    integers: 2,
    vectors: 11,
    body: [
      WORDS.map(j => local.set(first + j, row(j))),
      local.set(before, v128.xor(local.get(first + 1), local.get(first + 2))),
      doWhile(
        [
          Array.from({ length: step }, (_, i) => round(i)),
          local.set(constant, i32.add(local.get(constant), i32.const(step * WORD))),
        ],
        i32.ltU(local.tee(at, i32.add(local.get(at), i32.const(step * VECTOR))), i32.const(ROUNDS * VECTOR)),
      ),
      WORDS.map(j => v128.store(ZERO, AT.state + j * VECTOR, add(row(j), local.get(first + j)))),
    ],
  }
}
