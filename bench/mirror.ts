/**
 * `npm run -s bench -- mirror [--leaves=N] [--json]`: a whole mirror on LevelDB, every step in a process of its own: taking a
 * log in (synced batches), fsck of entries and tiles, proofs at random. Wall time; the log's own work is taken off. The
 * bound of fsck is SHA-256 as `openssl speed` does it: a leaf of 301 bytes and a node of 65 for each entry.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { opensslRate } from "./hashing.ts"
import { ENTRY_BYTES } from "./mirror-log.ts"

/** What is printed. Memory in MiB. */
export interface MirrorFigures {
  readonly leaves: number
  readonly fsckLeavesPerSecond: number
  readonly fsckRatioToBound: number
  readonly hashesIngestLeavesPerSecond: number
  readonly fullIngestLeavesPerSecond: number
  readonly fullIngestMBPerSecond: number
  readonly proofsPerSecond: number
  readonly proofP99Ms: number
  readonly consistencyPerSecond: number
  readonly bytesPerLeaf: number
  readonly hashesBytesPerLeaf: number
  readonly openMs: number
  /** Greatest RssAnon + RssShmem of any step but the ones that hold the made-up log, and of those. */
  readonly peakRssMb: number
  readonly ingestPeakRssMb: number
  readonly rssFileMb: number
}

interface Memory {
  own: number
  file: number
}

function sample(pid: number, peak: Memory): void {
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, "utf8")
  } catch {
    // The process has just ended.
    return
  }
  const mb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+([0-9]+) kB$`, "m").exec(status)?.[1] ?? 0) / 1024
  peak.own = Math.max(peak.own, mb("RssAnon") + mb("RssShmem"))
  peak.file = Math.max(peak.file, mb("RssFile"))
}

export async function step(name: string, directory: string, leaves: number): Promise<Record<string, number> & Memory> {
  const file = new URL("mirror-step.ts", import.meta.url).pathname
  const child = spawn(process.execPath, [file, name, directory, String(leaves)], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const peak = { own: 0, file: 0 }
  const timer = setInterval(() => sample(child.pid ?? 0, peak), 20)
  const [out] = await Promise.all([text(child.stdout), once(child, "close")])
  clearInterval(timer)
  if (child.exitCode !== 0) throw new Error(`${name} ended with ${String(child.exitCode)}`)
  return { ...(JSON.parse(out) as Record<string, number>), ...peak }
}

export function bytesOf(directory: string): number {
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
}

/** Measures a mirror of so many leaves, a multiple of 256. */
export async function measureMirror(leaves: number): Promise<MirrorFigures> {
  if (!Number.isInteger(leaves / 256) || leaves === 0) throw new Error("--leaves is a multiple of 256")
  const root = mkdtempSync(join(tmpdir(), "stella-bench-mirror-"))
  try {
    const [full, hashes] = [join(root, "full"), join(root, "hashes")]
    const ofHashes = await step("ingest-hashes", hashes, leaves)
    const ofFull = await step("ingest-full", full, leaves)
    const bound = 1000 / (1 / opensslRate(ENTRY_BYTES + 1) + 1 / opensslRate(65))
    const fsck = await step("fsck", full, leaves)
    const prove = await step("prove", hashes, leaves)
    const figure = (of: Record<string, number>, name: string): number => of[name] ?? NaN
    const [fsckRate, fullRate] = [figure(fsck, "leavesPerSecond"), figure(ofFull, "leavesPerSecond")]
    return {
      leaves,
      fsckLeavesPerSecond: fsckRate,
      fsckRatioToBound: fsckRate / bound,
      hashesIngestLeavesPerSecond: figure(ofHashes, "leavesPerSecond"),
      fullIngestLeavesPerSecond: fullRate,
      fullIngestMBPerSecond: (fullRate * (ENTRY_BYTES + 32)) / 1e6,
      proofsPerSecond: figure(prove, "proofsPerSecond"),
      proofP99Ms: figure(prove, "proofP99Ms"),
      consistencyPerSecond: figure(prove, "consistencyPerSecond"),
      bytesPerLeaf: bytesOf(full) / leaves,
      hashesBytesPerLeaf: bytesOf(hashes) / leaves,
      openMs: figure(prove, "openMs"),
      peakRssMb: Math.max(fsck.own, prove.own),
      ingestPeakRssMb: Math.max(ofFull.own, ofHashes.own),
      rssFileMb: Math.max(fsck.file, prove.file, ofFull.file, ofHashes.file),
    }
  } finally {
    rmSync(root, { recursive: true })
  }
}
