/** The sentences of the console in German. A key too many or too few does not build. */
import { deFrame } from "./de-frame.ts"
import { deScreens } from "./de-screens.ts"
import { deSite } from "./de-site.ts"

export const de = { ...deFrame, ...deScreens, ...deSite }
