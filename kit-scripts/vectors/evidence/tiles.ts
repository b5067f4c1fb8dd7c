/** A log as the files of c2sp.org/tlog-tiles: `checkpoint`, `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`. */
import { join, utf8 } from "../crypto/derive.ts"
import type { CheckpointOptions, Log } from "./rekor.ts"

const WIDTH = 256

/** Three-digit groups, all but the last with an x: 1234067 is `x001/x234/067`. */
function number(n: number): string {
  const groups = [String(n % 1000).padStart(3, "0")]
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`)
  }
  return groups.join("/")
}

/** The rows of one level or of the entries: path and the range of what is in each. */
function* rows(prefix: string, count: number): Generator<readonly [path: string, from: number, to: number]> {
  for (let from = 0; from < count; from += WIDTH) {
    const to = Math.min(from + WIDTH, count)
    const partial = to - from === WIDTH ? "" : `.p/${String(to - from)}`
    yield [`${prefix}/${number(from / WIDTH)}${partial}`, from, to]
  }
}

/** The files of the log's first `size` entries, by path. */
export function logFiles(
  log: Log,
  size = log.tree.size,
  checkpoint: CheckpointOptions = {},
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>([["checkpoint", utf8(log.checkpoint(size, checkpoint))]])
  // A tile at level L holds the hashes of whole subtrees of 256^L entries; what is incomplete is not in any tile.
  for (let level = 0, span = 1; size >= span; level++, span *= WIDTH) {
    for (const [path, from, to] of rows(`tile/${String(level)}`, Math.floor(size / span))) {
      const hashes = Array.from({ length: to - from }, (_, i) =>
        log.tree.hash((from + i) * span, (from + i + 1) * span),
      )
      files.set(path, join(...hashes))
    }
  }
  for (const [path, from, to] of rows("tile/entries", size)) {
    const bundle = log.entries.slice(from, to).flatMap(e => [Uint8Array.of(e.length >> 8, e.length & 0xff), e])
    files.set(path, join(...bundle))
  }
  return files
}
