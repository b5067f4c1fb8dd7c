/** The fields that every form of a list of expectations has. Each function refuses what is not exactly of its form. */
import { EXPECTATION_LIMITS } from "../formats/limits.ts"
import { refuse } from "../formats/refusal.ts"
import { STRONG_DIGITS, WEAK_DIGITS, type Digests } from "./expectation.ts"

/** What people call an artifact: any text but the empty one. */
export function readName(text: string, where: string): string {
  if (text === "") return refuse("field-missing", where)
  return text.length <= EXPECTATION_LIMITS.textLength ? text : refuse("too-large", where)
}

/** A predicate type: in-toto makes it a URI, and a URI is printable ASCII without spaces (RFC 3986 §2). */
export function readPredicateType(text: string, where: string): string {
  if (text.length > EXPECTATION_LIMITS.textLength) return refuse("too-large", where)
  return /^[\x21-\x7e]+$/.test(text) ? text : refuse("field-invalid", where)
}

/** Digests by algorithm name: lowercase hexadecimal of the right length, at least one, each algorithm once. */
export function readDigests(pairs: readonly (readonly [algorithm: string, hex: string])[], where: string): Digests {
  const digests = new Map<string, string>()
  for (const [algorithm, hex] of pairs) {
    const digits = STRONG_DIGITS.get(algorithm) ?? WEAK_DIGITS.get(algorithm)
    if (hex.length !== digits || !/^[0-9a-f]+$/.test(hex) || digests.has(algorithm))
      return refuse("field-invalid", where)
    digests.set(algorithm, hex)
  }
  return digests.size > 0 ? Object.fromEntries(digests) : refuse("field-missing", where)
}
