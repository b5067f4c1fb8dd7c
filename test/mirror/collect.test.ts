/**
 * Collecting a log from a server that fails in every way: it ends with the whole log or with the right error, what was
 * vouched for before stays provable, nothing unproven is ever written, and no request leaves the log's address.
 */
import { gzipSync } from "node:zlib"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { readCheckpoints } from "../../mirror/checkpoint-rows.ts"
import { readRanges } from "../../mirror/range-rows.ts"
import { FROZEN_KEY } from "../../mirror/rows.ts"
import { HostGates } from "../../mirror/sources/host-gate.ts"
import { withoutEntries } from "../../mirror/sources/log-source.ts"
import { tiledLog } from "../../mirror/sources/tiled-log.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import {
  ATTEMPTS,
  collectFrom,
  expectProvable,
  InstantTimer,
  NOW,
  strangeRows,
  type Collecting,
} from "../support/collecting.ts"
import { LogServer, type Fault, type Faults } from "../support/log-server.ts"
import { flipped } from "../support/logs.ts"
import { LogSigner, MadeLog, madeEntries } from "../support/made-log.ts"
import { collect, ingestAll, MemoryRows } from "../support/mirror.ts"

const crypto = nodeCrypto()
const signer = new LogSigner("made.example/log")
const { keys } = signer
const BEFORE = 1500
const AFTER = 3000

let log: MadeLog
let base: MemoryRows
let server: LogServer

beforeAll(async () => {
  log = new MadeLog(signer, madeEntries(3100))
  base = new MemoryRows()
  log.size = BEFORE
  await ingestAll(base, log, { keys })
})

beforeEach(async () => {
  log.size = AFTER
  server = await LogServer.start(path => log.file(path), { path: "/api/v2/" })
})

afterEach(async () => {
  expect(server.strays, "requests outside the log's address").toEqual([])
  await server[Symbol.asyncDispose]()
})

/** A fault of one file, the first `times` times that it is asked for. */
function faultOf(path: string, fault: Fault, times = Infinity): Faults {
  return asked => (asked.path === path && asked.before < times ? fault : undefined)
}

/** Paths of the rows from `first` on at 3,000 entries, and of what is above them. */
function implied(first: number): string[] {
  const rows = Array.from({ length: 12 - first }, (_, i) =>
    first + i === 11 ? "011.p/184" : `0${first + i}`.slice(-2).padStart(3, "0"),
  )
  return ["checkpoint", "tile/1/000.p/11", ...rows.flatMap(row => [`tile/0/${row}`, `tile/entries/${row}`])].sort()
}

