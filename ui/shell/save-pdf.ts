/** Printing: the window as it is on paper, as a PDF, into a file that the person chooses. */
import type { BrowserWindow, Dialog, WebContents } from "electron"
import type { SavedPdf, SavePdf } from "../contract/shell.ts"

/** What it is done with. */
export interface SavePdfParts {
  readonly dialog: Pick<Dialog, "showSaveDialog">
  readonly window: () => BrowserWindow | undefined
  /** Writes the file as a whole or not at all. */
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>
}

const TYPE = { name: "PDF", extensions: ["pdf"] }

/** Asks where, prints, writes. A place that cannot be written is an answer, not a defect. */
export async function savePdf(
  { name }: SavePdf,
  contents: Pick<WebContents, "printToPDF">,
  { dialog, window, write }: SavePdfParts,
): Promise<SavedPdf> {
  const over = window()
  const options = { defaultPath: name, filters: [TYPE], properties: ["showOverwriteConfirmation" as const] }
  const { canceled, filePath } = await (over === undefined
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(over, options))
  if (canceled || filePath === "") return { v: 1, outcome: "cancelled" }
  try {
    // Size, margins and page numbers are those of the console's own print styles.
    const bytes = await contents.printToPDF({ preferCSSPageSize: true, printBackground: true, generateTaggedPDF: true })
    await write(filePath, bytes)
    return { v: 1, outcome: "saved", bytes: bytes.length }
  } catch (error) {
    return { v: 1, outcome: "failed", message: error instanceof Error ? error.message.slice(0, 1000) : "unknown" }
  }
}
