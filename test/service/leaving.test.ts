/** Clients that stall, leave or are interrupted: they hold nobody's turn, and nothing of what they asked is kept. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { request, type ClientRequest, type IncomingMessage } from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { printFrame } from "../../appliance/service/frames.ts"
import { form, ServiceProcess, stella, startStella } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-leaving-"))
const envelope = '{"payload":"e30=","payloadType":"text/plain","signatures":[{"sig":"AAAA"}]}'
const IMPORT = "/api/v1/attest/import"
const CONVERSATION = "application/vnd.stella.conversation"
let service: ServiceProcess

beforeAll(async () => {
  writeFileSync(join(folder, "e.json"), envelope)
  await stella(folder, ["init", "site"])
  service = await ServiceProcess.start(folder, ["--store", "site"])
}, 30_000)
afterAll(async () => {
  await service.stop("SIGKILL")
  rmSync(folder, { recursive: true, force: true })
})

/** A client that asks to import a file and then answers no question about it. */
async function stalled(): Promise<ClientRequest> {
  const { socket: socketPath } = service.listening
  const headers = { "content-type": CONVERSATION, accept: CONVERSATION }
  const sent = request({ socketPath, method: "POST", path: IMPORT, agent: false, headers })
  sent.on("error", () => undefined)
  sent.write(printFrame({ input: { files: ["never.json"] } }))
  const [response] = (await once(sent, "response")) as [IncomingMessage]
  await once(response, "data")
  return sent
}

describe("a client", () => {
  it("that waits for its turn ends when it is interrupted", async () => {
    const holder = await stalled()
    const child = startStella(folder, ["attest", "import", "e.json", "--store", "site"])
    await after(1500)
    child.kill("SIGINT")
    const ended = await Promise.race([once(child, "close"), after(5000, undefined)])
    child.kill("SIGKILL")
    holder.destroy()
    expect(ended?.[0]).toBe(130)
    expect(service.log).not.toContain("a defect")
  }, 30_000)

  it("that left while its form was read has asked for nothing", async () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${String(n)}.json`, envelope]))
    const { headers, body = "" } = form({ files: Object.keys(files) }, files)
    const socket = connect(service.listening.socket)
    const head = `POST ${IMPORT} HTTP/1.1\r\nHost: x\r\nContent-Type: ${String(headers?.["content-type"])}\r\n`
    socket.write(`${head}Content-Length: ${String(body.length)}\r\n\r\n`)
    await new Promise<void>(done =>
      socket.write(body, () => {
        done()
      }),
    )
    socket.destroy()
    // An import after it has its turn after it.
    await after(1500)
    writeFileSync(join(folder, "other.json"), envelope.replace("AAAA", "BBBB"))
    expect((await stella(folder, ["attest", "import", "other.json", "--store", "site"])).status).toBe(0)
    expect((await service.ask("GET", "/api/v1/status")).json()).toMatchObject({ evidence: 1 })
  }, 30_000)
})

describe("a service that is told to end", () => {
  it("does not wait for an upload", async () => {
    await stella(folder, ["init", "ending"])
    const ending = await ServiceProcess.start(folder, ["--store", "ending"])
    const socket = connect(ending.listening.socket)
    socket.on("error", () => undefined)
    const head = `POST ${IMPORT} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n`
    socket.write(`${head}Content-Length: 1000000000\r\n\r\n--b\r\n`)
    await after(500)
    const ended = await Promise.race([ending.stop(), after(12_000, "still there")])
    socket.destroy()
    await ending.stop("SIGKILL")
    expect(ended).toBe(0)
  }, 30_000)
})
