/** The scenes of the gallery, and what all of them share. */
import { StellaError } from "../../contract/failure.ts"
import { digest } from "./fixtures.ts"

/**
 * The scenes: a view with everything in it, and the five states. `out` has nobody logged in; `reader` has somebody who may
 * change nothing; `contradiction` has Reports that say failed over checks that all pass, which no judge makes.
 */
export const SCENES = [
  "ready",
  "first-run",
  "loading",
  "empty",
  "partial",
  "failed",
  "out",
  "reader",
  "contradiction",
] as const
export type Scene = (typeof SCENES)[number]

/** What goes wrong in scenes where something does. */
export const BROKEN = new StellaError("STORE_CORRUPT", "a stored row has another digest than its index", {
  part: "evidence",
  row: digest(77),
})

/** Head of an event that says nothing but that all is well. */
export const done = { v: 1, code: null, message: null } as const

/** Waits until it is stopped. */
export async function never(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")), { once: true })
  })
}
