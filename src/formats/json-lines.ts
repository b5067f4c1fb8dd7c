/**
 * JSON Lines: one document a line, as `gh attestation download` and `trusted-root` write them. Lines end in LF or CRLF;
 * blank ones are skipped. Nothing is decoded or copied here: each line is a view of the input, and what it holds is for
 * the parser that reads it.
 */

const LF = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09
}

/** The lines of a text that hold something, without the white space around them. */
export function* splitJsonLines(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length;) {
    const found = bytes.indexOf(LF, from)
    let to = found < 0 ? bytes.length : found
    const next = to + 1
    while (from < to && isSpace(bytes[from])) from++
    while (to > from && isSpace(bytes[to - 1])) to--
    if (to > from) yield bytes.subarray(from, to)
    from = next
  }
}

/** What can be seen of a JSON object without parsing it. */
export interface ObjectOutline {
  /** Member names of the object itself, as written between the quotes. */
  readonly names: ReadonlySet<string>
  /** Offset just behind the closing brace. */
  readonly end: number
}

/**
 * Outlines the object that a text begins with: enough to tell documents apart, in one pass over the bytes. It promises
 * nothing about their being JSON, and gives undefined when no object begins there or the text ends before it does.
 */
export function outlineObject(bytes: Uint8Array): ObjectOutline | undefined {
  const names = new Set<string>()
  let i = 0
  while (isSpace(bytes[i])) i++
  if (bytes[i] !== OPEN_OBJECT) return undefined
  for (let depth = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) {
      const close = endOfString(bytes, i)
      if (close === undefined) return undefined
      if (depth === 1 && isName(bytes, close)) names.add(latin1(bytes.subarray(i + 1, close)))
      i = close
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth++
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (--depth === 0) return { names, end: i + 1 }
    }
  }
  return undefined
}

/**
 * The documents of a file that holds either one JSON object, over as many lines as its printer liked, or JSON Lines.
 * A file that begins with no complete object is one document, for its parser to say what is wrong with it.
 */
export function splitJsonDocuments(bytes: Uint8Array): Iterable<Uint8Array> {
  const end = outlineObject(bytes)?.end ?? bytes.length
  for (let i = end; i < bytes.length; i++) if (!isSpace(bytes[i])) return splitJsonLines(bytes)
  return [bytes]
}

/** The offset of the quote that closes the string opened at `open`. */
function endOfString(bytes: Uint8Array, open: number): number | undefined {
  for (let i = bytes.indexOf(QUOTE, open + 1); i >= 0; i = bytes.indexOf(QUOTE, i + 1)) {
    let slashes = 0
    while (bytes[i - 1 - slashes] === BACKSLASH) slashes++
    if (slashes % 2 === 0) return i
  }
  return undefined
}

function isName(bytes: Uint8Array, close: number): boolean {
  let i = close + 1
  while (isSpace(bytes[i])) i++
  return bytes[i] === COLON
}

/** Text of at most 64 bytes, one character each: the names that tell documents apart are short and ASCII. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 64))
}
