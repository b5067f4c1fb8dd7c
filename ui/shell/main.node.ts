/** The main process: puts the real parts together. Everything that is decided is decided in `shell.ts` and what it uses. */
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session } from "electron"
import { join } from "node:path"
import process from "node:process"
import { packedConsole } from "./console-folder.node.ts"
import { forwardTo } from "./forward.node.ts"
import { takeLaunch } from "./launch.node.ts"
import { ShellRefusal } from "./shell-refusal.ts"
import { startShell } from "./shell.ts"
import { writeWhole } from "./write-file.node.ts"

// Set by the build (packaging/shell/build-shell.ts).
declare const SHELL_RELEASED: boolean
declare const CONSOLE_MANIFEST_SHA256: string

const say = (line: string): void => void process.stderr.write(`stella shell: ${line}\n`)

async function main(): Promise<void> {
  const launch = takeLaunch(process.env)
  const folder = app.getAppPath()
  await startShell(
    { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session },
    {
      released: SHELL_RELEASED,
      preload: join(folder, "preload.cjs"),
      console: () => packedConsole(join(folder, "console"), CONSOLE_MANIFEST_SHA256),
      forward: forwardTo(launch),
      write: writeWhole,
      say,
    },
  )
}

function end(error: unknown): void {
  say(error instanceof ShellRefusal ? error.message : String(error))
  app.exit(2)
}

// A defect ends the shell. Electron would show it in a dialog and go on with whatever rule has failed.
process.on("uncaughtException", end)
process.on("unhandledRejection", end)
main().catch(end)
