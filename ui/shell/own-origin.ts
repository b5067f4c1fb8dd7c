/** What belongs to the shell's own origin, decided by a parser of addresses and never by how a text begins. */
import { SHELL_HOST, SHELL_SCHEME } from "../contract/shell-names.ts"

/** The address taken apart; undefined for what is none. */
function parsed(address: string): URL | undefined {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
}

/** Whether an address lies in the shell's own origin. An empty one does not, nor does one with a name or a port in it. */
export function isOwn(address: string): boolean {
  const url = parsed(address)
  if (url === undefined || url.protocol !== `${SHELL_SCHEME}:` || url.host !== SHELL_HOST) return false
  return url.username === "" && url.password === ""
}

/** Whether an address is a blob that a page of the shell's own origin has made. */
export function isOwnBlob(address: string): boolean {
  const url = parsed(address)
  return url?.protocol === "blob:" && isOwn(url.pathname)
}