describe("a healthy server", () => {
  it("is asked once for each thing that the checkpoint implies, several at a time, and for nothing else", async () => {
    const rows = new MemoryRows()
    // No row is answered before eight of them are asked for.
    server.hold(8, path => path.startsWith("tile/0/0") && !path.includes(".p"))
    const { events } = await collectFrom(server, rows, keys)
    expect(server.paths.sort()).toEqual(implied(0))
    expect(server.asked).toHaveLength(server.paths.length)
    const bytes = server.paths.reduce((sum, path) => sum + (log.file(path)?.length ?? 0), 0)
    expect(events.at(-1)).toMatchObject({
      type: "done",
      entries: 3000n,
      requests: server.asked.length,
      retries: 0,
      bytes,
    })
    const progress = events.filter(event => event.type === "progress")
    expect(progress.map(event => event.done)).toEqual([
      ...Array.from({ length: 11 }, (_, i) => BigInt(256 * (i + 1))),
      3000n,
    ])
    expect(progress.every(event => event.total === 3000n && event.bytes > 0)).toBe(true)
    await expectProvable(rows, log, AFTER, keys)
  })

  it("is asked for the growth alone by a mirror that holds the beginning", async () => {
    const rows = base.copy()
    await collectFrom(server, rows, keys)
    expect(server.paths.sort()).toEqual(implied(5))
    await expectProvable(rows, log, AFTER, keys)
  })

  it("is asked for no tile when nothing has grown", async () => {
    log.size = BEFORE
    const rows = base.copy()
    const { events } = await collectFrom(server, rows, keys)
    expect(events.at(-1)).toMatchObject({ type: "done", tiles: 0, entries: 0n })
    expect(server.paths).toEqual(["checkpoint"])
  })

  it("is never asked for more at a time than its host stands", async () => {
    const gates = new HostGates(new InstantTimer(), { inFlight: 3, perSecond: Infinity })
    server.hold(3, path => path.startsWith("tile/0/0") && !path.includes(".p"))
    await collectFrom(server, new MemoryRows(), keys, { world: { gates } })
    expect(server.most).toBe(3)
  })

  it("is asked for hashes alone, and for the entries when they are wanted later", async () => {
    const rows = new MemoryRows()
    const files = { read: async (path: string) => log.file(path) }
    await collectFrom(server, rows, keys, { options: { source: withoutEntries(tiledLog(files)) } })
    expect(await readRanges({ rows, crypto })).toEqual([{ start: 0n, end: 3000n, state: "hashes" }])
    await collectFrom(server, rows, keys)
    expect(await readRanges({ rows, crypto })).toEqual([{ start: 0n, end: 3000n, state: "entries" }])
    // The hashes are there: only entries are asked for.
    expect(server.paths.filter(path => path.startsWith("tile/0/"))).toEqual([])
    await expectProvable(rows, log, AFTER, keys)
  })

  it("may have removed partial tiles whose full ones are there", async () => {
    const checkpoint = log.checkpoint()
    log.size = 3100
    server.faults = asked => {
      if (asked.path === "checkpoint") return { kind: "bytes", bytes: checkpoint }
      return asked.path.startsWith("tile/0/011.p") || asked.path.startsWith("tile/entries/011.p")
        ? { kind: "bytes", bytes: undefined }
        : undefined
    }
    const rows = base.copy()
    expect((await collectFrom(server, rows, keys)).error).toBeUndefined()
    expect(server.paths).toEqual(expect.arrayContaining(["tile/0/011", "tile/entries/011"]))
    await expectProvable(rows, log, AFTER, keys)
  })

  it("may redirect below its own address", async () => {
    // Files lie at the addresses to which they were moved, and nowhere else.
    await using moved = await LogServer.start(path => log.file(path.replace("moved/", "tile/")), { path: "/log/" })
    moved.faults = ({ path }) => {
      const [kind, , row] = path.split("/")
      if (kind !== "tile") return undefined
      const location =
        row === "007" ? `../../${path.replace("tile/", "moved/")}` : `/log/${path.replace("tile/", "moved/")}`
      return { kind: "status", status: row === "008" ? 307 : 302, headers: { location } }
    }
    const rows = base.copy()
    expect((await collectFrom(moved, rows, keys)).error).toBeUndefined()
    expect(moved.paths).toEqual(expect.arrayContaining(["moved/0/007", "moved/entries/008"]))
    expect(moved.strays).toEqual([])
    await expectProvable(rows, log, AFTER, keys)
  })
})

