/** The keys that a log's checkpoints are checked with: named by the user, or the trusted root's for its origin. */
import { parseVkey } from "../../src/formats/vkey.ts"
import { fromUtf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import { prepareTrust } from "../../src/verify/prepared-trust.ts"
import type { LogKeys } from "../../mirror/ingest-checkpoint.ts"
import type { Context } from "./context.ts"
import { trustFor } from "./trust.ts"

/** Longest vkey file in bytes. */
const MAX_BYTES = 64 * 1024

/** The one vkey in a file. Failures: INPUT_UNREADABLE, KEY_MALFORMED. */
export async function keysInFile(path: string, origin: string, { files, crypto }: Context): Promise<Result<LogKeys>> {
  const bytes = await files.read(path, MAX_BYTES)
  if (!bytes.ok) return bytes
  const parsed = parseVkey((fromUtf8(bytes.value) ?? "").replace(/\r?\n$/, ""), crypto)
  if (parsed.ok) return ok({ origin, vkeys: [parsed.value] })
  const { reason, where } = parsed.error
  return err(new StellaError("KEY_MALFORMED", `${path}: not a vkey: ${reason} at ${where}`, { path, reason, where }))
}

/** A log's origin is its name; a shard of Rekor v1 adds its tree id. Only the keys decide; this only finds them. */
function isOriginOf(origin: string, name: string): boolean {
  return origin.replace(/ - [0-9]+$/, "") === name || origin === name
}

/** The trusted keys of the log that writes this origin; undefined when no trusted root names it. */
export async function trustedKeys(origin: string, context: Context): Promise<Result<LogKeys | undefined>> {
  const loaded = await trustFor({}, context)
  if (!loaded.ok) return loaded
  const { ref, blobs } = loaded.value
  const blob = ({ sha256 }: { readonly sha256: string }): Result<Uint8Array> => {
    const bytes = blobs.get(sha256)
    return bytes === undefined ? err(new StellaError("INTERNAL", "a loaded trust lacks a blob")) : ok(bytes)
  }
  const prepared = prepareTrust(unwrap(blob(ref)), blob, context.crypto)
  if (!prepared.ok) return prepared
  const logs = prepared.value.roots.flatMap(root => root.logs).filter(log => isOriginOf(origin, log.name))
  if (logs.length === 0) return ok(undefined)
  const vkeys = logs.flatMap(log => log.vkeys)
  return ok({ origin, vkeys, witnesses: prepared.value.witnesses.map(witness => witness.vkey) })
}
