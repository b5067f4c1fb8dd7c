/** Somebody who loses their standing in the middle of what they asked: it ends there, and nothing of it is committed. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { once } from "node:events"
import { request, type ClientRequest, type IncomingMessage } from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { printFrame } from "../../appliance/service/frames.ts"
import { form, stella } from "../support/service.ts"
import { openTcp, type TcpService } from "../support/tcp-service.ts"

const IMPORT = "/api/v1/attest/import"
const CONVERSATION = "application/vnd.stella.conversation"
const envelope = '{"payload":"e30=","payloadType":"text/plain","signatures":[{"sig":"AAAA"}]}'
let folder: string
let service: TcpService

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stella-disabled-"))
  service = await openTcp(folder)
}, 60_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

const evidence = async (): Promise<unknown> => (await service.process.ask("GET", "/api/v1/status")).json()["evidence"]

/** Takes the turn of those who change the site, and keeps it. */
async function holdTurn(): Promise<ClientRequest> {
  const { socket: socketPath } = service.process.listening
  const headers = { "content-type": CONVERSATION, accept: CONVERSATION }
  const sent = request({ socketPath, method: "POST", path: IMPORT, agent: false, headers })
  sent.on("error", () => undefined)
  sent.write(printFrame({ input: { files: ["never.json"] } }))
  const [response] = (await once(sent, "response")) as [IncomingMessage]
  response.on("error", () => undefined)
  await once(response, "data")
  return sent
}

describe("a session that ends while its request waits for its turn", () => {
  let before: unknown
  beforeEach(async () => {
    before = await evidence()
  })

  it("commits nothing: who asks is looked at again right before", async () => {
    const token = await service.login("operator")
    const headers = { authorization: `Bearer ${token}` }
    const holder = await holdTurn()
    const sending = form({ files: ["a.json"] }, { "a.json": envelope })
    const asked = service.ask("POST", IMPORT, { ...sending, headers: { ...sending.headers, ...headers } })
    // Its file is there, so it waits behind the other.
    await expect.poll(() => readdirSync(join(folder, "site/service/requests"))).toHaveLength(1)
    expect((await service.ask("DELETE", "/api/v1/session", { headers })).status).toBe(204)
    holder.destroy()
    const answer = await asked
    expect(answer.text.trimEnd().split("\n").at(-1)).toContain('"code":"NOT_AUTHENTICATED"')
    expect(await evidence()).toBe(before)
  }, 20_000)
})

describe("an operator who is disabled", () => {
  it("ends with all that is under way: an upload, a job, and whoever reads its events", async () => {
    const before = await evidence()
    const headers = { authorization: `Bearer ${service.tokens.operator}` }
    const { host, port, hostname } = new URL(service.url)
    const upload = connect(Number(port), hostname)
    upload.on("error", () => undefined)
    const head = `POST ${IMPORT} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${headers.authorization}\r\nContent-Length: 1000000\r\n`
    const parts = [
      '--b\r\nContent-Disposition: form-data; name="input"\r\n\r\n{"files":["a"]}\r\n',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx',
    ]
    upload.write(`${head}Content-Type: multipart/form-data; boundary=b\r\n\r\n${parts.join("")}`)
    const said = once(upload, "data")
    await expect.poll(() => readdirSync(join(folder, "site/service/requests"))).toHaveLength(1)

    const holder = await holdTurn()
    // It waits behind the holder of the turn, and the job behind it.
    const disabling = service.process.ask("POST", "/api/v1/operator/disable", { json: { name: "operator" } })
    expect((await service.process.ask("GET", "/api/v1/mirror/head")).status).toBe(200)
    const sending = form({ files: ["a.json"] }, { "a.json": envelope })
    const started = await service.ask("POST", IMPORT, {
      ...sending,
      headers: { ...sending.headers, ...headers, prefer: "respond-async" },
    })
    expect(started.status).toBe(202)
    const path = `/api/v1/jobs/${String(started.json()["id"])}`
    const reading = service.ask("GET", `${path}/events`, { headers })
    holder.destroy()

    expect((await disabling).json()).toMatchObject({ code: null })
    expect(String((await said)[0])).toMatch(/^HTTP\/1.1 401 [^]*"code":"NOT_AUTHENTICATED"/)
    expect((await reading).lines().at(-1)).toMatchObject({ type: "error", code: "NOT_AUTHENTICATED" })
    expect((await service.ask("GET", path, { headers })).status).toBe(401)
    expect(await evidence()).toBe(before)
    const records = await stella(folder, ["audit", "verify", "--store", "site"])
    expect(records.status).toBe(0)
    expect(service.process.log).not.toContain("a defect")
    upload.destroy()
  }, 20_000)
})