describe("a fault that passes leaves no trace", () => {
  const status = (code: number, headers: Record<string, string> = {}): Fault => ({
    kind: "status",
    status: code,
    headers,
  })
  const inElevenSeconds = new Date(NOW.getTime() + 11_000).toUTCString()
  const quick: Collecting = { http: { headMs: 400, idleMs: 400 } }
  const other = new Uint8Array(8192)

  it.each<[string, Fault, string, Collecting]>([
    ["429 with Retry-After in seconds", status(429, { "retry-after": "7" }), "tile/0/007", {}],
    ["503 with Retry-After as a date", status(503, { "retry-after": inElevenSeconds }), "tile/0/007", {}],
    ["503 without Retry-After", status(503), "checkpoint", {}],
    ["500", status(500), "tile/1/000.p/11", {}],
    ["502", status(502), "tile/entries/006", {}],
    ["504", status(504), "tile/entries/011.p/184", {}],
    ["408", status(408), "tile/0/011.p/184", {}],
    ["a reset before the answer", { kind: "reset", when: "head" }, "tile/0/007", {}],
    ["a reset within the body", { kind: "reset", when: "body" }, "tile/entries/007", {}],
    ["a reset within the checkpoint", { kind: "reset", when: "body" }, "checkpoint", {}],
    ["an answer that does not begin", { kind: "stall", when: "head" }, "tile/0/007", quick],
    ["a body that does not go on", { kind: "stall", when: "body" }, "tile/entries/007", quick],
    ["a tile of something else", { kind: "bytes", bytes: other }, "tile/0/007", {}],
    ["a truncated tile", { kind: "bytes", bytes: other.subarray(0, 4000) }, "tile/0/007", {}],
    ["an empty tile", { kind: "bytes", bytes: new Uint8Array() }, "tile/0/007", {}],
    ["a tile that is not there yet", { kind: "bytes", bytes: undefined }, "tile/0/007", {}],
    ["an edge of something else", { kind: "bytes", bytes: other.subarray(0, 184 * 32) }, "tile/0/011.p/184", {}],
    ["an upper edge of something else", { kind: "bytes", bytes: other.subarray(0, 11 * 32) }, "tile/1/000.p/11", {}],
    ["entries of something else", { kind: "bytes", bytes: new Uint8Array(512) }, "tile/entries/007", {}],
    ["entries compressed", { kind: "gzip" }, "tile/entries/007", {}],
    ["a tile compressed", { kind: "gzip" }, "tile/0/007", {}],
    ["a checkpoint compressed", { kind: "gzip" }, "checkpoint", {}],
  ])("%s", async (_, fault, path, collecting) => {
    server.faults = faultOf(path, fault, 1)
    const rows = base.copy()
    const { error, timer, events } = await collectFrom(server, rows, keys, collecting)
    expect(error).toBeUndefined()
    expect(server.asked.filter(asked => asked.path === path)).toHaveLength(fault.kind === "gzip" ? 1 : 2)
    await expectProvable(rows, log, AFTER, keys)
    if (fault.kind === "status" && fault.headers?.["retry-after"] !== undefined) {
      expect(timer.waits).toContain(fault.status === 429 ? 7000 : 11_000)
      expect(events.at(-1)?.retries).toBe(1)
    }
  })

  it("is asked for again past every cache when it does not agree with the log", async () => {
    server.faults = asked =>
      ["tile/0/007", "tile/entries/008"].includes(asked.path) && asked.headers["cache-control"] === undefined
        ? { kind: "bytes", bytes: other }
        : undefined
    const rows = base.copy()
    expect((await collectFrom(server, rows, keys)).error).toBeUndefined()
    await expectProvable(rows, log, AFTER, keys)
  })

  it("many at once, on every file", async () => {
    const faults: readonly Fault[] = [status(429, { "retry-after": "1" }), { kind: "reset", when: "head" }, status(503)]
    server.faults = asked => faults[asked.before]
    const rows = new MemoryRows()
    const { error, events } = await collectFrom(server, rows, keys)
    expect(error).toBeUndefined()
    expect(events.at(-1)).toMatchObject({ retries: 3 * implied(0).length, requests: 4 * implied(0).length })
    await expectProvable(rows, log, AFTER, keys)
  })
})

