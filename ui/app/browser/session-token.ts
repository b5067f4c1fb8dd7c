/**
 * The session's token. It lives in this tab only: a reload keeps it, a closed tab or another one does not have it. No cookie
 * carries it, so no other page can have a request sent with it.
 */
const NAME = "stella-session"

/** The token, when somebody is logged in. */
export function readToken(): string | undefined {
  return window.sessionStorage.getItem(NAME) ?? undefined
}

/** Keeps a token, or forgets it. */
export function keepToken(token: string | undefined): void {
  if (token === undefined) window.sessionStorage.removeItem(NAME)
  else window.sessionStorage.setItem(NAME, token)
}
