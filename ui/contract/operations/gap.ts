/** Schemas of `gap report`. */
import * as z from "zod"
import type { GapReport } from "../../../src/gap/gap-report.ts"
import { failure, result, type Types } from "../events.ts"
import { count, field, instant, path, sha256, text } from "../fields.ts"
import { identityFlags, trustFlags } from "./attest.ts"

export const report = {
  input: z.strictObject({
    expect: field("FILE", "expected artifacts: CSV, JSON or CycloneDX (docs/formats/expectations.md)", path),
    requirePredicate: field(
      "TYPE",
      "predicate type that artifacts must have which name none of their own; may be repeated",
      z.array(text).max(64).optional(),
    ),
    ...identityFlags,
    ...trustFlags,
    policy: field("FILE", "policy document or profile, as for `attest verify`", path.optional()),
    at: field("TIME", "judge as at this time instead of now", instant.optional()),
    jobs: field("N", "worker threads; default: one per processor", count(1, 64).optional(), "advanced"),
  }),
  output: z.union([
    result({
      /** The document (docs/formats/gap-report.md); its own format is checked where it is made. */
      report: z.custom<GapReport>(value => typeof value === "object" && value !== null),
      reportSha256: sha256,
    }),
    failure,
  ]),
}

export type Report = Types<typeof report>
