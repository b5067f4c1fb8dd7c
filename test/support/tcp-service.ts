/** A service on loopback TCP with an operator of each role, who are logged in by one-time codes. */
import { join } from "node:path"
import { compose } from "../../appliance/compose.ts"
import { createService, type Service, type ServiceOptions } from "../../appliance/service/service.node.ts"
import type { RouteRow } from "../../appliance/service/http.node.ts"
import { Jobs } from "../../appliance/service/jobs.node.ts"
import { Running } from "../../appliance/service/running.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, unwrap } from "../../src/kernel/result.ts"
import { ROLE_NAMES, type RoleName } from "../../ui/contract/roles.ts"
import { ask, ServiceProcess, stella, type Response, type Sending } from "./service.ts"
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { writeFileSync } from "node:fs"
import { loginMessage, type Challenge } from "../../ui/contract/session.ts"

/** A running service. */
export interface TcpService {
  readonly url: string
  readonly process: ServiceProcess
  readonly routes: readonly RouteRow[]
  readonly tokens: Readonly<Record<RoleName, string>>
  ask(method: string, path: string, sending?: Sending): Promise<Response>
  login(role: RoleName): Promise<string>
  stop(): Promise<void>
}

/** A service in this process, over a site of its own in the folder. Nothing listens yet. */
export async function createInstance(
  folder: string,
  bounds: NonNullable<ServiceOptions["bounds"]> = {},
): Promise<{ readonly service: Service; close(): Promise<void> }> {
  const { world, own, access } = compose({ STELLA_STATE_DIR: join(folder, ".state") })
  const site = join(folder, "instance")
  await stella(folder, ["init", "instance"])
  const owned = unwrap(await own(site))
  const running = new Running(1)
  const jobs = new Jobs({ owned, running, clock: world.clock, folder: site, failed: () => undefined })
  const nobody = err(new StellaError("NOT_AUTHENTICATED", "nobody"))
  const service = await createService({
    door: {
      kind: "socket",
      hosts: new Set(),
      origins: new Set(),
      tls: false,
      authenticate: () => Promise.resolve(nobody),
    },
    backend: { owned, running, requests: site },
    jobs,
    access: unwrap(await access(owned.site)),
    clock: world.clock,
    version: "0.0.0",
    log: undefined,
    bounds,
  })
  return {
    service,
    close: async () => {
      await service.app.close()
      await owned.close()
    },
  }
}

/** The table of routes, from an instance that never listens. */
export async function routeTable(folder: string): Promise<readonly RouteRow[]> {
  const instance = await createInstance(folder)
  await instance.close()
  return instance.service.routes
}

/** Starts one in a folder, with a site of its own. */
export async function openTcp(folder: string): Promise<TcpService> {
  const routes = await routeTable(folder)
  await stella(folder, ["init", "site"])
  const keys = new Map<RoleName, KeyObject>()
  for (const role of ROLE_NAMES) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519")
    keys.set(role, privateKey)
    writeFileSync(join(folder, `${role}.pub`), publicKey.export({ type: "spki", format: "pem" }))
    const added = await stella(folder, [
      "operator",
      "add",
      role,
      "--role",
      role,
      "--public-key",
      `${role}.pub`,
      "--store",
      "site",
    ])
    if (added.status !== 0) throw new Error(added.stderr)
  }
  const process = await ServiceProcess.start(folder, ["--store", "site", "--listen", "127.0.0.1:0"])
  const url = process.listening.url ?? ""
  const target = { host: "127.0.0.1", port: Number(new URL(url).port) }
  const send = (method: string, path: string, sending: Sending = {}): Promise<Response> =>
    ask(target, method, path, sending)
  const login = async (role: RoleName): Promise<string> => {
    const challenge = (
      await send("POST", "/api/v1/session/challenge", { json: { v: 1 } })
    ).json() as unknown as Challenge
    const key = keys.get(role)
    if (key === undefined) throw new Error(role)
    const signature = sign(null, loginMessage(challenge, role), key).toString("base64url")
    const json = { v: 1, operator: role, challenge: challenge.challenge, signature }
    const session = await send("POST", "/api/v1/session", { json })
    if (session.status !== 200) throw new Error(session.text)
    return String(session.json()["token"])
  }
  const tokens = {} as Record<RoleName, string>
  for (const role of ROLE_NAMES) tokens[role] = await login(role)
  return { url, process, routes, tokens, ask: send, login, stop: () => process.stop().then(() => undefined) }
}
