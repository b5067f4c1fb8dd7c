/**
 * Who may ask what on TCP: every route, asked by nobody, with forged, ended and disabled sessions, and in every role; under
 * foreign names, from foreign pages. Made from the table of routes and the table of roles.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { request as httpsRequest } from "node:https"
import { generateKeyPairSync, sign } from "node:crypto"
import { once } from "node:events"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { OPERATION_ROUTES } from "../../ui/contract/routes.ts"
import { loginMessage, type Challenge } from "../../ui/contract/session.ts"
import { ROLES, ROLE_NAMES, scopesOf, type RoleName } from "../../ui/contract/roles.ts"
import { openTcp, serveHere, type TcpService } from "../support/tcp-service.ts"
import { ask, ServiceProcess, stella } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-access-"))
let service: TcpService

beforeAll(async () => {
  service = await openTcp(folder)
}, 60_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

const tokenFor = (role: RoleName): string => service.tokens[role]

describe("a body that trickles behind its answer", () => {
  const cases: readonly (readonly [
    what: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    status: number,
  ])[] = [
    ["of nobody", "/api/v1/attest/import", { "content-type": "application/json" }, 401],
    ["to a foreign name", "/api/v1/session", { host: "elsewhere.example", "content-type": "application/json" }, 403],
    [
      "to an address that reads none",
      "/api/v1/session/challenge",
      { "content-type": "multipart/form-data; boundary=b" },
      200,
    ],
  ]
  for (const [what, path, headers, status] of cases)
    it(`${what} does not hold the connection`, async () => {
      const { host, port, hostname } = new URL(service.url)
      const socket = connect(Number(port), hostname)
      const parts: Buffer[] = []
      socket.on("data", (part: Buffer) => parts.push(part))
      socket.on("error", () => undefined)
      const lines = Object.entries({ host, "content-length": "1000000", ...headers })
      socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`)
      const drops = setInterval(() => socket.write("x"), 50)
      const closed = await Promise.race([once(socket, "close").then(() => true), after(5000, false)])
      clearInterval(drops)
      socket.destroy()
      expect(Buffer.concat(parts).toString()).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `))
      expect(closed).toBe(true)
    }, 15_000)
})

describe("every route on TCP", () => {
  it("is closed to nobody, and to what is no session, but for health, logging in and the window's files", async () => {
    const open = service.routes.filter(route => route.open)
    for (const { url } of open) expect(url).toMatch(/^\/(healthz|readyz|api\/v1\/session(\/challenge)?)$/)
    const tokens = [
      undefined,
      "Bearer x",
      "Bearer " + "a".repeat(300),
      "Basic YTpi",
      `Bearer ${tokenFor("auditor").slice(0, -3)}abc`,
    ]
    for (const { method, url, open: isOpen } of service.routes) {
      if (isOpen) continue
      for (const authorization of tokens) {
        const path = url.replace(":id", "0".repeat(32)).replace(":file", "0")
        const headers = authorization === undefined ? {} : { authorization }
        const answer = await service.ask(method, path, { headers })
        expect(answer.status, `${method} ${url} ${String(authorization)}`).toBe(401)
        if (method !== "HEAD") expect(answer.json(), url).toMatchObject({ code: "NOT_AUTHENTICATED" })
        expect(answer.headers["www-authenticate"]).toBe("Bearer")
      }
    }
  }, 60_000)

  it("asks for the scopes of its operation in every role", async () => {
    for (const role of ROLE_NAMES)
      for (const { operation, path, methods } of OPERATION_ROUTES)
        for (const method of methods) {
          const may = operation.scopes.every(scope => scopesOf(role).has(scope))
          const answer = await service.ask(method, path, {
            headers: { authorization: `Bearer ${tokenFor(role)}` },
            ...(method === "POST" ? { json: { nonsense: 1 } } : {}),
          })
          const said = `${role} ${method} ${path}`
          if (!may) expect(answer.json(), said).toMatchObject({ code: "FORBIDDEN", status: 403 })
          else if (method === "POST") expect(answer.json(), said).toMatchObject({ code: "USAGE" })
          else expect([401, 403], said).not.toContain(answer.status)
        }
    expect(Object.keys(ROLES)).toEqual(ROLE_NAMES)
  }, 60_000)

  it("says who asks, with the scopes of the roles", async () => {
    const who = await service.ask("GET", "/api/v1/session", {
      headers: { authorization: `Bearer ${tokenFor("auditor")}` },
    })
    expect(who.json()).toMatchObject({
      actor: { name: "auditor", role: "auditor" },
      scopes: [...scopesOf("auditor")].sort(),
    })
  })

  it("keeps the jobs of one from the others", async () => {
    const headers = { authorization: `Bearer ${tokenFor("auditor")}`, prefer: "respond-async" }
    const made = (await service.ask("POST", "/api/v1/status", { json: {}, headers })).json()
    const path = `/api/v1/jobs/${String(made["id"])}`
    const mine = { authorization: `Bearer ${tokenFor("auditor")}` }
    const other = { authorization: `Bearer ${tokenFor("operator")}` }
    expect((await service.ask("GET", path, { headers: mine })).status).toBe(200)
    for (const [method, at] of [
      ["GET", path],
      ["DELETE", path],
      ["GET", `${path}/events`],
      ["GET", `${path}/files`],
      ["GET", `${path}/files/0`],
    ] as const)
      expect((await service.ask(method, at, { headers: other })).json(), at).toMatchObject({ code: "JOB_MISSING" })
    expect((await service.ask("GET", "/api/v1/jobs", { headers: other })).json()["jobs"]).toEqual([])
  })

  it("shows a person their jobs however they logged in", async () => {
    const place = join(folder, "twice")
    mkdirSync(place)
    const { publicKey, privateKey } = generateKeyPairSync("ed25519")
    writeFileSync(join(place, "kim.pub"), publicKey.export({ type: "spki", format: "pem" }))
    await stella(place, ["init", "instance"])
    const add = ["operator", "add", "kim", "--role", "administrator", "--public-key", "kim.pub"]
    expect((await stella(place, [...add, "--store", "instance"])).status).toBe(0)
    const served = await serveHere(place, {}, { listen: "127.0.0.1:0", oneTimeLogin: "kim" })
    const target = { host: "127.0.0.1", port: Number(new URL(served.url ?? "").port) }
    const login = async (json: object) => {
      const session = (await ask(target, "POST", "/api/v1/session", { json })).json()
      return { authorization: `Bearer ${String(session["token"])}` }
    }
    const challenge = (await ask(target, "POST", "/api/v1/session/challenge")).json() as unknown as Challenge
    const signature = sign(null, loginMessage(challenge, "kim"), privateKey).toString("base64url")
    const byKey = await login({ v: 1, operator: "kim", challenge: challenge.challenge, signature })
    const byCode = await login({ v: 1, code: served.login?.code })
    const asking = { prefer: "respond-async", "idempotency-key": "one" }
    const made = await ask(target, "POST", "/api/v1/status", { json: {}, headers: { ...byCode, ...asking } })
    expect(made.status).toBe(202)
    const id = String(made.json()["id"])
    expect((await ask(target, "GET", `/api/v1/jobs/${id}`, { headers: byKey })).json()).toMatchObject({
      id,
      actor: { kind: "one-time-code", name: "kim" },
    })
    expect((await ask(target, "GET", "/api/v1/jobs", { headers: byKey })).json()["jobs"]).toHaveLength(1)
    // And the same key is the same work.
    const again = await ask(target, "POST", "/api/v1/status", { json: {}, headers: { ...byKey, ...asking } })
    expect(again.json()["id"]).toBe(id)
    await served.stop()
  }, 20_000)

  it("refuses foreign names and pages before it looks at who asks", async () => {
    const token = `Bearer ${tokenFor("administrator")}`
    const foreign = [
      { host: "evil.example" },
      { host: "127.0.0.1" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: service.url.slice(0, -1).replace("http", "https") },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]
    for (const headers of foreign)
      for (const [method, path] of [
        ["GET", "/api/v1/status"],
        ["POST", "/api/v1/session/challenge"],
        ["GET", "/healthz"],
      ] as const) {
        const answer = await service.ask(method, path, { headers: { authorization: token, ...headers } })
        expect(answer.json(), JSON.stringify(headers)).toMatchObject({ code: "ORIGIN_REFUSED" })
      }
    const own = { authorization: token, origin: service.url.slice(0, -1), "sec-fetch-site": "same-origin" }
    expect((await service.ask("GET", "/api/v1/status", { headers: own })).status).toBe(200)
  })

  it("has headers that close what browsers leave open", async () => {
    const { headers } = await service.ask("GET", "/healthz")
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    })
    expect(headers["access-control-allow-origin"]).toBeUndefined()
  })

  it("forgets a session that is ended, and a disabled operator at once", async () => {
    const ended = await service.login("operator")
    const headers = { authorization: `Bearer ${ended}` }
    expect((await service.ask("DELETE", "/api/v1/session", { headers })).status).toBe(204)
    expect((await service.ask("GET", "/api/v1/status", { headers })).status).toBe(401)
    const operator = { authorization: `Bearer ${tokenFor("operator")}` }
    expect((await service.ask("GET", "/api/v1/status", { headers: operator })).status).toBe(200)
    expect((await stella(folder, ["operator", "disable", "operator", "--store", "site"])).status).toBe(0)
    expect((await service.ask("GET", "/api/v1/status", { headers: operator })).status).toBe(401)
  })

  it("keeps tokens and bodies out of its log", async () => {
    await service.ask("GET", "/api/v1/attest/list?subject=sha256:" + "a".repeat(64), {
      headers: { authorization: `Bearer ${tokenFor("auditor")}` },
    })
    expect(service.process.log).toContain('"path":"/api/v1/attest/list"')
    expect(service.process.log).not.toContain(tokenFor("auditor").slice(0, 20))
    expect(service.process.log).not.toContain("aaaaaaaa")
    expect(service.process.log).not.toContain("a defect")
  })
})

describe("listening on TCP", () => {
  it("is refused on a port in use, without TLS beyond loopback, and with a broken certificate", async () => {
    const port = new URL(service.url).port
    const other = join(folder, "other")
    expect((await stella(folder, ["init", "other"])).status).toBe(0)
    const serve = (...args: string[]) => stella(folder, ["serve", "--store", other, ...args])
    const used = await serve("--listen", `127.0.0.1:${port}`)
    expect([used.status, used.stderr]).toEqual([55, expect.stringContaining("error[LISTEN_REFUSED]")])
    const beyond = await serve("--listen", "0.0.0.0:0")
    expect([beyond.status, beyond.stderr]).toEqual([2, expect.stringContaining("is not loopback")])
    writeFileSync(join(folder, "bad.pem"), "nothing")
    const broken = await serve("--listen", "127.0.0.1:0", "--tls-certificate", "bad.pem", "--tls-key", "bad.pem")
    expect([broken.status, broken.stderr]).toEqual([2, expect.stringContaining("error[CONFIG_INVALID]")])
    const half = await serve("--listen", "127.0.0.1:0", "--tls-key", "bad.pem")
    expect(half.stderr).toContain("go together")
    const missing = await serve("--one-time-login", "nobody")
    expect(missing.stderr).toContain("error[OPERATOR_MISSING]")
    const console = await serve("--console", "nowhere")
    expect(console.stderr).toContain("no console has been built there")
  }, 30_000)

  it("on all addresses answers to the names in its certificate, and to no other", async () => {
    const place = join(folder, "wide")
    mkdirSync(place)
    const make = (name: string, more: readonly string[]): void => {
      const files = ["-keyout", join(place, `${name}.key`), "-out", join(place, `${name}.pem`)]
      const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
      execFileSync("openssl", ["req", "-x509", ...curve, "-subj", "/CN=x", ...files, ...more], { stdio: "ignore" })
    }
    make("named", ["-addext", "subjectAltName=DNS:Stella.example,DNS:*.wild.example,IP:2001:db8::1"])
    make("bare", [])
    const tls = (name: string) => ({ tlsCertificate: join(place, `${name}.pem`), tlsKey: join(place, `${name}.key`) })
    const refused = serveHere(place, {}, { listen: "0.0.0.0:0", ...tls("bare") })
    await expect(refused).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("names no host") as string,
    })
    for (const listen of ["0.0.0.0:0", "[::]:0"]) {
      const served = await serveHere(place, {}, { listen, ...tls("named") })
      const port = new URL(served.url ?? "").port
      expect(served.url).toBe(`https://stella.example:${port}/`)
      const status = (host: string): Promise<number | undefined> =>
        new Promise((answered, failed) => {
          const options = { host: "127.0.0.1", port, path: "/healthz", headers: { host }, rejectUnauthorized: false }
          httpsRequest(options, response => {
            answered(response.resume().statusCode)
          })
            .on("error", failed)
            .end()
        })
      expect(await status(`stella.example:${port}`)).toBe(200)
      expect(await status(`STELLA.example:${port}`)).toBe(200)
      expect(await status(`[2001:db8::1]:${port}`)).toBe(200)
      for (const host of [`127.0.0.1:${port}`, `0.0.0.0:${port}`, `a.wild.example:${port}`, "stella.example"])
        expect(await status(host), host).toBe(403)
      await served.stop()
    }
  }, 30_000)

  it("is not needed: without --listen there is no port", async () => {
    const other = join(folder, "third")
    expect((await stella(folder, ["init", "third"])).status).toBe(0)
    const alone = await ServiceProcess.start(folder, ["--store", other])
    expect(alone.listening.url).toBeNull()
    expect((await ask(alone.target, "GET", "/healthz")).json()).toEqual({ status: "ok" })
    expect(await alone.stop()).toBe(0)
  })
})
