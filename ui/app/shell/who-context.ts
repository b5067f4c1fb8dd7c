/** Who is logged in, for whoever has to know what they may do. */
import { createContext, use } from "react"
import type { Who } from "../backend/backend.ts"

export const WhoContext = createContext<Who | undefined>(undefined)

/** Who is logged in. */
export function useWho(): Who {
  const who = use(WhoContext)
  if (who === undefined) throw new Error("nobody is logged in here")
  return who
}
