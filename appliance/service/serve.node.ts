/** The life of a service: own the site, listen, answer, and on request end in order: nothing half-done is kept. */
import { mkdir, rm } from "node:fs/promises"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import type { Composed } from "../compose.ts"
import type { OneTimeCode } from "../access/one-time-codes.ts"
import type { Access } from "../access/access.ts"
import { namesOf, readAddress, readTls } from "./address.node.ts"
import type { ConsoleFiles } from "../../ui/contract/console-files.ts"
import { readConsole } from "./console-files.node.ts"
import { credentialOf, type Door } from "./door.ts"
import type { HttpOptions, RouteRow } from "./http.node.ts"
import { listenOnSocket, notListening } from "./listening.node.ts"
import { Jobs } from "./jobs.node.ts"
import { SERVICE_LIMITS } from "./limits.ts"
import type { OwnedSite } from "./owned-site.ts"
import { Running } from "./running.ts"
import { createService, type Service, type ServiceOptions } from "./service.node.ts"
import { isAnswered, publishSocket, SOCKET_FILE, socketOf, withdrawSocket } from "./socket.node.ts"
import { WindowDoor } from "./window-door.node.ts"

/** What is served, and where. */
export interface ServeOptions {
  readonly site: string
  /** Path of the socket; `service.sock` in the site's folder unless given. */
  readonly socket?: string | undefined
  /** `HOST:PORT` to answer on TCP, too. */
  readonly listen?: string | undefined
  readonly tlsCertificate?: string | undefined
  readonly tlsKey?: string | undefined
  /** The folder of the built console. */
  readonly console?: string | undefined
  /** The operator for whom a one-time code is made. */
  readonly oneTimeLogin?: string | undefined
  readonly log: HttpOptions["log"]
  /** The version of the program, as its OpenAPI document says it. */
  readonly version?: string
}

/** A running service. */
export interface Served {
  readonly socket: string
  /** The address on TCP, when there is one. */
  readonly url: string | null
  readonly login: OneTimeCode | null
  /** Every route that answers on TCP (else on the socket); tests of authorisation are made from these. */
  readonly routes: readonly RouteRow[]
  /** Ends it; what runs has a grace period to end by itself. Gives the number of answered requests. */
  stop(): Promise<number>
}

/** The folder in which the service keeps what is under way. */
const SERVICE_FOLDER = "service"

/** What every way in shares. */
type Shared = Omit<ServiceOptions, "door" | "tls">

function doorOf(kind: Door["kind"], tls: boolean, access: Access): Door & { hosts: Set<string>; origins: Set<string> } {
  return {
    kind,
    tls,
    hosts: new Set(),
    origins: new Set(),
    authenticate: async ({ authorization, now }) => {
      const known = await access.authenticate(credentialOf(kind, authorization), now)
      return known.ok ? ok(known.value.actor) : known
    },
  }
}

async function onSocket(shared: Shared, windows: WindowDoor, site: string, socket: string): Promise<Service> {
  const service = await createService({ ...shared, windows, door: doorOf("socket", false, shared.access) })
  await listenOnSocket(service, socket)
  unwrap(await publishSocket(site, socket))
  return service
}

async function onTcp(
  shared: Shared,
  options: ServeOptions,
  listen: string,
): Promise<{ service: Service; url: string }> {
  const address = unwrap(readAddress(listen))
  const tls = unwrap(await readTls(address, options.tlsCertificate, options.tlsKey))
  const door = doorOf("tcp", tls !== undefined, shared.access)
  const service = await createService({ ...shared, door, tls })
  try {
    await service.app.listen({ host: address.host, port: address.port })
  } catch (error) {
    throw notListening(listen, error).error
  }
  const { port } = service.app.server.address() as AddressInfo
  const scheme = tls === undefined ? "http" : "https"
  for (const name of namesOf(address, port, tls !== undefined)) {
    door.hosts.add(name)
    door.origins.add(`${scheme}://${name}`)
  }
  return { service, url: `${scheme}://${namesOf(address, port, false)[0] ?? ""}/` }
}

