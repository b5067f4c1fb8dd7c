/**
 * Everything that a window is refused, in one place: permissions, other addresses, other windows, embedded pages, and every
 * request that does not stay in the shell's own origin. The numbers are those of docs/design/shell.md.
 */
import type { Session, WebContents } from "electron"
import { isOwn, isOwnBlob } from "./own-origin.ts"

/** Refuses on a session: no permission, no device, no capture, no request to anywhere else. */
export function refuseOnSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isOwn(details.url) && !isOwnBlob(details.url) })
  })
  session.on("will-download", (event, item) => {
    // What the console made itself is saved where the person says; Electron asks, because no path is set.
    if (!isOwnBlob(item.getURL())) event.preventDefault()
  })
}

/** Refuses on a page: it stays where it is, opens nothing, and embeds nothing. */
export function refuseOnContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }))
  contents.on("will-navigate", event => event.preventDefault())
  contents.on("will-redirect", event => event.preventDefault())
  contents.on("will-frame-navigate", event => event.preventDefault())
  contents.on("will-attach-webview", event => event.preventDefault())
  contents.on("select-bluetooth-device", (event, _devices, choose) => {
    event.preventDefault()
    choose("")
  })
}
