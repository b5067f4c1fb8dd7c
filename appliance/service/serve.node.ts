/** The life of a service: own the site, listen, answer, and on request end in order: nothing half-done is kept. */
import { mkdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { umask } from "node:process"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import type { Composed } from "../compose.ts"
import type { Actor } from "../store/audit-record.ts"
import type { Door } from "./door.ts"
import type { HttpOptions } from "./http.node.ts"
import { SERVICE_LIMITS } from "./limits.ts"
import { Jobs } from "./jobs.node.ts"
import { Running } from "./running.ts"
import { createService, type Service } from "./service.node.ts"
import { clearSocket, isAnswered, publishSocket, SOCKET_FILE, socketOf, withdrawSocket } from "./socket.node.ts"

/** What is served, and where. */
export interface ServeOptions {
  readonly site: string
  /** Path of the socket; `service.sock` in the site's folder unless given. */
  readonly socket?: string | undefined
  /** `HOST:PORT` to answer on TCP, too. */
  readonly listen?: string | undefined
  readonly tlsCertificate?: string | undefined
  readonly tlsKey?: string | undefined
  readonly log: HttpOptions["log"]
}

/** A running service. */
export interface Served {
  readonly socket: string
  /** The address on TCP, when there is one. */
  readonly url: string | null
  /** Ends it; what runs has a grace period to end by itself. Gives the number of answered requests. */
  stop(): Promise<number>
}

/** The folder in which the service keeps what is under way. */
export const SERVICE_FOLDER = "service"

function socketDoor(actor: Actor): Door {
  return {
    kind: "socket",
    hosts: new Set(),
    origins: new Set(),
    tls: false,
    authenticate: () => Promise.resolve(ok(actor)),
  }
}

async function listen({ app }: Service, socket: string): Promise<Result<void>> {
  // The socket is made with the process's mask; between making it and `chmod` nobody else may connect.
  const before = umask(0o177)
  try {
    await app.listen({ path: socket })
    return ok(undefined)
  } catch (error) {
    return err(new StellaError("LISTEN_REFUSED", `${socket}: cannot be listened on`, { path: socket }, error))
  } finally {
    umask(before)
  }
}

/** Starts it. Failures: those of opening a site, SERVICE_RUNNING, LISTEN_REFUSED. */
export async function serve(options: ServeOptions, composed: Composed): Promise<Result<Served>> {
  const { site, log } = options
  const { world, actor, own } = composed
  const socket = options.socket ?? join(site, SOCKET_FILE)
  for (const path of new Set([socket, await socketOf(site)]))
    if ((await isAnswered(path)) === "yes")
      return err(new StellaError("SERVICE_RUNNING", `a service answers at ${path} already`, { path }))
  const opened = await own(site)
  if (!opened.ok) return opened
  const owned = opened.value
  const running = new Running(SERVICE_LIMITS.running)
  const requests = join(site, SERVICE_FOLDER, "requests")
  let service: Service | undefined
  try {
    // What a service that was killed has left of its requests.
    await rm(requests, { recursive: true, force: true })
    await mkdir(requests, { recursive: true, mode: 0o700 })
    const backend = { owned, running, requests }
    const jobs = new Jobs({
      owned,
      running,
      clock: world.clock,
      folder: join(site, SERVICE_FOLDER, "jobs"),
      failed: error => {
        service?.app.log.error({ err: error }, "a defect in a job")
      },
    })
    await jobs.recover()
    const made = await createService({ door: socketDoor(actor), backend, jobs, clock: world.clock, log })
    service = made
    unwrap(await clearSocket(socket))
    unwrap(await listen(made, socket))
    unwrap(await publishSocket(site, socket))
    return ok({
      socket,
      url: null,
      async stop() {
        await withdrawSocket(site, socket)
        const grace = new AbortController()
        const ended = running.stop(
          after(SERVICE_LIMITS.graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
        )
        await ended
        await jobs.settled()
        grace.abort()
        await made.app.close()
        await owned.close()
        await rm(requests, { recursive: true, force: true })
        return made.answered()
      },
    })
  } catch (error) {
    await owned.close()
    if (error instanceof StellaError) return err(error)
    throw error
  }
}
