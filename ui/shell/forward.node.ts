/**
 * Requests of the window, taken to the service over its socket. Bodies stream both ways: nothing is held whole here, and how
 * much is too much is the service's to say. Headers cross by name: of what the page sends, those that the HTTP API knows; the
 * host and the launch token are the shell's own and cannot be set from the page.
 */
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { ReadableStream as NodeStream } from "node:stream/web"
import { RESPONSE_HEADERS } from "../contract/response-headers.ts"
import { LAUNCH_HEADER, SHELL_HOST } from "../contract/shell-names.ts"
import type { Launch } from "../contract/shell.ts"
import type { Forward } from "./scheme.ts"

/** What of the page's headers goes to the service (docs/formats/http-api.md); `origin` so that the service can refuse it. */
const ASKED = [
  "accept",
  "authorization",
  "content-type",
  "idempotency-key",
  "if-none-match",
  "last-event-id",
  "origin",
  "prefer",
] as const

/** Headers of a connection, which end with it, and what no answer of ours carries. */
const DROPPED: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "set-cookie",
  "trailer",
  "transfer-encoding",
  "upgrade",
])

/** Statuses whose responses have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

function headersOf(request: Request, launch: Launch): OutgoingHttpHeaders {
  const given = ASKED.map(name => [name, request.headers.get(name)] as const)
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== null)),
    host: SHELL_HOST,
    [LAUNCH_HEADER]: launch.token,
  }
}

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers()
  for (const [name, values] of Object.entries(message.headersDistinct))
    if (!DROPPED.has(name)) for (const value of values ?? []) headers.append(name, value)
  // Whatever the other side says, these hold in the window.
  for (const [name, value] of Object.entries(RESPONSE_HEADERS)) if (!headers.has(name)) headers.set(name, value)
  const status = message.statusCode ?? 502
  if (BODILESS.has(status)) {
    message.resume()
    return new Response(null, { status, headers })
  }
  return new Response(Readable.toWeb(message) as ReadableStream<Uint8Array>, { status, headers })
}

/** Forwards over the socket of a launch. */
export function forwardTo(launch: Launch): Forward {
  return (request, path) =>
    new Promise((resolve, reject) => {
      // A connection each: one that was kept could be closed by the service in the moment in which it is used again.
      const sent = httpRequest(
        { socketPath: launch.socket, agent: false, method: request.method, path, headers: headersOf(request, launch) },
        message => resolve(responseOf(message)),
      )
      sent.on("error", reject)
      request.signal.addEventListener("abort", () => sent.destroy(), { once: true })
      if (request.body === null) {
        sent.end()
        return
      }
      // An answer may come before the whole body was sent; its connection is then closed under the rest.
      pipeline(Readable.fromWeb(request.body as NodeStream), sent).catch(reject)
    })
}
