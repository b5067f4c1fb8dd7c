/** The shell over an Electron that is played: the contract of its window, and what only a played world can show. */
import { createHash } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import { CONTENT_POLICY } from "../../packaging/console/console-manifest.ts"
import type { ConsoleFiles } from "../../ui/contract/console-files.ts"
import { CHANNELS } from "../../ui/contract/shell-names.ts"
import { isOwn, isOwnBlob } from "../../ui/shell/own-origin.ts"
import { startShell, type ShellParts } from "../../ui/shell/shell.ts"
import { FakeElectron, FakeEvent, type FakeFrame } from "./support/fake-electron.ts"
import { windowContract, type WindowUnderTest } from "./support/window-contract.ts"

const page = new TextEncoder().encode("<!doctype html>")
const files: ConsoleFiles = {
  entry: "index.html",
  policy: CONTENT_POLICY,
  files: new Map([
    [
      "index.html",
      { type: "text/html; charset=utf-8", sha256: createHash("sha256").update(page).digest("hex"), bytes: page },
    ],
  ]),
}

/** What the shell was made of in a test, and what it did with it. */
interface Played {
  readonly electron: FakeElectron
  readonly written: (readonly [string, Uint8Array])[]
  readonly forwarded: string[]
  readonly lines: string[]
}

async function play(electron: FakeElectron, more: Partial<ShellParts> = {}): Promise<Played> {
  const played: Played = { electron, written: [], forwarded: [], lines: [] }
  await startShell(electron.parts(), {
    released: true,
    preload: "/app/preload.cjs",
    console: () => Promise.resolve(files),
    forward: (_request, path) => {
      played.forwarded.push(path)
      return Promise.resolve(new Response("{}", { status: 200 }))
    },
    write: (path, bytes) => Promise.resolve(void played.written.push([path, bytes])),
    say: line => void played.lines.push(line),
    ...more,
  })
  return played
}

const OUR_FRAME: FakeFrame = { url: "stella://console/#/gaps", parent: null }

