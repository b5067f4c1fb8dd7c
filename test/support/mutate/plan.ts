/** What the parts of the generator hand to each other: mutants that are planned but not yet made. */
import type { Random } from "./random.ts"

/**
 * - `flip`: a value became another of its kind, or of another kind;
 * - `drop`, `duplicate`: a member, element or line is gone, or there twice;
 * - `swap`: the value of another document, or of a neighbour, stands in its place;
 * - `byte`: a bit of the bytes inside was turned, or bytes were cut off or added;
 * - `add`: something that was not there (an unknown field, a foreign line);
 * - `form`: the same values, written otherwise.
 */
export type MutationKind = "flip" | "drop" | "duplicate" | "swap" | "byte" | "add" | "form"

/**
 * The specification authenticates nothing here: such a mutant may still be proven. What the list does not name must not
 * be left unprotected.
 */
export type Unauthenticated =
  | "white-space"
  | "base64-alphabet"
  | "keyid"
  | "hint"
  | "log-id"
  | "log-index"
  | "root-hash"
  | "tree-size"
  | "unknown-field"
  | "foreign-note-line"
  | "cms-unsigned"
  | "s-negation"

export interface Plan {
  /** What was done, in words. */
  readonly name: string
  /** Where: a JSON path, and behind `|` how the bytes inside a string are read. */
  readonly region: string
  readonly kind: MutationKind
  readonly unauthenticated?: Unauthenticated
  /** The bytes of the whole document. */
  readonly make: () => Uint8Array
}

/** A place inside the document: its value, the values that other documents have there, and how to put another in. */
export interface Place<T> {
  readonly region: string
  readonly value: T
  readonly others: readonly T[]
  readonly rebuild: (value: T) => Uint8Array
}

export interface Settings {
  readonly random: Random
  /** Bits turned in one region of more than 96 bytes; shorter ones have one turned in every byte. */
  readonly bytesPerRegion: number
}

export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf8"))
}

export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map(p => Uint8Array.from(p))))
}
