/**
 * The authorisation matrix over HTTP, made from the table of routes of a real service that listens on loopback: every
 * route in every method, for every role, with a valid identity and with none, an expired, a foreign, an ended and a
 * disabled one; then the same doors tried from other origins, under other names, and with the token in other places.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { request as httpRequest, type OutgoingHttpHeaders } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { compose, type Composed } from "../../appliance/compose.ts"
import { runOperation } from "../../appliance/operations/run-operation.ts"
import { serve, type Served } from "../../appliance/service/serve.node.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { OPERATION_ROUTES, type OperationRoute } from "../../ui/contract/routes.ts"
import { ROLE_NAMES, scopesOf } from "../../ui/contract/roles.ts"
import type { Challenge, Session } from "../../ui/contract/session.ts"
import { answer, person, type Person } from "../support/access.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-matrix-"))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A service whose clock the test sets. */
interface Site {
  readonly served: Served
  readonly origin: string
  readonly composed: Composed
  readonly directory: string
  advance(seconds: number): void
}

interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

async function operate(
  composed: Composed,
  operation: "init" | "operator.add" | "operator.disable",
  input: object,
  site?: string,
) {
  const request = { operation, input: { ...input }, actor: composed.actor, site }
  for await (const event of runOperation(request, composed.world, new AbortController().signal))
    expect(event, JSON.stringify(event)).toMatchObject({ code: null })
}

async function openSite(name: string, people: readonly (readonly [Person, readonly string[]])[]): Promise<Site> {
  const directory = join(folder, name)
  const real = compose({ STELLA_STATE_DIR: join(folder, `${name}.state`) })
  let ahead = 0
  const clock = { now: () => new Date(Date.now() + ahead * 1000) }
  const composed: Composed = { ...real, world: { ...real.world, clock } }
  await operate(composed, "init", { dir: directory })
  for (const [who, role] of people) {
    const publicKey = join(folder, `${name}.${who.name}.pub`)
    writeFileSync(publicKey, who.spki)
    await operate(composed, "operator.add", { name: who.name, role, publicKey }, directory)
  }
  const served = unwrap(
    await serve({ site: directory, listen: "127.0.0.1:0", version: "0.0.0", log: undefined }, composed),
  )
  const origin = new URL(served.url ?? "").origin
  return { served, origin, composed, directory, advance: seconds => void (ahead += seconds) }
}

/** Sends what no browser would: any method, any header. */
function send(
  origin: string,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  body = "",
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const own = body === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }
    const sending = httpRequest(origin + path, { method, headers: { ...own, ...headers } }, message => {
      const parts: Buffer[] = []
      message.on("data", (part: Buffer) => parts.push(part))
      message.on("error", reject)
      message.on("end", () => {
        resolve({ status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(parts).toString() })
      })
    })
    sending.on("error", reject)
    sending.end(body)
  })
}

async function logIn({ origin }: Site, who: Person): Promise<Session> {
  const asked = JSON.parse((await send(origin, "POST", "/api/v1/session/challenge")).body) as Challenge
  const got = await send(origin, "POST", "/api/v1/session", {}, JSON.stringify(answer(asked, who)))
  expect(got.status, got.body).toBe(200)
  return JSON.parse(got.body) as Session
}

const bearer = (token: string): OutgoingHttpHeaders => ({ authorization: `Bearer ${token}` })
const codeOf = ({ body }: Response): string => (JSON.parse(body) as { code: string }).code

/** Roles in turn, and all of them in one person. */
const ROLES: readonly (readonly [string, readonly string[]])[] = [
  ...ROLE_NAMES.map(role => [role, [role]] as const),
  ["everything", [...ROLE_NAMES]],
]
const people = new Map(ROLES.map(([name]) => [name, person(name)]))
const gone = new Map(ROLES.map(([name]) => [name, person(`${name}-gone`)]))
const keeper = person("keeper")
const personOf = (name: string): Person => people.get(name) ?? keeper

