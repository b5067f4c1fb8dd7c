/** Schemas of `init` and `status`. */
import * as z from "zod"
import { field, path } from "../fields.ts"
import { head } from "./mirror.ts"
import { age, findings } from "./trust.ts"
import { failure, result, type Types } from "../events.ts"

const id = z.string().regex(/^[0-9a-f]{32}$/)

export const init = {
  input: z.strictObject({
    dir: field("DIR", "folder of the new site; it is made when missing and must be empty", path),
  }),
  output: z.union([result({ dir: z.string() }), failure]),
}

export const status = {
  input: z.strictObject({}),
  output: z.union([
    result({
      storeId: id,
      siteId: id,
      commit: z.int(),
      epoch: z.strictObject({ n: z.int(), id }),
      evidence: z.int(),
      auditRecords: z.int(),
      logs: z.array(head),
      trust: z.strictObject(age),
      /** Whether a restored old copy of the whole site would be noticed. */
      rollbackDetection: z.literal("not-detectable"),
      findings,
    }),
    failure,
  ]),
}

export type Init = Types<typeof init>
export type Status = Types<typeof status>
