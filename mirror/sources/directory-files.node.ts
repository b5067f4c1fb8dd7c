/** The files of a log in a directory, such as a medium's. Only plain files are read, and never more than is asked for. */
import { constants, open } from "node:fs/promises"
import { join } from "node:path"
import { StellaError } from "../../src/kernel/errors.ts"
import type { LogFiles } from "./log-files.ts"

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")
}

function unreadable(path: string, why: string, cause?: unknown): StellaError {
  return new StellaError("MEDIA_UNREADABLE", `${path} ${why}`, { path }, cause)
}

async function readPlainFile(root: string, path: string, maxBytes: number): Promise<Uint8Array> {
  // O_NONBLOCK: opening a pipe that someone left on a medium must not wait for a writer.
  const file = await open(join(root, path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw unreadable(path, "is not a plain file")
    if (stat.size > maxBytes) throw unreadable(path, `has more than ${maxBytes} bytes`)
    const bytes = new Uint8Array(stat.size)
    let at = 0
    while (at < bytes.length) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at)
      if (bytesRead === 0) throw unreadable(path, "became shorter while it was read")
      at += bytesRead
    }
    return bytes
  } finally {
    await file.close()
  }
}

/** The log in the directory `root`. */
export function directoryFiles(root: string): LogFiles {
  return {
    async read(path, maxBytes) {
      try {
        return await readPlainFile(root, path, maxBytes)
      } catch (error) {
        if (error instanceof StellaError) throw error
        if (isAbsent(error)) return undefined
        throw unreadable(path, "cannot be read", error)
      }
    },
  }
}
