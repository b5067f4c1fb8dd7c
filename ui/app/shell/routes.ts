/** The screens, in the order of the rail: each with its letter after `g`, its icon and its name. */
import type { MessageKey } from "../messages/en.ts"
import type { IconName } from "../parts/icons.tsx"

export const ROUTES = [
  { id: "posture", letter: "p", name: "screen.posture" },
  { id: "evidence", letter: "e", name: "screen.evidence" },
  { id: "verify", letter: "v", name: "screen.verify" },
  { id: "bulk", letter: "b", name: "screen.bulk" },
  { id: "reports", letter: "r", name: "screen.reports" },
  { id: "mirror", letter: "m", name: "screen.mirror" },
  { id: "gaps", letter: "g", name: "screen.gaps" },
  { id: "trust", letter: "t", name: "screen.trust" },
  { id: "audit", letter: "l", name: "screen.audit" },
  { id: "settings", letter: "s", name: "screen.settings" },
  { id: "manual", letter: "h", name: "screen.manual" },
] as const satisfies readonly { readonly id: IconName; readonly letter: string; readonly name: MessageKey }[]

/** The name of a screen in the address. */
export type RouteId = (typeof ROUTES)[number]["id"]

/** The screen of a name; the first one for any other. */
export function routeOf(id: string): (typeof ROUTES)[number] {
  return ROUTES.find(route => route.id === id) ?? ROUTES[0]
}
