/** `mirror ingest|head|prove|find|fsck` as text. */
import type * as mirror from "../../../ui/contract/operations/mirror.ts"
import { printable, type Paint } from "../printable.ts"
import { lines, many, row, type Shown } from "./lines.ts"

export function ingest(event: Shown<mirror.Ingest["output"]>): string {
  const { head, before, tiles, entries, hashesOnly } = event
  return lines(
    row("log", head.origin),
    row("before", before === null ? "nothing" : `tree of ${before.size}`),
    row("now", `tree of ${head.size}, root ${head.root}`),
    row("taken", `${many(tiles, "tile")}, ${entries} entries, ${hashesOnly} leaves by hash only`),
  )
}

export function showHead(event: Shown<mirror.ShowHead["output"]>, paint: Paint): string {
  if (event.logs.length === 0) return lines("no log is mirrored here")
  return lines(
    event.logs.flatMap(log => [
      `${printable(log.origin)}${log.frozen ? paint.bad("  FROZEN: it has signed two trees that contradict each other") : ""}`,
      `  size  ${log.size}`,
      `  root  ${log.root}`,
      `  held since ${log.at}`,
      `  signed by ${printable(log.vkey)}`,
    ]),
  )
}

export function prove(event: Shown<mirror.Prove["output"]>): string {
  const what =
    event.kind === "inclusion"
      ? [row("entry", `index ${event.index ?? ""}, leaf ${event.leaf ?? ""}`)]
      : [row("from", `tree of ${event.fromSize ?? ""}, root ${event.fromRoot ?? ""}`)]
  return lines(
    row("proof", `of ${event.kind}, verified`),
    row("log", event.origin),
    what,
    row("tree", `of ${event.size}, root ${event.root}`),
    event.hashes.map(hash => row("hash", hash)),
  )
}

export function find(event: Shown<mirror.Find["output"]>): string {
  if (event.type === "result") {
    const kind = event.kind ?? "entry"
    return lines(
      `${event.index.padStart(12)}  ${printable(kind).padEnd(18)}  ${event.leaf}`,
      `  ${printable(event.prove)}`,
    )
  }
  const more = event.next === null ? "" : `; go on with --after ${event.next}`
  const why = { "data-unavailable": "only their hashes are held", "not-indexed": "they are not indexed" }
  return lines(
    `${many(event.total, "entry", "entries")}${more}`,
    event.notSearched.map(({ from, to, reason }) => `not searched: entries ${from} up to ${to}, ${why[reason]}`),
    event.notSearched.length === 0 ? `searched: all ${event.size} entries` : [],
  )
}

export function fsck(event: Shown<mirror.Fsck["output"]>, paint: Paint): string {
  if (event.type === "result")
    return lines(
      `${paint.bad("damaged")}  ${printable(event.part)}  ${printable(event.where ?? "")}  ${printable(event.what)}`,
    )
  const { rows, blobs, logs, damaged } = event
  const checked = `${many(rows, "row")}, ${many(blobs, "blob")}, ${many(logs, "log")} checked`
  return lines(`${damaged === 0 ? paint.good("intact") : paint.bad(many(damaged, "damaged place"))}  ${checked}`)
}
