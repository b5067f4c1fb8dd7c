/** What a service does not take: oversized and slow bodies, wrong types, texts that are no JSON, sockets and stores of others. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { spawn } from "node:child_process"
import { connect, createServer, type Socket } from "node:net"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { clearSocket, isAnswered, serviceOf } from "../../appliance/service/socket.node.ts"
import { serveHere } from "../support/tcp-service.ts"
import { form, ServiceProcess, stella, startStella, type Sending } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-refusals-"))
const site = join(folder, "site")
let service: ServiceProcess

beforeAll(async () => {
  await stella(folder, ["init", "site"])
  service = await ServiceProcess.start(folder, ["--store", "site"])
}, 30_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

const NONE = `sha256:${"0".repeat(64)}`
const json = (body: string | Uint8Array, type = "application/json"): Sending => ({
  headers: { "content-type": type },
  body,
})
const post = (path: string, sending: Sending) => service.ask("POST", path, sending)

describe("a body", () => {
  const cases: readonly (readonly [what: string, sending: Sending, code: string, status: number])[] = [
    ["of another type", json("{}", "text/plain"), "BODY_TYPE_REFUSED", 415],
    ["of a type that is none", json("{}", "x"), "BODY_TYPE_REFUSED", 415],
    ["of a type with a foreign parameter", json("{}", "application/json; x=1"), "BODY_TYPE_REFUSED", 415],
    ["in another character set", json("{}", "application/json; charset=utf-16"), "BODY_TYPE_REFUSED", 415],
    [
      "that is a conversation with a parameter",
      json("x", "application/vnd.stella.conversation; x=1"),
      "BODY_TYPE_REFUSED",
      415,
    ],
    ["that is unwanted JSON, its type fully written", json('{"x":1}', "Application/JSON; Charset=UTF-8"), "USAGE", 400],
    ["that is no JSON", json("{"), "USAGE", 400],
    ["that is no object", json("[]"), "USAGE", 400],
    ["that is not UTF-8", json(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), "USAGE", 400],
    ["with an unpaired surrogate", json('{"digest":"\\ud800"}'), "USAGE", 400],
    ["with a repeated member", json('{"digest":"a","digest":"b"}'), "USAGE", 400],
    ["nested deeper than any input", json("[".repeat(100) + "]".repeat(100)), "USAGE", 400],
    ["with an unknown member", json('{"digset":"a"}'), "USAGE", 400],
    ["with a member of another type", json('{"digest":7}'), "USAGE", 400],
    ["with a number out of range", json('{"digest":1e999}'), "USAGE", 400],
    ["that is too long", json(`{"digest":"${"a".repeat(1024 * 1024)}"}`), "BODY_TOO_LARGE", 413],
    ["with a digest of another kind", json(`{"digest":"sha512:${"0".repeat(128)}"}`), "USAGE", 400],
    ["with the digest of nothing here", json(`{"digest":"sha256:${"0".repeat(64)}"}`), "EVIDENCE_MISSING", 404],
    ["that is a form without a boundary", json("x", "multipart/form-data"), "BODY_TYPE_REFUSED", 415],
    ["that is a form cut short", { ...form({}, {}), body: "------stella-test-boundary\r\nContent-Disp" }, "USAGE", 400],
    [
      "that is a form without input",
      json(
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
      ),
      "USAGE",
      400,
    ],
    [
      "that is a form with other parts",
      json(
        '--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
      ),
      "USAGE",
      400,
    ],
    ["that is a form with a file above its folder", form({ digest: NONE, out: "." }, { "../a": "x" }), "USAGE", 400],
    ["that is a form with one file twice", form({ digest: NONE, out: "a" }, { "a/b": "x", "a//b": "y" }), "USAGE", 400],
    [
      "that is a form whose file is also a folder",
      form({ digest: NONE, out: "a" }, { "a/b": "x", a: "y" }),
      "USAGE",
      400,
    ],
  ]
  for (const [what, sending, code, status] of cases)
    it(`${what} is ${code}`, async () => {
      const answer = await post("/api/v1/attest/fetch", sending)
      expect(answer.json()).toMatchObject({ code, status })
      expect(answer.status).toBe(status)
      expect(answer.headers["content-type"]).toContain("application/problem+json")
    })

  it("leaves no file behind, whatever it was", () => {
    expect(readdirSync(join(site, "service/requests"))).toEqual([])
    expect(statSync(join(site, "service/requests")).mode & 0o777).toBe(0o700)
  })

  it("names files of its own request only: the machine's are not there", async () => {
    for (const evidence of ["/etc/passwd", "../../etc/passwd", join(site, "store.json")])
      expect((await post("/api/v1/attest/inspect", { json: { evidence } })).json()).toMatchObject({
        code: "INPUT_UNREADABLE",
        title: `${evidence}: no such file or folder`,
      })
    const sent = form({ source: "root", sha256: "0".repeat(64) }, { root: "{}" })
    expect((await post("/api/v1/trust/import", sent)).json()).toMatchObject({ code: "TRUST_DIGEST_MISMATCH" })
  })

  it("with a query is refused, and so is a method that the address does not have", async () => {
    expect((await service.ask("POST", "/api/v1/status?x=1", { json: {} })).json()).toMatchObject({ code: "USAGE" })
    const refused = await service.ask("GET", "/api/v1/attest/import")
    expect([refused.status, refused.headers["allow"]]).toEqual([405, "POST"])
    expect(refused.json()).toMatchObject({ code: "METHOD_REFUSED" })
    expect((await service.ask("GET", "/api/v1/attest")).json()).toMatchObject({ code: "NOT_FOUND" })
    for (const query of ["__proto__=x", "x=1", "subject=a&subject=b", "subject=%ff", "subject=sha256:zz"])
      expect((await service.ask("GET", `/api/v1/attest/list?${query}`)).json(), query).toMatchObject({ code: "USAGE" })
  })
})

/** Sends raw bytes and gives all that comes back. */
async function raw(text: string, end = true): Promise<string> {
  const socket = connect(service.listening.socket)
  const parts: Buffer[] = []
  socket.on("data", (part: Buffer) => parts.push(part))
  socket.write(text)
  if (end) socket.end()
  await once(socket, "close")
  return Buffer.concat(parts).toString()
}

