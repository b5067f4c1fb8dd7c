/** The sentences of the console in English: the model that every other language follows, key by key. */
import { enFrame } from "./en-frame.ts"
import { enScreens } from "./en-screens.ts"
import { enSite } from "./en-site.ts"

export const en = { ...enFrame, ...enScreens, ...enSite }

/** The name of a row. */
export type MessageKey = keyof typeof en
