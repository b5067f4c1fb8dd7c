/**
 * The address below which a log lies, such as `https://log2025-1.rekor.sigstore.dev/api/v2/`. A request for the log never
 * leaves it, whatever a server answers: the address is what the site has decided to speak with.
 */
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { StellaError } from "../../src/kernel/errors.ts"

/** An address that ends with a slash; `parseLogPrefix` makes it. */
export type LogPrefix = string & { readonly __brand: "LogPrefix" }

/** Escapes that a server may take for a step out of a folder. */
const HIDDEN_STEP = /%(?:2e|2f|5c|00)/i

/** The address, whole and with its last slash. Failure: CONFIG_INVALID. */
export function parseLogPrefix(text: string): Result<LogPrefix> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain =
    (url?.protocol === "http:" || url?.protocol === "https:") &&
    url.username === "" &&
    url.password === "" &&
    !/[?#]/.test(text) &&
    !HIDDEN_STEP.test(url.pathname)
  if (url === undefined || !isPlain) {
    const why = "a log's address is http:// or https:// with a host and a path, and nothing else"
    return err(new StellaError("CONFIG_INVALID", why))
  }
  const path = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`
  return ok(`${url.origin}${path}` as LogPrefix)
}

/** The scheme, host and port: what one server's limits are counted by. */
export function hostOf(prefix: LogPrefix): string {
  return new URL(prefix).origin
}

/** Where a redirect from `from` leads, when that is below the prefix; else undefined. */
export function redirectWithin(prefix: LogPrefix, from: string, location: string): string | undefined {
  if (!URL.canParse(location, from)) return undefined
  const to = new URL(location, from)
  if (to.username !== "" || to.password !== "" || HIDDEN_STEP.test(to.pathname)) return undefined
  // The origin ends before the first slash of the path, so that a prefix is never the beginning of a longer host.
  const whole = `${to.origin}${to.pathname}${to.search}`
  return whole.startsWith(prefix) ? whole : undefined
}
