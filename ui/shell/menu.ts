/** The menu: what a window has by the platform's own parts, and saving as PDF, which is printing here. */
import type { MenuItemConstructorOptions } from "electron"

/** Its template. `print` prints the page by its own command, so that the console says what it says everywhere. */
export function menuOf(print: () => void): MenuItemConstructorOptions[] {
  return [
    {
      label: "&Stella",
      submenu: [
        { id: "print", label: "Save as PDF…", accelerator: "CmdOrCtrl+P", click: print },
        { type: "separator" },
        { role: "quit" },
      ],
    },
    { role: "editMenu" },
    {
      label: "&View",
      submenu: [
        { role: "reload" },
        { type: "separator" },
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        { role: "togglefullscreen" },
      ],
    },
  ]
}
