/**
 * Operators and sessions as people meet them: the program in processes of its own, a site on the disk, keys in files, a
 * service that is killed and started again. Nothing is set up from inside.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { Secret } from "../../src/kernel/secret.ts"
import { answerChallenge, openOperatorKey, type OperatorKey } from "../../ui/contract/operator-key.ts"
import type { Challenge, Session } from "../../ui/contract/session.ts"
import { ask, ServiceProcess, stella, type Response, type Sending } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-access-"))
const PASSPHRASE = "correct horse battery staple"
const STORE = ["--store", "site"] as const
let service: ServiceProcess

interface Login {
  readonly code: string
  readonly expires: string
}

const start = (...args: readonly string[]): Promise<ServiceProcess> =>
  ServiceProcess.start(folder, [...STORE, "--listen", "127.0.0.1:0", ...args])
const codeFrom = (one: ServiceProcess): string => (one.listening as unknown as { login: Login }).login.code
const tcp = (method: string, path: string, sending: Sending = {}): Promise<Response> => {
  const { hostname, port } = new URL(service.listening.url ?? "")
  return ask({ host: hostname, port: Number(port) }, method, path, sending)
}
const bearer = (token: string): Sending => ({ headers: { authorization: `Bearer ${token}` } })
const logInBy = (json: unknown): Promise<Response> => tcp("POST", "/api/v1/session", { json })

/** Opens the key file as the window does. */
async function keyOf(name: string): Promise<OperatorKey> {
  const text = readFileSync(join(folder, `${name}.key`), "utf8")
  return unwrap(await openOperatorKey(text, new Secret(utf8(PASSPHRASE)), crypto.subtle))
}

async function logIn(name: string): Promise<string> {
  const asked = (await tcp("POST", "/api/v1/session/challenge")).json() as unknown as Challenge
  const got = await logInBy(await answerChallenge(asked, name, await keyOf(name)))
  expect(got.status, got.text).toBe(200)
  return (got.json() as unknown as Session).token
}

beforeAll(async () => {
  writeFileSync(join(folder, "pass"), `${PASSPHRASE}\n`)
  chmodSync(join(folder, "pass"), 0o600)
  expect((await stella(folder, ["init", "site"])).status).toBe(0)
  for (const [name, ...roles] of [
    ["kim", "administrator", "operator"],
    ["rita", "auditor"],
  ] as const) {
    const made = await stella(folder, ["operator", "key", `${name}.key`, "--passphrase-file", "pass"])
    expect(made.status, made.stderr).toBe(0)
    const flags = roles.flatMap(role => ["--role", role])
    const added = await stella(folder, ["operator", "add", name, ...flags, "--public-key", `${name}.key.pub`, ...STORE])
    expect(added.status, added.stderr).toBe(0)
  }
  service = await start("--one-time-login", "kim")
}, 60_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe("a service that people log in to", () => {
  it("lets somebody in with the code that it printed, once", async () => {
    const code = codeFrom(service)
    const first = await logInBy({ v: 1, code })
    expect(first.status, first.text).toBe(200)
    const { token } = first.json() as unknown as Session
    const who = (await tcp("GET", "/api/v1/session", bearer(token))).json()
    expect(who["actor"]).toMatchObject({ kind: "one-time-code", name: "kim", role: "administrator+operator" })
    const second = await logInBy({ v: 1, code })
    expect([second.status, second.json()["code"]]).toEqual([401, "NOT_AUTHENTICATED"])
  })

  it("does not write code, token or signature to its log, nor to the store", async () => {
    const token = await logIn("rita")
    await tcp("GET", "/api/v1/status", bearer(token))
    await expect.poll(() => service.log).toContain("operator-key:rita")
    const files = readdirSync(join(folder, "site/db")).map(name =>
      readFileSync(join(folder, "site/db", name), "latin1"),
    )
    for (const secret of [codeFrom(service), token, token.split(".")[2] ?? ""])
      for (const text of [service.log, ...files]) expect(text.includes(secret)).toBe(false)
  })

  it("keeps its key for its owner only", () => {
    const { storeId } = JSON.parse(readFileSync(join(folder, "site/store.json"), "utf8")) as { storeId: string }
    const key = join(folder, ".state", storeId, "session.key")
    expect(statSync(key).mode & 0o777).toBe(0o600)
  })

  it("keeps sessions over a kill and a restart, and no logged-out one", async () => {
    const [kept, ended] = [await logIn("rita"), await logIn("rita")]
    expect((await tcp("DELETE", "/api/v1/session", bearer(ended))).status).toBe(204)
    await service.stop("SIGKILL")
    service = await start()
    expect((await tcp("GET", "/api/v1/session", bearer(kept))).status).toBe(200)
    expect((await tcp("GET", "/api/v1/session", bearer(ended))).status).toBe(401)
  })

  it("enrols and disables while it runs, from the command line beside it and over HTTP, and sessions end at once", async () => {
    const made = await stella(folder, ["operator", "key", "lee.key", "--passphrase-file", "pass"])
    expect(made.status, made.stderr).toBe(0)
    const flags = ["--role", "auditor", "--public-key", "lee.key.pub", ...STORE]
    const added = await stella(folder, ["operator", "add", "lee", ...flags])
    expect(added.status, added.stderr).toBe(0)
    const lee = await logIn("lee")
    const kim = await logIn("kim")
    expect((await tcp("GET", "/api/v1/operator/list", bearer(lee))).status).toBe(200)
    const refused = await tcp("POST", "/api/v1/operator/disable", { ...bearer(lee), json: { name: "rita" } })
    expect([refused.status, refused.json()["code"]]).toEqual([403, "FORBIDDEN"])
    const done = await tcp("POST", "/api/v1/operator/disable", { ...bearer(kim), json: { name: "lee" } })
    expect(done.status, done.text).toBe(200)
    expect((await tcp("GET", "/api/v1/session", bearer(lee))).status).toBe(401)
    const last = await tcp("POST", "/api/v1/operator/disable", { ...bearer(kim), json: { name: "kim" } })
    expect(last.json()["code"]).toBe("LAST_ADMINISTRATOR")
    const rita = await logIn("rita")
    expect((await stella(folder, ["operator", "disable", "rita", ...STORE])).status).toBe(0)
    expect((await tcp("GET", "/api/v1/session", bearer(rita))).status).toBe(401)
  })

  it("gives a code to nobody who is not enrolled", async () => {
    await service.stop()
    const refused = await stella(folder, ["serve", ...STORE, "--one-time-login", "nobody"])
    expect([refused.status, refused.stderr]).toEqual([58, expect.stringContaining("error[OPERATOR_MISSING]") as string])
    service = await start("--one-time-login", "kim")
  })

  it("leaves an audit chain that names everybody", async () => {
    await service.stop()
    const verified = await stella(folder, ["audit", "verify", ...STORE])
    expect(verified.status, verified.stderr).toBe(0)
    expect((await stella(folder, ["mirror", "fsck", ...STORE])).status).toBe(0)
    service = await start("--one-time-login", "kim")
  })
})
