/** The bridge into the window: functions, each of which asks one channel. No way to any other, and no event, gets through. */
import { contextBridge, ipcRenderer } from "electron"
import { BRIDGE, CHANNELS } from "../contract/shell-names.ts"

contextBridge.exposeInMainWorld(BRIDGE, {
  v: 1,
  savePdf: (name: string): Promise<unknown> => ipcRenderer.invoke(CHANNELS.savePdf, { v: 1, name }) as Promise<unknown>,
})
