/** The typed client against a real service; and that every operation has a face in each place. */
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest"
import { route, wordsOf } from "../../appliance/cli/route.ts"
import { ASKABLE, createClient, type Client } from "../../ui/contract/client.ts"
import { NOT_ROUTED, OPERATION_ROUTES } from "../../ui/contract/routes.ts"
import { OPERATIONS } from "../../ui/contract/operations.ts"
import { openTcp, type TcpService } from "../support/tcp-service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-client-"))
const envelope = '{"payload":"e30=","payloadType":"text/plain","signatures":[{"sig":"AAAA"}]}'
let service: TcpService
let client: Client<FormData>

beforeAll(async () => {
  service = await openTcp(folder)
  const token = service.tokens.operator
  client = createClient<FormData>({ fetch, base: service.url.slice(0, -1), token: () => token })
}, 60_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

const sha256Of = (content: ArrayBuffer): string => createHash("sha256").update(new Uint8Array(content)).digest("hex")

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = []
  for await (const event of events) out.push(event)
  return out
}

describe("every operation", () => {
  it("is on the command line, and in the service and its client unless it says why not", () => {
    for (const { name } of OPERATIONS) {
      const found = route(wordsOf({ name }).split(" "))
      expect(found.ok && found.value.operation.name, name).toBe(name)
    }
    const routed = OPERATION_ROUTES.map(({ operation }) => operation.name)
    expect([...routed, ...Object.keys(NOT_ROUTED)].sort()).toEqual(OPERATIONS.map(({ name }) => name).sort())
    expect([...ASKABLE].sort()).toEqual([...routed].sort())
    for (const why of Object.values(NOT_ROUTED)) expect(why.length).toBeGreaterThan(20)
  })
})

describe("the typed client", () => {
  it("asks for documents and streams, and sends files", async () => {
    const [status] = await all(client.ask("status", {}))
    expect(status).toMatchObject({ type: "result", evidence: 0 })
    const form = new FormData()
    form.append("input", JSON.stringify({ files: ["e.json"] }))
    form.append("file", new Blob([envelope]), "e.json")
    const events = await all(client.ask("attest.import", { files: ["e.json"] }, { form }))
    expect(events.at(-1)).toMatchObject({ type: "summary", added: 1 })
    const listed = await all(client.ask("attest.list", {}))
    expect(listed.map(event => event.type)).toEqual(["result", "summary"])
    expectTypeOf<Parameters<typeof client.ask<"mirror.prove">>[1]["origin"]>().toEqualTypeOf<string>()
  })

  it("throws what the service refuses, with its code", async () => {
    const digest = `sha256:${"0".repeat(64)}`
    await expect(all(client.ask("attest.fetch", { digest }))).rejects.toMatchObject({ code: "EVIDENCE_MISSING" })
    const nobody = createClient({ fetch, base: service.url.slice(0, -1) })
    await expect(all(nobody.ask("status", {}))).rejects.toMatchObject({ code: "NOT_AUTHENTICATED" })
    await expect(client.job("0".repeat(32))).rejects.toMatchObject({ code: "JOB_MISSING" })
  })

  it("starts jobs and looks after them", async () => {
    const started = await client.start("audit.verify", {}, { idempotencyKey: "once" })
    expect((await client.start("audit.verify", {}, { idempotencyKey: "once" })).id).toBe(started.id)
    let job = started
    while (job.state === "running") job = await client.job(job.id)
    expect(job).toMatchObject({ state: "done", operation: "audit.verify" })
    await client.cancel(job.id)
    await expect(client.job(job.id)).rejects.toMatchObject({ code: "JOB_MISSING" })
  })

  it("reads a job's events from anywhere, lists jobs, and fetches what they wrote", async () => {
    const form = new FormData()
    form.append("input", JSON.stringify({ evidence: [], expect: "list.csv", saveReport: "gaps.json" }))
    form.append("file", new Blob([`name,digest\napp,sha256:${"0".repeat(64)}\n`]), "list.csv")
    const input = { evidence: [], expect: "list.csv", saveReport: "gaps.json" }
    const { id } = await client.start("gap.report", input, { form })
    const events = await all(client.watch("gap.report", id))
    const report = events.find(event => event.type === "result")
    expect(report).toMatchObject({ code: "FINDINGS", report: { v: 1 } })
    expect((await client.jobs()).map(job => job.id)).toContain(id)
    const [written] = await client.files(id)
    expect(written).toMatchObject({ name: "gaps.json" })
    expect(sha256Of(await client.file(id, 0))).toBe(written?.sha256)
    expect(sha256Of(await client.file(id, 0))).toBe(report?.type === "result" ? report.reportSha256 : "")
    const listing = await client.start("attest.list", {})
    expect((await all(client.watch("attest.list", listing.id))).map(({ type }) => type)).toEqual(["result", "summary"])
    expect((await all(client.watch("attest.list", listing.id, { after: 1 }))).map(({ type }) => type)).toEqual([
      "summary",
    ])
    expect(await client.who()).toMatchObject({ actor: { role: "operator" } })
  })

  it("stops when it is told to", async () => {
    const stop = AbortSignal.abort()
    await expect(all(client.ask("status", {}, { signal: stop }))).rejects.toMatchObject({ name: "AbortError" })
    await expect(client.jobs({ signal: stop })).rejects.toMatchObject({ name: "AbortError" })
  })

  it("asks no more often than the service allows", { timeout: 60_000 }, async () => {
    const headers = { authorization: `Bearer ${service.tokens.auditor}` }
    let refused: Awaited<ReturnType<typeof service.ask>> | undefined
    for (let n = 0; n < 7000 && refused === undefined; n += 50) {
      const some = await Promise.all(
        Array.from({ length: 50 }, () => service.ask("GET", "/api/v1/jobs/0", { headers })),
      )
      refused = some.find(({ status }) => status === 429)
    }
    expect(refused?.json()).toMatchObject({ code: "RATE_LIMITED" })
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0)
    expect((await all(client.ask("status", {}))).length).toBe(1)
  })

  it("fails to say who it is no more often than the service allows", { timeout: 60_000 }, async () => {
    const headers = { authorization: "Bearer x" }
    let refused: Awaited<ReturnType<typeof service.ask>> | undefined
    for (let n = 0; n < 7000 && refused === undefined; n += 50) {
      const some = await Promise.all(
        Array.from({ length: 50 }, () => service.ask("GET", "/api/v1/status", { headers })),
      )
      refused = some.find(({ status }) => status !== 401)
    }
    expect(refused?.json()).toMatchObject({ code: "RATE_LIMITED" })
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0)
    expect((await service.ask("GET", "/healthz")).status).toBe(200)
  })
})
