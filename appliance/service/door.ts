/** The ways into a service, and who comes in through each. */
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Credential, Recognised } from "../access/access.ts"

/** What of a request tells who asks. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  readonly now: Date
}

/** A way in. */
export interface Door {
  /**
   * On the socket the operating system has checked already who may connect; on TCP anybody can. A window comes through a
   * socket, too, and is nobody by that: see `window-door.node.ts`.
   */
  readonly kind: "socket" | "tcp" | "window"
  /** Host names (with port) under which the service is asked, and the origins of its own pages; empty on the socket. */
  readonly hosts: ReadonlySet<string>
  readonly origins: ReadonlySet<string>
  /** Whether the line is encrypted. */
  readonly tls: boolean
  /** Who asks. The failure is NOT_AUTHENTICATED, whatever was wrong. */
  readonly authenticate: (credentials: Credentials) => Promise<Result<Recognised>>
  /** What every request has to show before anything else is looked at, on open addresses, too. */
  readonly admit?: (headers: Readonly<Record<string, string | string[] | undefined>>, now: Date) => Result<void>
}

/**
 * What a request brings to say who asks. A token counts wherever it comes; without one the socket is the owner's, for the
 * operating system has checked who may connect.
 */
export function credentialOf(kind: Door["kind"], authorization: string | undefined): Credential | undefined {
  const token = bearerToken(authorization)
  if (token !== undefined) return { kind: "session", token }
  return kind === "socket" && authorization === undefined ? { kind: "owner" } : undefined
}

/** The token of a header `Authorization: Bearer TOKEN`. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/i.exec(header ?? "")?.[1]
}

/** Refuses what a page of another origin, or another name for this address, asks. The failure is ORIGIN_REFUSED. */
export function checkOrigin(
  door: Door,
  headers: {
    readonly host?: string | undefined
    readonly origin?: string | undefined
    readonly site?: string | undefined
  },
): Result<void> {
  if (door.kind === "socket") return ok(undefined)
  const refuse = (what: string): { ok: false; error: StellaError } => err(new StellaError("ORIGIN_REFUSED", what))
  if (!door.hosts.has((headers.host ?? "").toLowerCase())) return refuse("this is not a name of the service")
  if (headers.origin !== undefined && !door.origins.has(headers.origin)) return refuse("a page of another origin asks")
  // A browser says by itself whose page asks; `none` is a person who typed the address.
  if (headers.site !== undefined && headers.site !== "same-origin" && headers.site !== "none")
    return refuse("a page of another site asks")
  return ok(undefined)
}
