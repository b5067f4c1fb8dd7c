/**
 * Text from evidence, file names and media is shown on terminals, and a terminal obeys control characters: it can be
 * made to hide or rewrite what stands on the screen (also by Unicode's direction marks). Everything that is not plainly
 * visible is shown as its code point instead.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu

/** The text with every control, format, unassigned or private character written as `\u{…}`. Line breaks too. */
export function printable(text: string): string {
  return text.replace(UNSAFE, c => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Colours verdict words when the stream is a terminal that wants colour; the word itself always says it too. */
export interface Paint {
  good(text: string): string
  bad(text: string): string
  dim(text: string): string
}

function wrap(code: number): (text: string) => string {
  return text => `\x1b[${String(code)}m${text}\x1b[0m`
}

const PLAIN: Paint = { good: text => text, bad: text => text, dim: text => text }
const COLOUR: Paint = { good: wrap(32), bad: wrap(31), dim: wrap(2) }

/** Colour only on a terminal, and never when NO_COLOR is set (no-color.org). */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  return stream.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb" ? COLOUR : PLAIN
}
