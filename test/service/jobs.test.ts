/** Jobs: they outlive their client, their events can be read again, they can be cancelled, and a kill leaves the store whole. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { createHash } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { job as jobSchema } from "../../ui/contract/service.ts"
import { nodeSitePorts } from "../../appliance/ports.node.ts"
import { JobStore } from "../../appliance/service/job-store.ts"
import { openSite } from "../../appliance/store/site.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { environmentOf, form, ServiceProcess, stella, type Response } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-jobs-"))
const envelope = (n: number): string =>
  JSON.stringify({
    payload: Buffer.from(`{"n":${n}}`).toString("base64"),
    payloadType: "text/plain",
    signatures: [{ sig: "AAAA" }],
  })
const manyLines = Array.from({ length: 4000 }, (_, n) => envelope(n)).join("\n")
let service: ServiceProcess

const ASYNC = { prefer: "respond-async" }
const start = async (): Promise<void> => {
  service = await ServiceProcess.start(folder, ["--store", "site"])
}

beforeAll(async () => {
  expect((await stella(folder, ["init", "site"])).status).toBe(0)
  await start()
}, 30_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

function post(
  path: string,
  input: unknown,
  files: Record<string, string>,
  headers: Record<string, string>,
): Promise<Response> {
  const sending = form(input, files)
  return service.ask("POST", path, { ...sending, headers: { ...sending.headers, ...headers } })
}

async function ended(id: unknown): Promise<Record<string, unknown>> {
  for (let i = 0; i < 200; i++) {
    const job = (await service.ask("GET", `/api/v1/jobs/${String(id)}`)).json()
    if (job["state"] !== "running") return job
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error("the job does not end")
}

describe("a job", () => {
  it("goes on without its client, and its events are the answer that waiting would have given", async () => {
    const input = { files: ["a.jsonl"] }
    const files = { "a.jsonl": [1, 2, 3].map(envelope).join("\n") }
    const made = await post("/api/v1/attest/import", input, files, ASYNC)
    expect(made.status).toBe(202)
    expect(jobSchema.safeParse(made.json()).error).toBeUndefined()
    expect(made.headers["location"]).toBe(`/api/v1/jobs/${String(made.json()["id"])}`)
    const job = await ended(made.json()["id"])
    expect(job).toMatchObject({ state: "done", code: null, events: 4, operation: "attest.import" })
    expect(jobSchema.safeParse(job).error).toBeUndefined()
    const lines = (await service.ask("GET", `/api/v1/jobs/${String(job["id"])}/events`)).lines()
    expect(lines.map(line => line["type"])).toEqual(["result", "result", "result", "summary"])
    const rest = await service.ask("GET", `/api/v1/jobs/${String(job["id"])}/events?after=3`, {
      headers: { accept: "text/event-stream" },
    })
    expect(rest.headers["content-type"]).toContain("text/event-stream")
    expect(rest.text).toMatch(/^id: 4\nevent: summary\ndata: \{.*\}\n\n$/)
    const resumed = await service.ask("GET", `/api/v1/jobs/${String(job["id"])}/events`, {
      headers: { "last-event-id": "3" },
    })
    expect(resumed.lines()).toHaveLength(1)
    const listed = (await service.ask("GET", "/api/v1/jobs?limit=1")).json()
    expect(listed["jobs"]).toEqual([job])
  })

  it("gives back the files that it wrote", async () => {
    const digest = `sha256:${createHash("sha256").update(envelope(1)).digest("hex")}`
    const made = await service.ask("POST", "/api/v1/attest/fetch", { json: { digest, out: "kept" }, headers: ASYNC })
    const job = await ended(made.json()["id"])
    expect(job["state"]).toBe("done")
    const files = (await service.ask("GET", `/api/v1/jobs/${String(job["id"])}/files`)).json()["files"]
    expect(files).toEqual([
      { name: `kept/${digest.slice(7)}.json`, bytes: envelope(1).length, sha256: digest.slice(7) },
    ])
    const file = await service.ask("GET", `/api/v1/jobs/${String(job["id"])}/files/0`)
    expect(file.text).toBe(envelope(1))
    expect((await service.ask("GET", `/api/v1/jobs/${String(job["id"])}/files/1`)).status).toBe(404)
    expect((await service.ask("POST", "/api/v1/attest/fetch", { json: { digest, out: "kept" } })).json()).toMatchObject(
      {
        code: "OUTPUT_REFUSED",
      },
    )
    expect((await service.ask("DELETE", `/api/v1/jobs/${String(job["id"])}`)).status).toBe(204)
    expect((await service.ask("GET", `/api/v1/jobs/${String(job["id"])}`)).json()).toMatchObject({
      code: "JOB_MISSING",
    })
  })

  it("is started once for one Idempotency-Key, whatever its client sends again", async () => {
    const headers = { "idempotency-key": "import-1" }
    const send = (text: string, more = {}) =>
      post("/api/v1/attest/import", { files: ["k.json"] }, { "k.json": text }, { ...headers, ...more })
    const first = await send(envelope(10))
    expect(first.status).toBe(200)
    expect(first.lines().at(-1)).toMatchObject({ type: "summary", added: 1 })
    const again = await send(envelope(10))
    const answer = (response: Response) => response.lines().filter(line => line["type"] !== "progress")
    expect(answer(again)).toEqual(answer(first))
    expect((await send(envelope(10), ASYNC)).json()).toMatchObject({ state: "done" })
    expect((await send(envelope(11))).json()).toMatchObject({ code: "IDEMPOTENCY_CONFLICT", status: 409 })
    const bad = await post("/api/v1/attest/import", { files: ["k.json"] }, {}, { "idempotency-key": "x".repeat(200) })
    expect(bad.json()).toMatchObject({ code: "USAGE" })
  })

  it("that failed says so, and one is cancelled with nothing of it kept", async () => {
    const failed = await service.ask("POST", "/api/v1/attest/fetch", {
      json: { digest: `sha256:${"0".repeat(64)}` },
      headers: ASYNC,
    })
    expect(await ended(failed.json()["id"])).toMatchObject({ state: "failed", code: "EVIDENCE_MISSING" })
    const before = (await service.ask("GET", "/api/v1/status")).json()["evidence"]
    const made = await post("/api/v1/attest/import", { files: ["m.jsonl"] }, { "m.jsonl": manyLines }, ASYNC)
    const cancelled = await service.ask("DELETE", `/api/v1/jobs/${String(made.json()["id"])}`)
    expect(cancelled.status).toBe(202)
    const job = await ended(made.json()["id"])
    expect(job).toMatchObject({ state: "cancelled", code: "INTERRUPTED" })
    expect((await service.ask("GET", "/api/v1/status")).json()["evidence"]).toBe(before)
    const events = (await service.ask("GET", `/api/v1/jobs/${String(job["id"])}/events`)).lines()
    expect(events.at(-1)).toMatchObject({ type: "error", code: "INTERRUPTED", message: "the job was cancelled" })
  })

  it("is refused an id of another kind and an edited cursor", async () => {
    for (const path of ["/api/v1/jobs/1", `/api/v1/jobs/${"0".repeat(32)}`, "/api/v1/jobs/..%2f..%2fetc"])
      expect((await service.ask("GET", path)).status, path).toBe(404)
    for (const query of ["cursor=abc", "cursor=", "limit=0", "limit=9999", "limit=1&limit=2", "other=1", "__proto__=x"])
      expect((await service.ask("GET", `/api/v1/jobs?${query}`)).json(), query).toMatchObject({ code: "USAGE" })
  })
})

describe("a service that is killed", () => {
  it("in the middle of a job interrupts it, and the store is whole", { timeout: 60_000 }, async () => {
    const made = await post("/api/v1/attest/import", { files: ["m.jsonl"] }, { "m.jsonl": manyLines }, ASYNC)
    const id = made.json()["id"]
    const state = async () => (await service.ask("GET", `/api/v1/jobs/${String(id)}`)).json()
    await expect.poll(state, { interval: 5, timeout: 20_000 }).toMatchObject({ progress: { type: "progress" } })
    await service.stop("SIGKILL")
    await start()
    const job = (await service.ask("GET", `/api/v1/jobs/${String(id)}`)).json()
    const fsck = await service.ask("GET", "/api/v1/mirror/fsck")
    expect(fsck.lines().at(-1)).toMatchObject({ type: "summary", code: null, damaged: 0 })
    expect((await service.ask("GET", "/api/v1/audit/verify")).json()).toMatchObject({ code: null })
    expect(job).toMatchObject({ state: "interrupted", code: "INTERRUPTED" })
    const events = (await service.ask("GET", `/api/v1/jobs/${String(id)}/events`)).lines()
    expect(events.at(-1)).toMatchObject({ code: "INTERRUPTED", message: "the service ended before the job did" })
    expect(events).toHaveLength(job["events"] as number)
    const again = await post("/api/v1/attest/import", { files: ["m.jsonl"] }, { "m.jsonl": manyLines }, {})
    expect(again.lines().at(-1)).toMatchObject({ type: "summary", total: 4000 })
  })

  it("while the files of a job come keeps none of them, but what jobs have written", { timeout: 60_000 }, async () => {
    await post("/api/v1/attest/import", { files: ["a.json"] }, { "a.json": envelope(1) }, {})
    const digest = `sha256:${createHash("sha256").update(envelope(1)).digest("hex")}`
    const made = await service.ask("POST", "/api/v1/attest/fetch", { json: { digest, out: "kept" }, headers: ASYNC })
    const { id } = await ended(made.json()["id"])
    const jobs = join(folder, "site/service/jobs")
    const before = readdirSync(jobs)
    expect(before).toContain(id)
    const socket = connect(service.listening.socket)
    socket.on("error", () => undefined)
    const type = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\nPrefer: respond-async"
    const input = '--b\r\nContent-Disposition: form-data; name="input"\r\n\r\n{"files":["a"]}\r\n'
    const part = `${input}--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`
    socket.write(`POST /api/v1/attest/import HTTP/1.1\r\nHost: x\r\n${type}\r\n\r\n${part}${"x".repeat(100_000)}`)
    await expect.poll(() => readdirSync(jobs).length).toBe(before.length + 1)
    await service.stop("SIGKILL")
    await start()
    expect(readdirSync(jobs)).toEqual(before)
    expect((await service.ask("GET", `/api/v1/jobs/${String(id)}/files/0`)).text).toBe(envelope(1))
  })

  it("in the middle of writes, again and again, loses nothing that it has answered", { timeout: 120_000 }, async () => {
    const rounds = process.env["SLOW"] === undefined ? 4 : 40
    const answered: string[] = []
    for (let round = 0; round < rounds; round++) {
      let n = 0
      const writing = (async () => {
        for (;;) {
          const text = envelope(100_000 + round * 1000 + n++)
          const done = await post("/api/v1/attest/import", { files: ["w.json"] }, { "w.json": text }, {})
          if (done.lines().at(-1)?.["type"] === "summary")
            answered.push(createHash("sha256").update(text).digest("hex"))
        }
      })()
      writing.catch(() => undefined)
      const before = answered.length
      while (answered.length < before + 2) await new Promise(resolve => setTimeout(resolve, 5))
      await new Promise(resolve => setTimeout(resolve, (7 * round) % 40))
      await service.stop("SIGKILL")
      await writing.catch(() => undefined)
      await start()
      expect((await service.ask("GET", "/api/v1/mirror/fsck")).lines().at(-1)).toMatchObject({ code: null })
    }
    expect(answered.length).toBeGreaterThan(rounds)
    const kept = new Set(
      (await service.ask("GET", "/api/v1/attest/list"))
        .lines()
        .map(line => (line["evidence"] as { sha256: string } | undefined)?.sha256),
    )
    expect(answered.filter(digest => !kept.has(digest))).toEqual([])
    expect((await service.ask("GET", "/api/v1/audit/verify")).json()).toMatchObject({ code: null })
  })

  it("in order finishes what it can, interrupts the rest and leaves no socket", { timeout: 60_000 }, async () => {
    const made = await post("/api/v1/attest/import", { files: ["m.jsonl"] }, { "m.jsonl": manyLines }, ASYNC)
    const { socket } = service.listening
    expect(existsSync(socket)).toBe(true)
    expect(await service.stop("SIGTERM")).toBe(0)
    expect(existsSync(socket)).toBe(false)
    await start()
    const job = (await service.ask("GET", `/api/v1/jobs/${String(made.json()["id"])}`)).json()
    expect(["done", "interrupted"]).toContain(job["state"])
  })
})

describe("rows that are damaged", () => {
  it("keep no service from starting; they are reported, and nothing is answered from them", async () => {
    const place = join(folder, "damaged")
    mkdirSync(place)
    expect((await stella(place, ["init", "site"])).status).toBe(0)
    const first = await ServiceProcess.start(place, ["--store", "site"])
    const sending = form({ files: ["a.jsonl"] }, { "a.jsonl": [1, 2].map(envelope).join("\n") })
    const headers = { ...sending.headers, ...ASYNC, "idempotency-key": "k1" }
    const made = await first.ask("POST", "/api/v1/attest/import", { ...sending, headers })
    const id = String(made.json()["id"])
    const done = (await first.ask("GET", `/api/v1/jobs/${id}/events`)).lines()
    expect(done.filter(({ type }) => type !== "progress")).toHaveLength(3)
    expect(await first.stop()).toBe(0)

    // As if it had been killed in the middle: the job runs, and of its rows two have a byte turned.
    const site = unwrap(await openSite(join(place, "site"), nodeSitePorts(nodeCrypto(), environmentOf(place))))
    const store = new JobStore(site, nodeCrypto())
    const job = await store.get(id)
    if (job === undefined) throw new Error("no job")
    await store.put({ ...job, state: "running", endedAt: null })
    const changes: { type: "put"; key: Uint8Array; value: Uint8Array }[] = []
    const range = { from: new Uint8Array(), to: new Uint8Array(64).fill(255) }
    for await (const [key, value] of site.kv("jobs").entries(range)) {
      const kind = String.fromCharCode(key[0] ?? 0)
      if (kind !== "k" && (kind !== "e" || key.at(-1) !== 2)) continue
      const turned = new Uint8Array(value)
      turned[40] = (turned[40] ?? 0) ^ 1
      changes.push({ type: "put", key: new Uint8Array(key), value: turned })
    }
    expect(changes).toHaveLength(2)
    unwrap(await site.write([{ sublevel: "jobs", changes }], { sync: true }))
    await site.close()

    const second = await ServiceProcess.start(place, ["--store", "site"])
    expect((await second.ask("GET", "/readyz")).json()).toEqual({ status: "ready" })
    expect(second.log).toContain('"damagedRows":2')
    expect((await second.ask("GET", `/api/v1/jobs/${id}`)).json()).toMatchObject({ state: "interrupted", events: 4 })
    const events = (await second.ask("GET", `/api/v1/jobs/${id}/events`)).lines()
    expect(events.map(({ type, code }) => [type, code])).toEqual([
      ["result", null],
      ["error", "STORE_CORRUPT"],
    ])
    const again = await second.ask("POST", "/api/v1/attest/import", { ...sending, headers })
    expect(again.json()).toMatchObject({ code: "STORE_CORRUPT", status: 500 })
    // Removing the job works, and the site itself is whole.
    expect((await second.ask("DELETE", `/api/v1/jobs/${id}`)).status).toBe(204)
    expect((await second.ask("GET", "/api/v1/mirror/fsck")).lines().at(-1)).toMatchObject({ code: null })
    expect(await second.stop()).toBe(0)
    const ended = unwrap(await openSite(join(place, "site"), nodeSitePorts(nodeCrypto(), environmentOf(place))))
    const records = unwrap(await ended.audit.list({ after: 0, limit: 100 }))
    await ended.close()
    const life = records.filter(({ operation }) => operation.startsWith("serve."))
    expect(life.map(({ operation, outcome, actor }) => [operation, outcome, actor.kind])).toEqual([
      ["serve.start", "done", "os-user"],
      ["serve.stop", "done", "os-user"],
      ["serve.start", "STORE_CORRUPT", "os-user"],
      ["serve.stop", "done", "os-user"],
    ])
  }, 30_000)
})
