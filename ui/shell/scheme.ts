/**
 * The shell's own scheme, `stella://console/`: the built console from memory, and `/api/v1/` at the service. So the console
 * runs here as it runs on the service's own origin: the same files, the same content policy, the same requests.
 *
 * A path is looked up in the table of files as it is written. Nothing is decoded, joined or resolved, so there is no
 * path that leads out: what is not in the table is not there.
 */
import type { ConsoleFiles } from "../contract/console-files.ts"
import { hintOf } from "../contract/failure.ts"
import { consoleHeaders, RESPONSE_HEADERS } from "../contract/response-headers.ts"
import { API_BASE, TYPES } from "../contract/wire.ts"
import { problemOf } from "../contract/service.ts"
import { isOwn } from "./own-origin.ts"

/** Asks the service. Fails when it cannot be reached. */
export type Forward = (request: Request, path: string) => Promise<Response>

type Refused = "NOT_FOUND" | "METHOD_REFUSED" | "SERVICE_UNAVAILABLE"
const EXITS = { NOT_FOUND: 2, METHOD_REFUSED: 2, SERVICE_UNAVAILABLE: 50 } as const

/** A failure that the shell finds itself, in the form of the service's. */
function refuse(code: Refused, message: string): Response {
  const problem = problemOf({ code, message, hint: hintOf(code), exit: EXITS[code], detail: {} })
  const headers = { ...RESPONSE_HEADERS, "content-type": TYPES.problem }
  return new Response(JSON.stringify(problem) + "\n", { status: problem.status, headers })
}

/** Answers the requests of the scheme. */
export function schemeHandler(files: ConsoleFiles, forward: Forward): (request: Request) => Promise<Response> {
  return async request => {
    if (!isOwn(request.url)) return refuse("NOT_FOUND", "there is nothing at this address")
    const { pathname, search } = new URL(request.url)
    if (pathname === API_BASE || pathname.startsWith(`${API_BASE}/`)) {
      try {
        return await forward(request, pathname + search)
      } catch {
        // The reason is the machine's; the window learns that nobody answers, as it does in a browser.
        return refuse("SERVICE_UNAVAILABLE", "the service does not answer")
      }
    }
    if (request.method !== "GET" && request.method !== "HEAD")
      return refuse("METHOD_REFUSED", "the console's files are only read")
    const file = files.files.get(pathname === "/" ? files.entry : pathname.slice(1))
    if (file === undefined) return refuse("NOT_FOUND", "there is nothing at this address")
    const headers = { ...consoleHeaders(files.policy), "content-type": file.type }
    return new Response(request.method === "HEAD" ? null : new Uint8Array(file.bytes), { headers })
  }
}
