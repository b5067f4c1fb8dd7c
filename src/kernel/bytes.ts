/**
 * Bytes and their text forms. Every decoder is strict: it accepts exactly the alphabet it names and only the canonical
 * form (RFC 4648 §3.5: padding bits are zero), and answers `undefined` for anything else, so that two different texts
 * never stand for the same bytes unless the format says so.
 */
const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** UTF-8 encoding of a string. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Up to this many bytes a loop beats the call into the host's decoder, if they are ASCII. */
const SHORT = 48

/** Strict UTF-8 decoding; `undefined` for any invalid sequence. A byte order mark is kept as U+FEFF. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  if (bytes.length <= SHORT) {
    let text = ""
    let i = 0
    for (let b = bytes[0]; b !== undefined && b < 0x80; b = bytes[++i]) text += String.fromCharCode(b)
    if (i === bytes.length) return text
  }
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** True when both hold the same bytes. Not constant-time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order of two byte strings: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const d = (a[i] as number) - (b[i] as number)
    if (d !== 0) return d
  }
  return a.length - b.length
}

/** The bytes in memory of their own. `slice` does not give that: of a Buffer of Node it is a view of the same memory. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** Joins byte strings. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const p of parts) length += p.length
  const out = new Uint8Array(length)
  let at = 0
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}

/**
 * What newer hosts do natively (ECMAScript 2026, "Uint8Array to/from base64 and hex"). Absent ones are done here; both
 * ways give the same results, which tests hold.
 */
interface NativeCodecs {
  readonly fromBase64?: (text: string, options: { lastChunkHandling: "strict" }) => Uint8Array
  readonly prototype: {
    readonly toHex?: (this: Uint8Array) => string
    readonly toBase64?: (this: Uint8Array) => string
  }
}
const native = Uint8Array as unknown as NativeCodecs
const { toHex: nativeToHex, toBase64: nativeToBase64 } = native.prototype

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"))

/** Lowercase hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return nativeToHex === undefined ? hexOf(bytes) : nativeToHex.call(bytes)
}

/** `toHex` without the host's help. */
export function hexOf(bytes: Uint8Array): string {
  let out = ""
  for (const b of bytes) out += HEX[b] as string
  return out
}

/** Strict lowercase hexadecimal of even length; `undefined` otherwise. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return out
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
const ENCODE: readonly number[] = Array.from(ALPHABET, c => c.charCodeAt(0))

function table(alphabet: string): Int16Array {
  const t = new Int16Array(128).fill(-1)
  for (let i = 0; i < 64; i++) t[alphabet.charCodeAt(i)] = i
  return t
}
const STANDARD = table(ALPHABET)
const URL_SAFE = table(ALPHABET.slice(0, 62) + "-_")

function decode64(text: string, values: Int16Array, padding: "required" | "optional"): Uint8Array | undefined {
  let end = text.length
  if (end > 0 && text.charCodeAt(end - 1) === 0x3d) end -= text.charCodeAt(end - 2) === 0x3d ? 2 : 1
  const padded = end !== text.length
  if ((padded || padding === "required") && text.length % 4 !== 0) return undefined
  const tail = end % 4
  if (tail === 1) return undefined
  const out = new Uint8Array(Math.floor((end * 3) / 4))
  let at = 0
  let i = 0
  // `bad` collects the sign bits of the table look-ups, so that the hot loop has no branch per character.
  let bad = 0
  for (; i + 4 <= end; i += 4) {
    const a = values[text.charCodeAt(i)] ?? -1
    const b = values[text.charCodeAt(i + 1)] ?? -1
    const c = values[text.charCodeAt(i + 2)] ?? -1
    const d = values[text.charCodeAt(i + 3)] ?? -1
    bad |= a | b | c | d
    const word = (a << 18) | (b << 12) | (c << 6) | d
    out[at] = word >> 16
    out[at + 1] = word >> 8
    out[at + 2] = word
    at += 3
  }
  if (tail !== 0) {
    const a = values[text.charCodeAt(i)] ?? -1
    const b = values[text.charCodeAt(i + 1)] ?? -1
    const c = tail === 3 ? (values[text.charCodeAt(i + 2)] ?? -1) : 0
    bad |= a | b | c
    // RFC 4648 §3.5: the bits that belong to no byte must be zero.
    if ((tail === 2 ? b & 15 : c & 3) !== 0) return undefined
    out[at] = (a << 2) | (b >> 4)
    if (tail === 3) out[at + 1] = (b << 4) | (c >> 2)
  }
  return bad < 0 ? undefined : out
}

/** Strict standard base64 (RFC 4648 §4) with padding; `undefined` for anything else. The empty text is the empty bytes. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (native.fromBase64 === undefined) return decodeBase64(text)
  try {
    const bytes = native.fromBase64(text, { lastChunkHandling: "strict" })
    // The host skips white space; a text that is longer than its bytes need had some.
    return text.length === Math.ceil(bytes.length / 3) * 4 ? bytes : undefined
  } catch {
    return undefined
  }
}

/** `fromBase64` without the host's help. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return decode64(text, STANDARD, "required")
}

/** Strict URL-safe base64 (RFC 4648 §5), with or without padding; `undefined` for anything else. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  return decode64(text, URL_SAFE, "optional")
}

/** Either alphabet, never a mixture (DSSE 1.0.2 asks verifiers to accept both). */
export function fromBase64Either(text: string): Uint8Array | undefined {
  return fromBase64(text) ?? fromBase64Url(text)
}

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return nativeToBase64 === undefined ? encodeBase64(bytes) : nativeToBase64.call(bytes)
}

/** URL-safe base64 without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

/** `toBase64` without the host's help. */
export function encodeBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  let at = 0
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] as number
    const b = bytes[i + 1] ?? 0
    const c = bytes[i + 2] ?? 0
    out[at++] = ENCODE[a >> 2] as number
    out[at++] = ENCODE[((a & 3) << 4) | (b >> 4)] as number
    out[at++] = i + 1 < bytes.length ? (ENCODE[((b & 15) << 2) | (c >> 6)] as number) : 0x3d
    out[at++] = i + 2 < bytes.length ? (ENCODE[c & 63] as number) : 0x3d
  }
  return decoder.decode(out)
}

/** Unsigned 64-bit big-endian. `value` must be in [0, 2^64). */
export function u64be(value: bigint): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, value)
  return out
}
