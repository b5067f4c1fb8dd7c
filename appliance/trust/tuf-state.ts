/**
 * What a site remembers of a TUF repository between imports, so that an older one is noticed (specification §5: the
 * client keeps its trusted metadata). Of timestamp and snapshot only the version numbers take part in later checks.
 *
 * ```json
 * {"meta":{"targets.json":14},"pin":"4f0c…","root":"eyJz…","snapshot":165,"timestamp":762,"v":1}
 * ```
 */
import {
  integer,
  hexDigest,
  mapOf,
  oneOf,
  pattern,
  readDocument,
  record,
  type Reader,
} from "../../src/formats/document.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Fault } from "../../src/kernel/reasons.ts"
import type { Result } from "../../src/kernel/result.ts"

export interface TufState {
  readonly v: 1
  /** SHA-256 of the root.json that an operator pinned; names the repository. */
  readonly pin: string
  /** Base64 of the newest verified root.json: where the next import starts. */
  readonly root: string
  /** Newest versions seen; 0 when none is held, as after a change of the role's keys. */
  readonly timestamp: number
  readonly snapshot: number
  /** Versions that the newest snapshot lists, by file name. */
  readonly meta: Readonly<Record<string, number>>
}

const readState: Reader<TufState> = record({
  v: oneOf(1),
  pin: hexDigest,
  root: pattern(/^[A-Za-z0-9+/]{1,1048576}={0,2}$/),
  timestamp: integer(),
  snapshot: integer(),
  meta: mapOf(/^[^\0]{1,1024}$/, integer(1), 4096),
})

/** Parses a state. */
export function parseTufState(bytes: Uint8Array): Result<TufState, Fault> {
  return readDocument(bytes, readState)
}

/** The canonical text of a state. */
export function printTufState(state: TufState): string {
  return canonicalJson(state)
}
