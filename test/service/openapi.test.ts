/** The OpenAPI document: valid, complete, the one that is kept; and what the service makes of requests made from it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Validator } from "@seriousme/openapi-schema-validator"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openApiDocument } from "../../kit-scripts/docs/openapi.ts"
import { ERRORS } from "../../src/kernel/errors.ts"
import { problem } from "../../ui/contract/service.ts"
import { fuzzRequests } from "../support/fuzz-openapi.ts"
import { ServiceProcess, stella } from "../support/service.ts"
import { routeTable } from "../support/tcp-service.ts"
import { readText } from "../support/tree.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-openapi-"))
const kept = readText("docs/reference/openapi.json")
const document = JSON.parse(kept) as { paths: Record<string, Record<string, unknown>> } & Record<string, unknown>
let service: ServiceProcess

beforeAll(async () => {
  await stella(folder, ["init", "site"])
  service = await ServiceProcess.start(folder, ["--store", "site"])
}, 30_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe("the OpenAPI document", () => {
  it("is what `node kit-scripts/docs/openapi.ts` writes, and what the service gives", async () => {
    expect(openApiDocument()).toBe(kept)
    expect((await service.ask("GET", "/api/v1/openapi.json")).text).toBe(kept)
  })

  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator()
    const result = await validator.validate(JSON.parse(kept) as Record<string, unknown>)
    expect(result.errors).toBeUndefined()
    expect(result.valid).toBe(true)
    expect(validator.version).toBe("3.1")
  })

  it("has every route that does not merely refuse a method, and no other", async () => {
    const routes = await routeTable(folder)
    const answered = new Set<string>()
    for (const { method, url } of routes) {
      const path = url.replace(/:([a-z]+)/g, "{$1}")
      if (document.paths[path]?.[method.toLowerCase()] !== undefined) answered.add(`${method} ${path}`)
      else
        expect(
          ["/api/v1/openapi.json"].includes(path) || Object.hasOwn(document.paths, path),
          `${method} ${path}`,
        ).toBe(true)
    }
    const written = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
    )
    expect([...answered].sort()).toEqual(written.sort())
  })
})

/** Anonymous memory of a process, in MiB: LevelDB maps its tables, which is not ours. */
function memoryMb(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8")
  return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

describe("requests made from it", () => {
  const slow = process.env["SLOW"] !== undefined
  const count = slow ? 20_000 : 500

  it(
    `${count} of them: no defect, no crash, none over two seconds, every refusal a problem of the table`,
    { timeout: slow ? 900_000 : 120_000 },
    async () => {
      const next = fuzzRequests(document, 20_311)
      const statuses = new Map<number, number>()
      const found: string[] = []
      let slowest = 0
      const settled: number[] = []
      const one = async (): Promise<void> => {
        const { method, path, sending } = next()
        const from = performance.now()
        const answer = await service.ask(method, path, sending)
        const ms = performance.now() - from
        slowest = Math.max(slowest, ms)
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        const said = `${method} ${path} ${JSON.stringify(sending).slice(0, 300)}`
        if (answer.status >= 500 && !answer.text.includes('"SERVICE_UNAVAILABLE"'))
          found.push(`${answer.status} ${said}`)
        if (ms > 2000) found.push(`${Math.round(ms)} ms ${said}`)
        if (answer.status >= 400 && method !== "HEAD") {
          const read = problem.safeParse(answer.json())
          if (!read.success || ERRORS[read.data.code].http !== answer.status)
            found.push(`no problem: ${answer.text.slice(0, 200)} ${said}`)
        }
      }
      for (let done = 0; done < count; done += 4) {
        await Promise.all([one(), one(), one(), one()])
        if (done % Math.floor(count / 10 / 4) === 0) settled.push(memoryMb(service.child.pid ?? 0))
      }
      expect(found).toEqual([])
      expect(service.child.exitCode).toBeNull()
      expect(service.log).not.toContain("a defect")
      expect([...statuses.keys()].filter(status => status >= 200 && status < 300).length).toBeGreaterThan(0)
      expect((await service.ask("GET", "/api/v1/mirror/fsck")).lines().at(-1)).toMatchObject({ code: null })
      // The first tenth fills caches; after it memory may not keep growing.
      const warm = Math.max(...settled.slice(1, 4))
      const last = settled.at(-1) ?? 0
      expect(
        last,
        `MiB over time: ${settled.map(Math.round).join(" ")}, slowest ${Math.round(slowest)} ms`,
      ).toBeLessThan(warm * 1.5 + 64)
    },
  )
})
