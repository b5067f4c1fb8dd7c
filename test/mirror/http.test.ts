/** The way to a server: certificates of a site's own, proxies, who we say we are, and other layouts than our own. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { sumdb } from "../../mirror/sources/tiled-log.ts"
import { nodeHttp } from "../../mirror/sources/http.node.ts"
import { systemTimer } from "../../mirror/sources/timer.node.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { concatBytes, utf8 } from "../../src/kernel/bytes.ts"
import { collectFrom, expectProvable } from "../support/collecting.ts"
import { LogServer } from "../support/log-server.ts"
import { LogSigner, MadeLog, madeEntries } from "../support/made-log.ts"
import { vectorPath, vectorText } from "../support/logs.ts"
import { generatedKeys, generatedLog, ingestAll, MemoryRows, provenRows } from "../support/mirror.ts"
import { ProxyServer } from "../support/proxy-server.ts"
import { shared } from "../support/shared.ts"

const signer = new LogSigner("made.example/log")
const { keys } = signer
const log = new MadeLog(signer, madeEntries(600))
const file = (path: string): Uint8Array | undefined => log.file(path)
const once = { world: { retry: { attempts: 1, baseMs: 1, capMs: 1, retryAfterMs: 1 } } }

describe("certificates", () => {
  let folder: string
  let tls: { readonly key: string; readonly cert: string }
  let ca: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "stella-ca-"))
    const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" })
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Site CA", "-days", "2")
    openssl("req", ...key, "-keyout", "log.key", "-out", "log.csr", "-subj", "/CN=log")
    writeFileSync(join(folder, "log.ext"), "subjectAltName=IP:127.0.0.1\n")
    const signed = ["-req", "-in", "log.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"]
    openssl("x509", ...signed, "-extfile", "log.ext", "-out", "log.pem")
    const read = (name: string): string => readFileSync(join(folder, name), "utf8")
    tls = { key: read("log.key"), cert: read("log.pem") }
    ca = read("ca.pem")
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it("of a site's own authority are trusted where it is named, and nowhere else", async () => {
    await using server = await LogServer.start(file, { tls })
    const stranger = await collectFrom(server, new MemoryRows(), keys)
    expect([stranger.error?.code, stranger.error?.message]).toEqual([
      "SOURCE_REFUSED",
      expect.stringContaining("certificate"),
    ])
    expect(server.asked).toEqual([])
    const rows = new MemoryRows()
    expect((await collectFrom(server, rows, keys, { http: { ca: [ca] } })).error).toBeUndefined()
    await expectProvable(rows, log, 600, keys)
  })

  it("are those of the log behind a proxy's tunnel", async () => {
    await using server = await LogServer.start(file, { tls })
    await using proxy = await ProxyServer.start()
    const rows = new MemoryRows()
    const http = { ca: [ca], proxy: proxy.url.replace("//", "//site:secret@") }
    expect((await collectFrom(server, rows, keys, { http })).error).toBeUndefined()
    await expectProvable(rows, log, 600, keys)
    expect(new Set(proxy.credentials)).toEqual(new Set([`Basic ${Buffer.from("site:secret").toString("base64")}`]))
    // What the proxy is told stays with it.
    expect(server.asked.some(asked => asked.headers["proxy-authorization"] !== undefined)).toBe(false)
    expect(new Set(proxy.passed)).toEqual(new Set([`CONNECT ${new URL(server.prefix).host}`]))
    const stranger = await collectFrom(server, new MemoryRows(), keys, { http: { proxy: proxy.url } })
    expect(stranger.error?.code).toBe("SOURCE_REFUSED")
  })
})

describe("a proxy", () => {
  it("carries every request, with the credentials in its address", async () => {
    await using server = await LogServer.start(file)
    await using proxy = await ProxyServer.start()
    const rows = new MemoryRows()
    const http = { proxy: proxy.url.replace("//", "//site:secret@") }
    expect((await collectFrom(server, rows, keys, { http })).error).toBeUndefined()
    await expectProvable(rows, log, 600, keys)
    expect(proxy.passed.map(line => line.replace(`GET ${server.prefix}`, "")).sort()).toEqual(
      server.asked.map(asked => asked.path).sort(),
    )
    const basic = `Basic ${Buffer.from("site:secret").toString("base64")}`
    expect(new Set(proxy.credentials)).toEqual(new Set([basic]))
  })

  it("that is away is not gone around", async () => {
    await using server = await LogServer.start(file)
    const gone = await ProxyServer.start()
    await gone[Symbol.asyncDispose]()
    const { error } = await collectFrom(server, new MemoryRows(), keys, { ...once, http: { proxy: gone.url } })
    expect(error?.code).toBe("SOURCE_UNAVAILABLE")
    expect(server.asked).toEqual([])
  })

  it("has an http:// or https:// address", () => {
    for (const proxy of ["127.0.0.1:3128", "socks5://127.0.0.1:1080", "http://"]) {
      expect(() => nodeHttp({ proxy })).toThrow(StellaError)
    }
  })
})

describe("a request", () => {
  it("says who asks and takes gzip", async () => {
    await using server = await LogServer.start(file)
    await collectFrom(server, new MemoryRows(), keys, { http: { userAgent: "stella (operator@site.example)" } })
    const said = new Set(
      server.asked.map(({ headers }) => `${headers["user-agent"] ?? ""} ${headers["accept-encoding"] ?? ""}`),
    )
    expect([...said]).toEqual(["stella (operator@site.example) gzip"])
    // Whatever a cache would say of the newest checkpoint, it is asked for at the log.
    expect(server.asked.filter(({ headers }) => headers["cache-control"] === "no-cache").map(a => a.path)).toEqual([
      "checkpoint",
    ])
  })

  it("to a server that is not there is SOURCE_UNAVAILABLE", async () => {
    const gone = await LogServer.start(file)
    await gone[Symbol.asyncDispose]()
    const { error } = await collectFrom(gone, new MemoryRows(), keys, once)
    expect([error?.code, error?.detail["address"]]).toEqual(["SOURCE_UNAVAILABLE", gone.prefix])
    expect(error?.cause).toMatchObject({ code: "ECONNREFUSED" })
  })

  it("that is refused leaves no connection open for what the server goes on saying", async () => {
    await using server = await LogServer.start(file)
    const client = nodeHttp({ idleMs: 100 })
    for (const status of [302, 404, 503]) {
      server.faults = () => ({ kind: "status", status, isUnfinished: true })
      const request = { url: `${server.prefix}checkpoint`, maxBytes: 1000, fresh: false, signal: undefined }
      expect(await client.get(request)).toMatchObject({ kind: "answered", status })
      await expect.poll(() => server.connections).toBe(0)
    }
    client.close()
  })

  it("has its head bounded", async () => {
    await using server = await LogServer.start(file)
    server.faults = () => ({ kind: "status", status: 200, headers: { "x-filler": "x".repeat(60_000) } })
    const { error } = await collectFrom(server, new MemoryRows(), keys, once)
    expect(error?.cause).toMatchObject({ code: "HPE_HEADER_OVERFLOW" })
  })
})

it.skipIf(!shared)("the generated log over HTTP ends with the same rows as from its folder", async () => {
  const file = (path: string): Uint8Array | undefined => {
    if (path === "checkpoint") return utf8(vectorText("generated-log/checkpoints/70000"))
    const there = statSync(vectorPath(`generated-log/log/${path}`), { throwIfNoEntry: false })
    return there?.isFile() === true ? new Uint8Array(readFileSync(vectorPath(`generated-log/log/${path}`))) : undefined
  }
  await using server = await LogServer.start(file)
  const [collected, folder] = [new MemoryRows(), new MemoryRows()]
  const { events } = await collectFrom(server, collected, generatedKeys(), { options: { batchBytes: 1_000_000 } })
  // The checkpoint, 277 tiles and 274 bundles, each once.
  expect(events.at(-1)).toMatchObject({ type: "done", tiles: 277, entries: 70_000n, requests: 552 })
  await ingestAll(folder, generatedLog())
  expect(await provenRows(collected)).toBe(await provenRows(folder))
})

it("the Go checksum database's layout gives the log", async () => {
  const texts = Array.from(
    { length: 600 },
    (_, i) => `example.com/m v0.0.${i} h1:${i}=\nexample.com/m v0.0.${i}/go.mod h1:m${i}=\n`,
  )
  const records = new MadeLog(signer, texts.map(utf8))
  /** The layout of golang.org/x/mod/sumdb, written down a second time. */
  const served = (path: string): Uint8Array | undefined => {
    if (path === "latest") return records.file("checkpoint")
    const data = /^tile\/8\/data\/(\d{3})(?:\.p\/(\d+))?$/.exec(path)
    if (data === null) return path.startsWith("tile/8/") ? records.file(path.replace("tile/8/", "tile/")) : undefined
    const first = 256 * Number(data[1])
    const those = texts.slice(first, first + Number(data[2] ?? 256))
    return concatBytes(...those.map(text => utf8(`${text}\n`)))
  }
  await using server = await LogServer.start(served)
  const rows = new MemoryRows()
  const { error, events } = await collectFrom(server, rows, keys, { layout: sumdb })
  expect(error).toBeUndefined()
  expect(events.at(-1)).toMatchObject({ entries: 600n, hashesOnly: 0n })
  await expectProvable(rows, records, 600, keys)
  expect(server.paths).toEqual(
    expect.arrayContaining(["latest", "tile/8/0/000", "tile/8/1/000.p/2", "tile/8/data/002.p/88"]),
  )
})

it("the machine's timer goes forward, and a wait ends when it is stopped", async () => {
  const before = systemTimer.monotonicMs()
  await systemTimer.wait(1)
  expect(systemTimer.monotonicMs()).toBeGreaterThan(before)
  const stop = new AbortController()
  const waiting = systemTimer.wait(1_000_000_000, stop.signal)
  stop.abort()
  await waiting
  await systemTimer.wait(1_000_000_000, AbortSignal.abort())
})
