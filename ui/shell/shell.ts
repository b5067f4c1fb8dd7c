/**
 * The shell: one window on the console, with everything refused that the console does not need. It holds no data, no key and no
 * verdict; what it shows comes from the service, asked by an operator who has logged in.
 */
import type { BrowserWindow, WebContents } from "electron"
import type { ConsoleFiles } from "../contract/console-files.ts"
import { SHELL_ORIGIN, SHELL_SCHEME } from "../contract/shell-names.ts"
import type { ElectronParts } from "./electron-parts.ts"
import { answerCalls } from "./ipc.ts"
import { menuOf } from "./menu.ts"
import { refuseOnContents, refuseOnSession } from "./refusals.ts"
import { savePdf } from "./save-pdf.ts"
import { schemeHandler, type Forward } from "./scheme.ts"
import { ShellRefusal } from "./shell-refusal.ts"
import { refusedSwitches, setSwitches } from "./switches.ts"

/** What a shell is made of beside Electron. */
export interface ShellParts {
  /** A released shell has no developer tools and does not start with switches that would give them back. */
  readonly released: boolean
  readonly preload: string
  /** The console of the same build. Fails when it is another one. */
  readonly console: () => Promise<ConsoleFiles>
  readonly forward: Forward
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>
  /** Says a line to whoever has started the shell. */
  readonly say: (line: string) => void
}

/** Kept in memory only: what a window remembers (a session's token among it) is gone with it, and never on a disk. */
const PARTITION = "stella-console"

/** How the window is made. */
function windowOptions(parts: ShellParts, session: Electron.Session): Electron.BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    minWidth: 640,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: "#ffffff",
    title: "Stella Attestor",
    webPreferences: {
      session,
      preload: parts.preload,
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
      devTools: !parts.released,
    },
  }
}

/** Starts it. The promise ends when the window is there, or when there is nothing to do because another shell runs. */
export async function startShell(electron: ElectronParts, parts: ShellParts): Promise<void> {
  const { app } = electron
  const refused = parts.released ? refusedSwitches(app.commandLine) : []
  if (refused.length > 0)
    throw new ShellRefusal("SWITCH_REFUSED", `the shell does not start with --${refused.join(", --")}`)
  setSwitches(app.commandLine)
  // Without the system's sandbox (as root) asking for it of every process would end them all; the window's own is below.
  if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox()
  electron.protocol.registerSchemesAsPrivileged([
    { scheme: SHELL_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
  if (!app.requestSingleInstanceLock()) {
    parts.say("a shell is open already; it comes to the front")
    app.quit()
    return
  }
  app.on("web-contents-created", (_event, contents) => refuseOnContents(contents))
  app.on("window-all-closed", () => app.quit())
  let window: BrowserWindow | undefined
  app.on("second-instance", () => {
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
  const ours = (): WebContents | undefined => (window?.isDestroyed() === false ? window.webContents : undefined)
  answerCalls(electron.ipcMain, ours, {
    savePdf: (asked, contents) =>
      savePdf(asked, contents, { dialog: electron.dialog, window: () => window, write: parts.write }),
  })

  const files = await parts.console()
  await app.whenReady()
  electron.Menu.setApplicationMenu(
    electron.Menu.buildFromTemplate(menuOf(() => void ours()?.executeJavaScript("window.print()"))),
  )
  const session = electron.session.fromPartition(PARTITION, { cache: false })
  refuseOnSession(session)
  session.protocol.handle(SHELL_SCHEME, schemeHandler(files, parts.forward))
  const opened = new electron.BrowserWindow(windowOptions(parts, session))
  window = opened
  opened.once("ready-to-show", () => opened.show())
  opened.on("closed", () => (window = undefined))
  await opened.loadURL(`${SHELL_ORIGIN}/`)
}
