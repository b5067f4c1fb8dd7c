/** Hashes a file chunk by chunk, away from the window's own thread. The bytes stay on this machine: only the digest leaves. */
import { sha256 } from "@noble/hashes/sha2.js"
import type { HashAnswer } from "./hash-file.ts"

const REPORT_EVERY_BYTES = 8 * 1024 * 1024

async function hash(file: Blob): Promise<void> {
  const answer = (message: HashAnswer): void => self.postMessage(message)
  try {
    const state = sha256.create()
    const reader = file.stream().getReader()
    let done = 0
    let reported = 0
    for (;;) {
      const chunk = await reader.read()
      if (chunk.done) break
      state.update(chunk.value)
      done += chunk.value.byteLength
      if (done - reported >= REPORT_EVERY_BYTES) {
        reported = done
        answer({ kind: "progress", done })
      }
    }
    const hex = [...state.digest()].map(byte => byte.toString(16).padStart(2, "0")).join("")
    answer({ kind: "done", sha256: hex, bytes: done })
  } catch (thrown) {
    answer({ kind: "failed", message: thrown instanceof Error ? thrown.message : String(thrown) })
  }
}

self.addEventListener("message", (event: MessageEvent<Blob>) => {
  void hash(event.data)
})
