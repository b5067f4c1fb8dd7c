/** Schemas of `gap report`. */
import * as z from "zod"
import { EXPECTATION_FORMATS } from "../../../src/gap/expectations.ts"
import type { GapReport } from "../../../src/gap/gap-report.ts"
import { failure, result, type Types } from "../events.ts"
import { field, path, sha256, text } from "../fields.ts"
import { identityFlags, judgingFlags, trustFlags } from "./attest.ts"

export const report = {
  input: z.strictObject({
    evidence: field(
      "EVIDENCE",
      "files and folders of evidence, beside what the site holds: bundles, envelopes, attestation lists, JSON lines",
      z.array(path).max(100_000),
    ),
    expect: field("FILE", "expected artifacts: CSV, JSON or CycloneDX (docs/formats/expectations.md)", path),
    format: field(
      "FORM",
      "form of the list: csv, json or cyclonedx; default: told by the list itself",
      z.enum(EXPECTATION_FORMATS, "must be csv, json or cyclonedx").optional(),
      "advanced",
    ),
    requirePredicate: field(
      "TYPE",
      "predicate type that artifacts must have which name none of their own; may be repeated",
      z.array(text).max(64).optional(),
    ),
    scope: field(
      "NAME",
      "what the list is a list of, a part of every gap's id; default: the list's own scope, else the site",
      text.max(256, "must not be longer than 256 characters").optional(),
      "advanced",
    ),
    ...identityFlags,
    ...trustFlags,
    policy: field("FILE", "policy document or profile, as for `attest verify`", path.optional()),
    at: judgingFlags.at,
    saveReport: field("FILE", "write the report, as canonical JSON, to a new file", path.optional()),
    jobs: judgingFlags.jobs,
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