async function prepare(options: ServeOptions, composed: Composed, owned: OwnedSite) {
  const folder = join(options.site, SERVICE_FOLDER)
  const requests = join(folder, "requests")
  // What a service that was killed has left of its requests.
  await rm(requests, { recursive: true, force: true })
  await mkdir(requests, { recursive: true, mode: 0o700 })
  const running = new Running(SERVICE_LIMITS.running)
  const { clock } = composed.world
  const failures: { told: ((error: unknown) => void) | undefined } = { told: undefined }
  const jobs = new Jobs({
    owned,
    running,
    clock,
    folder: join(folder, "jobs"),
    failed: error => failures.told?.(error),
  })
  await jobs.recover()
  const access = unwrap(await composed.access(owned.site))
  let files: ConsoleFiles | undefined
  if (options.console !== undefined) files = unwrap(await readConsole(options.console))
  const shared: Shared = {
    backend: { owned, running, requests },
    jobs,
    access,
    clock,
    version: options.version ?? "0.0.0",
    log: options.log,
    console: files,
  }
  return { shared, failures, requests }
}

/**
 * Starts it. Failures: those of opening a site, SERVICE_RUNNING, LISTEN_REFUSED, CONFIG_INVALID, OPERATOR_MISSING.
 */
export async function serve(options: ServeOptions, composed: Composed): Promise<Result<Served>> {
  const { site, listen } = options
  const socket = options.socket ?? join(site, SOCKET_FILE)
  for (const path of new Set([socket, await socketOf(site)]))
    if ((await isAnswered(path)) === "yes")
      return err(new StellaError("SERVICE_RUNNING", `a service answers at ${path} already`, { path }))
  const opened = await composed.own(site)
  if (!opened.ok) return opened
  const owned = opened.value
  const services: Service[] = []
  try {
    const { shared, failures, requests } = await prepare(options, composed, owned)
    const tcp = listen === undefined ? undefined : await onTcp(shared, options, listen)
    if (tcp !== undefined) services.push(tcp.service)
    const { authenticate } = doorOf("window", false, shared.access)
    // A window's own pages come from its shell.
    const forWindows: Shared = { ...shared, console: undefined }
    const windows = new WindowDoor(socket, authenticate, door => createService({ ...forWindows, door }))
    services.push(await onSocket(shared, windows, site, socket))
    failures.told = error => {
      services[0]?.app.log.error({ err: error }, "a defect in a job")
    }
    const { oneTimeLogin } = options
    const login =
      oneTimeLogin === undefined
        ? null
        : unwrap(await shared.access.oneTimeCode(oneTimeLogin, composed.world.clock.now()))
    const stop = async (): Promise<number> => {
      await withdrawSocket(site, socket)
      const grace = new AbortController()
      const passed = after(SERVICE_LIMITS.graceMs, undefined, { signal: grace.signal }).catch(() => undefined)
      await shared.backend.running.stop(passed)
      await shared.jobs.settled()
      grace.abort()
      services.push(...(await windows.opened()))
      // Answers have a moment to be read to their end; what is still being sent to us is wanted by nobody.
      const cut = setTimeout(() => {
        for (const { app } of services) app.server.closeAllConnections()
      }, SERVICE_LIMITS.graceMs)
      await Promise.all(services.map(({ app }) => app.close()))
      clearTimeout(cut)
      await owned.close()
      await rm(requests, { recursive: true, force: true })
      return services.reduce((sum, { answered }) => sum + answered(), 0)
    }
    return ok({ socket, url: tcp?.url ?? null, login, routes: services[0]?.routes ?? [], stop })
  } catch (error) {
    await Promise.all(services.map(({ app }) => app.close()))
    await owned.close()
    if (error instanceof StellaError) return err(error)
    throw error
  }
}
