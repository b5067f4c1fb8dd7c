/**
 * Functions to the bytes of a WebAssembly module (Core Specification 2.0, §5.5): functions over 32-bit integers that give
 * one or nothing, vector locals, one memory of a fixed size. All of that and nothing else is what our modules need.
 */
import { flatten, unsigned, type Code } from "./instructions.ts"

/** A function. Its parameters are 32-bit integers, numbered from 0 on; then come the integer locals, then the vectors. */
export interface WasmFunction {
  /** Exported under this name. */
  readonly name: string
  readonly params: number
  /** True when it leaves a 32-bit integer. */
  readonly result?: boolean
  readonly integers?: number
  readonly vectors?: number
  readonly body: Code
}

const I32 = 0x7f
const V128 = 0x7b
const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const SECTION = { type: 1, function: 3, memory: 5, export: 7, code: 10 } as const
const EXPORT = { function: 0, memory: 2 } as const

function sized(bytes: Code): Code {
  const flat = flatten(bytes)
  return [unsigned(flat.length), flat]
}

function section(id: number, items: readonly Code[]): Code {
  return [id, sized([unsigned(items.length), items])]
}

function typeOf({ params, result }: WasmFunction): Code {
  return [0x60, unsigned(params), Array.from({ length: params }, () => I32), result === true ? [1, I32] : [0]]
}

function bodyOf({ integers = 0, vectors = 0, body }: WasmFunction): Code {
  return sized([2, unsigned(integers), I32, unsigned(vectors), V128, body, 0x0b])
}

function exportOf(name: string, kind: number, index: number): Code {
  return [sized(Array.from(name, letter => letter.charCodeAt(0))), kind, unsigned(index)]
}

/**
 * The bytes of a module that exports the functions, and its memory as `memory`.
 * @param pages - of 64 KiB each
 */
export function wasmModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    flatten([
      MAGIC_AND_VERSION,
      section(SECTION.type, functions.map(typeOf)),
      section(
        SECTION.function,
        functions.map((_, index) => unsigned(index)),
      ),
      section(SECTION.memory, [[1, unsigned(pages), unsigned(pages)]]),
      section(SECTION.export, [
        exportOf("memory", EXPORT.memory, 0),
        ...functions.map(({ name }, index) => exportOf(name, EXPORT.function, index)),
      ]),
      section(SECTION.code, functions.map(bodyOf)),
    ]),
  )
}
