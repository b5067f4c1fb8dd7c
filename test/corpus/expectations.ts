/** The reviewed table: every corpus case with a verdict, and what a judgement of it must say. See expectation.ts. */
import { CLIENTS } from "./expect-clients.ts"
import { CONFORMANCE } from "./expect-conformance.ts"
import { FORMATS } from "./expect-formats.ts"
import { PACKAGES } from "./expect-packages.ts"
import type { Expectation } from "./expectation.ts"

export const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  ...CONFORMANCE,
  ...CLIENTS,
  ...PACKAGES,
  ...FORMATS,
}

/** Kinds of the corpus that carry no verdict of verification, whatever their outcome says. */
export const WITHOUT_VERDICT: ReadonlySet<string> = new Set([
  "statement",
  "predicate",
  "policy-witness",
  "encrypted-key",
  "x509",
])
