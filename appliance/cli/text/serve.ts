/** How `serve` reads on a terminal. */
import type { Serve } from "../../../ui/contract/operations/serve.ts"

type Event = Exclude<Serve["output"], { type: "error" }>

/** One line when it listens, one when it has ended. */
export function serve(event: Event): string {
  if (event.type === "summary") return `stopped after ${String(event.requests)} requests\n`
  const url = event.url === null ? "" : `\nlistening at ${event.url}`
  const login = event.login === null ? "" : `\none-time login ${event.login.code}, good until ${event.login.expires}`
  return `listening at ${event.socket}${url}${login}\n`
}
