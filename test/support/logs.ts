/** The third-party logs of the shared data, and logs made up on the spot, as the files of a tiled log. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { directoryFiles } from "../../mirror/sources/directory-files.node.ts"
import type { LogFiles } from "../../mirror/sources/log-files.ts"
import { tiledLog } from "../../mirror/sources/tiled-log.ts"
import { parseCheckpoint, type Checkpoint } from "../../src/formats/checkpoint.ts"
import { parseVkey, type Vkey } from "../../src/formats/vkey.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { VerifiedTiles, type TileFault } from "../../src/tlog/verified-tiles.ts"
import { concatBytes } from "../../src/kernel/bytes.ts"
import { shared } from "./shared.ts"

/** Absolute path below the shared vectors. */
export function vectorPath(path: string): string {
  return join(shared ?? "/nonexistent", "vectors", path)
}

/** A vector file as text. */
export function vectorText(path: string): string {
  return readFileSync(vectorPath(path), "utf8")
}

/** A vector file as JSON. */
export function vectorJson(path: string): unknown {
  return JSON.parse(vectorText(path))
}

/** A vkey that must parse. */
export function vkeyOf(text: string): Vkey {
  const vkey = parseVkey(text.trim(), nodeCrypto())
  if (!vkey.ok) throw new Error(text)
  return vkey.value
}

/** A checkpoint that must parse. */
export function checkpointOf(text: string): Checkpoint {
  const checkpoint = parseCheckpoint(text)
  if (!checkpoint.ok) throw new Error(checkpoint.error.where)
  return checkpoint.value
}

/** The files of a log below the vectors. */
export function vectorFiles(path: string): LogFiles {
  return directoryFiles(vectorPath(path))
}

/** Files with some of them replaced: by other bytes, by what a function makes of them, or by nothing. */
export function withFiles(
  files: LogFiles,
  changes: Readonly<Record<string, Uint8Array | undefined | ((bytes: Uint8Array) => Uint8Array | undefined)>>,
): LogFiles {
  return {
    async read(path, maxBytes) {
      if (!(path in changes)) return files.read(path, maxBytes)
      const change = changes[path]
      if (typeof change !== "function") return change
      const bytes = await files.read(path, maxBytes)
      return bytes && change(bytes.slice())
    },
  }
}

/** A copy with one bit flipped. */
export function flipped(bytes: Uint8Array, at: number, bit = 0): Uint8Array {
  const copy = bytes.slice()
  copy[at] = (copy[at] as number) ^ (1 << bit)
  return copy
}

/**
 * The leaves of a static-ct data tile (c2sp.org/static-ct-api, TileLeaf): TimestampedEntry (time, type, entry, extensions),
 * a precertificate, 32-byte issuers. What is hashed is 0x00 0x00 and the TimestampedEntry (RFC 6962 §3.4).
 */
export function staticCtLeaves(data: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const u24 = (where: number): number => (view.getUint8(where) << 16) | view.getUint16(where + 1)
  const leaves: Uint8Array[] = []
  let at = 0
  while (leaves.length < count) {
    const start = at
    const type = view.getUint16(at + 8)
    at += type === 0 ? 10 + 3 + u24(at + 10) : 10 + 32 + 3 + u24(at + 42)
    at += 2 + view.getUint16(at)
    leaves.push(concatBytes(Uint8Array.of(0, 0), data.subarray(start, at)))
    if (type === 1) at += 3 + u24(at)
    at += 2 + view.getUint16(at)
  }
  if (at !== data.length) throw new Error(`${data.length - at} bytes behind the last leaf`)
  return leaves
}

/** A fault as an error, for readers under test. */
export class TileError extends Error {
  readonly fault: TileFault
  constructor(fault: TileFault) {
    super(fault.kind)
    this.fault = fault
  }
}

/** Verified tiles over the files of a log. */
export async function verifiedTiles(files: LogFiles, head: Pick<Checkpoint, "size" | "root">): Promise<VerifiedTiles> {
  const read = async (level: number, row: bigint, width: number): Promise<Uint8Array | undefined> =>
    (await tiledLog(files).tile(level, row, width))?.bytes
  return VerifiedTiles.open(nodeCrypto(), head, read, fault => new TileError(fault))
}
