/** Clients that stall, leave or are interrupted: they hold nobody's turn, and nothing of what they asked is kept. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { request, type ClientRequest, type IncomingMessage } from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { printFrame, readFrames } from "../../appliance/service/frames.ts"
import { form, ServiceProcess, stella, startStella } from "../support/service.ts"
import { serveHere } from "../support/tcp-service.ts"

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
async function stalled(socketPath = service.listening.socket): Promise<ClientRequest> {
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

describe("clients that drop what they ask", () => {
  it("take up nothing, however soon they go", async () => {
    const place = join(folder, "dropped")
    mkdirSync(place)
    const instance = await serveHere(place, { running: 8, graceMs: 500 })
    for (let n = 0; n < 96; n++) {
      const socket = connect(instance.socket)
      socket.on("error", () => undefined)
      socket.write("GET /api/v1/audit/list HTTP/1.1\r\nHost: x\r\n\r\n")
      // At another instant each: before the run begins, while it waits for its commit, and once it has answered.
      await after(n % 12)
      socket.destroy()
    }
    const asked = async (): Promise<number> => {
      const sent = request({ socketPath: instance.socket, path: "/api/v1/audit/list", agent: false }).end()
      const [response] = (await once(sent, "response")) as [IncomingMessage]
      response.resume()
      await once(response, "end")
      return response.statusCode ?? 0
    }
    const answers = async (): Promise<number[]> => {
      const statuses: number[] = []
      for (let n = 0; n < 10; n++) statuses.push(await asked())
      return statuses
    }
    // Every slot would still be held by a dropped one.
    await expect.poll(answers, { timeout: 20_000 }).toEqual(Array.from({ length: 10 }, () => 200))
    await instance.stop()
  }, 60_000)
})

/** The last of a conversation's answer, as text. */
async function rest(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  response.on("data", (part: Buffer) => parts.push(part))
  await once(response, "close")
  return Buffer.concat(parts).toString()
}

describe("the turn of those who change the site", () => {
  const lines = Array.from({ length: 6000 }, (_, n) =>
    envelope.replace("AAAA", Buffer.from(`${n}!`).toString("base64")),
  )

  it("is taken from a client that stays and answers no question", async () => {
    const place = join(folder, "silent")
    mkdirSync(place)
    const instance = await serveHere(place, { answerMs: 300 })
    const holder = await stalled(instance.socket)
    writeFileSync(join(place, "e.json"), envelope)
    const next = await stella(place, ["attest", "import", "e.json", "--store", "instance"])
    expect([next.status, next.stderr]).toEqual([0, expect.any(String)])
    holder.destroy()
    await expect.poll(() => instance.log()).toContain(`"path":"${IMPORT}"`)
    await instance.stop()
  }, 30_000)

  it("is taken from a client that answers each question late", async () => {
    const place = join(folder, "late")
    mkdirSync(place)
    const instance = await serveHere(place, { answerMs: 60_000, answersMs: 400 })
    const headers = { "content-type": CONVERSATION, accept: CONVERSATION }
    const sent = request({ socketPath: instance.socket, method: "POST", path: IMPORT, agent: false, headers })
    sent.on("error", () => undefined)
    sent.write(printFrame({ input: { files: Array.from({ length: 1000 }, (_, n) => `${String(n)}.json`) } }))
    const [response] = (await once(sent, "response")) as [IncomingMessage]
    let asked = 0
    const text: string[] = []
    for await (const { head } of readFrames(response as AsyncIterable<Buffer>, { headBytes: 1e6, bytes: () => 0 })) {
      text.push(JSON.stringify(head))
      if (typeof head["ask"] !== "number") continue
      asked++
      await after(50)
      sent.write(
        printFrame({ answer: head["ask"], value: "missing", failed: { code: "INPUT_UNREADABLE", message: "" } }),
      )
    }
    expect(asked).toBeGreaterThan(1)
    expect(text.at(-1)).toContain('"BODY_TOO_SLOW"')
    await instance.stop()
  }, 30_000)

  it("is given up at the commit, also when nobody reads the answer", async () => {
    await stella(folder, ["init", "unread"])
    const other = await ServiceProcess.start(folder, ["--store", "unread"])
    const files = { "m.jsonl": lines.join("\n") }
    const { headers, body = "" } = form({ files: ["m.jsonl"] }, files)
    const socketPath = other.listening.socket
    const reading = request({ socketPath, method: "POST", path: IMPORT, agent: false, headers })
    reading.end(body)
    // Its first event has come, and from now on nothing of it is read.
    const [unread] = (await once(reading, "response")) as [IncomingMessage]
    unread.pause()
    const next = await stella(folder, ["attest", "import", "e.json", "--store", "unread"])
    expect(next.status).toBe(0)
    expect((await other.ask("GET", "/api/v1/status")).json()).toMatchObject({ evidence: 6001 })
    // What waited is all there.
    const text = await rest(unread.resume())
    expect(
      text
        .trimEnd()
        .split("\n")
        .filter(line => line.includes('"type":"result"')),
    ).toHaveLength(6000)
    expect(text.trimEnd().split("\n").at(-1)).toContain('"type":"summary"')
    expect(readdirSync(join(folder, "unread/service/requests"))).toEqual([])
    expect(await other.stop()).toBe(0)
  }, 60_000)

  it("costs a client that takes nothing its connection", async () => {
    const place = join(folder, "undrained")
    mkdirSync(place)
    const instance = await serveHere(place, { drainMs: 500 })
    const files = { "m.jsonl": lines.join("\n") }
    const { headers, body = "" } = form({ files: ["m.jsonl"] }, files)
    const reading = request({ socketPath: instance.socket, method: "POST", path: IMPORT, agent: false, headers })
    reading.on("error", () => undefined)
    reading.end(body)
    const [unread] = (await once(reading, "response")) as [IncomingMessage]
    unread.on("error", () => undefined)
    unread.pause()
    const waiting = (): string[] => readdirSync(join(instance.site, "service/requests"))
    // What does not fit into memory waits on the disk, until the connection is closed.
    await expect.poll(waiting, { timeout: 10_000 }).toContainEqual(expect.stringMatching(/\.events$/))
    await expect.poll(waiting, { timeout: 10_000 }).toEqual([])
    await expect(once(unread.resume(), "close")).rejects.toThrow("aborted")
    await instance.stop()
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
