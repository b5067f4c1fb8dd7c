/** The parts of the shell that touch the machine: forwarding, the launch, the packed console, writing a file. */
import { createHash } from "node:crypto"
import { once } from "node:events"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { writeManifest } from "../../packaging/console/console-manifest.ts"
import { LAUNCH_HEADER, LAUNCH_VARIABLE } from "../../ui/contract/shell-names.ts"
import { packedConsole } from "../../ui/shell/console-folder.node.ts"
import { forwardTo } from "../../ui/shell/forward.node.ts"
import { takeLaunch } from "../../ui/shell/launch.node.ts"
import { writeWhole } from "../../ui/shell/write-file.node.ts"
import { leaveLaunch } from "./support/launching.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-parts-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const token = `STELLA-SECRET-LAUNCH-${"A".repeat(43)}`

describe("forwarding", () => {
  let server: Server | undefined
  afterEach(() => {
    server?.close()
    server?.closeAllConnections()
  })

  async function serve(listener: RequestListener): Promise<ReturnType<typeof forwardTo>> {
    const socket = join(folder, `${String(readdirSync(folder).length)}.sock`)
    server = createServer(listener).listen(socket)
    await once(server, "listening")
    return forwardTo({ v: 1, socket, token })
  }

  const textOf = async (message: IncomingMessage): Promise<string> => {
    const parts: Buffer[] = []
    for await (const part of message as AsyncIterable<Buffer>) parts.push(part)
    return Buffer.concat(parts).toString()
  }

  it("sends what the HTTP API knows, and host and launch that are the shell's own", async () => {
    let seen: IncomingMessage | undefined
    const forward = await serve((request, response) => {
      seen = request
      response.end()
    })
    const headers = {
      accept: "application/json",
      authorization: "Bearer x",
      "if-none-match": '"a"',
      prefer: "respond-async",
      // What a page must not be able to say.
      [LAUNCH_HEADER]: "another",
      "x-forwarded-for": "127.0.0.1",
      "user-agent": "somebody",
    }
    await forward(new Request("stella://console/api/v1/status", { headers }), "/api/v1/status?a=1")
    expect([seen?.method, seen?.url]).toEqual(["GET", "/api/v1/status?a=1"])
    expect(seen?.headers).toEqual({
      accept: "application/json",
      authorization: "Bearer x",
      "if-none-match": '"a"',
      prefer: "respond-async",
      host: "console",
      [LAUNCH_HEADER]: token,
      connection: "close",
    })
  })

  it("gives status, headers and body of the answer, without what belongs to a connection or sets a cookie", async () => {
    const forward = await serve((_request, response) => {
      response.writeHead(429, {
        "content-type": "application/problem+json",
        "retry-after": "7",
        "set-cookie": "a=b",
        etag: '"e"',
      })
      response.end('{"code":"RATE_LIMITED"}')
    })
    const response = await forward(new Request("stella://console/api/v1/status"), "/api/v1/status")
    const headers = Object.fromEntries(response.headers)
    expect(response.status).toBe(429)
    expect(await response.text()).toBe('{"code":"RATE_LIMITED"}')
    expect(headers).toMatchObject({ "content-type": "application/problem+json", "retry-after": "7", etag: '"e"' })
    for (const name of ["set-cookie", "transfer-encoding", "connection", "keep-alive"])
      expect(headers[name]).toBeUndefined()
    // Headers that hold in the window even where the other side says nothing of them.
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    })
  })

  it.for([204, 304])("gives %s without a body", async status => {
    const forward = await serve((_request, response) => response.writeHead(status).end())
    const response = await forward(new Request("stella://console/api/v1/session"), "/api/v1/session")
    expect([response.status, response.body]).toEqual([status, null])
  })

  it("streams both ways: an answer begins before its question has ended", async () => {
    const forward = await serve((request, response) => void request.pipe(response))
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    const init = { method: "POST", body: readable, duplex: "half" } as RequestInit
    const answering = forward(new Request("stella://console/api/v1/x", init), "/api/v1/x")
    await writer.write(new TextEncoder().encode("first"))
    const reader = ((await answering).body ?? new ReadableStream<Uint8Array>()).getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("first")
    await writer.write(new TextEncoder().encode("second"))
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("second")
    await writer.close()
    expect((await reader.read()).done).toBe(true)
  })

  it("takes a whole body along", async () => {
    const forward = await serve((request, response) => {
      void textOf(request).then(text => response.end(text.length.toString()))
    })
    const body = "x".repeat(300_000)
    const response = await forward(new Request("stella://console/api/v1/x", { method: "POST", body }), "/api/v1/x")
    expect(await response.text()).toBe("300000")
  })

  it("lets the service know that nobody waits any more", async () => {
    const left = Promise.withResolvers<undefined>()
    const forward = await serve((_request, response) => {
      response.on("close", () => left.resolve(undefined))
      response.write("begun")
    })
    const response = await forward(new Request("stella://console/api/v1/x"), "/api/v1/x")
    await response.body?.cancel()
    await left.promise
    const asked = Promise.withResolvers<undefined>()
    const gone = Promise.withResolvers<undefined>()
    server?.removeAllListeners("request").on("request", (_request, answer) => {
      answer.on("close", () => gone.resolve(undefined))
      asked.resolve(undefined)
    })
    const stop = new AbortController()
    const waiting = forward(new Request("stella://console/api/v1/x", { signal: stop.signal }), "/api/v1/x")
    await asked.promise
    stop.abort()
    await expect(waiting).rejects.toThrow()
    await gone.promise
  })

  it("fails where nobody answers", async () => {
    const forward = forwardTo({ v: 1, socket: join(folder, "nobody.sock"), token })
    await expect(forward(new Request("stella://console/api/v1/x"), "/api/v1/x")).rejects.toMatchObject({
      code: "ENOENT",
    })
  })
})