let site: Site
let foreign: Site
/** Tokens by role and kind of identity. Expired ones are as old as they are; the others are made afterwards. */
const tokens = new Map<string, Readonly<Record<string, string>>>()
const REFUSED = ["none", "expired", "foreign", "ended", "disabled"] as const

beforeAll(async () => {
  const enrolled = ROLES.flatMap(([name, role]) =>
    [people.get(name), gone.get(name)].map(who => [who ?? keeper, role] as const),
  )
  const all = [...enrolled, [keeper, ["administrator"]] as const]
  site = await openSite("site", all)
  foreign = await openSite("foreign", all)
  const expired = new Map<string, string>()
  for (const [name] of ROLES) expired.set(name, (await logIn(site, personOf(name))).token)
  site.advance(901)
  const keepers = await logIn(site, keeper)
  for (const [name] of ROLES) {
    const leaving = gone.get(name) ?? keeper
    const ended = (await logIn(site, personOf(name))).token
    const disabled = (await logIn(site, leaving)).token
    const { token } = await logIn(site, personOf(name))
    expect((await send(site.origin, "DELETE", "/api/v1/session", bearer(ended))).status).toBe(204)
    const input = JSON.stringify({ name: leaving.name })
    expect((await send(site.origin, "POST", "/api/v1/operator/disable", bearer(keepers.token), input)).status).toBe(200)
    const other = (await logIn(foreign, personOf(name))).token
    tokens.set(name, { none: "", expired: expired.get(name) ?? "", foreign: other, ended, disabled, valid: token })
  }
}, 60_000)

afterAll(async () => {
  await site.served.stop()
  await foreign.served.stop()
})

/** Addresses of the route table with something in their places, and one that is in no table. */
function addresses(): readonly { method: string; path: string; open: boolean; route: OperationRoute | undefined }[] {
  const known = site.served.routes.map(({ method, url, open }) => {
    const path = url.replace(":id", "0".repeat(32)).replace(":file", "0").replace("*", "x")
    return { method, path, open, route: OPERATION_ROUTES.find(route => route.path === url) }
  })
  return [...known, { method: "GET", path: "/api/v1/nothing", open: false, route: undefined }]
}

describe("the table of routes", () => {
  it("has every routed operation, and leaves open what nobody needs to be known for", () => {
    const all = addresses()
    for (const { path, methods } of OPERATION_ROUTES)
      for (const method of methods)
        expect(all.find(one => one.path === path && one.method === method)?.open).toBe(false)
    const open = all
      .filter(one => one.open && !one.path.startsWith("/api/v1/openapi"))
      .map(one => `${one.method} ${one.path}`)
    expect(open.sort()).toEqual([
      "GET /healthz",
      "GET /readyz",
      "POST /api/v1/session",
      "POST /api/v1/session/challenge",
    ])
  })
})

describe.each(ROLES)("%s", name => {
  it.each(REFUSED)("with an identity that is %s gets the same answer everywhere, and it says nothing", async kind => {
    const token = tokens.get(name)?.[kind] ?? ""
    const answers = new Set<string>()
    for (const { method, path, open } of addresses()) {
      if (open) continue
      const got = await send(site.origin, method, path, kind === "none" ? {} : bearer(token))
      expect(got.status, `${method} ${path}`).toBe(401)
      expect(got.headers["www-authenticate"]).toBe("Bearer")
      if (method !== "HEAD") answers.add(got.body)
    }
    expect(answers.size).toBe(1)
    const [body = ""] = answers
    expect(JSON.parse(body)).toMatchObject({ code: "NOT_AUTHENTICATED", detail: {}, title: "nobody was recognised" })
    for (const secret of [name, site.directory, token === "" ? "unused" : token, personOf(name).id])
      expect(body).not.toContain(secret)
  })

  it("with a valid identity gets what the roles allow, and FORBIDDEN for the rest", async () => {
    const headers = bearer(tokens.get(name)?.["valid"] ?? "")
    const held = scopesOf(ROLES.find(([one]) => one === name)?.[1].join("+") ?? "")
    for (const { method, path, open, route } of addresses()) {
      if (open || (method === "DELETE" && path === "/api/v1/session")) continue
      const got = await send(site.origin, method, path, headers, method === "POST" ? "{}" : "")
      const asked = `${method} ${path}: ${String(got.status)} ${got.body.slice(0, 200)}`
      const lacks = route?.operation.scopes.find(scope => !held.has(scope))
      expect(got.status, asked).not.toBe(401)
      expect(got.status, asked).toBeLessThan(500)
      if (route === undefined || !route.methods.includes(method as "GET")) continue
      if (lacks === undefined) expect(got.status, asked).not.toBe(403)
      else expect([got.status, codeOf(got)], asked).toEqual([403, "FORBIDDEN"])
    }
  }, 60_000)
})

