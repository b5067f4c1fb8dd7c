/** The files of this machine, for operations run from its command line. */
import { createHash } from "node:crypto"
import { constants, createReadStream, type Dirent } from "node:fs"
import { link, mkdir, open, readdir, stat, unlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import { directoryFiles } from "../../mirror/sources/directory-files.node.ts"
import { concatBytes } from "../../src/kernel/bytes.ts"
import { StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Files, FileDigests, Line } from "./files.ts"

const CHUNK_BYTES = 1024 * 1024

const SAYS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "is a folder, not a file",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "exists already",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
  EROFS: "the file system is read-only",
  EIO: "the medium cannot be read",
  ENOSPC: "no space left on the file system",
  EDQUOT: "the disk quota is used up",
}

/** A system error in words, under the code that fits; anything that is no system error is a bug and goes up. */
function systemFailure(error: unknown, code: ErrorCode, path: string): { ok: false; error: StellaError } {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") throw error
  const full = error.code === "ENOSPC" || error.code === "EDQUOT"
  return err(new StellaError(full ? "DISK_FULL" : code, `${path}: ${SAYS[error.code] ?? error.code}`, { path }, error))
}

async function kind(path: string): Promise<"file" | "folder" | "missing"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file"
  } catch {
    // Why it cannot be seen is told by the reading that follows.
    return "missing"
  }
}

async function read(path: string, maxBytes: number): Promise<Result<Uint8Array>> {
  try {
    await using file = await open(path, constants.O_RDONLY)
    const parts: Uint8Array[] = []
    let total = 0
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(Math.min(CHUNK_BYTES, maxBytes + 1 - total)))
      if (bytesRead === 0) return ok(parts.length === 1 ? (parts[0] ?? new Uint8Array()) : concatBytes(...parts))
      total += bytesRead
      if (total > maxBytes)
        return err(
          new StellaError("INPUT_UNREADABLE", `${path}: longer than ${String(maxBytes)} bytes`, { path, maxBytes }),
        )
      parts.push(buffer.subarray(0, bytesRead))
    }
  } catch (error) {
    return systemFailure(error, "INPUT_UNREADABLE", path)
  }
}

async function digest(path: string, signal: AbortSignal): Promise<Result<FileDigests>> {
  const hashes = [createHash("sha256"), createHash("sha384"), createHash("sha512")] as const
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Uint8Array>) {
      signal.throwIfAborted()
      bytes += chunk.length
      for (const hash of hashes) hash.update(chunk)
    }
  } catch (error) {
    signal.throwIfAborted()
    return systemFailure(error, "INPUT_UNREADABLE", path)
  }
  const [sha256, sha384, sha512] = hashes
  return ok({ sha256: sha256.digest("hex"), sha384: sha384.digest("hex"), sha512: sha512.digest("hex"), bytes })
}

async function* lines(path: string, maxLineBytes: number, signal: AbortSignal): AsyncGenerator<Result<Line>> {
  let number = 0
  let held: Uint8Array[] = []
  let heldBytes = 0
  const tooLong = (): Result<Line> =>
    err(
      new StellaError(
        "INPUT_UNREADABLE",
        `${path}: line ${String(number + 1)} is longer than ${String(maxLineBytes)} bytes`,
        { path },
      ),
    )
  const take = (): Line | undefined => {
    const bytes = concatBytes(...held)
    held = []
    heldBytes = 0
    number++
    const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length
    return end === 0 ? undefined : { number, bytes: bytes.subarray(0, end) }
  }
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Uint8Array>) {
      signal.throwIfAborted()
      let from = 0
      for (;;) {
        const end = chunk.indexOf(0x0a, from)
        const part = chunk.subarray(from, end < 0 ? chunk.length : end)
        heldBytes += part.length
        if (heldBytes > maxLineBytes) {
          yield tooLong()
          return
        }
        held.push(part)
        if (end < 0) break
        from = end + 1
        const line = take()
        if (line !== undefined) yield ok(line)
      }
    }
    const last = take()
    if (last !== undefined) yield ok(last)
  } catch (error) {
    signal.throwIfAborted()
    yield systemFailure(error, "INPUT_UNREADABLE", path)
  }
}

async function* walk(folder: string, signal: AbortSignal): AsyncGenerator<Result<string>> {
  signal.throwIfAborted()
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    yield systemFailure(error, "INPUT_UNREADABLE", folder)
    return
  }
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
  for (const entry of entries) {
    if (entry.isDirectory()) yield* walk(join(folder, entry.name), signal)
    else if (entry.isFile()) yield ok(join(folder, entry.name))
  }
}

async function makeFolder(path: string): Promise<Result<void>> {
  try {
    await mkdir(path, { recursive: true })
    return ok(undefined)
  } catch (error) {
    return systemFailure(error, "OUTPUT_REFUSED", path)
  }
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, constants.O_RDONLY)
  await folder.sync()
}

async function create(path: string, bytes: Uint8Array, access?: "private"): Promise<Result<void>> {
  const temporary = `${path}.${String(process.pid)}.tmp`
  let made = false
  try {
    {
      await using file = await open(temporary, "wx", access === "private" ? 0o600 : 0o644)
      made = true
      await file.writeFile(bytes)
      await file.sync()
    }
    // A link refuses an existing name, where a rename would replace it.
    await link(temporary, path)
    await syncFolder(dirname(path))
    return ok(undefined)
  } catch (error) {
    return systemFailure(error, "OUTPUT_REFUSED", path)
  } finally {
    if (made) await unlink(temporary)
  }
}

async function readMedium(root: string, path: string, maxBytes: number): Promise<Result<Uint8Array | undefined>> {
  try {
    return ok(await directoryFiles(root).read(path, maxBytes))
  } catch (error) {
    if (error instanceof StellaError) return err(error)
    throw error
  }
}

/** Files by their paths on this machine, relative ones from the working folder. */
export const nodeFiles: Files = { kind, read, digest, lines, walk, readMedium, makeFolder, create }