describe("a connection", () => {
  it("that is no HTTP, or whose headers are too long, gets a problem too", async () => {
    expect(await raw("hello\r\n\r\n")).toContain('"code":"USAGE"')
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(20_000)}\r\n\r\n`)).toContain(
      '"code":"BODY_TOO_LARGE"',
    )
    expect(
      await raw(
        "POST /api/v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      ),
    ).toContain("HTTP/1.1 400")
  })

  it("whose headers come too slowly is answered and closed", { timeout: 30_000 }, async () => {
    const from = performance.now()
    expect(await raw("GET /healthz HTTP/1.1\r\nHost:", false)).toContain('"code":"BODY_TOO_SLOW"')
    expect(performance.now() - from).toBeLessThan(20_000)
    expect((await service.ask("GET", "/healthz")).status).toBe(200)
  })

  it("whose body comes too slowly is answered and closed, also when a byte comes now and then", async () => {
    const place = join(folder, "slow")
    mkdirSync(place)
    const instance = await serveHere(place, { bodyMs: 400, bodyBytesPerSecond: 1024 })
    const socket = connect(instance.socket)
    const parts: Buffer[] = []
    socket.on("data", (part: Buffer) => parts.push(part))
    socket.on("error", () => undefined)
    socket.write(
      "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    )
    const drops = setInterval(() => socket.write(" "), 100)
    // How it ends for whoever still writes depends on the moment; the answer is there before.
    await new Promise(closed => socket.on("close", closed))
    clearInterval(drops)
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1.1 408[^]*"code":"BODY_TOO_SLOW"/)
    await instance.stop()
  }, 20_000)
})

describe("a document", () => {
  it("has an entity tag, with which it is asked for again", async () => {
    const first = await service.ask("GET", "/api/v1/mirror/head")
    const tag = String(first.headers["etag"])
    const again = await service.ask("GET", "/api/v1/mirror/head", { headers: { "if-none-match": tag } })
    expect([again.status, again.text]).toEqual([304, ""])
    const other = await service.ask("GET", "/api/v1/mirror/head", { headers: { "if-none-match": '"x"' } })
    expect(other.status).toBe(200)
  })
})

describe("a socket", () => {
  it("of a process that died is taken over; without a service the command line works by itself", async () => {
    expect((await stella(folder, ["init", "dead"])).status).toBe(0)
    const dead = await ServiceProcess.start(folder, ["--store", "dead"])
    await dead.stop("SIGKILL")
    expect(readdirSync(join(folder, "dead"))).toContain("service.sock")
    expect((await stella(folder, ["status", "--store", "dead"])).status).toBe(0)
    const next = await ServiceProcess.start(folder, ["--store", "dead"])
    expect((await next.ask("GET", "/readyz")).json()).toEqual({ status: "ready" })
    expect(statSync(next.listening.socket).mode & 0o777).toBe(0o600)
    expect(await next.stop()).toBe(0)
  }, 30_000)

  it("of a living process is never taken over, however long its queue of connections is", async () => {
    const place = join(folder, "busy")
    mkdirSync(place)
    expect((await stella(place, ["init", "site"])).status).toBe(0)
    const path = join(place, "busy.sock")
    // It listens, and never takes a connection.
    const listener = spawn(process.execPath, [
      "-e",
      `require("node:net").createServer().listen({ path: process.argv[1], backlog: 1 }, () => {
         require("node:fs").writeSync(1, "listening")
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
       })`,
      path,
    ])
    await once(listener.stdout, "data")
    const waiting: Socket[] = []
    let isFull = false
    while (!isFull) {
      const socket = connect(path)
      waiting.push(socket)
      isFull = await new Promise(found => {
        socket.on("connect", () => {
          found(false)
        })
        socket.on("error", () => {
          found(true)
        })
      })
    }
    expect(await isAnswered(path)).toBe("yes")
    expect(await clearSocket(path)).toMatchObject({ ok: false, error: { code: "SERVICE_RUNNING" } })
    const refused = await stella(place, ["serve", "--store", "site", "--socket", path])
    expect([refused.status, refused.stderr]).toEqual([54, expect.stringContaining("error[SERVICE_RUNNING]")])
    expect(statSync(path).isSocket()).toBe(true)
    for (const socket of waiting) socket.destroy()
    listener.kill("SIGKILL")
    await once(listener, "close")
    // Its process is dead now.
    expect((await clearSocket(path)).ok).toBe(true)
    expect(readdirSync(place)).not.toContain("busy.sock")
  }, 20_000)

  it("and its link are gone after a start that failed", async () => {
    const place = join(folder, "failing")
    mkdirSync(place)
    expect((await stella(place, ["init", "site"])).status).toBe(0)
    const args = ["--store", "site", "--socket", join(place, "s.sock"), "--one-time-login", "nobody"]
    const failed = await stella(place, ["serve", ...args])
    expect([failed.status, failed.stderr]).toEqual([58, expect.stringContaining("error[OPERATOR_MISSING]")])
    expect(readdirSync(place).filter(name => name.includes("sock"))).toEqual([])
    expect(readdirSync(join(place, "site"))).not.toContain("service.sock")
  }, 20_000)

  it("at which a service answers is left to it, by name", async () => {
    const second = await stella(folder, ["serve", "--store", "site"])
    expect([second.status, second.stderr]).toEqual([54, expect.stringContaining("error[SERVICE_RUNNING]")])
    expect((await clearSocket(service.listening.socket)).ok).toBe(false)
    expect((await service.ask("GET", "/healthz")).status).toBe(200)
  })

  it("may lie elsewhere, and is found from the site; a path that is too long or no socket is refused", async () => {
    expect((await stella(folder, ["init", "else"])).status).toBe(0)
    const elsewhere = await ServiceProcess.start(folder, ["--store", "else", "--socket", join(folder, "s.sock")])
    expect(await serviceOf(join(folder, "else"))).toEqual({ ok: true, value: join(folder, "s.sock") })
    expect((await stella(folder, ["status", "--store", "else"])).status).toBe(0)
    expect(elsewhere.log).toContain("/api/v1/status")
    expect(await elsewhere.stop()).toBe(0)
    expect(readdirSync(join(folder, "else"))).not.toContain("service.sock")
    const long = await stella(folder, ["serve", "--store", "else", "--socket", join(folder, "x".repeat(120))])
    expect([long.status, long.stderr]).toEqual([55, expect.stringContaining("longer than 107 bytes")])
    writeFileSync(join(folder, "plain"), "")
    const plain = await stella(folder, ["serve", "--store", "else", "--socket", "plain"])
    expect(plain.stderr).toContain("is no socket")
    symlinkSync(join(folder, "gone.sock"), join(folder, "else/service.sock"))
    const linked = await ServiceProcess.start(folder, ["--store", "else"])
    expect(await linked.stop()).toBe(0)
  }, 30_000)

  it("of something else that listens there is not removed", async () => {
    const path = join(folder, "foreign.sock")
    const other = createServer(socket => socket.end())
    other.listen(path)
    await once(other, "listening")
    expect((await stella(folder, ["init", "third"])).status).toBe(0)
    const refused = await stella(folder, ["serve", "--store", "third", "--socket", path])
    expect(refused.status).toBe(54)
    other.close()
  }, 30_000)

  it("and a store that another process owns is not opened", async () => {
    mkdirSync(join(folder, "held"), { recursive: true })
    expect((await stella(folder, ["init", "held/site"])).status).toBe(0)
    const owner = await ServiceProcess.start(folder, ["--store", "held/site", "--socket", join(folder, "o.sock")])
    rmSync(join(folder, "held/site/service.sock"))
    const refused = await stella(folder, ["serve", "--store", "held/site"])
    expect([refused.status, refused.stderr]).toEqual([30, expect.stringContaining("error[STORE_LOCKED]")])
    expect(await owner.stop()).toBe(0)
    const missing = await stella(folder, ["serve", "--store", "nowhere"])
    expect(missing.status).toBe(34)
  }, 30_000)
})

describe("the command line as a client", () => {
  it("tells when the service dies before its answer", async () => {
    expect((await stella(folder, ["init", "brief"])).status).toBe(0)
    const brief = await ServiceProcess.start(folder, ["--store", "brief"])
    // The client is asked for a file that never ends, so that its answer is on the way when the service is killed.
    const child = startStella(folder, ["attest", "verify", "/dev/zero", "--store", "brief"])
    const said: Buffer[] = []
    child.stderr?.on("data", (chunk: Buffer) => said.push(chunk))
    await new Promise(resolve => setTimeout(resolve, 1500))
    await brief.stop("SIGKILL")
    const [status] = (await once(child, "close")) as [number | null]
    expect([status, Buffer.concat(said).toString()]).toEqual([
      50,
      expect.stringContaining("error[SERVICE_UNAVAILABLE]"),
    ])
  }, 30_000)

  it("that is interrupted interrupts the operation, which keeps nothing", async () => {
    const child = startStella(folder, ["attest", "verify", "/dev/zero", "--store", "site"])
    const said: Buffer[] = []
    child.stderr?.on("data", (chunk: Buffer) => said.push(chunk))
    await new Promise(resolve => setTimeout(resolve, 1500))
    child.kill("SIGINT")
    const [status] = (await once(child, "close")) as [number | null]
    expect([status, Buffer.concat(said).toString()]).toEqual([
      130,
      expect.stringContaining("error[INTERRUPTED]: interrupted"),
    ])
    expect((await service.ask("GET", "/api/v1/audit/verify")).status).toBe(200)
  }, 30_000)
})
