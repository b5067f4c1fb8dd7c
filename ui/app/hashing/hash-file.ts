/** The SHA-256 of a file of any size, made in the window: the file is streamed through a worker and never sent anywhere. */
import { startWorker } from "../browser/trusted-worker.ts"
import address from "./hash-worker.ts?worker&url"

/** What the worker answers with. */
export type HashAnswer =
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "done"; readonly sha256: string; readonly bytes: number }
  | { readonly kind: "failed"; readonly message: string }

/**
 * Hashes a file. Calls `onProgress` with the bytes done; rejects when the file cannot be read, and with AbortError when
 * it is stopped.
 */
export async function hashFile(file: Blob, onProgress: (done: number) => void, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted()
  const worker = startWorker(address)
  try {
    return await new Promise<string>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")), { once: true })
      worker.addEventListener("error", event => reject(new Error(event.message)))
      worker.addEventListener("message", (event: MessageEvent<HashAnswer>) => {
        const answer = event.data
        if (answer.kind === "progress") onProgress(answer.done)
        else if (answer.kind === "done") resolve(answer.sha256)
        else reject(new Error(answer.message))
      })
      worker.postMessage(file)
    })
  } finally {
    worker.terminate()
  }
}
