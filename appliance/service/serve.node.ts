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
import { lifeRecord } from "./life-record.ts"
import { SERVICE_LIMITS, type ServiceLimits } from "./limits.ts"
import type { OwnedSite } from "./owned-site.ts"
import type { Backend } from "./operation-routes.node.ts"
import { Presence, type Confirm } from "./presence.ts"
import { Running } from "./running.ts"
import { Shares } from "./shares.ts"
import { freeBytesOf, SpoolSpace, type FreeBytes } from "./spool-space.node.ts"
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
  /** How free bytes of the disk are found out; the operating system is asked unless given. */
  readonly freeBytes?: FreeBytes
  /** Bounds other than the usual ones. */
  readonly limits?: Partial<ServiceLimits>
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
      return known.ok ? ok({ actor: known.value.actor, session: known.value.session?.id ?? null }) : known
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
  const names = namesOf(address, port, tls)
  for (const name of names) {
    door.hosts.add(name)
    door.origins.add(`${scheme}://${name}`)
  }
  return { service, url: `${scheme}://${names[0] ?? ""}/` }
}

async function prepare(options: ServeOptions, composed: Composed, owned: OwnedSite) {
  const folder = join(options.site, SERVICE_FOLDER)
  const requests = join(folder, "requests")
  // What a service that was killed has left of its requests.
  await rm(requests, { recursive: true, force: true })
  await mkdir(requests, { recursive: true, mode: 0o700 })
  const limits: ServiceLimits = { ...SERVICE_LIMITS, ...options.limits }
  const running = new Running(limits.running)
  const { clock } = composed.world
  const shares = new Shares(limits)
  const space = new SpoolSpace(folder, shares, limits, options.freeBytes ?? freeBytesOf)
  const access = unwrap(await composed.access(owned.site))
  const confirm: Confirm = who => access.confirm(who, clock.now())
  const presence = new Presence(confirm)
  const run: OwnedSite["run"] = (asked, signal) => presence.watch(asked.operation, owned.run(asked, signal))
  const backend: Backend = { owned, run, running, requests, limits, shares, space, presence, confirm }
  const failures: { told: ((error: unknown) => void) | undefined } = { told: undefined }
  const jobs = new Jobs({
    backend,
    clock,
    folder: join(folder, "jobs"),
    failed: error => failures.told?.(error),
  })
  const damagedRows = await jobs.recover()
  let files: ConsoleFiles | undefined
  if (options.console !== undefined) files = unwrap(await readConsole(options.console))
  const shared: Shared = {
    backend,
    jobs,
    access,
    clock,
    version: options.version ?? "0.0.0",
    log: options.log,
    console: files,
  }
  return { shared, failures, requests, damagedRows }
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
    const { shared, failures, requests, damagedRows } = await prepare(options, composed, owned)
    const tcp = listen === undefined ? undefined : await onTcp(shared, options, listen)
    if (tcp !== undefined) services.push(tcp.service)
    const { authenticate } = doorOf("window", false, shared.access)
    // A window's own pages come from its shell.
    const forWindows: Shared = { ...shared, console: undefined }
    const windows = new WindowDoor(socket, authenticate, door => createService({ ...forWindows, door }))
    services.push(await onSocket(shared, windows, site, socket))
    const log = services[0]?.app.log
    failures.told = error => {
      log?.error({ err: error }, "a defect in a job")
    }
    if (damagedRows > 0) log?.error({ damagedRows }, "rows of jobs are damaged; they are not answered from")
    const { clock, crypto } = composed.world
    const by = () => ({ actor: composed.actor, at: clock.now(), crypto })
    const outcome = damagedRows > 0 ? "STORE_CORRUPT" : "done"
    unwrap(await owned.site.commit([], lifeRecord("serve.start", by(), options, outcome)))
    const { oneTimeLogin } = options
    const login =
      oneTimeLogin === undefined
        ? null
        : unwrap(await shared.access.oneTimeCode(oneTimeLogin, composed.world.clock.now()))
    const stop = async (): Promise<number> => {
      await withdrawSocket(site, socket)
      const grace = new AbortController()
      const passed = after(shared.backend.limits.graceMs, undefined, { signal: grace.signal }).catch(() => undefined)
      await shared.backend.running.stop(passed)
      await shared.jobs.settled()
      grace.abort()
      services.push(...(await windows.opened()))
      // Answers have a moment to be read to their end; what is still being sent to us is wanted by nobody.
      const cut = setTimeout(() => {
        for (const { app } of services) app.server.closeAllConnections()
      }, shared.backend.limits.graceMs)
      await Promise.all(services.map(({ app }) => app.close()))
      clearTimeout(cut)
      const recorded = await owned.site.commit([], lifeRecord("serve.stop", by(), options))
      if (!recorded.ok) log?.error({ err: recorded.error }, "the end could not be recorded")
      await owned.close()
      await rm(requests, { recursive: true, force: true })
      return services.reduce((sum, { answered }) => sum + answered(), 0)
    }
    return ok({ socket, url: tcp?.url ?? null, login, routes: services[0]?.routes ?? [], stop })
  } catch (error) {
    await Promise.all(services.map(({ app }) => app.close()))
    await withdrawSocket(site, socket)
    await owned.close()
    if (error instanceof StellaError) return err(error)
    throw error
  }
}
