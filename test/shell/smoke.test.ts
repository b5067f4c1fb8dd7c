/**
 * The shell in a real Electron, over a real service: what it opens, and everything that it refuses. `STELLA_ELECTRON` names the
 * program; `.ci/run` provides one and refuses to go on without. Elsewhere, where none is installed, this is skipped and says so.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { LAUNCH_PATH } from "../../ui/contract/shell-names.ts"
import { ask } from "../support/service.ts"
import { electronBinary } from "./support/electron-binary.ts"
import { askForLaunch, leaveLaunch } from "./support/launching.ts"
import { realWindow } from "./support/real-window.ts"
import { ROOT_SWITCHES, runShell, type RunningShell } from "./support/running-shell.ts"
import { windowContract } from "./support/window-contract.ts"

const electron = electronBinary()
if (electron === undefined && process.env["STELLA_CI"] === "1")
  throw new Error("no Electron here: the continuous integration has to provide one in STELLA_ELECTRON")
if (electron === undefined) process.stdout.write("SKIPPED: no Electron is installed, and STELLA_ELECTRON names none\n")

describe.skipIf(electron === undefined)("a real Electron", () => {
  let shell: RunningShell
  const underTest = realWindow(() => shell)

  beforeAll(async () => {
    shell = await runShell(electron ?? "")
  }, 120_000)

  afterAll(async () => {
    await shell.close()
  })

  it("says which one it is", async () => {
    const versions = await shell.app.evaluate(() => process.versions)
    const { electron: version, chrome, node } = versions
    process.stdout.write(`Electron ${version} smoke (Chromium ${chrome}, Node ${node})\n`)
    expect(version).toMatch(/^\d+\./)
  })

  it("opens one window on the console, where nobody is logged in", async () => {
    const { app, page } = shell
    expect(page.url()).toMatch(/^stella:\/\/console\/(#.*)?$/)
    expect(await page.title()).toContain("Stella")
    await page.getByLabel("One-time code").waitFor()
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
    // Over the same socket file's service, whoever connects to the owner's door is the owner; the window is not.
    const answer = await page.evaluate(async () => {
      const response = await fetch("/api/v1/session")
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    })
    expect(answer).toMatchObject({ status: 401, body: { code: "NOT_AUTHENTICATED" } })
  })

  it("logs an operator in, who then is that operator and not the owner", async () => {
    const { page, code } = shell
    await page.getByLabel("One-time code").fill(code)
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { level: 1, name: "Posture" }).waitFor()
    const who = await page.evaluate(async () => {
      const token = window.sessionStorage.getItem("stella-session") ?? ""
      const response = await fetch("/api/v1/session", { headers: { Authorization: `Bearer ${token}` } })
      return (await response.json()) as { actor: { name: string; kind: string; role: string } }
    })
    expect(who.actor).toMatchObject({ name: "rita", kind: "one-time-code" })
    expect(who.actor.role).not.toContain("owner")
    // Refused logins are failures of the network to the browser's console; from here on nothing may go wrong.
    shell.wrong.splice(0)
  })

  it("imports evidence: files go to the service through the scheme", async () => {
    const { page, site } = shell
    const files = readdirSync(join(site.folder, "release")).filter(name => name.endsWith(".json"))
    await page.evaluate(() => (window.location.hash = "#/evidence"))
    await page.getByRole("button", { name: "Import evidence" }).click()
    await page
      .locator("dialog[open] input[type=file]")
      .setInputFiles(files.map(name => join(site.folder, "release", name)))
    await page.getByRole("button", { name: `Import ${String(files.length)} files` }).click()
    await page.getByText(/^\d+ new, 0 known before, \d+ rejected$/).waitFor()
    await page.keyboard.press("Escape")
  })

  it("prints a PDF where the person says", async () => {
    const { app, folder } = shell
    const target = join(folder, "printed.pdf")
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = (...given: unknown[]) => {
        Reflect.set(globalThis, "asked", given.at(-1))
        return Promise.resolve({ canceled: false, filePath })
      }
    }, target)
    // As a person does: the menu's command, which is the page's own printing, which goes through the bridge.
    await app.evaluate(({ Menu }) => {
      Menu.getApplicationMenu()?.getMenuItemById("print")?.click()
    })
    await expect.poll(() => existsSync(target), { timeout: 10_000 }).toBe(true)
    const pdf = readFileSync(target)
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-")
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(0)
    expect(pdf.toString("latin1").trimEnd().endsWith("%%EOF")).toBe(true)
    expect(await app.evaluate(() => Reflect.get(globalThis, "asked") as unknown)).toMatchObject({
      defaultPath: "stella-evidence.pdf",
    })
  })

  it("saves what the console has made where the person says, and nothing from elsewhere", async () => {
    const { app, page, folder } = shell
    const target = join(folder, "saved.txt")
    await app.evaluate(({ session }, path) => {
      session.fromPartition("stella-console").on("will-download", (event, item) => {
        if (event.defaultPrevented) return
        // The person's answer in the dialog, which would be open now.
        item.setSavePath(path)
        item.once("done", (_event, state) => Reflect.set(globalThis, "downloaded", state))
      })
    }, target)
    await page.evaluate(() => {
      const link = document.createElement("a")
      link.href = URL.createObjectURL(new Blob(["what was made here"]))
      link.download = "saved.txt"
      link.click()
    })
    await expect.poll(() => app.evaluate(() => Reflect.get(globalThis, "downloaded") as unknown)).toBe("completed")
    expect(readFileSync(target, "utf8")).toBe("what was made here")
  })

  it("copies by a person's hand, although no permission is given", async () => {
    const { app, page } = shell
    await page.getByRole("button", { name: "Copy the command" }).first().click()
    await page.getByText("Copied.").waitFor()
    expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toMatch(/^stella attest list/)
  })

  it("has seen nothing go wrong", () => {
    expect(shell.wrong).toEqual([])
  })

  it("keeps the page in a sandbox, without anything of Node", async () => {
    const { app, page } = shell
    expect(
      await page.evaluate(() =>
        ["require", "process", "module", "Buffer", "global", "__dirname", "ipcRenderer", "electron"].filter(
          name => Reflect.get(window, name) !== undefined,
        ),
      ),
    ).toEqual([])
    expect(await page.evaluate(() => Object.keys(Reflect.get(window, "stellaShell") as object))).toEqual([
      "v",
      "savePdf",
    ])
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      // Not in Electron's types, and the only way to ask what really holds.
      const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      return contents.getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
    // The process of the page, as the system has started it: with the sandbox for renderers, which knows no Node.
    const pid = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    )
    expect(readFileSync(`/proc/${String(pid)}/cmdline`, "utf8")).toMatch(/--type=renderer.* --enable-sandbox/s)
  })

  it("gives nobody the launch: not in the arguments, not in the environment of its processes, not in a file", async () => {
    const { app, env, page } = shell
    expect(existsSync(env["STELLA_SHELL_LAUNCH"] ?? "")).toBe(false)
    expect(await app.evaluate(() => process.env["STELLA_SHELL_LAUNCH"])).toBeUndefined()
    expect(await app.evaluate(() => process.argv.join(" "))).not.toContain("STELLA-SECRET")
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain("STELLA-SECRET")
  })

  it("holds the content policy that the manifest names, and the headers of the service", async () => {
    const { page, folder } = shell
    const manifest = JSON.parse(readFileSync(join(folder, "shell/console/manifest.json"), "utf8")) as {
      readonly contentSecurityPolicy: string
    }
    const headers = await page.evaluate(async () => Object.fromEntries((await fetch("/")).headers))
    expect(headers).toMatchObject({
      "content-security-policy": manifest.contentSecurityPolicy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    })
    const tried = await page.evaluate(async () => {
      const violations: string[] = []
      const listen = (event: SecurityPolicyViolationEvent): number => violations.push(event.effectiveDirective)
      document.addEventListener("securitypolicyviolation", listen)
      const seen = (n: number): Promise<void> =>
        new Promise(resolve => {
          const look = (): void => (violations.length >= n ? resolve() : void requestAnimationFrame(look))
          look()
        })
      const script = document.createElement("script")
      let assigned = "kept"
      try {
        script.textContent = "window.injected = true"
      } catch (error) {
        assigned = String(error).slice(0, 9)
      }
      document.head.append(script)
      await seen(1)
      const style = document.createElement("style")
      style.textContent = "body { color: red }"
      document.head.append(style)
      await seen(2)
      let evaluated = "ran"
      try {
        Reflect.construct(Function, ["return 1"])
      } catch (error) {
        evaluated = String(error).slice(0, 9)
      }
      await seen(3)
      const far = await fetch("https://example.invalid/").then(
        () => "answered",
        () => "refused",
      )
      await seen(4)
      const frame = document.createElement("iframe")
      frame.src = "/"
      document.body.append(frame)
      await seen(5)
      for (const added of [script, style, frame]) added.remove()
      document.removeEventListener("securitypolicyviolation", listen)
      return { violations, assigned, evaluated, far, injected: Reflect.get(window, "injected") as unknown }
    })
    expect(tried).toMatchObject({ assigned: "TypeError", evaluated: "EvalError", far: "refused", injected: undefined })
    expect(new Set(tried.violations)).toEqual(
      // Trusted types refuse both kinds of text that would become code before the policy on scripts is asked.
      new Set(["require-trusted-types-for", "style-src-elem", "connect-src", "frame-src"]),
    )
  })

  it("embeds no page", async () => {
    const { app, page } = shell
    // Without the tag it is an element like any other, which loads nothing.
    const embedded = await page.evaluate(() => {
      const view = document.createElement("webview")
      view.setAttribute("src", "file:///etc/passwd")
      document.body.append(view)
      const unknown = view instanceof HTMLUnknownElement || view.constructor === HTMLElement
      view.remove()
      return { unknown, loads: "getURL" in view }
    })
    expect(embedded).toEqual({ unknown: true, loads: false })
    expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1)
  })

  windowContract("real", () => underTest)

  it("runs once: a second shell gives way to the first", async () => {
    const { program, env } = shell
    const left = leaveLaunch(await askForLaunch(join(shell.site.folder, "site/service.sock")))
    const second = spawn(program, [...ROOT_SWITCHES, "--disable-gpu"], {
      env: { ...env, STELLA_SHELL_LAUNCH: left.path },
      stdio: ["ignore", "ignore", "pipe"],
    })
    const said: string[] = []
    second.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text))
    const [status] = (await once(second, "close")) as [number | null]
    left.remove()
    expect([status, said.join("")]).toEqual([0, expect.stringContaining("a shell is open already")])
  })

  it("gets nothing from the service once its launch has ended", async () => {
    const { page, site } = shell
    // Eight later launches push the first one out.
    for (let i = 0; i < 8; i++)
      expect((await ask({ socketPath: join(site.folder, "site/service.sock") }, "POST", LAUNCH_PATH)).status).toBe(200)
    const answer = await page.evaluate(async () => {
      const token = window.sessionStorage.getItem("stella-session") ?? ""
      const response = await fetch("/api/v1/session", { headers: { Authorization: `Bearer ${token}` } })
      return (await response.json()) as { code: string }
    })
    expect(answer.code).toBe("LAUNCH_OVER")
  })

  it("ends with a defect, and does not go on with whatever rule has failed", async () => {
    const over = once(shell.app.process(), "exit")
    await shell.app.evaluate(() => {
      setImmediate(() => {
        throw new Error("a defect")
      })
    })
    expect((await over)[0]).toBe(2)
  })
})
