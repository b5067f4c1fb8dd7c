/**
 * Keys trusted by themselves: whether one verified, and whether it may have signed when the evidence is known to have
 * existed.
 */
import { printInstant } from "../formats/instant.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { SignaturesResult } from "./signatures.ts"
import { contains, type VerifiedTime } from "./window.ts"

/** The checks `key` and `validity/key/…` of key-signed evidence. */
export function checkKeys(signed: SignaturesResult, times: readonly VerifiedTime[]): readonly Check[] {
  if (signed.keys.length === 0) {
    const reason = signed.checks.some(c => c.reason === "key-missing") ? "key-missing" : "depends-on-failed"
    return [skip("key", reason), skip("validity", reason)]
  }
  return [
    pass("key", { keys: signed.keys.map(k => k.id) }),
    ...signed.keys.map(({ id, windows }) => {
      const name = `validity/key/${id}`
      // A key without a window may have signed at any time: the moment of the verification is basis enough.
      if (windows === undefined) return pass(name, { windows: null })
      const evidence = {
        windows: windows.map(w => `${printInstant(w.start)}/${w.end === undefined ? "" : printInstant(w.end)}`),
      }
      if (times.length === 0) return skip(name, "time-missing", evidence)
      const inside = times.every(t => windows.some(w => contains(w, t.atSeconds)))
      return inside ? pass(name, evidence) : fail(name, "time-outside-key", evidence)
    }),
  ]
}
