/** The screens as the window shows them: those of the contract, each with its letter after `g`, its icon and its name. */
import { SCREENS, type ScreenName } from "../../contract/places.ts"
import type { MessageKey } from "../messages/en.ts"
import type { IconName } from "../parts/icons.tsx"

/** The name of a screen in the address. */
export type RouteId = ScreenName

const NAME: Readonly<Record<RouteId, MessageKey>> = {
  posture: "screen.posture",
  evidence: "screen.evidence",
  verify: "screen.verify",
  bulk: "screen.bulk",
  reports: "screen.reports",
  mirror: "screen.mirror",
  gaps: "screen.gaps",
  trust: "screen.trust",
  audit: "screen.audit",
  operators: "screen.operators",
  settings: "screen.settings",
  manual: "screen.manual",
}

interface Route {
  readonly id: RouteId & IconName
  readonly letter: string
  readonly name: MessageKey
}

/** All of them, in the order of the rail. */
export const ROUTES: readonly Route[] = (Object.keys(SCREENS) as RouteId[]).map(id => ({
  id,
  letter: SCREENS[id].letter,
  name: NAME[id],
}))

/** The screen of a name; posture for any other. */
export function routeOf(id: string): Route {
  return ROUTES.find(route => route.id === id) ?? { id: "posture", letter: SCREENS.posture.letter, name: NAME.posture }
}
