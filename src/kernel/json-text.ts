/**
 * One look at the text of a JSON document beside the host's parser: how many members it writes and how deep it nests, and
 * the way around a defect of that parser. Nothing here decides whether the text is JSON; the host does.
 */
import type { JsonObject, JsonValue } from "./json.ts"

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The closing quote of the string that opens at `open`: one preceded by an even number of backslashes; -1 for none. */
function closingQuote(text: string, open: number): number {
  for (let i = open; ;) {
    i = text.indexOf('"', i + 1)
    if (i < 0) return -1
    let slashes = 0
    while (text.charCodeAt(i - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return i
  }
}

/** True when the string that closes at `close` is a key: the next character after white space is a colon. */
function isKey(text: string, close: number): boolean {
  let i = close + 1
  for (let c = text.charCodeAt(i); c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; c = text.charCodeAt(i)) i++
  return text.charCodeAt(i) === 0x3a
}

/** What one pass over a text sees: colons outside strings, the greatest depth, and whether a key has an escape in it. */
export interface Shape {
  readonly members: number
  readonly depth: number
  readonly escapedKey: boolean
}

/** Looks at a text before anything recursive sees it. It need not be well-formed: an unterminated string is undefined. */
export function shape(text: string): Shape | undefined {
  let members = 0
  let depth = 0
  let deepest = 0
  let escapedKey = false
  let nextBackslash = text.indexOf("\\")
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const close = closingQuote(text, i)
        if (close < 0) return undefined
        if (nextBackslash >= 0 && nextBackslash < close) {
          escapedKey ||= nextBackslash > i && isKey(text, close)
          nextBackslash = text.indexOf("\\", close)
        }
        i = close
        break
      }
      case 0x3a: // :
        members++
        break
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > deepest) deepest = depth
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth--
        break
    }
  }
  return { members, depth: deepest, escapedKey }
}

/**
 * Parses a text that has escapes in its keys. V8 gives such a key another name when an object parsed earlier in the same
 * process had a key that equals the first characters of its spelling (nodejs/node issue 63785): what a document means
 * would depend on what was parsed before it. So the host never sees an escape in a key: every key gets a prefix, an
 * escaped one its number instead of its name, and the names are put back afterwards.
 * @throws SyntaxError for exactly the texts for which `JSON.parse` does
 */
export function parseEscapedKeys(text: string): JsonValue {
  const numbers = new Map<string, number>()
  const names: string[] = []
  let plain = ""
  let from = 0
  for (let i = text.indexOf('"'); i >= 0; i = text.indexOf('"', i + 1)) {
    const close = closingQuote(text, i)
    if (isKey(text, close)) {
      const spelling = text.slice(i, close + 1)
      plain += text.slice(from, i)
      if (spelling.includes("\\")) {
        let number = numbers.get(spelling)
        if (number === undefined) {
          number = names.push(JSON.parse(spelling) as string) - 1
          numbers.set(spelling, number)
        }
        plain += `"#${number}"`
      } else plain += `"=${spelling.slice(1)}`
      from = close + 1
    }
    i = close
  }
  return nameKeys(JSON.parse(plain + text.slice(from)) as JsonValue, names)
}

function nameKeys(value: JsonValue, names: readonly string[]): JsonValue {
  if (value === null || typeof value !== "object") return value
  if (Array.isArray(value)) return value.map(item => nameKeys(item, names))
  const out: JsonObject = {}
  for (const [key, member] of Object.entries(value)) {
    const name = key.startsWith("#") ? (names[Number(key.slice(1))] as string) : key.slice(1)
    const named = nameKeys(member, names)
    // Assigning to `__proto__` would change the prototype; here it is an ordinary key.
    if (name !== "__proto__") out[name] = named
    else Object.defineProperty(out, name, { value: named, enumerable: true, writable: true, configurable: true })
  }
  return out
}
