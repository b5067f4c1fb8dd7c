/**
 * One file of TUF metadata (the-update-framework specification §4): strict JSON first, then the model of `@tufjs/models`,
 * which also counts signatures against a role's threshold (one per key, over canonical JSON).
 *
 * ```json
 * {"signatures":[{"keyid":"e71a…","sig":"3045…"}],
 *  "signed":{"_type":"timestamp","spec_version":"1.0","version":762,"expires":"2026-08-28T19:25:56Z","meta":{"snapshot.json":{"version":165}}}}
 * ```
 *
 * The client of `tuf-js` is not used: it reads the clock itself and downloads.
 */
import { Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from "@tufjs/models"
import { parseInstant, printInstant } from "../../src/formats/instant.ts"
import { toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { isObject, readJson, type JsonObject } from "../../src/kernel/json.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { HashAlgorithm } from "../../src/kernel/signature-scheme.ts"

/** Nesting of any TUF metadata; delegations with path lists reach about eight. */
const MAX_DEPTH = 32

/** The most bytes of each role's metadata. The largest in use (GitHub's and sigstore's) are a fifth of these. */
export const TUF_MAX_BYTES = {
  root: 512 * 1024,
  timestamp: 16 * 1024,
  snapshot: 2 * 1024 * 1024,
  targets: 5 * 1024 * 1024,
} as const

export type TufRole = keyof typeof TUF_MAX_BYTES

interface ModelOf {
  readonly root: Root
  readonly timestamp: Timestamp
  readonly snapshot: Snapshot
  readonly targets: Targets
}

/** Metadata whose form is right and whose signatures nobody has looked at yet. */
export interface TufMetadata<R extends TufRole> {
  readonly role: R
  readonly bytes: Uint8Array
  readonly version: number
  /** Epoch seconds. Metadata is expired from this instant on. */
  readonly expires: number
  readonly model: Metadata<ModelOf[R]>
}

function malformed(role: TufRole, says: string, cause?: unknown): StellaError {
  return new StellaError("TRUST_MALFORMED", `TUF ${role} metadata: ${says}`, { role }, cause)
}

const MODELS: { readonly [R in TufRole]: (json: JsonObject) => Metadata<ModelOf[R]> } = {
  root: json => Metadata.fromJSON(MetadataKind.Root, json),
  timestamp: json => Metadata.fromJSON(MetadataKind.Timestamp, json),
  snapshot: json => Metadata.fromJSON(MetadataKind.Snapshot, json),
  targets: json => Metadata.fromJSON(MetadataKind.Targets, json),
}

/**
 * Reads metadata of one role.
 * @throws StellaError TRUST_MALFORMED
 */
export function readTufMetadata<R extends TufRole>(role: R, bytes: Uint8Array): TufMetadata<R> {
  const json = readJson(bytes, { maxBytes: TUF_MAX_BYTES[role], maxDepth: MAX_DEPTH })
  if (!json.ok) throw malformed(role, json.error)
  if (!isObject(json.value)) throw malformed(role, "not an object")
  let model: Metadata<ModelOf[R]>
  try {
    model = MODELS[role](json.value)
  } catch (error) {
    throw malformed(role, (error as Error).message, error)
  }
  const { version, expires } = model.signed
  if (!Number.isSafeInteger(version) || version < 1) throw malformed(role, "version is no positive integer")
  const at = parseExpiry(expires)
  if (at === undefined) throw malformed(role, "expires is no RFC 3339 time")
  return { role, bytes, version, expires: at, model }
}

/** Expiry in UTC, or with an offset and a fraction of a second as the first root of sigstore has it. Rounded down. */
function parseExpiry(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text)
  const [, whole, sign, hours, minutes] = match ?? []
  const local = parseInstant(`${whole ?? ""}Z`)
  if (local === undefined || sign === undefined) return local
  const offset = Number(hours) * 3600 + Number(minutes) * 60
  return sign === "+" ? local - offset : local + offset
}

/**
 * Checks that enough keys of the role, as the root names them, signed the metadata.
 * @throws StellaError TRUST_UNVERIFIED
 */
export function requireSigned(root: TufMetadata<"root">, metadata: TufMetadata<TufRole>): void {
  try {
    root.model.verifyDelegate(metadata.role, metadata.model)
  } catch (error) {
    const { role, version } = metadata
    const says = `TUF ${role} metadata: ${(error as Error).message}`
    throw new StellaError("TRUST_UNVERIFIED", says, { role, version }, error)
  }
}

/**
 * Checks that metadata is not expired at the reference time (a freeze attack: somebody keeps showing old metadata).
 * @throws StellaError TRUST_EXPIRED
 */
export function requireFresh(metadata: TufMetadata<TufRole>, at: number): void {
  if (at < metadata.expires) return
  const { role, version } = metadata
  const expires = printInstant(metadata.expires)
  throw new StellaError("TRUST_EXPIRED", `TUF ${role} metadata ${version} expired at ${expires}`, {
    role,
    version,
    expires,
    at: printInstant(at),
  })
}

/** What metadata says about a file it vouches for. */
export interface TufFileClaim {
  readonly length?: number | undefined
  readonly hashes?: Readonly<Record<string, string>> | undefined
}

const HASHES: readonly HashAlgorithm[] = ["sha256", "sha512"]

/**
 * Checks a file's length and hashes against the claim; every hash of a known algorithm counts, and where hashes are
 * given one must be known.
 * @throws StellaError TRUST_UNVERIFIED
 */
export function requireClaimed(name: string, bytes: Uint8Array, claim: TufFileClaim, crypto: Pick<Crypto, "hash">) {
  const refuse = (says: string): never => {
    throw new StellaError("TRUST_UNVERIFIED", `${name}: ${says}`, { name })
  }
  if (claim.length !== undefined && claim.length !== bytes.length) refuse("another length than its metadata says")
  if (claim.hashes === undefined) return
  let known = 0
  for (const algorithm of HASHES) {
    const claimed = claim.hashes[algorithm]
    if (claimed === undefined) continue
    known++
    if (toHex(crypto.hash(algorithm, bytes)) !== claimed) refuse(`another ${algorithm} than its metadata says`)
  }
  if (known === 0) refuse("its metadata has no SHA-256 or SHA-512 of it")
}
