/**
 * Calls from the window. A channel is one of a closed list and is answered only when the asker is the top frame of the
 * shell's own page in the shell's own window; argument and answer are parsed by the contract's schemas.
 */
import type { IpcMain, IpcMainInvokeEvent, WebContents } from "electron"
import { SHELL_CALLS, type SavedPdf, type SavePdf } from "../contract/shell.ts"
import { isOwn } from "./own-origin.ts"
import { ShellRefusal } from "./shell-refusal.ts"

/** What the main process does for the window. */
export interface ShellHandlers {
  readonly savePdf: (asked: SavePdf, contents: WebContents) => Promise<SavedPdf>
}

/**
 * Whether the page of our window asks, and no frame in it. An asker without a frame has gone; one without an address, or of
 * any other origin, is not ours. The window itself is compared, too: another one could show the same address.
 */
export function isOurPage({ senderFrame, sender }: IpcMainInvokeEvent, ours: WebContents | undefined): boolean {
  if (ours === undefined || sender !== ours || senderFrame === null) return false
  return senderFrame.parent === null && isOwn(senderFrame.url)
}

/** Answers every channel. */
export function answerCalls(
  ipcMain: Pick<IpcMain, "handle">,
  ours: () => WebContents | undefined,
  handlers: ShellHandlers,
): void {
  const { channel, input, output } = SHELL_CALLS.savePdf
  ipcMain.handle(channel, async (event, ...given: readonly unknown[]) => {
    if (!isOurPage(event, ours())) throw new ShellRefusal("SENDER_REFUSED", "this is not asked by the shell's own page")
    const asked = given.length === 1 ? input.safeParse(given[0]) : undefined
    if (asked?.success !== true) throw new ShellRefusal("ARGUMENT_REFUSED", `not what ${channel} is asked with`)
    return output.parse(await handlers.savePdf(asked.data, event.sender))
  })
}
