/** A display that nobody looks at: Xvfb, which chooses its own number and says it. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import type { Readable } from "node:stream"

/** A running display. */
export interface Display {
  /** What `DISPLAY` has to be. */
  readonly name: string
  readonly close: () => Promise<void>
}

/** Starts one. */
export async function openDisplay(): Promise<Display> {
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  })
  const ended = once(server, "exit")
  const said = server.stdio[3] as Readable
  const [number] = (await Promise.race([once(said, "data"), ended])) as [unknown]
  if (!Buffer.isBuffer(number)) throw new Error("Xvfb did not start: apt-get install xvfb")
  return {
    name: `:${number.toString().trim()}`,
    close: async () => {
      server.kill()
      await ended
    },
  }
}