describe("a fault that stays is an error with its name", () => {
  const status = (code: number, headers: Record<string, string> = {}): Fault => ({
    kind: "status",
    status: code,
    headers,
  })
  const bytes = (what: Uint8Array | undefined): Fault => ({ kind: "bytes", bytes: what })
  const two = { world: { retry: { attempts: 2, baseMs: 1, capMs: 1, retryAfterMs: 1000 } } }
  const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024))

  it.each<[string, Fault, string, string, number, Collecting]>([
    ["429 again and again", status(429, { "retry-after": "2" }), "tile/0/007", "SOURCE_UNAVAILABLE", ATTEMPTS, {}],
    ["503 again and again", status(503), "checkpoint", "SOURCE_UNAVAILABLE", ATTEMPTS, {}],
    ["a Retry-After of a day", status(503, { "retry-after": "86400" }), "tile/0/007", "SOURCE_UNAVAILABLE", 1, {}],
    ["resets", { kind: "reset", when: "head" }, "tile/0/007", "SOURCE_UNAVAILABLE", ATTEMPTS, {}],
    ["cut bodies", { kind: "reset", when: "body" }, "tile/entries/007", "SOURCE_UNAVAILABLE", ATTEMPTS, {}],
    [
      "no answer",
      { kind: "stall", when: "head" },
      "tile/0/007",
      "SOURCE_UNAVAILABLE",
      2,
      { ...two, http: { headMs: 300 } },
    ],
    [
      "no body",
      { kind: "stall", when: "body" },
      "tile/0/007",
      "SOURCE_UNAVAILABLE",
      2,
      { ...two, http: { idleMs: 300 } },
    ],
    [
      "a body byte by byte",
      { kind: "drip", everyMs: 20 },
      "tile/0/007",
      "SOURCE_UNAVAILABLE",
      2,
      { ...two, http: { bodyMs: 400 } },
    ],
    ["a body without end", { kind: "endless" }, "tile/0/007", "SOURCE_REFUSED", 1, {}],
    ["a checkpoint without end", { kind: "endless" }, "checkpoint", "SOURCE_REFUSED", 1, {}],
    ["a gzip bomb as a tile", { kind: "gzip", wire: bomb }, "tile/0/007", "SOURCE_REFUSED", 1, {}],
    ["a gzip bomb as entries", { kind: "gzip", wire: bomb }, "tile/entries/007", "SOURCE_REFUSED", 1, {}],
    ["a gzip bomb as a checkpoint", { kind: "gzip", wire: bomb }, "checkpoint", "SOURCE_REFUSED", 1, {}],
    ["gzip that is none", { kind: "gzip", wire: utf8("no gzip") }, "tile/0/007", "SOURCE_REFUSED", 1, {}],
    ["an encoding nobody asked for", { kind: "encoding", encoding: "br" }, "tile/0/007", "SOURCE_REFUSED", 1, {}],
    ["403", status(403), "tile/0/007", "SOURCE_REFUSED", 1, {}],
    ["401", status(401), "checkpoint", "SOURCE_REFUSED", 1, {}],
    ["206", status(206), "tile/0/007", "SOURCE_REFUSED", 1, {}],
    ["a wrong tile", bytes(new Uint8Array(8192)), "tile/0/007", "MEDIA_TAMPERED", 2, {}],
    ["a truncated tile", bytes(new Uint8Array(8191)), "tile/0/007", "MEDIA_TAMPERED", 2, {}],
    ["a wrong edge", bytes(new Uint8Array(11 * 32)), "tile/1/000.p/11", "MEDIA_TAMPERED", 3, {}],
    ["wrong entries", bytes(new Uint8Array(512)), "tile/entries/007", "MEDIA_TAMPERED", 2, {}],
    ["a missing tile", bytes(undefined), "tile/0/007", "MEDIA_UNREADABLE", 2, {}],
    ["a missing checkpoint", bytes(undefined), "checkpoint", "MEDIA_UNREADABLE", 1, {}],
    ["a checkpoint that is none", bytes(utf8("<html>")), "checkpoint", "EVIDENCE_MALFORMED", 1, {}],
  ])("%s", async (_, fault, path, code, times, collecting) => {
    server.faults = faultOf(path, fault)
    const rows = base.copy()
    const { error } = await collectFrom(server, rows, keys, collecting)
    expect(error?.code).toBe(code)
    expect(error?.detail["path"]).toBe(path)
    expect(server.asked.filter(asked => asked.path === path)).toHaveLength(times)
    // What was vouched for stays provable, and what was written beyond it is the log's.
    await expectProvable(rows, log, BEFORE, keys)

    const seen = server.asked.length
    server.faults = () => undefined
    expect((await collectFrom(server, rows, keys)).error).toBeUndefined()
    await expectProvable(rows, log, AFTER, keys)
    // Rows that were written are not asked for again.
    if (path.endsWith("007"))
      expect(server.asked.slice(seen).map(asked => asked.path)).not.toContain("tile/entries/006")
  })

  it("a redirect to elsewhere, which is never followed", async () => {
    await using elsewhere = await LogServer.start(path => log.file(path))
    const port = new URL(server.prefix).port
    for (const location of [
      `${elsewhere.prefix}tile/0/007`,
      `//${new URL(elsewhere.prefix).host}/tile/0/007`,
      "/tile/0/007",
      "../../../tile/0/007",
      "/api/v2/../v1/tile/0/007",
      "/api/v2/%2e%2e/v1/tile/0/007",
      "/api/v2/..%2fv1/tile/0/007",
      "/api/v2/tile%5c..%5c..%5c007",
      "/api/v20/tile/0/007",
      "\\\\127.0.0.1\\tile",
      `http://somebody@127.0.0.1:${port}/api/v2/tile/0/007`,
      `https://127.0.0.1:${port}/api/v2/tile/0/007`,
      "file:///etc/hostname",
      "http://",
      "",
    ]) {
      for (const code of [301, 302, 303, 307, 308]) {
        server.faults = faultOf("tile/0/007", status(code, { location }))
        const rows = base.copy()
        const { error } = await collectFrom(server, rows, keys)
        expect([error?.code, error?.detail["path"]], location).toEqual(["SOURCE_REFUSED", "tile/0/007"])
      }
    }
    expect([elsewhere.asked, elsewhere.strays]).toEqual([[], []])
  })

  it("at once, though other rows wait for their turn to ask again", async () => {
    // A wait that only the end of the collection ends.
    const timer = {
      monotonicMs: () => 0,
      wait: (_: number, signal?: AbortSignal) =>
        new Promise<void>(resolve => signal?.addEventListener("abort", () => resolve())),
    }
    server.faults = asked => {
      if (asked.path === "tile/entries/005") return status(403)
      return /^tile.*\/00[6-9]$/.test(asked.path) ? status(503) : undefined
    }
    const rows = base.copy()
    const world = { timer, gates: new HostGates(timer, { inFlight: 16, perSecond: Infinity }) }
    const { error } = await collectFrom(server, rows, keys, { world })
    expect([error?.code, error?.detail["path"]]).toEqual(["SOURCE_REFUSED", "tile/entries/005"])
    await expectProvable(rows, log, BEFORE, keys)
  })

  it("a redirect in a circle", async () => {
    server.faults = faultOf("tile/0/007", status(302, { location: "007" }))
    const { error } = await collectFrom(server, base.copy(), keys)
    expect(error?.code).toBe("SOURCE_REFUSED")
    expect(server.asked.filter(asked => asked.path === "tile/0/007")).toHaveLength(5)
  })
})