/** Asks a channel as somebody; a refusal is its text. */
async function asks(electron: FakeElectron, event: unknown, ...given: unknown[]): Promise<unknown> {
  try {
    return await electron.channels.get(CHANNELS.savePdf)?.(event, ...given)
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

/** The played window as the contract wants it. */
function asWindow(electron: FakeElectron): WindowUnderTest {
  const { session, window } = electron
  const contents = window.webContents
  const asked = (event: string, ...given: unknown[]): unknown => {
    let answer: unknown
    session.handler(event)(...given, (said: unknown) => (answer = said))
    return answer
  }
  return {
    get: async (path, method = "GET") => {
      const handler = session.schemes.get("stella")
      if (handler === undefined) throw new Error("nobody serves the scheme")
      const { status, headers } = await handler(new Request(`stella://console${path}`, { method }))
      return { status, headers: Object.fromEntries(headers) }
    },
    leaves: address =>
      Promise.resolve(
        contents.happens("will-navigate", address) ||
          contents.happens("will-frame-navigate", { url: address }) ||
          contents.happens("will-redirect", address),
      ),
    opens: url => Promise.resolve(contents.windowOpen?.({ url }).action !== "deny"),
    grants: permission =>
      Promise.resolve(
        asked("permission", contents, permission) !== false ||
          session.handler("permission-check")(contents, permission, "stella://console") !== false,
      ),
    lets: url => Promise.resolve(!(asked("request", { url }) as { cancel: boolean }).cancel),
    call: async (asker, argument) => {
      const twin = {}
      const event = {
        page: { sender: contents, senderFrame: OUR_FRAME },
        twin: { sender: twin, senderFrame: OUR_FRAME },
        foreign: { sender: contents, senderFrame: { url: "data:text/html,x", parent: null } },
        frame: { sender: contents, senderFrame: { url: "stella://console/", parent: OUR_FRAME } },
      }[asker]
      electron.chosen = { canceled: true, filePath: "" }
      const said = await asks(electron, event, argument)
      return typeof said === "string" ? said : (said as { outcome: string }).outcome
    },
  }
}

let played: Played
beforeEach(async () => {
  played = await play(new FakeElectron())
})

windowContract("played", () => asWindow(played.electron))

describe("what the window is made with", () => {
  it("is a sandbox without Node, on a session that is never on a disk", () => {
    const { electron } = played
    const { session, ...preferences } = electron.window.options.webPreferences
    expect(preferences).toEqual({
      preload: "/app/preload.cjs",
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      plugins: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      safeDialogs: true,
      devTools: false,
    })
    expect(session).toBe(electron.session)
    expect(electron.session.partition).not.toMatch(/^persist:/)
    expect(electron.did).toContain("enableSandbox")
    expect(electron.window.loaded).toEqual(["stella://console/"])
    expect(electron.windows).toHaveLength(1)
  })

  it("has a scheme that is an origin like others, and no more than the console needs", () => {
    expect(played.electron.privileged).toEqual([
      { scheme: "stella", privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
    ])
    expect([...played.electron.session.schemes.keys()]).toEqual(["stella"])
  })

  it("has developer tools in a build for tests only", async () => {
    const tested = await play(new FakeElectron(), { released: false })
    expect(tested.electron.window.options.webPreferences["devTools"]).toBe(true)
  })

  it("has the network switched off wherever Chromium would use it by itself", () => {
    const { switches } = played.electron
    for (const name of [
      "disable-background-networking",
      "disable-component-update",
      "disable-sync",
      "disable-breakpad",
      "no-pings",
    ])
      expect(switches.has(name), name).toBe(true)
    expect(switches.get("host-resolver-rules")).toBe("MAP * ~NOTFOUND")
  })

  it("does not start released with switches that give somebody else a look", async () => {
    for (const name of [
      "remote-debugging-port",
      "remote-debugging-pipe",
      "no-sandbox",
      "disable-web-security",
      "load-extension",
    ]) {
      const electron = new FakeElectron({ switches: [name] })
      await expect(play(electron)).rejects.toMatchObject({ code: "SWITCH_REFUSED" })
      expect(electron.windows).toHaveLength(0)
    }
  })

  it("opens nothing when its console is another one", async () => {
    const electron = new FakeElectron()
    await expect(play(electron, { console: () => Promise.reject(new Error("another")) })).rejects.toThrow("another")
    expect(electron.windows).toHaveLength(0)
  })
})

describe("one shell at a time", () => {
  it("gives way to the one that is open", async () => {
    const second = await play(new FakeElectron({ first: false }))
    expect(second.electron.did).toEqual(["enableSandbox", "quit"])
    expect(second.electron.windows).toHaveLength(0)
    expect(second.electron.channels.size).toBe(0)
    expect(second.lines).toEqual([expect.stringContaining("open already")])
  })

  it("comes to the front when another one was started", () => {
    const { electron } = played
    electron.appEvents.emit("second-instance", new FakeEvent(), ["--whatever"], "/")
    electron.window.minimized = true
    electron.appEvents.emit("second-instance", new FakeEvent(), [], "/")
    expect(electron.window.did).toEqual(["focus", "restore", "focus"])
    expect(electron.windows).toHaveLength(1)
  })

  it("ends with its window", () => {
    played.electron.appEvents.emit("window-all-closed")
    expect(played.electron.did).toContain("quit")
  })
})

describe("further refusals", () => {
  it("gives no device and no picture of the screen", () => {
    const { session } = played.electron
    expect(session.handler("device")({ deviceType: "usb" })).toBe(false)
    let streams: unknown
    session.handler("display")({}, (given: unknown) => (streams = given))
    expect(streams).toEqual({})
    expect(session.handler("spelling")()).toBe(false)
  })

  it("embeds no page, and puts the same refusals on every page that is ever made", () => {
    const { electron } = played
    expect(electron.window.webContents.happens("will-attach-webview", {}, {})).toBe(false)
    expect(electron.window.webContents.listenerCount("will-navigate")).toBe(1)
  })

  it("saves only what its own page has made", () => {
    const download = (url: string): boolean => {
      const event = new FakeEvent()
      played.electron.session.emit("will-download", event, { getURL: () => url })
      return !event.defaultPrevented
    }
    expect(download("blob:stella://console/0a1b")).toBe(true)
    for (const url of [
      "https://example.invalid/x",
      "file:///etc/passwd",
      "data:text/plain,x",
      "stella://console/index.html",
      "blob:https://example.invalid/0a1b",
      "blob:null/0a1b",
    ])
      expect(download(url), url).toBe(false)
  })

  it("knows its own origin by a parser, not by how an address begins", () => {
    for (const own of ["stella://console", "stella://console/", "stella://console/#/x", "STELLA://console/x?y"])
      expect(isOwn(own), own).toBe(true)
    for (const other of [
      "",
      "stella:",
      "stella:console",
      "stella:///console",
      "stella://console.example/",
      "stella://console:1/",
      "stella://user@console/",
      "stella://:secret@console/",
      "stella://xconsole/",
      "xstella://console/",
      "https://console/",
      "about:blank",
      "data:text/html,stella://console/",
      "blob:stella://console/x",
      " javascript:stella://console/",
    ])
      expect(isOwn(other), other).toBe(false)
    expect(isOwnBlob("blob:stella://console/x")).toBe(true)
    expect(isOwnBlob("blob:blob:stella://console/x")).toBe(false)
    expect(isOwnBlob("stella://console/x")).toBe(false)
  })
})

describe("the channels", () => {
  const ask = { v: 1, name: "stella.pdf" }
  const ours = (): { sender: unknown; senderFrame: FakeFrame | null } => ({
    sender: played.electron.window.webContents,
    senderFrame: OUR_FRAME,
  })

  it("are the listed ones and no other", () => {
    expect([...played.electron.channels.keys()]).toEqual(Object.values(CHANNELS))
  })

  it.for([
    ["a frame that is gone", null],
    ["no address", { url: "", parent: null }],
    ["about:blank", { url: "about:blank", parent: null }],
    ["an address that only begins alike", { url: "stella://console.example.invalid/", parent: null }],
    ["a file", { url: "file:///app/console/index.html", parent: null }],
    ["what is no address", { url: "stella", parent: null }],
  ] as const)("do not answer %s", async ([, senderFrame]) => {
    expect(await asks(played.electron, { ...ours(), senderFrame }, ask)).toContain("SENDER_REFUSED")
  })

  it("do not answer a window that has been closed", async () => {
    played.electron.window.destroyed = true
    expect(await asks(played.electron, ours(), ask)).toContain("SENDER_REFUSED")
  })

  it("take one argument", async () => {
    expect(await asks(played.electron, ours())).toContain("ARGUMENT_REFUSED")
    expect(await asks(played.electron, ours(), ask, ask)).toContain("ARGUMENT_REFUSED")
  })

  it("print into the file that the person has chosen", async () => {
    expect(await asks(played.electron, ours(), ask)).toEqual({ v: 1, outcome: "saved", bytes: 15 })
    expect(played.written).toEqual([["/chosen.pdf", new TextEncoder().encode("%PDF-1.4 played")]])
    expect(played.electron.saveDialogs).toMatchObject([{ defaultPath: "stella.pdf" }])
  })

  it("write nothing when the person has changed their mind", async () => {
    played.electron.chosen = { canceled: true, filePath: "" }
    expect(await asks(played.electron, ours(), ask)).toEqual({ v: 1, outcome: "cancelled" })
    expect(played.written).toEqual([])
  })

  it("say why a place cannot be written", async () => {
    const full = await play(new FakeElectron(), { write: () => Promise.reject(new Error("ENOSPC: no space left")) })
    const event = { sender: full.electron.window.webContents, senderFrame: OUR_FRAME }
    expect(await asks(full.electron, event, ask)).toEqual({ v: 1, outcome: "failed", message: "ENOSPC: no space left" })
  })

  it("answer in their own form or not at all", async () => {
    const empty = await play(new FakeElectron())
    empty.electron.window.webContents.pdf = () => Promise.resolve(new Uint8Array())
    const event = { sender: empty.electron.window.webContents, senderFrame: OUR_FRAME }
    // A PDF of no bytes is none, and the schema of the answer says so.
    expect(await asks(empty.electron, event, ask)).toContain("bytes")
  })

  it("are asked by the menu through the page itself", () => {
    const item = played.electron.menu.flatMap(entry => entry.submenu ?? []).find(entry => entry.id === "print")
    item?.click?.()
    expect(played.electron.window.webContents.scripts).toEqual(["window.print()"])
  })
})

describe("the scheme and the service", () => {
  let window: WindowUnderTest
  beforeEach(() => {
    window = asWindow(played.electron)
  })

  it("asks the service for everything below /api/v1, and for nothing else", async () => {
    await window.get("/api/v1/session")
    await window.get("/api/v1/attest/list?limit=10&subject=sha256%3A00", "POST")
    expect(played.forwarded).toEqual(["/api/v1/session", "/api/v1/attest/list?limit=10&subject=sha256%3A00"])
    for (const path of ["/api/v1/../../healthz", "/api/v1/%2e%2e/%2e%2e/healthz", "/readyz", "/api/v10/status"])
      await window.get(path)
    expect(played.forwarded).toHaveLength(2)
  })

  it("tells the window that a service does not answer, as the service itself would", async () => {
    const alone = await play(new FakeElectron(), {
      forward: () => Promise.reject(new Error("ECONNREFUSED /secret/path")),
    })
    const handler = alone.electron.session.schemes.get("stella")
    const response = await handler?.(new Request("stella://console/api/v1/status"))
    expect(response?.status).toBe(503)
    expect(response?.headers.get("content-type")).toBe("application/problem+json")
    const text = (await response?.text()) ?? ""
    expect(JSON.parse(text)).toMatchObject({ code: "SERVICE_UNAVAILABLE", exit: 50 })
    expect(text).not.toContain("/secret/path")
  })

  it("answers for its own host only", async () => {
    const handler = played.electron.session.schemes.get("stella")
    for (const url of ["stella://elsewhere/", "stella://console.example/index.html", "stella://u@console/"])
      expect((await handler?.({ url, method: "GET" } as Request))?.status, url).toBe(404)
  })
})
