/**
 * The client workflow of The Update Framework (specification 1.0.34 §5), over files that were carried in, at a reference
 * time that is given, with the memory of earlier imports that the caller keeps. Nothing is downloaded and no clock read.
 */
import { fromBase64, toBase64, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { printInstant } from "../../src/formats/instant.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { unwrap, type Result } from "../../src/kernel/result.ts"
import { attempt } from "../store/attempt.ts"
import type { TufSource } from "./tuf-directory.ts"
import {
  readTufMetadata,
  requireClaimed,
  requireFresh,
  requireSigned,
  TUF_MAX_BYTES,
  type TufMetadata,
  type TufRole,
} from "./tuf-metadata.ts"
import type { TufState } from "./tuf-state.ts"

/** Root rotations followed in one import; sigstore had 16 in five years. */
const MAX_ROTATIONS = 256

/** Where trust starts: a root.json that somebody compared out of band, or what an earlier import left. */
export type TufStart =
  { readonly kind: "pinned"; readonly root: Uint8Array } | { readonly kind: "state"; readonly state: TufState }

export interface TufRequest {
  readonly start: TufStart
  /** The reference time: what is expired then is refused. */
  readonly at: Date
  /** Name of the wanted target in the top-level targets metadata: `trusted_root.json`. */
  readonly target: string
}

/** A verified repository. */
export interface TufUpdate {
  readonly target: Uint8Array
  /** Versions and expiry (RFC 3339) of the metadata that vouches for the target. */
  readonly roles: Readonly<Record<TufRole, { readonly version: number; readonly expires: string }>>
  /** To be kept for the next import. */
  readonly state: TufState
}

/**
 * Verifies the repository and gives the target's bytes. Failures: TRUST_MISSING, TRUST_MALFORMED, TRUST_UNVERIFIED,
 * TRUST_EXPIRED, TRUST_ROLLBACK, INPUT_UNREADABLE.
 */
export function verifyTufRepository(
  source: TufSource,
  request: TufRequest,
  crypto: Pick<Crypto, "hash">,
): Promise<Result<TufUpdate>> {
  return attempt(() => runClient(source, request, crypto))
}

async function runClient(source: TufSource, { start, at, target }: TufRequest, crypto: Pick<Crypto, "hash">) {
  // §5.1: one fixed update start time for all checks.
  const now = Math.floor(at.getTime() / 1000)
  const before = loadStart(start, crypto)
  const root = await updateRoot(source, before.root, now)
  const held = sameOnlineKeys(before.root, root)
    ? before.state
    : { ...before.state, timestamp: 0, snapshot: 0, meta: {} }

  const timestamp = await fetchMetadata(source, "timestamp", undefined)
  requireSigned(root, timestamp) // §5.4.2: an arbitrary software attack
  notBefore("timestamp", timestamp.version, held.timestamp) // §5.4.3.1: a rollback attack
  const snapshotClaim = timestamp.model.signed.snapshotMeta
  notBefore("snapshot", snapshotClaim.version, held.snapshot) // §5.4.3.2
  requireFresh(timestamp, now) // §5.4.4: a freeze attack

  const snapshot = await fetchMetadata(source, "snapshot", snapshotClaim.version, bytes => {
    requireClaimed("snapshot.json", bytes, snapshotClaim, crypto) // §5.5.2: mix and match
  })
  requireSigned(root, snapshot) // §5.5.3
  sameVersion(snapshot, snapshotClaim.version) // §5.5.4
  const meta = listedVersions(snapshot)
  for (const [name, version] of Object.entries(held.meta)) notBefore(name, meta[name] ?? 0, version) // §5.5.5
  requireFresh(snapshot, now) // §5.5.6

  const targetsClaim = snapshot.model.signed.meta["targets.json"]
  if (targetsClaim === undefined)
    throw new StellaError("TRUST_MALFORMED", "TUF snapshot metadata lists no targets.json")
  const targets = await fetchMetadata(source, "targets", targetsClaim.version, bytes => {
    requireClaimed("targets.json", bytes, targetsClaim, crypto) // §5.6.2
  })
  requireSigned(root, targets) // §5.6.3
  sameVersion(targets, targetsClaim.version) // §5.6.4
  requireFresh(targets, now) // §5.6.5

  const update: TufUpdate = {
    target: await fetchTarget(source, targets, target, crypto),
    roles: { root: dated(root), timestamp: dated(timestamp), snapshot: dated(snapshot), targets: dated(targets) },
    state: {
      v: 1,
      pin: before.state.pin,
      root: toBase64(root.bytes),
      timestamp: timestamp.version,
      snapshot: snapshot.version,
      meta,
    },
  }
  return update
}

/** §5.2: the trusted root, which must satisfy its own threshold; that it may be expired does not matter yet. */
function loadStart(start: TufStart, crypto: Pick<Crypto, "hash">): { root: TufMetadata<"root">; state: TufState } {
  const bytes = start.kind === "pinned" ? start.root : fromBase64(start.state.root)
  if (bytes === undefined) throw new StellaError("TRUST_MALFORMED", "the kept TUF root is no base64")
  const root = readTufMetadata("root", bytes)
  requireSigned(root, root)
  if (start.kind === "state") return { root, state: start.state }
  const pin = toHex(crypto.hash("sha256", bytes))
  return { root, state: { v: 1, pin, root: "", timestamp: 0, snapshot: 0, meta: {} } }
}

/** §5.3: follows N+1.root.json as far as there are any, each signed by the one before and by itself. */
async function updateRoot(source: TufSource, trusted: TufMetadata<"root">, now: number): Promise<TufMetadata<"root">> {
  let root = trusted
  for (let i = 0; ; i++) {
    const wanted = root.version + 1
    const bytes = unwrap(await source.metadata("root", wanted, TUF_MAX_BYTES.root))
    if (bytes === undefined) break // §5.3.3: none newer
    if (i === MAX_ROTATIONS) throw new StellaError("TRUST_MALFORMED", `more than ${MAX_ROTATIONS} TUF roots in a row`)
    const next = readTufMetadata("root", bytes)
    requireSigned(root, next) // §5.3.4: an arbitrary software attack
    requireSigned(next, next)
    if (next.version !== wanted) throw rollback("root", next.version, wanted) // §5.3.5: a rollback attack
    root = next // §5.3.6: the expiry of roots in between does not matter
  }
  requireFresh(root, now) // §5.3.10: a freeze attack
  return root
}

/** §5.3.11: after a fast-forward attack the online keys are changed, and what they once said no longer counts. */
function sameOnlineKeys(before: TufMetadata<"root">, after: TufMetadata<"root">): boolean {
  const keys = (root: TufMetadata<"root">, role: string): string =>
    (root.model.signed.roles[role]?.keyIDs ?? []).toSorted().join(" ")
  return ["timestamp", "snapshot"].every(role => keys(before, role) === keys(after, role))
}

async function fetchMetadata<R extends TufRole>(
  source: TufSource,
  role: R,
  version: number | undefined,
  /** Checks the bytes against what the role above says of them, before anything reads them. */
  check: (bytes: Uint8Array) => void = () => undefined,
): Promise<TufMetadata<R>> {
  const bytes = unwrap(await source.metadata(role, version, TUF_MAX_BYTES[role]))
  if (bytes === undefined) {
    const name = version === undefined ? `${role}.json` : `${String(version)}.${role}.json`
    throw new StellaError("TRUST_MISSING", `the TUF repository has no ${name}`, { name })
  }
  check(bytes)
  return readTufMetadata(role, bytes)
}

/** §5.7: the target by the top-level targets role. Delegated roles are not asked: trusted roots are never theirs. */
async function fetchTarget(
  source: TufSource,
  targets: TufMetadata<"targets">,
  name: string,
  crypto: Pick<Crypto, "hash">,
): Promise<Uint8Array> {
  const listed = targets.model.signed.targets
  const claim = Object.hasOwn(listed, name) ? listed[name] : undefined
  const missing = (says: string) => new StellaError("TRUST_MISSING", `${name}: ${says}`, { name })
  if (claim === undefined) throw missing("the TUF repository has no such target")
  const bytes = unwrap(await source.target(name, Object.values(claim.hashes), LIMITS.trustedRootBytes))
  if (bytes === undefined) throw missing("the TUF repository lists this target and does not bring it")
  requireClaimed(name, bytes, claim, crypto)
  return bytes
}

function listedVersions(snapshot: TufMetadata<"snapshot">): Readonly<Record<string, number>> {
  const listed = Object.entries(snapshot.model.signed.meta)
  for (const [name, { version }] of listed) {
    if (!Number.isSafeInteger(version))
      throw new StellaError("TRUST_MALFORMED", `TUF snapshot metadata: ${name} has no integer version`, { name })
  }
  return Object.fromEntries(listed.map(([name, file]) => [name, file.version]))
}

function rollback(name: string, version: number, known: number): StellaError {
  const says = `TUF ${name}: version ${version}, where ${known} was expected or is known already`
  return new StellaError("TRUST_ROLLBACK", says, { name, version, known })
}

function notBefore(name: string, version: number, known: number): void {
  if (version < known) throw rollback(name, version, known)
}

function sameVersion(metadata: TufMetadata<TufRole>, claimed: number): void {
  if (metadata.version === claimed) return
  if (metadata.version < claimed) throw rollback(metadata.role, metadata.version, claimed)
  const { role, version } = metadata
  const says = `TUF ${role} metadata: version ${version}, while ${claimed} is the one vouched for`
  throw new StellaError("TRUST_UNVERIFIED", says, { role, version, claimed })
}

function dated(metadata: TufMetadata<TufRole>): { version: number; expires: string } {
  return { version: metadata.version, expires: printInstant(metadata.expires) }
}
