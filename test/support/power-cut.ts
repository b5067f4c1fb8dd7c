/**
 * Power cuts rebuilt from the system calls of a real program. `record` runs it under strace and keeps every call that
 * changes files below a directory, in order, with the bytes written; `diskAfter` gives the files as a power cut after
 * the k-th call may leave them. Unlike kill -9, which loses nothing that was written, this drops what was not synced.
 *
 * Bytes are stable up to the last fsync or fdatasync of their file. Names are as a journaling file system keeps them: in
 * order, and at the latest stable with the next sync of anything.
 */
import { spawnSync } from "node:child_process"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"

/** A call on a file below the recorded directory, or a line of output that the program wrote. */
type Call =
  | { readonly kind: "create"; readonly path: string; readonly truncate: boolean }
  | { readonly kind: "write"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: "sync"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "unlink"; readonly path: string }
  | { readonly kind: "output"; readonly text: string }

/** What becomes of bytes that were written and not synced, and of names since the last sync. */
export const LOSSES = ["unsynced bytes lost", "unsynced bytes torn", "unsynced bytes and names lost"] as const
export type Loss = (typeof LOSSES)[number]

const TRACED = "openat,write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate"
const TEXT = String.raw`"((?:\\x[0-9a-f]{2})*)"`
const FD = String.raw`(\d+)<((?:\\x[0-9a-f]{2})*)>`

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.split("\\x").slice(1), byte => Number.parseInt(byte, 16))
}

function decode(text: string): string {
  return new TextDecoder().decode(unhex(text))
}

/** Reads one whole line of the trace; undefined when the call failed or concerns nothing below `root`. */
function parse(line: string, root: string): Call | undefined {
  const at = (path: string) => path.startsWith(`${root}/`)
  let m = new RegExp(`^openat\\(AT_FDCWD(?:<[^>]*>)?, ${TEXT}, ([A-Z_|]+)(?:, \\d+)?\\) += \\d`).exec(line)
  if (m !== null) {
    const path = decode(m[1] ?? "")
    const flags = m[2] ?? ""
    if (!at(path) || !/O_CREAT|O_TRUNC/.test(flags)) return undefined
    return { kind: "create", path, truncate: flags.includes("O_TRUNC") }
  }
  m = new RegExp(`^(write|pwrite64)\\(${FD}, ${TEXT}(.*)$`).exec(line)
  if (m !== null) {
    const path = decode(m[3] ?? "")
    const bytes = unhex(m[4] ?? "")
    if (m[2] === "1") return { kind: "output", text: new TextDecoder().decode(bytes) }
    if (!at(path)) return undefined
    if (m[1] === "pwrite64" || !new RegExp(`= ${bytes.length}$`).test(line))
      throw new Error(`unexpected write: ${path}`)
    return { kind: "write", path, bytes }
  }
  m = new RegExp(`^(fsync|fdatasync)\\(${FD}\\) += 0`).exec(line)
  if (m !== null) {
    const path = decode(m[3] ?? "")
    return at(path) || path === root ? { kind: "sync", path } : undefined
  }
  m = new RegExp(`^rename\\(${TEXT}, ${TEXT}\\) += 0`).exec(line)
  if (m !== null)
    return at(decode(m[2] ?? "")) ? { kind: "rename", from: decode(m[1] ?? ""), to: decode(m[2] ?? "") } : undefined
  m = new RegExp(`^unlink(?:at)?\\((?:AT_FDCWD(?:<[^>]*>)?, )?${TEXT}(?:, [A-Z0_]+)?\\) += 0`).exec(line)
  if (m !== null) return at(decode(m[1] ?? "")) ? { kind: "unlink", path: decode(m[1] ?? "") } : undefined
  if (/^(writev|ftruncate|renameat)/.test(line) && line.includes(root))
    throw new Error(`unexpected call: ${line.slice(0, 99)}`)
  return undefined
}

/** Runs a program and gives its calls on files below `root`. */
export async function record(root: string, command: readonly string[]): Promise<Call[]> {
  const log = `${root}.trace`
  const options = ["-f", "-qq", "-y", "-xx", "-s", "10000000", "-e", `trace=${TRACED}`, "-e", "signal=none", "-o", log]
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" }
  const run = spawnSync("strace", [...options, ...command], { encoding: "utf8", env })
  if (run.status !== 0) throw new Error(`the program failed: ${run.stderr}`)
  const calls: Call[] = []
  const begun = new Map<string, string>()
  for (const line of (await readFile(log, "latin1")).split("\n")) {
    const [, pid = "", text = ""] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (text.endsWith("<unfinished ...>")) {
      begun.set(pid, text.slice(0, -"<unfinished ...>".length).trimEnd())
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)
    const whole = resumed === null ? text : `${begun.get(pid) ?? ""}${resumed[1] ?? ""}`
    const call = parse(whole.replace(/\s+=\s+/, " = "), root)
    if (call !== undefined) calls.push(call)
  }
  await rm(log)
  return calls
}

interface Content {
  bytes: Uint8Array
  stable: number
}

/** Files by path after the first `count` calls, and what the program had printed by then. */
export function diskAfter(
  calls: readonly Call[],
  count: number,
  loss: Loss,
): { readonly files: ReadonlyMap<string, Uint8Array>; readonly output: string } {
  let names = new Map<string, Content>()
  let stableNames = names
  let output = ""
  for (const call of calls.slice(0, count)) {
    switch (call.kind) {
      case "output":
        output += call.text
        break
      case "create":
        names = new Map(names)
        if (call.truncate || !names.has(call.path)) names.set(call.path, { bytes: new Uint8Array(), stable: 0 })
        break
      case "write": {
        const content = names.get(call.path)
        if (content !== undefined) content.bytes = Uint8Array.from([...content.bytes, ...call.bytes])
        break
      }
      case "sync": {
        const content = names.get(call.path)
        if (content !== undefined) content.stable = content.bytes.length
        stableNames = names
        break
      }
      case "rename": {
        const content = names.get(call.from)
        names = new Map(names)
        if (content !== undefined) names.set(call.to, content)
        names.delete(call.from)
        break
      }
      case "unlink":
        names = new Map(names)
        names.delete(call.path)
        break
    }
  }
  const files = new Map<string, Uint8Array>()
  for (const [path, { bytes, stable }] of loss === "unsynced bytes and names lost" ? stableNames : names) {
    const kept = loss === "unsynced bytes torn" ? stable + Math.floor((bytes.length - stable) / 2) : stable
    files.set(path, bytes.slice(0, kept))
  }
  return { files, output }
}

/** Writes the files of `from` below `to`. */
export async function restore(files: ReadonlyMap<string, Uint8Array>, from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const [path, bytes] of files) {
    const target = join(to, path.slice(from.length + 1))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, bytes)
  }
}
