/** What a client sends as files: names that are none and that cost too much, and files that never end. */
import { once } from "node:events"
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { RequestFiles } from "../../appliance/service/request-files.node.ts"
import { ServiceProcess, stella } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-uploads-"))
const requests = join(folder, "site/service/requests")
let service: ServiceProcess

beforeAll(async () => {
  expect((await stella(folder, ["init", "site"])).status).toBe(0)
  service = await ServiceProcess.start(folder, ["--store", "site"])
}, 30_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe("a part file", () => {
  it("without a name is refused, also when its type makes it a file", async () => {
    const head = 'Content-Disposition: form-data; name="file"\r\nContent-Type: application/octet-stream'
    const answer = await service.ask("POST", "/api/v1/attest/inspect", {
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body: `--b\r\n${head}\r\n\r\nx\r\n--b--\r\n`,
    })
    expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code: "USAGE" })])
    expect(readdirSync(requests)).toEqual([])
  })
})

describe("the names of files", () => {
  const place = join(folder, "names")
  const receive = (files: RequestFiles, name: string) => files.receive(name, Readable.from([Buffer.from("x")]))

  it("lead through 64 parts at most, and none stays for one that is refused", async () => {
    const files = new RequestFiles(place, { keepsWritten: false })
    expect(await receive(files, "a/".repeat(64) + "a")).toMatchObject({ ok: false, error: { code: "USAGE" } })
    expect((await receive(files, "a/".repeat(63) + "a")).ok).toBe(true)
    expect(await files.kind("a/".repeat(63))).toBe("folder")
    expect(await files.kind("")).toBe("folder")
    expect(readdirSync(place)).toEqual(["0"])
    await files.remove()
  })

  it("cost 16 MiB at most with all folders on their way, of which each counts once", async () => {
    const files = new RequestFiles(place, { keepsWritten: false })
    // 64 parts of 60 bytes are some 122 KiB of folders: 134 names are 16 MiB.
    const below = ("/" + "b".repeat(60)).repeat(62)
    for (let i = 0; i < 130; i++)
      expect((await receive(files, String(i).padStart(60, "0") + below + "/f")).ok).toBe(true)
    for (let i = 0; i < 60; i++) expect((await receive(files, `${"0".repeat(60)}${below}/${String(i)}`)).ok).toBe(true)
    const outcomes = []
    for (let i = 130; i < 140; i++) outcomes.push(await receive(files, String(i).padStart(60, "0") + below + "/f"))
    expect(outcomes.at(-1)).toMatchObject({ ok: false, error: { code: "BODY_TOO_LARGE" } })
    expect(files.received.length).toBeLessThan(200)
    await files.remove()
  })
})

/** Begins a form with a file of which `body` comes, and waits until that file is on the disk. */
async function begin(body: string): Promise<Socket> {
  const socket = connect(service.listening.socket)
  socket.on("error", () => undefined)
  socket.resume()
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
  const type = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000000"
  socket.write(`POST /api/v1/attest/inspect HTTP/1.1\r\nHost: x\r\n${type}\r\n\r\n${part}${body}`)
  await expect.poll(() => readdirSync(requests)).toHaveLength(1)
  return socket
}

/** Files that the service has open though they are removed. */
function deleted(): readonly string[] {
  const open = join("/proc", String(service.child.pid), "fd")
  return readdirSync(open)
    .map(fd => {
      try {
        return readlinkSync(join(open, fd))
      } catch {
        return "" // closed meanwhile
      }
    })
    .filter(path => path.startsWith(requests))
}

describe("an upload that its client gives up", () => {
  it("leaves no file open and none on the disk", async () => {
    for (let i = 0; i < 3; i++) {
      const socket = await begin("x".repeat(200_000))
      socket.destroy()
      await expect.poll(() => readdirSync(requests)).toEqual([])
    }
    await expect.poll(deleted).toEqual([])
  })

  it("is given up by the service too when another part is refused, while files before it wait", async () => {
    const more = (n: number, name: string): string =>
      `\r\n--b\r\nContent-Disposition: form-data; name="${name}"; filename="f${String(n)}"\r\n\r\ny`
    const waiting = Array.from({ length: 40 }, (_, n) => more(n, "file")).join("")
    for (let i = 0; i < 3; i++) {
      const socket = await begin("x".repeat(200_000))
      const closed = once(socket, "close")
      socket.write(waiting + more(0, "other"))
      await expect.poll(() => readdirSync(requests)).toEqual([])
      socket.destroy()
      await closed
    }
    await expect.poll(deleted).toEqual([])
    expect(service.log).not.toContain("Warning")
  })
})
