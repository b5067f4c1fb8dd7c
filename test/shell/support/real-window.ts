/** The window of a real Electron, as the contract wants it. */
import { CHANNELS } from "../../../ui/contract/shell-names.ts"
import type { RunningShell } from "./running-shell.ts"
import type { Asker, WindowUnderTest } from "./window-contract.ts"

/** A call through the bridge, from wherever the bridge can be put; gives the outcome, or the refusal's text. */
const THROUGH_BRIDGE = `stellaShell.savePdf("stella.pdf").then(said => said.outcome, error => String(error))`

/** Somebody else who asks: a window of their own with our bridge in it, as if they had got hold of it. */
async function callAs({ app }: RunningShell, asker: Exclude<Asker, "page">): Promise<string> {
  return app.evaluate(
    async ({ app: application, BrowserWindow, session }, { who, script }) => {
      const web = {
        preload: `${application.getAppPath()}/preload.cjs`,
        sandbox: true,
        nodeIntegrationInSubFrames: true,
      }
      const own = session.fromPartition("stella-console")
      const other = new BrowserWindow({
        show: false,
        webPreferences: who === "twin" ? { ...web, session: own } : { ...web, partition: "elsewhere" },
      })
      try {
        await other.loadURL(who === "twin" ? "stella://console/" : "data:text/html,<iframe srcdoc='x'></iframe>")
        const { mainFrame } = other.webContents
        const frame = who === "frame" ? mainFrame.frames[0] : mainFrame
        return (await frame?.executeJavaScript(script)) as string
      } finally {
        other.destroy()
      }
    },
    { who: asker, script: THROUGH_BRIDGE },
  )
}

/** Our own page asks with anything at all, which its bridge would never do: the handler is called with the page's real frame. */
async function callRaw({ app }: RunningShell, given: readonly unknown[]): Promise<string> {
  return app.evaluate(
    async ({ BrowserWindow, dialog, ipcMain }, { channel, args }) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: true, filePath: "" })
      const { webContents } = BrowserWindow.getAllWindows()[0] ?? {}
      // Electron keeps the handlers here; there is no public way to ask one without a page.
      const { _invokeHandlers: handlers } = ipcMain as unknown as {
        _invokeHandlers: Map<string, (event: unknown, ...more: unknown[]) => Promise<{ outcome: string }>>
      }
      const event = { sender: webContents, senderFrame: webContents?.mainFrame }
      try {
        return (await handlers.get(channel)?.(event, ...args))?.outcome ?? "nobody answers"
      } catch (error) {
        return String(error)
      }
    },
    { channel: CHANNELS.savePdf, args: given },
  )
}

/** The window. */
export function realWindow(shell: () => RunningShell): WindowUnderTest {
  return {
    get: (path, method = "GET") =>
      shell().page.evaluate(
        async ([address, how]) => {
          const response = await fetch(address, { method: how })
          return { status: response.status, headers: Object.fromEntries(response.headers) }
        },
        [`stella://console${path}`, method] as const,
      ),
    leaves: async address => {
      const { page } = shell()
      const before = page.url()
      // A page that was let go would be another one, without this.
      await page.evaluate(to => {
        Reflect.set(window, "stays", true)
        window.location.href = to
      }, address)
      await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
      const stays = await page.evaluate(() => Reflect.get(window, "stays") === true)
      return !stays || page.url() !== before
    },
    opens: async address => {
      const opened = await shell().page.evaluate(to => window.open(to) !== null, address)
      return opened || (await shell().app.evaluate(({ webContents }) => webContents.getAllWebContents().length)) > 1
    },
    grants: permission =>
      shell().page.evaluate(async what => {
        const settles = (asked: Promise<unknown>): Promise<boolean> =>
          asked.then(
            () => true,
            () => false,
          )
        if (what === "notifications") return (await Notification.requestPermission()) === "granted"
        if (what === "media") return settles(navigator.mediaDevices.getUserMedia({ audio: true }))
        if (what === "clipboard-read") return settles(navigator.clipboard.readText())
        const place = new Promise((given, refused) => navigator.geolocation.getCurrentPosition(given, refused))
        const { state } = await navigator.permissions.query({ name: "geolocation" })
        return state !== "denied" || (await settles(place))
      }, permission),
    lets: address =>
      shell().app.evaluate(async ({ BrowserWindow, session }, to) => {
        // Another page of the same session, as code within reach of the main process would make one.
        const own = session.fromPartition("stella-console")
        const other = new BrowserWindow({ show: false, webPreferences: { session: own, sandbox: true } })
        try {
          await other.loadURL(to)
          return true
        } catch (error) {
          if ((error as { code?: string }).code === "ERR_BLOCKED_BY_CLIENT") return false
          throw error
        } finally {
          other.destroy()
        }
      }, address),
    call: async (asker, argument) =>
      asker === "page" ? callRaw(shell(), argument === undefined ? [] : [argument]) : callAs(shell(), asker),
  }
}