describe("a page of another origin, another name, another place for the token", () => {
  const valid = (): string => tokens.get("everything")?.["valid"] ?? ""

  it("is refused before anything else, with the right token and on open addresses, too", async () => {
    const { host } = new URL(site.origin)
    const port = host.split(":")[1] ?? ""
    const attempts: readonly OutgoingHttpHeaders[] = [
      { host: "evil.example" },
      { host: `evil.example:${port}` },
      { host: `127.0.0.1.evil.example:${port}` },
      { host: "127.0.0.1:1" },
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: `https://${host}` },
      { origin: `${site.origin}.evil.example` },
      { origin: "http://127.0.0.1:1" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]
    for (const headers of attempts) {
      for (const [method, path, body] of [
        ["GET", "/api/v1/status", ""],
        ["POST", "/api/v1/operator/disable", '{"name":"keeper"}'],
        ["POST", "/api/v1/session/challenge", ""],
        ["DELETE", "/api/v1/session", ""],
      ] as const) {
        const got = await send(site.origin, method, path, { ...bearer(valid()), ...headers }, body)
        expect([got.status, codeOf(got)], `${method} ${path} ${JSON.stringify(headers)}`).toEqual([
          403,
          "ORIGIN_REFUSED",
        ])
        expect(got.headers["access-control-allow-origin"]).toBeUndefined()
      }
    }
    expect((await send(site.origin, "GET", "/api/v1/session", bearer(valid()))).status).toBe(200)
  })

  it("gives no leave to other origins in a preflight", async () => {
    const asks = {
      origin: "http://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    }
    const got = await send(site.origin, "OPTIONS", "/api/v1/status", asks)
    expect(got.status).toBeGreaterThanOrEqual(400)
    expect(Object.keys(got.headers).filter(name => name.startsWith("access-control"))).toEqual([])
  })

  it("finds the token in the Authorization header only, and as Bearer only", async () => {
    const token = valid()
    const basic = Buffer.from(`keeper:${token}`).toString("base64")
    const attempts: readonly (readonly [path: string, headers: OutgoingHttpHeaders, body?: string])[] = [
      ["/api/v1/status", { cookie: `token=${token}; session=${token}; __Host-session=${token}` }],
      [`/api/v1/status?access_token=${token}&token=${token}`, {}],
      ["/api/v1/status", {}, JSON.stringify({ access_token: token, token })],
      ["/api/v1/status", { authorization: token }],
      ["/api/v1/status", { authorization: `Basic ${basic}` }],
      ["/api/v1/status", { authorization: `Token ${token}` }],
      ["/api/v1/status", { authorization: `Bearer  ${token}` }],
      ["/api/v1/status", { authorization: `Bearer ${token} ${token}` }],
      ["/api/v1/status", { authorization: `Bearer ${token}, Bearer ${token}` }],
      ["/api/v1/status", { authorization: ["Bearer x", `Bearer ${token}`] as never }],
      ["/api/v1/status", { "x-authorization": `Bearer ${token}`, "proxy-authorization": `Bearer ${token}` }],
    ]
    for (const [path, headers, body] of attempts) {
      const got = await send(site.origin, body === undefined ? "GET" : "POST", path, headers, body)
      expect(got.status, JSON.stringify(headers)).toBe(401)
    }
  })

  it("finds no way round an address by writing it otherwise", async () => {
    for (const path of [
      "//api/v1/status",
      "/api/v1/status/",
      "/api/v1//status",
      "/API/V1/STATUS",
      "/api/v1/%73tatus",
      "/healthz/../api/v1/status",
      "/healthz/%2e%2e/api/v1/status",
      "/api/v1/session/challenge/../../status",
      "/api/v1/status;x=healthz",
      "/api/v1/status%00",
      "/api/v1/status?x=/healthz",
    ])
      for (const method of ["GET", "POST"]) expect((await send(site.origin, method, path)).status, path).toBe(401)
  })
})

describe("logging in over HTTP", () => {
  it("gives who asks, renews, and ends", async () => {
    const who = personOf("auditor")
    const first = await logIn(site, who)
    const told = JSON.parse((await send(site.origin, "GET", "/api/v1/session", bearer(first.token))).body) as object
    expect(told).toMatchObject({ actor: { kind: "operator-key", id: who.id, name: who.name, role: "auditor" } })
    const renewal = await send(site.origin, "POST", "/api/v1/session/renewal", bearer(first.token))
    const renewed = JSON.parse(renewal.body) as Session
    expect(renewed.endsAtLatest).toBe(first.endsAtLatest)
    expect((await send(site.origin, "DELETE", "/api/v1/session", bearer(renewed.token))).status).toBe(204)
    expect((await send(site.origin, "GET", "/api/v1/session", bearer(first.token))).status).toBe(401)
  })

  it("refuses every body that is no login, with no word about operators", async () => {
    const challenge = JSON.parse((await send(site.origin, "POST", "/api/v1/session/challenge")).body) as Challenge
    const right = answer(challenge, keeper)
    const bodies = [
      "{}",
      "[]",
      "null",
      '{"v":1,"code":""}',
      '{"v":2,"code":"x"}',
      JSON.stringify({ ...right, more: 1 }),
      JSON.stringify({ ...right, operator: "../keeper" }),
      JSON.stringify({ ...right, signature: right.signature + "=" }),
      JSON.stringify({ ...right, operator: ["keeper"] }),
      JSON.stringify(right).replace("{", '{"operator":"kim",'),
    ]
    for (const body of bodies) {
      const got = await send(site.origin, "POST", "/api/v1/session", {}, body)
      expect(got.status, body).toBe(400)
      expect(got.body).not.toContain("keeper")
    }
    const unknown = await send(
      site.origin,
      "POST",
      "/api/v1/session",
      {},
      JSON.stringify({ ...right, operator: "nobody-here" }),
    )
    const wrong = await send(
      site.origin,
      "POST",
      "/api/v1/session",
      {},
      JSON.stringify(answer(challenge, { ...personOf("auditor"), name: "keeper" })),
    )
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body])
    expect(codeOf(unknown)).toBe("NOT_AUTHENTICATED")
  })

  it("keeps the actor in the audit chain", async () => {
    const { token } = await logIn(site, personOf("operator"))
    expect((await send(site.origin, "GET", "/api/v1/status", bearer(token))).status).toBe(200)
    await site.served.stop()
    await using open = unwrap(await site.composed.world.openSite(site.directory))
    const records = unwrap(await open.audit.list({ limit: 100_000 }))
    const last = records.filter(({ operation }) => operation === "status").at(-1)
    const { id, name } = personOf("operator")
    expect(last?.actor).toEqual({ kind: "operator-key", id, name, role: "operator" })
    expect(new Set(records.map(({ actor }) => actor.kind))).toEqual(new Set(["os-user", "operator-key", "nobody"]))
    unwrap(await open.audit.verify())
  })
})
