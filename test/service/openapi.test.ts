/** The OpenAPI document: valid, complete, the one that is kept; and what the service makes of requests made from it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { Validator } from "@seriousme/openapi-schema-validator"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openApiDocument } from "../../kit-scripts/docs/openapi.ts"
import { ERRORS } from "../../src/kernel/errors.ts"
import { problem } from "../../ui/contract/service.ts"
import { ROLE_NAMES, type RoleName } from "../../ui/contract/roles.ts"
import { SESSION_PATH } from "../../ui/contract/routes.ts"
import { LAUNCH_PATH } from "../../ui/contract/shell-names.ts"
import { fuzzRequests, type FuzzRequest } from "../support/fuzz-openapi.ts"
import type { Response, ServiceProcess } from "../support/service.ts"
import { openTcp, routeTable, type TcpService } from "../support/tcp-service.ts"
import { readText } from "../support/tree.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-openapi-"))
const kept = readText("docs/reference/openapi.json")
const document = JSON.parse(kept) as { paths: Record<string, Record<string, unknown>> } & Record<string, unknown>
let tcp: TcpService
let service: ServiceProcess

beforeAll(async () => {
  tcp = await openTcp(folder, { memoryProbe: true })
  service = tcp.process
}, 60_000)
afterAll(async () => {
  await tcp.stop()
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
          // Launches are between the owner's shell and the service, and nothing for programs.
          ["/api/v1/openapi.json", LAUNCH_PATH].includes(path) || Object.hasOwn(document.paths, path),
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

/**
 * What the service holds at the end, with all garbage collected, may be this much more than after the first fifth, which
 * fills caches, in MiB. 20,000 requests that left a kilobyte each would leave more.
 */
const GROWTH_MB = 12
/** A request that takes longer is reported; with SLOW it fails the test, on a machine that does nothing else. */
const LONG_MS = 2000

/** Somebody who sends requests: the owner over the socket, nobody and each role over TCP. */
class Sender {
  readonly name: RoleName | "owner" | "nobody"
  #token: string | undefined

  constructor(name: RoleName | "owner" | "nobody") {
    this.name = name
  }

  async send({ method, path, sending }: FuzzRequest): Promise<Response> {
    const { name } = this
    if (name === "owner") return service.ask(method, path, sending)
    if (name !== "nobody") this.#token ??= await tcp.login(name)
    const authorization = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }
    const answer = await tcp.ask(method, path, { ...sending, headers: { ...sending.headers, ...authorization } })
    // One of the requests ends the session that it comes in.
    if (method === "DELETE" && path === SESSION_PATH && answer.status === 204) this.#token = undefined
    return answer
  }
}

describe("requests made from it", () => {
  const slow = process.env["SLOW"] !== undefined
  const count = slow ? 20_000 : 500

  it(
    `${count} of them, by everybody: no defect, no crash, no growth, every refusal a problem of the table`,
    { timeout: slow ? 1_800_000 : 120_000 },
    async () => {
      const next = fuzzRequests(document, 20_311)
      const statuses = new Map<string, number>()
      const found: string[] = []
      const long: string[] = []
      let slowest = 0
      let sent = 0
      const resident: number[] = []
      const held: number[] = []
      const senders = (["owner", "nobody", ...ROLE_NAMES] as const).map(name => new Sender(name))
      const one = async (sender: Sender): Promise<void> => {
        const asked = next()
        const from = performance.now()
        const answer = await sender.send(asked)
        const ms = performance.now() - from
        sent++
        slowest = Math.max(slowest, ms)
        const { method, path, sending } = asked
        const counted = `${sender.name} ${String(answer.status)}`
        statuses.set(counted, (statuses.get(counted) ?? 0) + 1)
        const said = `${sender.name} ${method} ${path} ${JSON.stringify(sending).slice(0, 300)}`
        if (answer.status >= 500) found.push(`${answer.status} ${said}`)
        if (ms > LONG_MS) long.push(`${Math.round(ms)} ms ${said}`)
        if (answer.status >= 400 && method !== "HEAD") {
          const read = problem.safeParse(answer.json())
          if (!read.success || ERRORS[read.data.code].http !== answer.status)
            found.push(`no problem: ${answer.text.slice(0, 200)} ${said}`)
        }
        // A session is one's own until it is ended; whoever has one is not taken for nobody.
        if (answer.status === 401 && !["nobody", "owner"].includes(sender.name) && path !== SESSION_PATH)
          found.push(`not recognised: ${said}`)
        // Only what an identity has used up is waited for; logins that fail are to go on failing.
        if (answer.status === 429 && path !== SESSION_PATH) await after(1000 * Number(answer.headers["retry-after"]))
      }
      const fifth = Math.floor(count / 5)
      while (sent < count) {
        await Promise.all(senders.map(one))
        if (sent < fifth * (held.length + 1)) continue
        resident.push(memoryMb(service.child.pid ?? 0))
        held.push(await service.heldMb())
      }
      const told = `MiB held: ${held.map(mb => mb.toFixed(1)).join(" ")}; resident: ${resident.map(Math.round).join(" ")}; slowest ${Math.round(slowest)} ms; ${long.length} over ${LONG_MS} ms`
      const sums = [...statuses].sort().map(([counted, times]) => `${counted}: ${times}`)
      writeFileSync(join(folder, "figures.txt"), `${String(sent)} requests\n${told}\n${sums.join("\n")}\n`)
      if (slow) process.stderr.write(readFileSync(join(folder, "figures.txt")))
      expect(found).toEqual([])
      if (slow) expect(long).toEqual([])
      expect(service.child.exitCode).toBeNull()
      expect(service.log).not.toContain("a defect")
      // Everybody but nobody has got something done; nobody has not.
      for (const { name } of senders) expect(sums.join("\n")).toMatch(new RegExp(`^${name} 200: `, "m"))
      expect((await service.ask("GET", "/api/v1/mirror/fsck")).lines().at(-1)).toMatchObject({ code: null })
      expect(held).toHaveLength(5)
      expect((held.at(-1) ?? NaN) - (held[0] ?? NaN), told).toBeLessThan(GROWTH_MB)
    },
  )
})
