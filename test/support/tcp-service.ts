/** A service on loopback TCP with an operator of each role, who are logged in by one-time codes. */
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { compose } from "../../appliance/compose.ts"
import type { RouteRow } from "../../appliance/service/http.node.ts"
import type { ServiceLimits } from "../../appliance/service/limits.ts"
import { serve, type Served, type ServeOptions } from "../../appliance/service/serve.node.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { ROLE_NAMES, type RoleName } from "../../ui/contract/roles.ts"
import {
  ask,
  environmentOf,
  ServiceProcess,
  stella,
  type Preloads,
  type Response,
  type Sending,
  type Target,
} from "./service.ts"
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto"
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

/** A service in this process, over a site of its own in the folder, with bounds that a test can reach. */
export async function serveHere(
  folder: string,
  limits: Partial<ServiceLimits> = {},
  options: Partial<ServeOptions> = {},
): Promise<Served & { readonly site: string; readonly target: Target; readonly log: () => string }> {
  const environment = environmentOf(folder)
  const site = join(folder, "instance")
  if (!existsSync(site)) await stella(folder, ["init", "instance"])
  const lines: string[] = []
  const log = { write: (line: string): void => void lines.push(line) }
  const served = unwrap(await serve({ site, log, limits, ...options }, compose(environment)))
  return { ...served, site, target: { socketPath: served.socket }, log: () => lines.join("") }
}

/** The table of routes. */
export async function routeTable(folder: string): Promise<readonly RouteRow[]> {
  const served = await serveHere(folder)
  await served.stop()
  return served.routes
}

/** Starts one in a folder, with a site of its own. */
export async function openTcp(folder: string, preloads: Preloads = {}): Promise<TcpService> {
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
  const process = await ServiceProcess.start(folder, ["--store", "site", "--listen", "127.0.0.1:0"], preloads)
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
