/**
 * Trust in a site's store. The active Trust document and its history are generations (`trust`, `active`); what it names
 * and what TUF must remember are committed rows of the sublevel `trust`:
 *
 * ```
 * root | sha256 (32 bytes) -> trusted_root.json, exact bytes
 * tuf  | pin (32 bytes)    -> TufState
 * pin                      -> pin (32 bytes): the repository of the newest import
 * ```
 */
import { parseTrust } from "../../src/formats/trust.ts"
import { concatBytes, fromHex, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { attempt } from "../store/attempt.ts"
import type { ReadableRows, SublevelChanges } from "../store/database.ts"
import type { Generation, GenerationStore } from "../store/generation-store.ts"
import { refOf, trustOver, type LoadedTrust } from "./loaded-trust.ts"
import { parseTufState, printTufState, type TufState } from "./tuf-state.ts"

export const TRUST_SUBLEVEL = "trust"
const ACTIVE = "active"
const PIN = utf8("pin")

/** The parts of a site that hold trust. */
export interface TrustSite {
  readonly generations: GenerationStore
  rows(sublevel: string): ReadableRows
}

function digestOf(hex: string): Uint8Array {
  const digest = fromHex(hex)
  if (digest?.length === 32) return digest
  throw new StellaError("INTERNAL", "a row of trust is named by 64 hexadecimal digits")
}

function keyOf(prefix: "root|" | "tuf|", hex: string): Uint8Array {
  return concatBytes(utf8(prefix), digestOf(hex))
}

function corrupt(says: string): StellaError {
  return new StellaError("STORE_CORRUPT", `a row of "${TRUST_SUBLEVEL}" ${says}`, { sublevel: TRUST_SUBLEVEL })
}

/** An active trust and since when it is. */
export interface ActiveTrust extends LoadedTrust {
  readonly generation: Generation
}

/**
 * Prepares making this trust the active one, for `Site.commit`; with `tuf` the memory of the repository it came from.
 * Fails as `GenerationStore.stage`.
 */
export function stageTrust(
  site: Pick<TrustSite, "generations">,
  loaded: LoadedTrust,
  at: Date,
  tuf?: TufState,
): Promise<Result<{ readonly generation: Generation; readonly changes: readonly SublevelChanges[] }>> {
  return attempt(async () => {
    const staged = unwrap(await site.generations.stage("trust", ACTIVE, loaded.document, at))
    return { generation: staged.generation, changes: [...staged.changes, trustRows(loaded, tuf)] }
  })
}

/** The rows beside the generation. */
export function trustRows(loaded: LoadedTrust, tuf?: TufState): SublevelChanges {
  const roots = loaded.trust.roots.map(
    ({ sha256 }, i) => ({ type: "put", key: keyOf("root|", sha256), value: loaded.roots[i] as Uint8Array }) as const,
  )
  const memory =
    tuf === undefined
      ? []
      : ([
          { type: "put", key: keyOf("tuf|", tuf.pin), value: utf8(printTufState(tuf)) },
          { type: "put", key: PIN, value: digestOf(tuf.pin) },
        ] as const)
  return { sublevel: TRUST_SUBLEVEL, changes: [...roots, ...memory] }
}

/** The active trust with its roots, or undefined when none is active. Fails with STORE_CORRUPT. */
export function activeTrust(site: TrustSite, crypto: Pick<Crypto, "hash">): Promise<Result<ActiveTrust | undefined>> {
  return attempt(async () => {
    const active = unwrap(await site.generations.active("trust", ACTIVE))
    return active === undefined
      ? undefined
      : { ...(await load(site, active.bytes, crypto)), generation: active.generation }
  })
}

/** The generation of trust that was active at an instant; undefined when none was. Its blob is named by `sha256`. */
export function trustAsOf(site: Pick<TrustSite, "generations">, at: Date): Promise<Result<Generation | undefined>> {
  return site.generations.asOf("trust", ACTIVE, at)
}

/** All generations of trust, oldest first. */
export function trustHistory(site: Pick<TrustSite, "generations">): Promise<Result<readonly Generation[]>> {
  return site.generations.history("trust", ACTIVE)
}

/**
 * Loads a Trust document of this store with the roots it names.
 * @throws StellaError STORE_CORRUPT
 */
async function load(site: TrustSite, document: Uint8Array, crypto: Pick<Crypto, "hash">): Promise<LoadedTrust> {
  const parsed = parseTrust(document)
  if (!parsed.ok) throw corrupt(`cannot be read: ${parsed.error.reason} ${parsed.error.where}`)
  const roots: Uint8Array[] = []
  for (const { sha256 } of parsed.value.roots) {
    const root = await site.rows(TRUST_SUBLEVEL).get(keyOf("root|", sha256))
    if (root === undefined) throw corrupt(`is missing: the trusted root ${sha256}`)
    if (refOf(root, crypto).sha256 !== sha256) throw corrupt(`is altered: the trusted root ${sha256}`)
    roots.push(root)
  }
  return trustOver(roots, parsed.value, crypto)
}

/**
 * What is remembered of the repository with this pin, or, without one, of the repository of the newest import.
 * Undefined when there was none. Fails with STORE_CORRUPT.
 */
export function tufMemory(site: Pick<TrustSite, "rows">, pin?: string): Promise<Result<TufState | undefined>> {
  return attempt(async () => {
    const rows = site.rows(TRUST_SUBLEVEL)
    const newest = pin ?? (await newestPin(rows))
    if (newest === undefined) return undefined
    const bytes = await rows.get(keyOf("tuf|", newest))
    if (bytes === undefined) return undefined
    const parsed = parseTufState(bytes)
    if (!parsed.ok) throw corrupt(`cannot be read: ${parsed.error.reason} ${parsed.error.where}`)
    return parsed.value
  })
}

async function newestPin(rows: ReadableRows): Promise<string | undefined> {
  const pin = await rows.get(PIN)
  if (pin === undefined || pin.length === 32) return pin === undefined ? undefined : toHex(pin)
  throw corrupt("cannot be read: the newest pin")
}
