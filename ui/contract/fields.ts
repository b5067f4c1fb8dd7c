/**
 * The vocabulary of input schemas. A field carries what the command line needs to make a flag of it (the placeholder of
 * its value, where it stands in the help) beside what every face needs (its description and its check), so that a flag
 * is written down once.
 */
import * as z from "zod"

/** Where a flag stands in the help of a command. */
export type FlagGroup = "common" | "selection" | "advanced"

/** What the command line and the reference page show of a field. */
export interface FieldHelp {
  /** Placeholder of the value: `FILE`, `DIGEST`; the name of the thing, in capitals. */
  readonly value: string
  readonly says: string
  readonly group: FlagGroup
}

const HELP = z.registry<FieldHelp>()

/** The help of a field, when it has one. */
export function fieldHelp(schema: z.ZodType): FieldHelp | undefined {
  return HELP.get(schema)
}

/** A copy of the schema that has this help. Call it last: a schema derived from the copy does not inherit it. */
export function field<T extends z.ZodType>(value: string, says: string, schema: T, group: FlagGroup = "common"): T {
  const own = schema.clone()
  HELP.add(own, { value, says, group })
  return own
}

/** Any text but the empty one. */
export const text = z.string().min(1, "must not be empty").max(4096, "must not be longer than 4,096 characters")

/** The path of a file or folder, as the operation's `files` understands it. */
export const path = text.refine(value => !value.includes("\0"), "must not contain a zero byte")

/** SHA-256 in lowercase hexadecimal. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lowercase hexadecimal digits")

const INSTANT = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/

function isInstant(value: string): boolean {
  // The host's date parser rolls 30 February over into March; such a text names no day.
  return INSTANT.test(value) && new Date(value).toISOString().slice(0, 10) === value.slice(0, 10)
}

/** An instant: RFC 3339 in UTC, to the second, and a real date. */
export const instant = z.string().refine(isInstant, "must be a UTC time such as 2031-04-02T10:11:09Z")

/** A whole number from `min` to `max`. */
export function count(min: number, max: number): z.ZodNumber {
  const range = `must be a whole number from ${String(min)} to ${String(max)}`
  return z.int(range).min(min, range).max(max, range)
}

/** A tree size or a leaf index: [0, 2^63) in decimal, without leading zeros. */
export const uint63 = z
  .string()
  .refine(
    value => /^(0|[1-9][0-9]{0,18})$/.test(value) && BigInt(value) < 2n ** 63n,
    "must be a decimal number below 2^63, without leading zeros",
  )