describe("a log that lies", () => {
  it("by an older checkpoint is a rollback, and the checkpoint is kept", async () => {
    log.size = 1000
    const rows = base.copy()
    const { error } = await collectFrom(server, rows, keys)
    expect([error?.code, error?.detail["held"]]).toEqual(["MEDIA_ROLLBACK", "1500"])
    expect(server.paths).toEqual(["checkpoint"])
    expect((await collect(readCheckpoints({ rows, crypto }))).map(kept => kept.checkpoint.size)).toEqual([1000n, 1500n])
    await expectProvable(rows, log, BEFORE, keys)
  })

  it.each([
    ["of the same size", BEFORE],
    ["of a smaller size", 1000],
    ["of a greater size", AFTER],
  ])("by a fork %s is convicted, and frozen", async (_, size) => {
    const forked = new MadeLog(signer, [...log.entries.slice(0, 900), ...madeEntries(2200, "fork ")])
    forked.size = size
    server.faults = asked => ({ kind: "bytes", bytes: forked.file(asked.path) })
    const rows = base.copy()
    const { error } = await collectFrom(server, rows, keys)
    expect(error?.code).toBe("SPLIT_VIEW")
    expect(await rows.get(FROZEN_KEY)).toBeDefined()
    expect(await strangeRows(rows, log)).toEqual([])
    server.faults = () => undefined
    expect((await collectFrom(server, rows, keys)).error?.code).toBe("SPLIT_VIEW")
  })

  it("by a checkpoint that it has not signed is not believed, and asked for no tile", async () => {
    const stranger = new MadeLog(new LogSigner(keys.origin), log.entries)
    for (const checkpoint of [stranger.checkpoint(), flipped(log.checkpoint(), 20, 1)]) {
      server.faults = faultOf("checkpoint", { kind: "bytes", bytes: checkpoint })
      const { error } = await collectFrom(server, base.copy(), keys)
      expect(error?.code).toBe("PROOF_INVALID")
    }
    expect(server.paths).toEqual(["checkpoint"])
  })

  it("by tiles of a fork under an honest checkpoint writes nothing of them", async () => {
    const forked = new MadeLog(signer, [...log.entries.slice(0, 2600), ...madeEntries(500, "fork ")])
    forked.size = AFTER
    server.faults = asked =>
      asked.path === "checkpoint" ? undefined : { kind: "bytes", bytes: forked.file(asked.path) }
    const rows = base.copy()
    const { error } = await collectFrom(server, rows, keys)
    expect(error?.code).toBe("MEDIA_TAMPERED")
    await expectProvable(rows, log, BEFORE, keys)
  })
})

