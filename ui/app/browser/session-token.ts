/**
 * The session's token. It lives in this tab only: a reload keeps it, a closed tab or another one does not have it. No cookie
 * carries it, so no other page can have a request sent with it.
 */
const NAME = "stella-session"
const RENEW = "stella-session-renew"

/** The token, when somebody is logged in. */
export function readToken(): string | undefined {
  return window.sessionStorage.getItem(NAME) ?? undefined
}

/** When the token has to be renewed, in milliseconds since 1970; 0 when that is not known. */
export function renewAt(): number {
  return Number(window.sessionStorage.getItem(RENEW) ?? "0")
}

/** Keeps a token, or forgets it. */
export function keepToken(token: string | undefined, renewAtMs = 0): void {
  if (token === undefined) window.sessionStorage.removeItem(NAME)
  else window.sessionStorage.setItem(NAME, token)
  window.sessionStorage.setItem(RENEW, String(renewAtMs))
}
