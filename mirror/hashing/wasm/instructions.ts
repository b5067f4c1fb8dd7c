/**
 * The WebAssembly instructions that our modules use, as functions that give their bytes. Operands come first in the
 * binary format, so an expression reads as it would in any language and nests into the bytes of a stack machine:
 *
 * ```text
 * i32x4.add(v128.load(local.get(0), 16), local.get(1))   20 00  fd 00 00 10  20 01  fd ae 01
 * ```
 *
 * Names and opcodes are those of the WebAssembly Core Specification 2.0, §5.4 (Binary Format, Instructions).
 */

/** Bytes of instructions, nested as the expressions are. */
export type Code = readonly (number | Code)[]

/** Unsigned LEB128 (§5.2.2). `value` is a whole number from 0 to 2^32 - 1. */
export function unsigned(value: number): readonly number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}

/** Signed LEB128 (§5.2.2) of a 32-bit integer. */
function signed(value: number): readonly number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 127) | 128)
  return [...bytes, rest & 127]
}

/** All bytes of nested code, in order. */
export function flatten(code: Code): number[] {
  const out: number[] = []
  const visit = (part: Code): void => {
    for (const item of part) {
      if (typeof item === "number") out.push(item)
      else visit(item)
    }
  }
  visit(code)
  return out
}

/** Vector instructions have a prefix byte and a LEB128 opcode (§5.4.9). */
function vector(opcode: number, operands: Code, ...immediates: Code): Code {
  return [operands, 0xfd, unsigned(opcode), immediates]
}

/** Alignment 0 (one byte: hashes lie anywhere) and the offset. */
function memarg(offset: number): Code {
  return [0, unsigned(offset)]
}

export const local = {
  get: (index: number): Code => [0x20, unsigned(index)],
  set: (index: number, value: Code): Code => [value, 0x21, unsigned(index)],
  tee: (index: number, value: Code): Code => [value, 0x22, unsigned(index)],
}

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  load: (address: Code, offset: number): Code => [address, 0x28, memarg(offset)],
  load8: (address: Code, offset: number): Code => [address, 0x2d, memarg(offset)],
  store: (address: Code, offset: number, value: Code): Code => [address, value, 0x36, memarg(offset)],
  store8: (address: Code, offset: number, value: Code): Code => [address, value, 0x3a, memarg(offset)],
  ltU: (a: Code, b: Code): Code => [a, b, 0x49],
  geU: (a: Code, b: Code): Code => [a, b, 0x4f],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  sub: (a: Code, b: Code): Code => [a, b, 0x6b],
  and: (a: Code, b: Code): Code => [a, b, 0x71],
  or: (a: Code, b: Code): Code => [a, b, 0x72],
  shl: (a: Code, bits: number): Code => [a, i32.const(bits), 0x74],
  shrU: (a: Code, bits: number): Code => [a, i32.const(bits), 0x76],
}

export const v128 = {
  load: (address: Code, offset: number): Code => vector(0x00, address, memarg(offset)),
  /** The 32 bits at the address in all four lanes. */
  load32Splat: (address: Code, offset: number): Code => vector(0x09, address, memarg(offset)),
  store: (address: Code, offset: number, value: Code): Code => vector(0x0b, [address, value], memarg(offset)),
  /** `into` with one 32-bit lane read from the address. */
  load32Lane: (lane: number, address: Code, offset: number, into: Code): Code =>
    vector(0x56, [address, into], memarg(offset), lane),
  const: (bytes: readonly number[]): Code => vector(0x0c, [], bytes),
  /** Bytes of a (0 to 15) and b (16 to 31) in the order that `lanes` says. */
  shuffle: (lanes: readonly number[], a: Code, b: Code): Code => vector(0x0d, [a, b], lanes),
  /** Bytes of a in the order that the bytes of b say. */
  swizzle: (a: Code, b: Code): Code => vector(0x0e, [a, b]),
  and: (a: Code, b: Code): Code => vector(0x4e, [a, b]),
  or: (a: Code, b: Code): Code => vector(0x50, [a, b]),
  xor: (a: Code, b: Code): Code => vector(0x51, [a, b]),
}

export const i32x4 = {
  splat: (a: Code): Code => vector(0x11, a),
  shl: (a: Code, bits: number): Code => vector(0xab, [a, i32.const(bits)]),
  shrU: (a: Code, bits: number): Code => vector(0xad, [a, i32.const(bits)]),
  add: (a: Code, b: Code): Code => vector(0xae, [a, b]),
}

/** Runs the body until its condition, evaluated after it, is zero. */
export function doWhile(body: Code, condition: Code): Code {
  return [0x03, 0x40, body, condition, 0x0d, 0, 0x0b]
}

/** One of two values. */
export function select(condition: Code, whenTrue: Code, whenFalse: Code): Code {
  return [whenTrue, whenFalse, condition, 0x1b]
}

/** Calls a function of the module by its index. */
export function call(index: number, ...operands: Code[]): Code {
  return [operands, 0x10, unsigned(index)]
}
