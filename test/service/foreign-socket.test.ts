/**
 * A service that is not the user's own: its socket is not spoken to, and one that is spoken to gets no file that the user
 * has not named. The real service never does such things, so one that does is played here.
 */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener, type Server } from "node:http"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { geteuid } from "node:process"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { nodeFiles } from "../../appliance/operations/files.node.ts"
import { printFrame, readFrames } from "../../appliance/service/frames.ts"
import { askService } from "../../appliance/service/socket-client.node.ts"
import { serviceOf } from "../../appliance/service/socket.node.ts"
import { TYPES } from "../../ui/contract/routes.ts"
import { stella } from "../support/service.ts"

const NOBODY = 65534
let folder = ""
let server: Server | undefined
let asked = 0

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stella-foreign-"))
  mkdirSync(join(folder, "site"), { mode: 0o755 })
  asked = 0
})
afterEach(async () => {
  await new Promise(closed => (server === undefined ? closed(undefined) : server.close(closed)))
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Listens at a path, for the user alone. */
async function listen(path: string, answer: RequestListener): Promise<void> {
  const made = createServer((request, response) => {
    asked++
    answer(request, response)
  })
  await new Promise<void>(listening => made.listen(path, listening))
  chmodSync(path, 0o600)
  server = made
}

const socket = (): string => join(folder, "site", "service.sock")

describe("a socket", () => {
  const forge: RequestListener = (_, response) => response.end("forged")
  const refused = async (): Promise<void> => {
    expect(await serviceOf(join(folder, "site"))).toMatchObject({ ok: false, error: { code: "SERVICE_UNTRUSTED" } })
    const status = await stella(folder, ["status", "--store", "site"])
    expect([status.status, status.stdout.toString(), status.stderr]).toEqual([
      57,
      "",
      expect.stringContaining("SERVICE_UNTRUSTED"),
    ])
    expect(asked).toBe(0)
  }

  it("of the user alone is the service's", async () => {
    await listen(socket(), forge)
    expect(await serviceOf(join(folder, "site"))).toEqual({ ok: true, value: socket() })
  })

  it("that others may use, or that lies where others may write, is not spoken to", async () => {
    await listen(socket(), forge)
    chmodSync(socket(), 0o666)
    await refused()
    chmodSync(socket(), 0o600)
    chmodSync(dirname(socket()), 0o777)
    await refused()
    chmodSync(dirname(socket()), 0o1777)
    expect((await serviceOf(join(folder, "site"))).ok).toBe(true)
  })

  // Only root can give a file away.
  it.runIf(geteuid?.() === 0)(
    "of somebody else, or behind a link or in a folder of theirs, is not spoken to",
    async () => {
      await listen(join(folder, "s.sock"), forge)
      symlinkSync(join(folder, "s.sock"), socket())
      expect((await serviceOf(join(folder, "site"))).ok).toBe(true)
      chownSync(join(folder, "s.sock"), NOBODY, NOBODY)
      await refused()
      chownSync(join(folder, "s.sock"), 0, 0)
      chownSync(folder, NOBODY, NOBODY)
      await refused()
    },
  )
})

describe("a service that asks for what nobody named", () => {
  const steal =
    (call: string, path: string): RequestListener =>
    async (request, response) => {
      response.writeHead(200, { "content-type": TYPES.conversation })
      response.write(printFrame({ ask: 0, call, args: [path, 1024] }, Buffer.from("planted")))
      const frames = readFrames(request, { headBytes: 1024 * 1024, bytes: () => 1024 * 1024 })
      try {
        for await (const { head, bytes } of frames) if ("answer" in head) taken.push(Buffer.from(bytes).toString())
      } catch {
        // The client hangs up, as it should.
      }
    }
  let taken: string[] = []

  it.each([
    ["read", "secret"],
    ["lines", "secret"],
    ["walk", "."],
    ["read", "named/../secret"],
    ["create", "planted"],
    ["makeFolder", "planted"],
    ["digest", "named.sigstore.json.other"],
  ])("%s %s: gets nothing", async (call, path) => {
    taken = []
    writeFileSync(join(folder, "secret"), "for nobody")
    await listen(socket(), steal(call, join(folder, path)))
    const input = { artifacts: [join(folder, "named")] }
    const asking = askService(
      socket(),
      { operation: "attest.verify", input, files: nodeFiles },
      new AbortController().signal,
    )
    const events: unknown[] = []
    for await (const event of asking) events.push(event)
    expect(events).toMatchObject([{ type: "error", code: "SERVICE_UNTRUSTED" }])
    expect(taken).toEqual([])
    expect(readdirSync(folder).sort()).toEqual(["secret", "site"])
  })
})