describe("an interruption", () => {
  it.each([1, 2, 5, 6])("after %i rows loses none of them", async rowsDone => {
    const rows = new MemoryRows()
    const stop = new AbortController()
    // The rest never comes: the collection is stopped while it waits.
    server.faults = asked => {
      const row = /^tile\/entries\/(\d+)/.exec(asked.path)?.[1]
      if (row === undefined || Number(row) < rowsDone) return undefined
      return { kind: "stall", when: "body" }
    }
    const watched = {
      get: (key: Uint8Array) => rows.get(key),
      getMany: (all: readonly Uint8Array[]) => rows.getMany(all),
      entries: (range: Parameters<MemoryRows["entries"]>[0]) => rows.entries(range),
      async batch(...args: Parameters<MemoryRows["batch"]>) {
        await rows.batch(...args)
        const [changes] = args
        if (changes.some(change => change.key[0] === 0x65 && Number(change.key.at(-1)) === rowsDone - 1)) stop.abort()
      },
    }
    const { error } = await collectFrom(server, watched, keys, { options: { signal: stop.signal } })
    expect(error?.code).toBe("INTERRUPTED")
    expect(await strangeRows(rows, log)).toEqual([])

    server.faults = () => undefined
    expect((await collectFrom(server, rows, keys)).error).toBeUndefined()
    // Requests of the first collection may reach the server after it has ended.
    const paths = server.asked.map(asked => asked.path)
    const again = paths.slice(paths.lastIndexOf("checkpoint"))
    expect(again.filter(path => path.startsWith("tile/entries/"))).toHaveLength(12 - rowsDone)
    expect(again.filter(path => path.startsWith("tile/0/"))).toHaveLength(12 - rowsDone)
    await expectProvable(rows, log, AFTER, keys)
  })

  it("while the host wants quiet ends at once", async () => {
    const stop = new AbortController()
    const timer = {
      monotonicMs: () => 0,
      // The wait that the server asked for is cut by the person who stops the collection.
      async wait() {
        stop.abort()
      },
    }
    server.faults = faultOf("checkpoint", { kind: "status", status: 429, headers: { "retry-after": "300" } })
    const world = { timer, gates: new HostGates(timer) }
    const { error } = await collectFrom(server, base.copy(), keys, { world, options: { signal: stop.signal } })
    expect(error?.code).toBe("INTERRUPTED")
    expect(server.asked).toHaveLength(1)
  })

  it("keeps rows of an earlier collection only where they are still proven", async () => {
    const rows = base.copy()
    server.faults = faultOf("tile/entries/009", { kind: "status", status: 403 })
    expect((await collectFrom(server, rows, keys)).error?.code).toBe("SOURCE_REFUSED")
    // A byte on the disk turns: the row beyond the head is asked for again.
    for await (const [key, value] of rows.entries({ from: Uint8Array.of(0x74, 0), to: Uint8Array.of(0x74, 1) })) {
      if (key.at(-1) === 6) await rows.batch([{ type: "put", key, value: flipped(value, 99) }], { sync: true })
    }
    server.faults = () => undefined
    const seen = server.asked.length
    expect((await collectFrom(server, rows, keys)).error).toBeUndefined()
    const again = server.asked.slice(seen).map(asked => asked.path)
    expect(again).toContain("tile/0/006")
    expect(again).not.toContain("tile/0/007")
    await expectProvable(rows, log, AFTER, keys)
  })
})
