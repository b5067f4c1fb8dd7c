/** The window's door: nobody is the owner there, a launch opens it and is no login, and only the owner gives launches. */
import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, rmSync, statSync, existsSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { MAX_LAUNCHES, ShellLaunches, WAIT_SECONDS } from "../../appliance/service/shell-launches.node.ts"
import { windowSocketOf } from "../../appliance/service/window-door.node.ts"
import { OPERATION_ROUTES, TYPES } from "../../ui/contract/routes.ts"
import { LAUNCH_HEADER, LAUNCH_PATH } from "../../ui/contract/shell-names.ts"
import { launch, type Launch } from "../../ui/contract/shell.ts"
import { ask, ServiceProcess, stella, type Response, type Sending } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-door-"))
const OWN = { host: "console", origin: "stella://console" }
let service: ServiceProcess
let given: Launch
let token = ""

const owner = (method: string, path: string, sending?: Sending): Promise<Response> => service.ask(method, path, sending)
const ofTcp = (): { host: string; port: number } => ({
  host: "127.0.0.1",
  port: Number(new URL(service.listening.url ?? "").port),
})
const codeOf = (response: Response): unknown => response.json()["code"]

/** Asks at the window's door, as a shell does unless told otherwise. */
function atDoor(method: string, path: string, { headers, ...more }: Sending = {}): Promise<Response> {
  const shown = { ...OWN, [LAUNCH_HEADER]: given.token, ...headers }
  return ask({ socketPath: given.socket }, method, path, { ...more, headers: shown })
}

async function newLaunch(): Promise<Launch> {
  const answer = await owner("POST", LAUNCH_PATH)
  expect(answer.status, answer.text).toBe(200)
  return launch.parse(answer.json())
}

beforeAll(async () => {
  await stella(folder, ["init", "site"])
  const { publicKey } = generateKeyPairSync("ed25519")
  writeFileSync(join(folder, "rita.pub"), publicKey.export({ type: "spki", format: "pem" }))
  const added = await stella(folder, [
    "operator",
    "add",
    "rita",
    "--role",
    "operator",
    "--public-key",
    "rita.pub",
    "--store",
    "site",
  ])
  expect(added.status, added.stderr).toBe(0)
  service = await ServiceProcess.start(folder, [
    "--store",
    "site",
    "--listen",
    "127.0.0.1:0",
    "--one-time-login",
    "rita",
  ])
  given = await newLaunch()
  const login = await atDoor("POST", "/api/v1/session", { json: { v: 1, code: service.listening.login?.code } })
  expect(login.status, login.text).toBe(200)
  token = String(login.json()["token"])
}, 60_000)

afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe("the window's door", () => {
  it("is a socket of its own, which nobody but its user can open", () => {
    expect(given.socket).toBe(windowSocketOf(service.listening.socket))
    expect(given.socket).not.toBe(service.listening.socket)
    expect(statSync(given.socket).mode & 0o777).toBe(0o600)
  })

  it("takes nobody for the owner: what the owner's socket answers needs a session here, on every route", async () => {
    expect((await owner("GET", "/api/v1/session")).json()).toMatchObject({ actor: { role: "owner" } })
    const answers = new Set<string>()
    for (const { path, methods } of OPERATION_ROUTES)
      for (const method of methods) {
        const answer = await atDoor(method, path, method === "POST" ? { json: {} } : {})
        expect([answer.status, codeOf(answer)], `${method} ${path}`).toEqual([401, "NOT_AUTHENTICATED"])
        answers.add(answer.text)
      }
    expect(answers.size).toBe(1)
    for (const path of ["/api/v1/session", "/api/v1/jobs", "/api/v1/openapi.json"])
      expect((await atDoor("GET", path)).status, path).toBe(401)
  })

  it("takes a session for its operator, with that operator's roles", async () => {
    const headers = { authorization: `Bearer ${token}` }
    const who = (await atDoor("GET", "/api/v1/session", { headers })).json()
    expect(who).toMatchObject({ actor: { name: "rita", role: "operator" } })
    expect((await atDoor("POST", "/api/v1/status", { headers, json: {} })).status).toBe(200)
    const more = await atDoor("POST", "/api/v1/operator/disable", { headers, json: { name: "rita" } })
    expect([more.status, codeOf(more)]).toEqual([403, "FORBIDDEN"])
  })

  it.for([
    ["no launch", undefined],
    ["an empty one", ""],
    ["another one", `STELLA-SECRET-LAUNCH-${"A".repeat(43)}`],
    ["a session's token", "session"],
  ] as const)("answers nothing at all to %s, on open addresses, too, and with a session", async ([, shown]) => {
    const value = shown === "session" ? token : shown
    const headers = {
      ...OWN,
      authorization: `Bearer ${token}`,
      ...(value === undefined ? {} : { [LAUNCH_HEADER]: value }),
    }
    const answers = new Set<string>()
    for (const [method, path] of [
      ["GET", "/healthz"],
      ["GET", "/readyz"],
      ["GET", "/"],
      ["GET", "/api/v1/status"],
      ["POST", "/api/v1/session/challenge"],
      ["GET", "/api/v1/nothing"],
      ["POST", LAUNCH_PATH],
    ] as const) {
      const answer = await ask({ socketPath: given.socket }, method, path, { headers })
      expect([answer.status, codeOf(answer)], path).toEqual([403, "LAUNCH_OVER"])
      answers.add(answer.text)
    }
    expect(answers.size).toBe(1)
  })

  it("answers the shell's own origin under its own name only", async () => {
    for (const headers of [
      { host: "127.0.0.1" },
      { host: "console.example" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "stella://elsewhere" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      const answer = await atDoor("POST", "/api/v1/session/challenge", { headers, json: { v: 1 } })
      expect([answer.status, codeOf(answer)], JSON.stringify(headers)).toEqual([403, "ORIGIN_REFUSED"])
    }
    expect((await atDoor("POST", "/api/v1/session/challenge", { json: { v: 1 } })).status).toBe(200)
  })

  it("holds no conversation, in which a service reads its client's files", async () => {
    const headers = { authorization: `Bearer ${token}`, "content-type": TYPES.conversation }
    const answer = await atDoor("POST", "/api/v1/status", { headers, body: "{}" })
    expect([answer.status, codeOf(answer)]).toEqual([415, "BODY_TYPE_REFUSED"])
  })

  it("counts requests as TCP does", async () => {
    const { headers } = await atDoor("GET", "/api/v1/session", { headers: { authorization: `Bearer ${token}` } })
    expect(Number(headers["x-ratelimit-limit"])).toBeGreaterThan(0)
    expect(Number(headers["x-ratelimit-remaining"])).toBeLessThan(Number(headers["x-ratelimit-limit"]))
    expect((await owner("GET", "/api/v1/session")).headers["x-ratelimit-limit"]).toBeUndefined()
  })

  it("has no console: a window's pages come from its shell", async () => {
    const answer = await atDoor("GET", "/", { headers: { authorization: `Bearer ${token}` } })
    expect([answer.status, codeOf(answer)]).toEqual([404, "NOT_FOUND"])
  })
})

describe("launches", () => {
  it("are given by the owner's socket to the owner, and by nobody else", async () => {
    const session = { headers: { authorization: `Bearer ${token}` } }
    for (const method of ["POST", "DELETE"]) {
      const asOperator = await owner(method, LAUNCH_PATH, session)
      expect([asOperator.status, codeOf(asOperator)]).toEqual([403, "FORBIDDEN"])
      const atWindow = await atDoor(method, LAUNCH_PATH, session)
      expect([atWindow.status, codeOf(atWindow)]).toEqual([404, "NOT_FOUND"])
      const onTcp = await ask(ofTcp(), method, LAUNCH_PATH, session)
      expect([onTcp.status, codeOf(onTcp)]).toEqual([404, "NOT_FOUND"])
    }
  })

  it("do not open the other doors: there a launch is nothing", async () => {
    const headers = { [LAUNCH_HEADER]: given.token }
    expect((await ask(ofTcp(), "GET", "/api/v1/status", { headers })).status).toBe(401)
    const asBearer = { authorization: `Bearer ${given.token}` }
    for (const target of [ofTcp(), service.target])
      expect((await ask(target, "GET", "/api/v1/status", { headers: asBearer })).status).toBe(401)
  })

  it("end when their launcher says so, and the others go on", async () => {
    const other = await newLaunch()
    const asOther = { [LAUNCH_HEADER]: other.token }
    expect((await atDoor("GET", "/healthz", { headers: asOther })).status).toBe(200)
    expect((await owner("DELETE", LAUNCH_PATH, { headers: asOther })).status).toBe(204)
    expect(codeOf(await atDoor("GET", "/healthz", { headers: asOther }))).toBe("LAUNCH_OVER")
    expect(codeOf(await owner("DELETE", LAUNCH_PATH, { headers: asOther }))).toBe("LAUNCH_OVER")
    expect((await atDoor("GET", "/healthz")).status).toBe(200)
  })

  it("are in no line of the service's log", () => {
    expect(service.log).toContain(LAUNCH_PATH)
    expect(service.log).not.toContain("STELLA-SECRET")
    expect(service.log).not.toContain(token)
  })

  it("end with the service: killed, it leaves a socket that the next one takes over", async () => {
    const before = given
    await service.stop("SIGKILL")
    expect(existsSync(before.socket)).toBe(true)
    service = await ServiceProcess.start(folder, ["--store", "site", "--listen", "127.0.0.1:0"])
    given = await newLaunch()
    expect(given.socket).toBe(before.socket)
    expect(codeOf(await atDoor("GET", "/healthz", { headers: { [LAUNCH_HEADER]: before.token } }))).toBe("LAUNCH_OVER")
    expect((await atDoor("GET", "/healthz")).status).toBe(200)
    await service.stop()
    expect(existsSync(given.socket)).toBe(false)
    // Whoever launches no shell has no such door.
    service = await ServiceProcess.start(folder, ["--store", "site"])
    expect(existsSync(given.socket)).toBe(false)
  })
})

describe("the launches of a process", () => {
  const counting = (): { bytes(n: number): Uint8Array } => {
    let next = 0
    return { bytes: n => new Uint8Array(n).fill(++next) }
  }
  const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1000)

  it("wait a minute for their shell and no longer, and then last", () => {
    const launches = new ShellLaunches(counting())
    const [used, lost] = [launches.issue(at(0)), launches.issue(at(0))]
    expect(launches.admit(used, at(WAIT_SECONDS)).ok).toBe(true)
    expect(launches.admit(used, at(1_000_000)).ok).toBe(true)
    expect(launches.admit(lost, at(WAIT_SECONDS + 1)).ok).toBe(false)
    // Nor does a clock that was set back make it good again for long.
    expect(launches.admit(launches.issue(at(0)), at(-WAIT_SECONDS - 1)).ok).toBe(false)
  })

  it("are few: the oldest gives way", () => {
    const launches = new ShellLaunches(counting())
    const all = Array.from({ length: MAX_LAUNCHES + 1 }, () => launches.issue(at(0)))
    expect(all.map(token => launches.admit(token, at(1)).ok)).toEqual([
      false,
      ...Array.from({ length: MAX_LAUNCHES }, () => true),
    ])
    expect(new Set(all).size).toBe(all.length)
  })

  it("are tokens of one form, and nothing else is one", () => {
    const launches = new ShellLaunches(counting())
    const token = launches.issue(at(0))
    expect(launch.safeParse({ v: 1, socket: "/x.sock", token }).success).toBe(true)
    for (const other of [undefined, null, "", 7, [token], token + " ", token.toLowerCase(), token.slice(0, -1)])
      expect(launches.admit(other, at(1))).toMatchObject({ ok: false, error: { code: "LAUNCH_OVER" } })
    expect(launches.admit(token, at(1)).ok).toBe(true)
  })
})
