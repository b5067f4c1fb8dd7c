/** The clipboard, where the browser lets us write to it. */

/**
 * The old way, which asks no permission but wants a person's hand to have begun it: the shell gives no permission at all, and an
 * origin that is not secure has no other. It is no longer in the standard, and in every browser.
 */
function copyByCommand(text: string): boolean {
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData("text/plain", text)
    event.preventDefault()
  }
  document.addEventListener("copy", put)
  try {
    return (document as { execCommand(command: string): boolean }).execCommand("copy")
  } finally {
    document.removeEventListener("copy", put)
  }
}

/** Copies a text. False where the browser refuses; the text is then there to be selected. */
export async function copyText(text: string): Promise<boolean> {
  // The type says it is always there; on an origin that is not secure it is not.
  const clipboard = navigator.clipboard as Clipboard | undefined
  try {
    await clipboard?.writeText(text)
    if (clipboard !== undefined) return true
  } catch {
    // A policy or a missing permission; the other way may be open.
  }
  return copyByCommand(text)
}
