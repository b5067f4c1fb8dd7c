/**
 * The files of one request: what was sent with it, by the names that the input uses, and what the operation writes. On
 * the disk they have numbers for names, in a private folder that is removed with the request or its job.
 */
import { createHash } from "node:crypto"
import { createWriteStream } from "node:fs"
import { mkdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import { nodeFiles } from "../operations/files.node.ts"
import type { FileDigests, Files, Line } from "../operations/files.ts"
import { SERVICE_LIMITS } from "./limits.ts"
import { namedBy } from "./named-files.ts"
import type { Room } from "./spool-space.node.ts"

/** A file that the operation wrote. */
export interface Written {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  /** Where it lies on the disk. */
  readonly stored: string
}

/** A file that the client sent. */
export interface Received {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** The parts of a path without empty ones and `.`; undefined when it leads upwards or is none. */
function partsOf(path: string): readonly string[] | undefined {
  if (path.includes("\0")) return undefined
  const parts = path.split("/").filter(part => part !== "" && part !== ".")
  if (parts.includes("..")) return undefined
  return path.startsWith("/") ? ["", ...parts] : parts
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = Buffer.compare(Buffer.from(a[i] ?? ""), Buffer.from(b[i] ?? ""))
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** How the files of a request are kept. */
export interface RequestFilesOptions {
  /** Whether what the operation writes is kept, too. */
  readonly keepsWritten: boolean
  readonly room: Room
}

/** Files as the operations know them, over a folder of numbered ones. */
export class RequestFiles implements Files {
  readonly #folder: string
  readonly #keepsWritten: boolean
  readonly #room: Room
  #isNamed: (path: string) => boolean = () => false
  readonly #sent = new Map<string, Received & { readonly stored: string }>()
  readonly #folders = new Set<string>()
  readonly #written: Written[] = []
  #bytes = 0
  #nameBytes = 0
  #made = false

  /** `folder` is made when the first file comes. What the operation writes is refused unless it is kept. */
  constructor(folder: string, { keepsWritten, room }: RequestFilesOptions) {
    this.#folder = folder
    this.#keepsWritten = keepsWritten
    this.#room = room
  }

  /** Only files that these texts name are taken in, and none before they are known. */
  expect(texts: readonly string[]): void {
    this.#isNamed = namedBy(texts, path => this.#key(path))
  }

  /** Looks ahead, at how long the whole body will be. Failures: BODY_TOO_LARGE, DISK_FULL, RATE_LIMITED. */
  async declare(bytes: number): Promise<Result<void>> {
    if (bytes > SERVICE_LIMITS.requestBytes + SERVICE_LIMITS.inputBytes + SERVICE_LIMITS.fileNamesBytes)
      return err(new StellaError("BODY_TOO_LARGE", "the files are too long together"))
    return this.#room.declare(bytes)
  }

  /** What the client has sent, in the order of the names. */
  get received(): readonly Received[] {
    return [...this.#sent.values()]
      .map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** What the operation has written so far. */
  get written(): readonly Written[] {
    return this.#written
  }

  async #next(): Promise<string> {
    if (!this.#made) await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    this.#made = true
    return join(this.#folder, String(this.#sent.size + this.#written.length))
  }

  #key(path: string): string | undefined {
    return partsOf(path)?.join("/")
  }

  /** Takes in a file that the client sends. Failures: USAGE for its name, BODY_TOO_LARGE. */
  async receive(name: string, chunks: AsyncIterable<Uint8Array>): Promise<Result<void>> {
    const key = this.#key(name)
    if (key === undefined || key === "" || name.length > SERVICE_LIMITS.fileNameLength || name.endsWith("/"))
      return err(new StellaError("USAGE", "a part has no acceptable file name"))
    if (!this.#isNamed(name)) return err(new StellaError("USAGE", `the input does not name the file ${name}`))
    if (this.#sent.has(key) || this.#folders.has(key))
      return err(new StellaError("USAGE", `the file ${name} is sent more than once`))
    if (this.#sent.size >= SERVICE_LIMITS.requestFiles)
      return err(new StellaError("BODY_TOO_LARGE", "too many files in one request"))
    const folders = this.#newFolders(key)
    if (folders === undefined) return err(new StellaError("USAGE", "the name of a file leads through too many folders"))
    if (folders.some(folder => this.#sent.has(folder)))
      return err(new StellaError("USAGE", `the file ${name} lies below a file`))
    const nameBytes = [key, ...folders].reduce((sum, one) => sum + Buffer.byteLength(one), this.#nameBytes)
    if (nameBytes > SERVICE_LIMITS.fileNamesBytes)
      return err(new StellaError("BODY_TOO_LARGE", "the names of the files are too long together"))
    const stored = await this.#next()
    const limit = Math.min(SERVICE_LIMITS.fileBytes, SERVICE_LIMITS.requestBytes - this.#bytes)
    let bytes = 0
    const hash = createHash("sha256")
    const room = this.#room
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        if ((bytes += chunk.length) > limit) throw new StellaError("BODY_TOO_LARGE", `${name} is too long`)
        unwrap(await room.claim(chunk.length))
        hash.update(chunk)
        yield chunk
      }
    }
    try {
      await pipeline(counted(), createWriteStream(stored, { flags: "wx", mode: 0o600 }))
    } catch (error) {
      if (error instanceof StellaError) return err(error)
      throw error
    }
    this.#bytes += bytes
    this.#sent.set(key, { name: key, bytes, sha256: hash.digest("hex"), stored })
    this.#nameBytes = nameBytes
    for (const one of folders) this.#folders.add(one)
    return ok(undefined)
  }

  /** The folders that a file leads through and that are not there yet; undefined when there are too many on its way. */
  #newFolders(key: string): readonly string[] | undefined {
    const parts = key.split("/")
    if (parts.length > SERVICE_LIMITS.fileNameDepth) return undefined
    const folders: string[] = []
    // Of a folder that is there, those above it are there too.
    for (let i = parts.length - 1; i >= 0; i--) {
      const one = parts.slice(0, i).join("/")
      if (this.#folders.has(one)) break
      folders.push(one)
    }
    return folders
  }

  async kind(path: string): Promise<"file" | "folder" | "missing"> {
    const key = this.#key(path)
    if (key === undefined) return "missing"
    if (this.#sent.has(key) || this.#written.some(({ name }) => this.#key(name) === key)) return "file"
    return this.#folders.has(key) ? "folder" : "missing"
  }

  #fail(path: string, why: string, code: ErrorCode = "INPUT_UNREADABLE"): { ok: false; error: StellaError } {
    return err(new StellaError(code, `${path}: ${why}`, { path }))
  }

  #stored(path: string): Result<string> {
    const key = this.#key(path)
    const stored = key === undefined ? undefined : this.#sent.get(key)?.stored
    if (stored !== undefined) return ok(stored)
    const folder = key !== undefined && this.#folders.has(key)
    return this.#fail(path, folder ? "is a folder, not a file" : "no such file or folder")
  }

  /** A failure of the stored file, told by the name that the client knows. */
  #renamed<T>(result: Result<T>, path: string, stored: string): Result<T> {
    if (result.ok) return result
    const { code, message, detail } = result.error
    const told = { ...detail, ...("path" in detail ? { path } : {}) }
    return err(new StellaError(code, message.replace(stored, path), told, result.error))
  }

  async read(path: string, maxBytes: number): Promise<Result<Uint8Array>> {
    const stored = this.#stored(path)
    return stored.ok ? this.#renamed(await nodeFiles.read(stored.value, maxBytes), path, stored.value) : stored
  }

  async digest(path: string, signal: AbortSignal): Promise<Result<FileDigests>> {
    const stored = this.#stored(path)
    return stored.ok ? this.#renamed(await nodeFiles.digest(stored.value, signal), path, stored.value) : stored
  }

  async *lines(path: string, maxLineBytes: number, signal: AbortSignal): AsyncGenerator<Result<Line>> {
    const stored = this.#stored(path)
    if (!stored.ok) {
      yield stored
      return
    }
    for await (const line of nodeFiles.lines(stored.value, maxLineBytes, signal))
      yield this.#renamed(line, path, stored.value)
  }

  async *walk(folder: string, signal: AbortSignal): AsyncGenerator<Result<string>> {
    const parts = partsOf(folder)
    if (parts === undefined || !this.#folders.has(parts.join("/"))) {
      yield this.#fail(folder, "no such file or folder")
      return
    }
    const prefix = parts.length === 0 ? "" : parts.join("/") + "/"
    const below = [...this.#sent.keys()].filter(key => key.startsWith(prefix)).map((key): string[] => key.split("/"))
    for (const key of below.sort(compareParts)) {
      signal.throwIfAborted()
      yield ok(join(folder, ...key.slice(parts.length)))
    }
  }

  async readMedium(root: string, path: string, maxBytes: number): Promise<Result<Uint8Array | undefined>> {
    const whole = join(root, path)
    if ((await this.kind(whole)) !== "file") return ok(undefined)
    const read = await this.read(whole, maxBytes)
    return read.ok ? read : this.#fail(path, `has more than ${String(maxBytes)} bytes`, "MEDIA_UNREADABLE")
  }

  async makeFolder(path: string): Promise<Result<void>> {
    if (!this.#keepsWritten) return this.#refused(path)
    return (await this.kind(path)) === "file" ? this.#fail(path, "exists already", "OUTPUT_REFUSED") : ok(undefined)
  }

  async create(path: string, bytes: Uint8Array): Promise<Result<void>> {
    if (!this.#keepsWritten) return this.#refused(path)
    if ((await this.kind(path)) !== "missing") return this.#fail(path, "exists already", "OUTPUT_REFUSED")
    const claimed = await this.#room.claim(bytes.length)
    if (!claimed.ok) return claimed
    const stored = await this.#next()
    const made = await nodeFiles.create(stored, bytes)
    if (!made.ok) return this.#renamed(made, path, stored)
    const sha256 = createHash("sha256").update(bytes).digest("hex")
    this.#written.push({ name: path, bytes: bytes.length, sha256, stored })
    return ok(undefined)
  }

  #refused(path: string): { ok: false; error: StellaError } {
    return this.#fail(path, "files come back with a job; ask with Prefer: respond-async", "OUTPUT_REFUSED")
  }

  /** Removes what was sent, which nobody needs any more; what was written stays. */
  async removeReceived(): Promise<void> {
    for (const { stored } of this.#sent.values()) await rm(stored, { force: true })
    this.#room.release()
  }

  /** Removes everything. */
  async remove(): Promise<void> {
    if (this.#made) await rm(this.#folder, { recursive: true, force: true })
    this.#room.release()
  }
}