describe("the launch", () => {
  const good = { v: 1, socket: "/run/window.sock", token }

  it("is read once: file and variable are gone", () => {
    const left = leaveLaunch(good)
    const env: Record<string, string | undefined> = { [LAUNCH_VARIABLE]: left.path, OTHER: "stays" }
    expect(takeLaunch(env)).toEqual(good)
    expect(existsSync(left.path)).toBe(false)
    expect(env).toEqual({ OTHER: "stays" })
    left.remove()
  })

  it.for([
    ["no JSON", "{"],
    ["another version", { ...good, v: 2 }],
    ["an unknown member", { ...good, more: 1 }],
    ["another token", { ...good, token: "x" }],
    ["a socket with too long a path", { ...good, socket: "/" + "x".repeat(107) }],
    ["too much", "x".repeat(5000)],
  ] as const)("is refused with %s, and says nothing of it", ([, given]) => {
    const left = leaveLaunch(given)
    let thrown: unknown
    try {
      takeLaunch({ [LAUNCH_VARIABLE]: left.path })
    } catch (error) {
      thrown = error
    }
    left.remove()
    expect(thrown).toMatchObject({ code: "LAUNCH_MALFORMED" })
    expect(String(thrown)).not.toContain("STELLA-SECRET")
  })

  it("is refused where others can read it, behind a link, and where there is none", () => {
    const open = leaveLaunch(good, 0o644)
    chmodSync(open.path, 0o644)
    const left = leaveLaunch(good)
    const link = join(folder, "link.json")
    symlinkSync(left.path, link)
    for (const path of [open.path, link, join(folder, "nothing.json"), "", undefined])
      expect(() => takeLaunch({ [LAUNCH_VARIABLE]: path }), path).toThrow("LAUNCH_MALFORMED")
    open.remove()
    left.remove()
  })
})

describe("the packed console", () => {
  function pack(name: string): { readonly path: string; readonly sha256: string } {
    const path = join(folder, name)
    mkdirSync(path)
    writeFileSync(join(path, "index.html"), "<!doctype html>")
    writeManifest(path, "index.html")
    const sha256 = createHash("sha256")
      .update(readFileSync(join(path, "manifest.json")))
      .digest("hex")
    return { path, sha256 }
  }

  it("is the one of the build", async () => {
    const { path, sha256 } = pack("good")
    const files = await packedConsole(path, sha256)
    expect([...files.files.keys()]).toEqual(["index.html"])
  })

  it("is refused when a file or the manifest is another one", async () => {
    const changed = pack("changed")
    writeFileSync(join(changed.path, "index.html"), "<!doctype htmx>")
    await expect(packedConsole(changed.path, changed.sha256)).rejects.toMatchObject({ code: "CONSOLE_CHANGED" })
    // Both, so that they agree with each other: what the program itself carries does not.
    writeManifest(changed.path, "index.html")
    await expect(packedConsole(changed.path, changed.sha256)).rejects.toMatchObject({ code: "CONSOLE_CHANGED" })
  })
})

describe("writing a file", () => {
  it("takes the place of what was there, whole", async () => {
    const path = join(folder, "x.pdf")
    writeFileSync(path, "before")
    await writeWhole(path, new TextEncoder().encode("after"))
    expect(readFileSync(path, "utf8")).toBe("after")
    expect(readdirSync(folder).filter(name => name.includes(".part"))).toEqual([])
  })

  it("leaves nothing behind where it cannot be written", async () => {
    const path = join(folder, "a-folder")
    mkdirSync(path)
    await expect(writeWhole(path, new Uint8Array(1))).rejects.toMatchObject({ code: "EISDIR" })
    expect(existsSync(`${path}.part`)).toBe(false)
  })
})
