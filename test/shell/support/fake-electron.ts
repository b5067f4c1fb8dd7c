/**
 * An Electron that is played: it keeps what the shell registers, and lets a test be the world that calls it. It decides nothing
 * by itself beyond what Electron does when nobody objects: a navigation that is not prevented happens, a window that is not
 * denied opens, a request that is not cancelled goes out.
 */
import { EventEmitter } from "node:events"
import type { ElectronParts } from "../../../ui/shell/electron-parts.ts"

type Handler = (...given: unknown[]) => unknown

/** A frame as IPC shows it. */
export interface FakeFrame {
  readonly url: string
  readonly parent: FakeFrame | null
}

/** An event that can be prevented. */
export class FakeEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

/** The page of a window. */
export class FakeContents extends EventEmitter {
  windowOpen: ((details: { url: string }) => { action: string }) | undefined
  readonly scripts: string[] = []
  readonly printed: unknown[] = []
  pdf: () => Promise<Uint8Array> = () => Promise.resolve(new TextEncoder().encode("%PDF-1.4 played"))
  url = ""

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpen = handler
  }
  executeJavaScript(script: string): Promise<void> {
    this.scripts.push(script)
    return Promise.resolve()
  }
  printToPDF(options: unknown): Promise<Uint8Array> {
    this.printed.push(options)
    return this.pdf()
  }
  /** Whether something that can be prevented happens. */
  happens(event: string, ...more: unknown[]): boolean {
    const asked = new FakeEvent()
    this.emit(event, asked, ...more)
    return !asked.defaultPrevented
  }
}

/** A session. */
export class FakeSession extends EventEmitter {
  readonly handlers = new Map<string, Handler>()
  readonly schemes = new Map<string, (request: Request) => Promise<Response>>()
  readonly partition: string
  readonly options: unknown

  constructor(partition: string, options: unknown) {
    super()
    this.partition = partition
    this.options = options
  }
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response>): void => {
      this.schemes.set(scheme, handler)
    },
  }
  readonly webRequest = {
    onBeforeRequest: (handler: Handler): void => void this.handlers.set("request", handler),
  }
  setPermissionRequestHandler = (handler: Handler): void => void this.handlers.set("permission", handler)
  setPermissionCheckHandler = (handler: Handler): void => void this.handlers.set("permission-check", handler)
  setDevicePermissionHandler = (handler: Handler): void => void this.handlers.set("device", handler)
  setDisplayMediaRequestHandler = (handler: Handler): void => void this.handlers.set("display", handler)
  setSpellCheckerEnabled = (enabled: boolean): void => void this.handlers.set("spelling", () => enabled)

  handler(name: string): Handler {
    const found = this.handlers.get(name)
    if (found === undefined) throw new Error(`the shell has registered no ${name}`)
    return found
  }
}

/** A window. */
export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> }
  readonly loaded: string[] = []
  readonly did: string[] = []
  minimized = false
  destroyed = false

  constructor(options: FakeWindow["options"]) {
    super()
    this.options = options
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url)
    this.webContents.url = url
    return Promise.resolve()
  }
  show = (): void => void this.did.push("show")
  focus = (): void => void this.did.push("focus")
  restore = (): void => void this.did.push("restore")
  isMinimized = (): boolean => this.minimized
  isDestroyed = (): boolean => this.destroyed
}

/** The whole of it. */
export class FakeElectron {
  readonly switches = new Map<string, string>()
  readonly did: string[] = []
  readonly windows: FakeWindow[] = []
  readonly sessions = new Map<string, FakeSession>()
  readonly channels = new Map<string, (event: unknown, ...given: unknown[]) => Promise<unknown>>()
  readonly appEvents = new EventEmitter()
  readonly saveDialogs: unknown[] = []
  privileged: unknown
  menu: { id?: string; click?: () => void; submenu?: { id?: string; click?: () => void }[] }[] = []
  chosen: { canceled: boolean; filePath: string } = { canceled: false, filePath: "/chosen.pdf" }

  constructor(given: { readonly switches?: readonly string[]; readonly first?: boolean } = {}) {
    for (const name of given.switches ?? []) this.switches.set(name, "")
    this.#first = given.first ?? true
  }
  readonly #first: boolean

  /** What the shell is given. The types are the real ones; this plays the part of them that the shell may reach. */
  parts(): ElectronParts {
    const make = (options: FakeWindow["options"]): FakeWindow => {
      const window = new FakeWindow(options)
      this.windows.push(window)
      this.appEvents.emit("web-contents-created", new FakeEvent(), window.webContents)
      return window
    }
    const played = {
      app: {
        commandLine: {
          appendSwitch: (name: string, value = "") => void this.switches.set(name, value),
          hasSwitch: (name: string) => this.switches.has(name),
        },
        enableSandbox: () => void this.did.push("enableSandbox"),
        exit: (code: number) => void this.did.push(`exit ${String(code)}`),
        on: (name: string, listener: Handler) => this.appEvents.on(name, listener),
        quit: () => void this.did.push("quit"),
        requestSingleInstanceLock: () => this.#first,
        whenReady: () => Promise.resolve(void this.did.push("ready")),
      },
      BrowserWindow: function (options: FakeWindow["options"]) {
        return make(options)
      },
      dialog: {
        showSaveDialog: (...given: unknown[]) => {
          this.saveDialogs.push(given.at(-1))
          return Promise.resolve(this.chosen)
        },
      },
      ipcMain: {
        handle: (channel: string, handler: (event: unknown, ...given: unknown[]) => Promise<unknown>) => {
          if (this.channels.has(channel)) throw new Error(`a second handler for ${channel}`)
          this.channels.set(channel, handler)
        },
      },
      Menu: {
        buildFromTemplate: (template: FakeElectron["menu"]) => template,
        setApplicationMenu: (menu: FakeElectron["menu"]) => void (this.menu = menu),
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes: unknown) => {
          if (this.did.includes("ready")) throw new Error("schemes are registered before the application is ready")
          this.privileged = schemes
        },
      },
      session: {
        fromPartition: (name: string, options: unknown) => {
          const session = this.sessions.get(name) ?? new FakeSession(name, options)
          this.sessions.set(name, session)
          return session
        },
      },
    }
    return played as unknown as ElectronParts
  }

  get window(): FakeWindow {
    const [window] = this.windows
    if (window === undefined) throw new Error("there is no window")
    return window
  }
  get session(): FakeSession {
    const [session] = this.sessions.values()
    if (session === undefined) throw new Error("there is no session")
    return session
  }
}
