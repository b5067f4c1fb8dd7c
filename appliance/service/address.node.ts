/** Listening on TCP: what `HOST:PORT` means, which addresses are loopback, and the names a service then answers to. */
import { readFile } from "node:fs/promises"
import { createServer as createHttp, type RequestListener, type Server } from "node:http"
import { createServer as createHttps } from "node:https"
import { createSecureContext } from "node:tls"
import { BlockList, isIP } from "node:net"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { SERVICE_LIMITS } from "./limits.ts"

/** Where to listen. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly loopback: boolean
}

/** A certificate chain and its key, PEM. */
export interface Tls {
  readonly cert: Buffer
  readonly key: Buffer
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4")
LOOPBACK.addAddress("::1", "ipv6")

/** Reads `HOST:PORT`. Failure: CONFIG_INVALID. */
export function readAddress(text: string): Result<Address> {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):([0-9]+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6))
    return err(new StellaError("CONFIG_INVALID", `${text}: not HOST:PORT`))
  const family = isIP(host)
  const loopback = family === 0 ? host === "localhost" : LOOPBACK.check(host, family === 4 ? "ipv4" : "ipv6")
  return ok({ host, port, loopback })
}

/** Reads certificate and key. Without loopback they are required. Failure: CONFIG_INVALID. */
export async function readTls(
  address: Address,
  certificate: string | undefined,
  key: string | undefined,
): Promise<Result<Tls | undefined>> {
  const invalid = (message: string, cause?: unknown): { ok: false; error: StellaError } =>
    err(new StellaError("CONFIG_INVALID", message, {}, cause))
  if (certificate === undefined && key === undefined)
    return address.loopback
      ? ok(undefined)
      : invalid(`${address.host} is not loopback; give --tls-certificate and --tls-key`)
  if (certificate === undefined || key === undefined) return invalid("--tls-certificate and --tls-key go together")
  try {
    const tls = { cert: await readFile(certificate), key: await readFile(key) }
    createSecureContext(tls)
    return ok(tls)
  } catch (error) {
    return invalid(`${certificate}, ${key}: not a certificate with its key`, error)
  }
}

/** Host names (with port) that a service at this address answers to. A port that its scheme implies may be left out. */
export function namesOf({ host, loopback }: Address, port: number, tls: boolean): string[] {
  const shown = (name: string): string => (isIP(name) === 6 ? `[${name}]` : name.toLowerCase())
  const names = new Set([shown(host), ...(loopback ? ["127.0.0.1", "localhost", "[::1]"] : [])])
  const implied = port === (tls ? 443 : 80)
  return [...names].flatMap(name => [`${name}:${String(port)}`, ...(implied ? [name] : [])])
}

/** The server of Node under the service, with the bounds that only it can hold. */
export function nodeServer(listener: RequestListener, tls: Tls | undefined): Server {
  const bounds = {
    maxHeaderSize: SERVICE_LIMITS.headerBytes,
    headersTimeout: SERVICE_LIMITS.headersMs,
    keepAliveTimeout: SERVICE_LIMITS.idleMs,
    connectionsCheckingInterval: 1000,
    // Bodies are watched by us: a conversation may be long.
    requestTimeout: 0,
  }
  const server =
    tls === undefined
      ? createHttp(bounds, listener)
      : (createHttps({ ...bounds, ...tls, minVersion: "TLSv1.3" }, listener) as unknown as Server)
  server.maxConnections = SERVICE_LIMITS.connections
  server.maxRequestsPerSocket = SERVICE_LIMITS.requestsPerConnection
  return server
}
