/** What a client sends as files: names that are none and that cost too much, and files that never end. */
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { RequestFiles } from "../../appliance/service/request-files.node.ts"
import { ok } from "../../src/kernel/result.ts"
import { ArrivalRate } from "../../appliance/service/body-watch.node.ts"
import { OPERATION_ROUTES } from "../../ui/contract/routes.ts"
import { membersOf } from "../../ui/contract/input.ts"
import { ask, form, ServiceProcess, stella } from "../support/service.ts"
import { serveHere } from "../support/tcp-service.ts"

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
    const answer = await service.ask("POST", "/api/v1/attest/import", {
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body: `${INPUT}--b\r\n${head}\r\n\r\nx\r\n--b--\r\n`,
    })
    expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code: "USAGE" })])
    expect(readdirSync(requests)).toEqual([])
  })
})

describe("the names of files", () => {
  const place = join(folder, "names")
  const endless = { declare: () => Promise.resolve(ok(undefined)), claim: () => Promise.resolve(ok(undefined)) }
  const anyFiles = (): RequestFiles => {
    const files = new RequestFiles(place, { keepsWritten: false, room: { ...endless, release: () => undefined } })
    files.expect(["."])
    return files
  }
  const receive = (files: RequestFiles, name: string) => files.receive(name, Readable.from([Buffer.from("x")]))

  it("lead through 64 parts at most, and none stays for one that is refused", async () => {
    const files = anyFiles()
    expect(await receive(files, "a/".repeat(64) + "a")).toMatchObject({ ok: false, error: { code: "USAGE" } })
    expect((await receive(files, "a/".repeat(63) + "a")).ok).toBe(true)
    expect(await files.kind("a/".repeat(63))).toBe("folder")
    expect(await files.kind("")).toBe("folder")
    expect(readdirSync(place)).toEqual(["0"])
    await files.remove()
  })

  it("cost 16 MiB at most with all folders on their way, of which each counts once", async () => {
    const files = anyFiles()
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

const INPUT = '--b\r\nContent-Disposition: form-data; name="input"\r\n\r\n{"files":["."]}\r\n'
const FILE = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

/** The head of a request with a form, and the beginning of that. */
function head(form: string, length = 100_000_000): string {
  const type = `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${String(length)}`
  return `POST /api/v1/attest/import HTTP/1.1\r\nHost: x\r\n${type}\r\n\r\n${form}`
}

/** Sends the beginning of a request, and ignores how the connection ends. */
function send(path: string, text: string): Socket {
  const socket = connect(path)
  socket.on("error", () => undefined)
  socket.write(text)
  return socket
}

/** All that comes back until the connection is closed. */
async function answerTo(socket: Socket): Promise<string> {
  const parts: Buffer[] = []
  socket.on("data", (part: Buffer) => parts.push(part))
  // A service that has answered does not wait for the rest for long; what it said has come by then.
  await new Promise(closed => socket.on("close", closed))
  return Buffer.concat(parts).toString()
}

/** Begins a form with a file of which `body` comes, and waits until that file is on the disk. */
async function begin(body: string): Promise<Socket> {
  const socket = send(service.listening.socket, head(INPUT + FILE + body))
  socket.resume()
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

describe("a form", () => {
  const inspect = (files: Record<string, string>) =>
    service.ask("POST", "/api/v1/attest/inspect", form({ evidence: "case/e.json" }, files))

  it("brings only files that its input names, or what lies beside or below them", async () => {
    const refused = await inspect({ "other.json": "{}" })
    expect(refused.json()).toMatchObject({ code: "USAGE", title: "the input does not name the file other.json" })
    expect((await inspect({ "case/e.json.sigstore": "{}" })).json()).toMatchObject({ code: "INPUT_UNREADABLE" })
    // The members of this operation name no files.
    const none = await service.ask("POST", "/api/v1/status", form({}, { x: "" }))
    expect(none.json()).toMatchObject({ code: "USAGE", title: "the input does not name the file x" })
  })

  it("that ends inside a file is malformed, and no defect", async () => {
    const socket = send(service.listening.socket, head(INPUT + FILE + "x", (INPUT + FILE + "x").length))
    const answer = once(socket, "data")
    expect(String((await answer)[0])).toMatch(/^HTTP\/1.1 400 [^]*"code":"USAGE"/)
    socket.destroy()
    const cut = send(service.listening.socket, head(INPUT + FILE + "x"))
    await expect.poll(() => readdirSync(requests)).toHaveLength(1)
    cut.destroy()
    await expect.poll(() => readdirSync(requests)).toEqual([])
    expect(service.log).not.toContain("a defect")
  })

  it("has its input first, so that an unwanted file is refused before it is there", async () => {
    const answer = await answerTo(send(service.listening.socket, head(FILE + "x")))
    expect(answer).toContain("the part input comes before the files")
    expect(readdirSync(requests)).toEqual([])
  })

  it("has no file below a file, in whatever order they come", async () => {
    for (const names of [
      ["case/e.json", "case/e.json/x"],
      ["case/e.json/x", "case/e.json"],
    ]) {
      const answer = await inspect(Object.fromEntries(names.map(name => [name, "{}"])))
      expect(answer.json(), names.join()).toMatchObject({ code: "USAGE", status: 400 })
    }
  })

  it("can name files by exactly the members whose texts are paths", async () => {
    for (const { operation } of OPERATION_ROUTES) {
      const schemas = await operation.schemas()
      for (const { name, path, many } of membersOf(operation, schemas)) {
        const zero = "a\0b"
        const read = schemas.input.partial().safeParse({ [name]: many ? [zero] : zero })
        const saysPath = read.error?.issues.some(({ message }) => message === "must not contain a zero byte") === true
        expect(path, `${operation.name} ${name}`).toBe(saysPath)
      }
    }
  })
})

describe("uploads together", () => {
  it("of one identity take up its share of runs while they come, and no more", async () => {
    const place = join(folder, "runs")
    mkdirSync(place)
    const instance = await serveHere(place, { runsEach: 2 })
    const folderOf = join(instance.site, "service/requests")
    const slow = [1, 2].map(() => send(instance.socket, head(INPUT + FILE + "x")))
    await expect.poll(() => readdirSync(folderOf)).toHaveLength(2)
    const third = await ask(instance.target, "POST", "/api/v1/status", { json: {} })
    expect([third.status, third.headers["retry-after"]]).toEqual([429, "5"])
    expect(third.json()).toMatchObject({ code: "RATE_LIMITED", title: "one identity may have 2 operations at a time" })
    for (const socket of slow) socket.destroy()
    await expect.poll(() => readdirSync(folderOf)).toEqual([])
    expect((await ask(instance.target, "POST", "/api/v1/status", { json: {} })).status).toBe(200)
    expect(instance.log()).not.toContain("a defect")
    await instance.stop()
  }, 20_000)

  it("of one identity take up its share of jobs while they come, and no more", async () => {
    const place = join(folder, "jobs")
    mkdirSync(place)
    const instance = await serveHere(place, { jobsEach: 1 })
    const headers = { prefer: "respond-async" }
    const slow = send(instance.socket, head(INPUT + FILE + "x").replace("Host: x", "Host: x\r\nPrefer: respond-async"))
    await expect.poll(() => readdirSync(join(instance.site, "service/jobs"))).toHaveLength(1)
    const second = await ask(instance.target, "POST", "/api/v1/status", { json: {}, headers })
    expect(second.json()).toMatchObject({ code: "RATE_LIMITED", title: "one identity may have 1 jobs at a time" })
    slow.destroy()
    await expect.poll(() => readdirSync(join(instance.site, "service/jobs"))).toEqual([])
    expect((await ask(instance.target, "POST", "/api/v1/status", { json: {}, headers })).status).toBe(202)
    await instance.stop()
  }, 20_000)

  it("of one identity take up its share of the disk and no more, said ahead or not", async () => {
    const place = join(folder, "share")
    mkdirSync(place)
    const instance = await serveHere(place, { spooledBytesEach: 200_000 })
    const ahead = await answerTo(send(instance.socket, head(INPUT, 300_000)))
    expect(ahead).toMatch(/^HTTP\/1.1 429 [^]*"code":"RATE_LIMITED"/)
    const first = send(instance.socket, head(INPUT + FILE + "x".repeat(150_000), 200_000))
    await expect.poll(() => readdirSync(join(instance.site, "service/requests"))).toHaveLength(1)
    const input = { files: ["b"] }
    const second = await ask(instance.target, "POST", "/api/v1/attest/import", form(input, { b: "y".repeat(100_000) }))
    expect(second.json()).toMatchObject({ code: "RATE_LIMITED" })
    first.destroy()
    await expect.poll(() => readdirSync(join(instance.site, "service/requests"))).toEqual([])
    const third = await ask(instance.target, "POST", "/api/v1/attest/import", form(input, { b: "y".repeat(100_000) }))
    expect(third.status).toBe(200)
    await instance.stop()
  }, 20_000)

  it("leave the site what it needs of the disk: refused ahead, and cut when it is nearly full", async () => {
    const place = join(folder, "full")
    mkdirSync(place)
    let free = 1_000_000_000
    const freeBytes = (): Promise<number> => Promise.resolve(free)
    const instance = await serveHere(place, { reservedBytes: 500_000_000 }, { freeBytes })
    const ahead = await answerTo(send(instance.socket, head(INPUT, 600_000_000)))
    expect(ahead).toMatch(/^HTTP\/1.1 507 [^]*"code":"DISK_FULL"/)
    const socket = send(instance.socket, head(INPUT + FILE + "x".repeat(100_000)))
    const answered = answerTo(socket)
    await expect.poll(() => readdirSync(join(instance.site, "service/requests"))).toHaveLength(1)
    free = 400_000_000
    socket.write("x".repeat(20_000_000))
    expect(await answered).toMatch(/^HTTP\/1.1 507 [^]*"code":"DISK_FULL"/)
    expect(readdirSync(join(instance.site, "service/requests"))).toEqual([])
    expect((await ask(instance.target, "GET", "/readyz")).json()).toEqual({ status: "ready" })
    await instance.stop()
  }, 20_000)
})

describe("a body that comes fast first and then drips", () => {
  const bounds = { bodyMs: 30_000, bodyBytesPerSecond: 64 * 1024 }

  it("is too slow as soon as its newest half minute is", () => {
    const rate = new ArrivalRate(bounds)
    const looks = [...Array.from({ length: 60 }, () => 100_000_000), ...Array.from({ length: 60 }, () => 1)]
    const late = looks.findIndex(bytes => rate.add({ ms: 1000, bytes }))
    expect(late).toBeGreaterThanOrEqual(60 + 29)
    expect(late).toBeLessThanOrEqual(60 + 30)
  })

  it("is never too slow at the rate that is asked for", () => {
    const rate = new ArrivalRate(bounds)
    expect(Array.from({ length: 500 }, () => rate.add({ ms: 1000, bytes: 64 * 1024 }))).not.toContain(true)
  })

  it("is cut by the service", async () => {
    const place = join(folder, "drip")
    mkdirSync(place)
    const instance = await serveHere(place, { bodyMs: 400, bodyBytesPerSecond: 1024 })
    const socket = send(instance.socket, head(INPUT + FILE + "x".repeat(10_000_000)))
    const drops = setInterval(() => socket.write("x"), 50)
    const answer = await answerTo(socket)
    clearInterval(drops)
    expect(answer).toMatch(/^HTTP\/1.1 408 [^]*"code":"BODY_TOO_SLOW"/)
    await expect.poll(() => readdirSync(join(instance.site, "service/requests"))).toEqual([])
    await instance.stop()
  }, 20_000)
})
