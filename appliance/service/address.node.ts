/** Listening on TCP: what `HOST:PORT` means, which addresses are loopback, and the names a service then answers to. */
import { readFile } from "node:fs/promises"
import { createServer as createHttp, type RequestListener, type Server } from "node:http"
import { createServer as createHttps } from "node:https"
import { X509Certificate } from "node:crypto"
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
  /** Host names and addresses for which the certificate is, as a client writes them. */
  readonly names: readonly string[]
}

/** A name or an address as it stands in `Host`: lowercase, and IPv6 in brackets and its one short form (RFC 5952). */
function shown(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]`).hostname : name.toLowerCase()
}

/** The names in a certificate that can be asked for as they stand; a name with a wildcard is none. */
function namesIn(certificate: X509Certificate): string[] {
  const names: string[] = []
  for (const entry of (certificate.subjectAltName ?? "").split(", ")) {
    const [, dns, address] = /^(?:DNS:([A-Za-z0-9.-]+)|IP Address:([0-9A-Fa-f.:]+))$/.exec(entry) ?? []
    if (dns !== undefined || (address !== undefined && isIP(address) !== 0)) names.push(shown(dns ?? address ?? ""))
  }
  return names
}

/** Addresses that stand for all of a machine's. */
function isWildcard(host: string): boolean {
  return isIP(host) !== 0 && ["0.0.0.0", "[::]"].includes(shown(host))
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
      : invalid(`${address.host} is not loopback; give --tls-certificate and --tls-key, or listen on 127.0.0.1`)
  if (certificate === undefined || key === undefined) return invalid("--tls-certificate and --tls-key go together")
  try {
    const tls = { cert: await readFile(certificate), key: await readFile(key) }
    createSecureContext(tls)
    const names = namesIn(new X509Certificate(tls.cert))
    // Nobody asks for "all addresses": a service answers to names, and there only the certificate has them.
    if (isWildcard(address.host) && names.length === 0)
      return invalid(
        `${certificate}: names no host; to listen on ${address.host} it needs a DNS name or an address in its subjectAltName`,
      )
    return ok({ ...tls, names })
  } catch (error) {
    return invalid(`${certificate}, ${key}: not a certificate with its key`, error)
  }
}

/**
 * Host names (with port) that a service at this address answers to: the address, and the names in its certificate. A port
 * that its scheme implies may be left out.
 */
export function namesOf({ host, loopback }: Address, port: number, tls: Tls | undefined): string[] {
  const own = isWildcard(host) ? [] : [shown(host)]
  const names = new Set([...own, ...(tls?.names ?? []), ...(loopback ? ["127.0.0.1", "localhost", "[::1]"] : [])])
  const implied = port === (tls === undefined ? 80 : 443)
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
      : (createHttps({ ...bounds, cert: tls.cert, key: tls.key, minVersion: "TLSv1.3" }, listener) as unknown as Server)
  server.maxConnections = SERVICE_LIMITS.connections
  server.maxRequestsPerSocket = SERVICE_LIMITS.requestsPerConnection
  return server
}
