/** Schemas of `audit verify`. */
import * as z from "zod"
import { failure, result, type Types } from "../events.ts"
import { sha256 } from "../fields.ts"

export const verify = {
  input: z.strictObject({}),
  output: z.union([result({ records: z.int(), head: sha256 }), failure]),
}

export type Verify = Types<typeof verify>
