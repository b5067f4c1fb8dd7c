/** Judgements and expectations made by hand for the tests of the gap report. */
import { createHash } from "node:crypto"
import { PROFILES } from "../../src/policy/profiles.ts"
import { codeOf, type Reason } from "../../src/kernel/reasons.ts"
import type { Verdict } from "../../src/formats/report.ts"
import type { Covered } from "../../src/gap/artifact-gaps.ts"
import type { Expectation } from "../../src/gap/expectation.ts"
import type { GapReportInput } from "../../src/gap/gap-report.ts"
import type { JudgedHere } from "../../src/gap/judged.ts"

export const SLSA = "https://slsa.dev/provenance/v1"
export const SBOM = "https://cyclonedx.org/bom"

/** SHA-256 in hex, by node. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

/** An artifact with that name, whose digest is the one of its name. */
export function expected(name: string, ...predicateTypes: string[]): Expectation {
  const digest = sha256(name)
  return {
    subject: `sha256:${digest}`,
    digests: { sha256: digest },
    weak: {},
    names: [name],
    purls: [],
    predicateTypes,
  }
}

/** A judgement about the artifact `artifact`. */
export function judged(
  artifact: string,
  verdict: Verdict,
  predicateType: string | null,
  reasons: readonly Reason[] = [],
  more: Partial<JudgedHere> = {},
): JudgedHere {
  const evidence = sha256(`evidence ${artifact} ${verdict} ${String(predicateType)} ${reasons.join()}`)
  const first = reasons[0]
  const code =
    verdict === "proven" ? null : verdict === "unproven" || first === undefined ? "NOT_PROVEN" : codeOf(first)
  return {
    kind: "verified_here",
    evidence,
    item: 0,
    report: sha256(`report ${evidence}`),
    verdict,
    code,
    predicateType,
    unmet: verdict === "proven" ? [] : ["floor/signature"],
    findings: reasons.map(reason => ({ check: `check/${reason}`, reason, log: undefined })),
    ...more,
  }
}

export const MOMENT = {
  earliest: "2031-04-02T10:11:09Z",
  latest: "2031-04-02T10:11:09Z",
  basis: [{ kind: "operator" as const, id: "--at", sha256: null }],
}

/** A report's input over what is covered; everything else fixed. */
export function inputOf(covered: readonly Covered[], more: Partial<GapReportInput> = {}): GapReportInput {
  return {
    scope: "acme",
    moment: MOMENT,
    judgeVersion: "1",
    policy: { sha256: sha256("policy"), document: PROFILES["public-good"] },
    trust: {
      sha256: sha256("trust"),
      document: {
        v: 1,
        roots: [{ sha256: sha256("root"), bytes: 1 }],
        keys: [],
        witnesses: [],
        takenAt: "2031-03-31T10:11:09Z",
        expires: "2031-05-01T00:00:00Z",
        basis: "tuf",
      },
    },
    heads: [],
    expectations: { sha256: sha256("expectations"), format: "csv" },
    covered,
    other: 0,
    unread: [],
    ...more,
  }
}
