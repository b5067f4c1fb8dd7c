/**
 * The socket of a service: in the site's folder, mode 0600, so that nobody but its owner can connect. A socket file
 * whose process has died stays behind; it is removed only after nobody answered at it.
 */
import { chmod, lstat, readlink, rename, stat, symlink, unlink } from "node:fs/promises"
import { connect } from "node:net"
import { basename, dirname, join, resolve } from "node:path"
import { geteuid } from "node:process"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"

/** The name of the socket in the site's folder; a link when the socket lies elsewhere. */
export const SOCKET_FILE = "service.sock"

/** The longest path of a socket, in bytes: `sun_path` without its final zero. */
const MAX_PATH_BYTES = 107

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
}

/** The path where the socket of a site really lies: the link in its folder is followed once. */
export async function socketOf(site: string): Promise<string> {
  const path = join(site, SOCKET_FILE)
  try {
    return resolve(site, await readlink(path))
  } catch {
    // Not a link, or nothing there; connecting tells.
    return path
  }
}

/** Failures of connecting that prove that no process listens: nothing there, or nobody behind it. */
const NOBODY_LISTENS: ReadonlySet<string | undefined> = new Set(["ECONNREFUSED", "ENOENT", "ENOTDIR"])

/** A connection that takes longer than this, in milliseconds, is to a process that is there and busy. */
const CONNECT_MS = 2_000

/**
 * Whether somebody listens at the socket. Only the operating system's word that nobody does is a no: a process whose queue
 * of connections is full (EAGAIN), that was stopped, or that answers in any other way, lives, and its socket is its own.
 */
export function isAnswered(path: string): Promise<"yes" | "no" | "refused"> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return Promise.resolve("no")
  return new Promise(found => {
    const socket = connect(path)
    const end = (answer: "yes" | "no" | "refused"): void => {
      clearTimeout(timer)
      socket.destroy()
      found(answer)
    }
    const timer = setTimeout(end, CONNECT_MS, "yes")
    socket.on("connect", () => {
      end("yes")
    })
    socket.on("error", error => {
      const code = codeOf(error)
      if (NOBODY_LISTENS.has(code)) end("no")
      else end(code === "EACCES" || code === "EPERM" ? "refused" : "yes")
    })
  })
}

/**
 * Whose work the socket of a site is. A service reads and writes the files that its client's user names, and its answer is
 * the verdict, so one of somebody else is worse than none: link, socket and the socket's folder must be of this user
 * (the folder may be root's), and nobody else may put anything in their place.
 */
async function ownerFault(known: string, socket: string): Promise<string | undefined> {
  const user = geteuid?.()
  const [link, itself, folder] = await Promise.all([lstat(known), lstat(socket), stat(dirname(socket))])
  if (link.uid !== user || itself.uid !== user) return "belongs to somebody else"
  if (!itself.isSocket() || (itself.mode & 0o077) !== 0) return "is open to others than its owner"
  if (folder.uid !== user && folder.uid !== 0) return "lies in a folder of somebody else"
  const isSticky = (folder.mode & 0o1000) !== 0
  return (folder.mode & 0o022) !== 0 && !isSticky ? "lies in a folder that others can write to" : undefined
}

/** The socket of the site's service; undefined when none answers there. Failures: SERVICE_UNTRUSTED. */
export async function serviceOf(site: string): Promise<Result<string | undefined>> {
  const socket = await socketOf(site)
  try {
    const fault = await ownerFault(join(site, SOCKET_FILE), socket)
    if (fault !== undefined) return err(new StellaError("SERVICE_UNTRUSTED", `${socket}: ${fault}`, { path: socket }))
  } catch (error) {
    // Nothing there, or the link of a service that has ended.
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return ok(undefined)
    return err(new StellaError("SERVICE_UNTRUSTED", `${socket}: cannot be looked at`, { path: socket }, error))
  }
  return ok((await isAnswered(socket)) === "yes" ? socket : undefined)
}

const refused = (path: string, why: string, cause?: unknown): { ok: false; error: StellaError } =>
  err(new StellaError("LISTEN_REFUSED", `${path}: ${why}`, { path }, cause))

const running = (path: string): { ok: false; error: StellaError } =>
  err(new StellaError("SERVICE_RUNNING", `a service answers at ${path} already`, { path }))

/**
 * Removes a socket that nobody answers at. It is taken aside first and asked once more: another service may have put its
 * own there since, and that one is put back.
 */
async function removeDead(path: string): Promise<Result<void>> {
  const aside = `${path}.old`
  await rename(path, aside)
  if ((await isAnswered(aside)) === "no") {
    await unlink(aside)
    return ok(undefined)
  }
  await rename(aside, path)
  return running(path)
}

/** Makes the path free to listen on. Failures: SERVICE_RUNNING, LISTEN_REFUSED. */
export async function clearSocket(path: string): Promise<Result<void>> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    return refused(path, `longer than ${String(MAX_PATH_BYTES)} bytes; give a shorter --socket`)
  try {
    const there = await lstat(path)
    // A link that an earlier service with a socket elsewhere has left.
    if (there.isSymbolicLink() && basename(path) === SOCKET_FILE) {
      await unlink(path)
      return ok(undefined)
    }
    if (!there.isSocket()) return refused(path, "is there and is no socket")
    const answered = await isAnswered(path)
    if (answered === "yes") return running(path)
    if (answered === "refused") return refused(path, "is a socket of somebody else")
    return await removeDead(path)
  } catch (error) {
    if (codeOf(error) !== "ENOENT") return refused(path, codeOf(error) ?? "cannot be used", error)
  }
  return ok(undefined)
}

/** After listening: nobody but the owner may connect, and the site's folder says where the socket is. */
export async function publishSocket(site: string, path: string): Promise<Result<void>> {
  const known = join(site, SOCKET_FILE)
  try {
    await chmod(path, 0o600)
    if (resolve(known) === resolve(path)) return ok(undefined)
    const temporary = `${known}.tmp`
    await unlink(temporary).catch(() => undefined)
    await symlink(resolve(path), temporary)
    await rename(temporary, known)
    return ok(undefined)
  } catch (error) {
    return refused(path, codeOf(error) ?? "cannot be used", error)
  }
}

/** Removes the link of `publishSocket`; the socket itself is removed by whoever stops listening. */
export async function withdrawSocket(site: string, path: string): Promise<void> {
  const known = join(site, SOCKET_FILE)
  if (resolve(known) !== resolve(path) && dirname(known) === resolve(site)) await unlink(known).catch(() => undefined)
}
