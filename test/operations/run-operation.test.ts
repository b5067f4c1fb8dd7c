/** What every operation gets and leaves, whichever it is: the actor, one instant, the audit record and its digests. */
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { compose } from "../../appliance/compose.ts"
import { printEvent, runOperation, type Request, type World } from "../../appliance/operations/run-operation.ts"
import type { AuditRecord } from "../../appliance/store/audit-record.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, unwrap } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import type { OperationName } from "../../ui/contract/operations.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-operations-"))
const site = join(folder, "site")
const file = join(folder, "evidence.json")
const AT = "2031-04-02T10:11:09Z"

const { world: real } = compose({ STELLA_STATE_DIR: join(folder, "state") })
let readings = 0
const world: World = {
  ...real,
  clock: {
    now: () => {
      readings++
      return new Date(AT)
    },
  },
}
const actor = { kind: "os-user", id: "1000", name: "operator", role: "operator" }

const ask = (operation: OperationName, input: Request["input"] = {}, where: string | undefined = site): Request => ({
  operation,
  input,
  actor,
  site: where,
})

async function run(request: Request, on = world, signal = new AbortController().signal): Promise<OperationEvent[]> {
  const events: OperationEvent[] = []
  for await (const event of runOperation(request, on, signal)) events.push(event)
  return events
}

async function records(): Promise<readonly AuditRecord[]> {
  await using open = unwrap(await real.openSite(site))
  return unwrap(await open.audit.list({ limit: 1000 }))
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")
const codeOf = (event: OperationEvent | undefined) =>
  event === undefined || event.type === "progress" ? "" : event.code

beforeAll(async () => {
  writeFileSync(file, '{"payload":"e30=","payloadType":"text/plain","signatures":[{"sig":"AAAA"}]}')
  await run(ask("init", { dir: site }, undefined))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe("an operation", () => {
  it("leaves a record with its actor, its instant and the digests of its input and its printed answer", async () => {
    readings = 0
    const events = await run(ask("attest.import", { files: [file] }))
    expect(readings).toBe(1)
    const printed = events.filter(event => event.type !== "progress").map(printEvent)
    expect((await records()).at(-1)).toMatchObject({
      actor,
      at: AT,
      operation: "attest.import",
      outcome: "done",
      input: sha256(JSON.stringify({ files: [file] })),
      output: sha256(printed.join("")),
    })
  })

  it("that makes a site leaves the first record of it", async () => {
    const [first] = await records()
    expect(first).toMatchObject({ n: 1, operation: "init", outcome: "done", actor, at: AT })
  })

  it("that fails leaves a record with the code, and no other change", async () => {
    const before = await records()
    const [event] = await run(ask("attest.fetch", { digest: `sha256:${"0".repeat(64)}` }))
    expect(codeOf(event)).toBe("EVIDENCE_MISSING")
    const after = await records()
    expect(after).toHaveLength(before.length + 1)
    expect(after.at(-1)).toMatchObject({ outcome: "EVIDENCE_MISSING", operation: "attest.fetch" })
  })

  it("that is stopped keeps nothing of what it had begun", async () => {
    const other = join(folder, "other.json")
    writeFileSync(other, '{"payload":"e30=","payloadType":"text/html","signatures":[{"sig":"AAAA"}]}')
    const controller = new AbortController()
    const events: OperationEvent[] = []
    for await (const event of runOperation(ask("attest.import", { files: [other, file] }), world, controller.signal)) {
      events.push(event)
      controller.abort(new StellaError("INTERRUPTED", "interrupted"))
    }
    expect(codeOf(events.at(-1))).toBe("INTERRUPTED")
    expect((await records()).at(-1)).toMatchObject({ outcome: "INTERRUPTED" })
    const listed = await run(ask("attest.list"))
    expect(listed.at(-1)).toMatchObject({ type: "summary", total: 1 })
  })

  it("whose reader goes away is recorded as interrupted", async () => {
    for await (const event of runOperation(ask("attest.list"), world, new AbortController().signal)) {
      expect(event.type).toBe("result")
      break
    }
    expect((await records()).at(-1)).toMatchObject({ operation: "attest.list", outcome: "INTERRUPTED" })
  })

  it("with a bug in it is recorded as INTERNAL, and the bug is thrown on", async () => {
    const broken: World = { ...world, builtinTrust: () => Promise.reject(new TypeError("a bug")) }
    await expect(run(ask("status"), broken)).rejects.toThrow("a bug")
    expect((await records()).at(-1)).toMatchObject({ operation: "status", outcome: "INTERNAL" })
  })

  it("whose commit fails answers with that failure instead of success", async () => {
    const full: World = {
      ...world,
      openSite: async directory => {
        const opened = await real.openSite(directory)
        if (!opened.ok) return opened
        const commit = () => Promise.resolve(err(new StellaError("DISK_FULL", "no space left")))
        return {
          ok: true,
          value: Object.assign(Object.create(opened.value) as typeof opened.value, {
            commit,
            close: () => opened.value.close(),
          }),
        }
      },
    }
    const events = await run(ask("attest.list"), full)
    expect(codeOf(events.at(-1))).toBe("DISK_FULL")
    expect(events.some(event => event.type === "summary")).toBe(false)
  })

  it.each([
    ["status", "STORE_MISSING"],
    ["mirror.fsck", "STORE_MISSING"],
  ] as const)("that needs a site says so: %s", async (operation, code) => {
    expect((await run({ ...ask(operation), site: undefined })).map(codeOf)).toEqual([code])
  })

  it("without a site leaves no record anywhere", async () => {
    const before = await records()
    const [event] = await run({ ...ask("attest.inspect", { evidence: file }), site: undefined })
    expect(codeOf(event)).toBeNull()
    expect(await records()).toHaveLength(before.length)
  })
})
