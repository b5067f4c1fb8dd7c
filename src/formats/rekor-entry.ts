/**
 * The bodies of Rekor log entries: what was logged, so that it can be compared with the evidence.
 *
 * A body is `{"apiVersion":…,"kind":…,"spec":…}`; each kind and version has its own spec, with exactly the members it
 * names (`rekor-v1-body.ts`, `rekor-v2-body.ts`). Unlike a bundle's, these members are authenticated by the log, so an
 * unknown one is refused instead of skipped. `intoto` 0.0.1 logs no signature, other kinds none of these formats: they
 * are unsupported.
 */
import type { JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, type Result } from "../kernel/result.ts"
import { LIMITS } from "./limits.ts"
import { nameAt, objectAt, only, readJsonBytes, readObject } from "./members.ts"
import { attempt, refuse } from "./refusal.ts"
import type { EntryBody } from "./rekor-body.ts"
import { readDsse1, readHashedRekord1, readIntoto2 } from "./rekor-v1-body.ts"
import { readDsse2, readHashedRekord2 } from "./rekor-v2-body.ts"

export type { EntryBody, EntrySignature, EntryVerifier } from "./rekor-body.ts"

/**
 * Parses the canonicalized body of an entry.
 * @returns the body; `entry-kind-unsupported` for other kinds and versions, `entry-malformed` for everything else
 */
export function parseEntryBody(body: Uint8Array): Result<EntryBody, Fault> {
  const parsed = attempt(() => readEntryBody(readJsonBytes(body, LIMITS.evidenceBytes)))
  if (parsed.ok || parsed.error.reason === "entry-kind-unsupported") return parsed
  return err({ reason: "entry-malformed", where: parsed.error.where })
}

function readEntryBody(value: JsonValue): EntryBody {
  const object = only(readObject(value, ""), "", "apiVersion", "kind", "spec")
  const spec = objectAt(object, "spec", "")
  switch (`${nameAt(object, "kind", "")} ${nameAt(object, "apiVersion", "")}`) {
    case "hashedrekord 0.0.1":
      return readHashedRekord1(spec)
    case "hashedrekord 0.0.2":
      return readHashedRekord2(spec)
    case "dsse 0.0.1":
      return readDsse1(spec)
    case "dsse 0.0.2":
      return readDsse2(spec)
    case "intoto 0.0.2":
      return readIntoto2(spec)
    default:
      return refuse("entry-kind-unsupported", "kind")
  }
}
