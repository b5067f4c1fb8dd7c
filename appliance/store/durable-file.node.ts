/** The durable files of this machine. */
import { constants } from "node:fs"
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { geteuid } from "node:process"
import { StellaError } from "../../src/kernel/errors.ts"
import type { DurableFiles } from "./durable-files.ts"

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
}

/** A system error under our names; anything that is no system error is a bug and goes up as it is. */
function named(error: unknown, path: string): unknown {
  const code = codeOf(error)
  if (code === undefined || error instanceof StellaError) return error
  const full = code === "ENOSPC" || code === "EDQUOT"
  const message = full ? `no space left for ${path}` : `${path}: ${code}`
  return new StellaError(full ? "DISK_FULL" : "INPUT_UNREADABLE", message, { path }, error)
}

async function call<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw named(error, path)
  }
}

/** As `call`; a path that does not exist is undefined. */
async function ifThere<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  return call(path, async () => {
    try {
      return await work()
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined
      throw error
    }
  })
}

async function readWhole(path: string, maxBytes: number): Promise<Uint8Array> {
  await using file = await open(path, constants.O_RDONLY)
  const buffer = new Uint8Array(maxBytes + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length)
    length += bytesRead
    if (length > maxBytes)
      throw new StellaError("INPUT_UNREADABLE", `${path} is longer than ${maxBytes} bytes`, { path })
    if (bytesRead === 0) return buffer.slice(0, length)
  }
}

async function syncFolder(directory: string): Promise<void> {
  await using folder = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY)
  await folder.sync()
}

/** Files by their paths on this machine. */
export const nodeDurableFiles: DurableFiles = {
  read: (path, maxBytes) => ifThere(path, () => readWhole(path, maxBytes)),
  isPrivate: path =>
    ifThere(path, async () => {
      const found = await lstat(path)
      return found.isFile() && found.uid === geteuid?.() && (found.mode & 0o077) === 0
    }),
  list: directory => ifThere(directory, async () => (await readdir(directory)).sort()),
  makeDirectory: (directory, mode) =>
    call(directory, async () => {
      const first = await mkdir(directory, { recursive: true, mode })
      if (first === undefined) return
      // Each new directory's name is an entry of its parent, which has to be brought to the disk too.
      const above = dirname(resolve(first))
      for (let at = dirname(resolve(directory)); ; at = dirname(at)) {
        await syncFolder(at)
        if (at === above) return
      }
    }),
  create: (path, bytes, mode) =>
    call(path, async () => {
      // Never through a link that somebody else put there.
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
      await using file = await open(path, flags, mode)
      await file.writeFile(bytes)
      await file.sync()
    }),
  rename: (from, to) => call(to, () => rename(from, to)),
  remove: path => call(path, () => rm(path, { recursive: true, force: true })),
  syncDirectory: directory => call(directory, () => syncFolder(directory)),
}
