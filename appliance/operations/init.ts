/** `init`: makes a site. The only operation that creates one. */
import type { Init } from "../../ui/contract/operations/site.ts"
import type { DocumentHandler } from "./context.ts"

export const init: DocumentHandler<Init["input"], Init["output"]> = async ({ dir }, context) =>
  context.createSite(dir, { v: 1, type: "result", code: null, message: null, dir })
