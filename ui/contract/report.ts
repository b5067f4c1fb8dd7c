/** The documents that the faces show, as types: Reports and gap reports (docs/formats/report.md, docs/formats/gap-report.md). */
export type { Check } from "../../src/formats/check.ts"
export type { Report, RequirementOutcome } from "../../src/formats/report.ts"
export type { GapReport } from "../../src/gap/gap-report.ts"
export type { Gap, GapEvidence } from "../../src/gap/gap.ts"
export type { Counts, Coverage } from "../../src/gap/coverage.ts"
