/** Schemas of `gap report`. */
import * as z from "zod"
import { failure, result, type Types } from "../events.ts"
import { field, instant, path, sha256 } from "../fields.ts"
import { identityFlags, trustFlags } from "./attest.ts"

const gap = z.strictObject({
  id: z.string(),
  class: z.string(),
  subject: z.string(),
  name: z.string().nullable(),
  qualifier: z.string(),
  code: z.string().nullable(),
  says: z.string(),
})

export const report = {
  input: z.strictObject({
    expect: field("FILE", "expected artifacts: CSV, JSON or CycloneDX", path),
    ...identityFlags,
    ...trustFlags,
    policy: field("FILE", "policy document", path.optional()),
    at: field("TIME", "judge as at this time instead of now", instant.optional()),
  }),
  output: z.union([
    result({
      reportSha256: sha256,
      expected: z.int(),
      proven: z.int(),
      gaps: z.array(gap),
    }),
    failure,
  ]),
}

export type Report = Types<typeof report>
