/** The clipboard, where the browser lets us write to it. */

/** Copies a text. False where the browser refuses (an insecure origin, a policy); the text is then there to be selected. */
export async function copyText(text: string): Promise<boolean> {
  // The type says it is always there; on an origin that is not secure it is not.
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard === undefined) return false
  try {
    await clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
