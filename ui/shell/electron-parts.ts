/** The parts of Electron that the shell uses, and no others: what is not named here is not reached. */
import type { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session } from "electron"

/** Electron, as far as we want to know it. */
export interface ElectronParts {
  readonly app: Pick<
    typeof app,
    "commandLine" | "enableSandbox" | "exit" | "on" | "quit" | "requestSingleInstanceLock" | "whenReady"
  >
  readonly BrowserWindow: typeof BrowserWindow
  readonly dialog: Pick<typeof dialog, "showSaveDialog">
  readonly ipcMain: Pick<typeof ipcMain, "handle">
  readonly Menu: Pick<typeof Menu, "buildFromTemplate" | "setApplicationMenu">
  readonly protocol: Pick<typeof protocol, "registerSchemesAsPrivileged">
  readonly session: Pick<typeof session, "fromPartition">
}
