/** Made-up answers for the gallery. They are shaped by the contract's types and say nothing about any real artifact. */
import type { Check, GapReport, Report } from "../../contract/report.ts"
import type { ShownRecord } from "../../contract/operations/audit.ts"
import type { ShownOperator } from "../../contract/operations/operator.ts"
import type { Job, ResultOf } from "../backend/backend.ts"
import type { TrustAge } from "../screens/trust-age.tsx"
import type { Judged } from "../screens/report-view.tsx"

/** A digest told by a number: the same one each time. */
export function digest(n: number): string {
  let x = (n * 2_654_435_761 + 40_503) >>> 0
  let out = ""
  while (out.length < 64) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0
    out += x.toString(16).padStart(8, "0")
  }
  return out.slice(0, 64)
}

export const MOMENT = "2031-04-02T10:11:09Z"

/** What is trusted. */
export const AGE: TrustAge = {
  basis: "tuf",
  roots: [digest(3)],
  takenAt: "2031-02-20T00:00:00Z",
  ageSeconds: 3_542_400,
  expires: "2031-08-20T00:00:00Z",
}

const ISSUER = "https://token.forge.example"
const SIGNER = "https://forge.example/anvil/.github/workflows/release.yml@refs/tags/v4.2.0"

const GOOD: readonly Check[] = [
  {
    key: "certificate",
    outcome: "pass",
    code: null,
    reason: null,
    evidence: { san: SIGNER, issuer: ISSUER, chain: 2 },
  },
  {
    key: "checkpoint/0",
    outcome: "pass",
    code: null,
    reason: null,
    evidence: { origin: "log.forge.example", size: "52004" },
  },
  { key: "entry/0", outcome: "pass", code: null, reason: null, evidence: { kind: "dsse", version: "0.0.1" } },
  {
    key: "inclusion/0",
    outcome: "pass",
    code: null,
    reason: null,
    evidence: { index: "48211", size: "52004", root: digest(7) },
  },
  { key: "policy/identity", outcome: "pass", code: null, reason: null, evidence: { identity: SIGNER, issuer: ISSUER } },
  {
    key: "sct",
    outcome: "pass",
    code: null,
    reason: null,
    evidence: { log: "ct.forge.example", at: "2031-03-30T08:00:00Z" },
  },
  { key: "signature/0", outcome: "pass", code: null, reason: null, evidence: { algorithm: "ecdsa P-256 sha256" } },
  {
    key: "statement",
    outcome: "pass",
    code: null,
    reason: null,
    evidence: { predicateType: "https://slsa.dev/provenance/v1" },
  },
  {
    key: "subject",
    outcome: "pass",
    code: null,
    reason: null,
    evidence: { sha256: digest(1), name: "anvil-4.2.0.tar.gz" },
  },
  { key: "validity/promise/0", outcome: "pass", code: null, reason: null, evidence: { at: "2031-03-30T08:00:02Z" } },
]

function changed(key: string, check: Partial<Check>): readonly Check[] {
  return GOOD.map(one => (one.key === key ? { ...one, ...check } : one))
}

const BROKEN = changed("signature/0", { outcome: "fail", code: "SIGNATURE_INVALID", reason: "signature-mismatch" })
const OPEN = changed("policy/identity", {
  outcome: "skip",
  code: "NOT_PROVEN",
  reason: "identity-not-asked",
  evidence: {},
})

const CHECKS = { proven: GOOD, failed: BROKEN, unproven: OPEN } as const
const CODE = { proven: null, failed: "SIGNATURE_INVALID", unproven: "NOT_PROVEN" } as const

function report(verdict: Report["verdict"], n: number): Report {
  return {
    v: 1,
    judgeVersion: "1",
    case: digest(n + 100),
    facts: digest(n + 200),
    verdict,
    code: CODE[verdict],
    checks: CHECKS[verdict],
    countedOut: [],
    requirements: [
      { id: "floor/signature", met: verdict !== "failed", checks: ["signature/0"] },
      { id: "floor/subject", met: true, checks: ["subject"] },
      { id: "identity", met: verdict === "proven", checks: ["policy/identity", "signature/0"] },
    ],
    trust: {
      basis: "tuf",
      root: digest(3),
      takenAt: "2031-02-20T00:00:00Z",
      ageSeconds: 41 * 86_400,
      expires: "2031-08-20T00:00:00Z",
    },
    moment: { earliest: MOMENT, latest: MOMENT, basis: [] },
  }
}

const MESSAGE = {
  proven: null,
  failed: "check signature/0 failed: signature-mismatch",
  unproven: "requirement identity is not met: nobody is named as the expected signer",
} as const

/** A judged artifact. */
export function judged(verdict: Report["verdict"], n: number): Judged & ResultOf<"attest.verify"> {
  return {
    v: 1,
    type: "result",
    code: CODE[verdict],
    message: MESSAGE[verdict],
    artifact: { name: `anvil-4.2.${String(n)}.tar.gz`, sha256: digest(n + 1) },
    evidence: { name: `anvil-4.2.${String(n)}.tar.gz.sigstore.json`, sha256: digest(n + 300), item: 0 },
    verdict,
    report: report(verdict, n),
    reportSha256: digest(n + 400),
  }
}

/** Verdicts in the order in which they are dealt out. */
export const DEALT = ["proven", "proven", "failed", "proven", "unproven"] as const

/** A row of the list of evidence. */
export function listed(n: number): ResultOf<"attest.list">["evidence"] {
  return {
    sha256: digest(n + 300),
    bytes: 4000 + ((n * 733) % 9000),
    form: n % 7 === 3 ? "envelope" : "bundle",
    items: 1,
    subjects: n % 11 === 5 ? [] : [`sha256:${digest(n + 1)}`],
    predicateTypes: n % 3 === 0 ? ["https://spdx.dev/Document"] : ["https://slsa.dev/provenance/v1"],
    importedAt: MOMENT,
    source: "import",
  }
}

const RITA = { kind: "operator-key", id: digest(61), name: "rita", role: "operator" } as const

/** A job of rita's; the n-th of the gallery. */
export function job(n: number, operation: string, more: Partial<Job> = {}): Job {
  return {
    v: 1,
    id: digest(500 + n).slice(0, 32),
    operation,
    state: "done",
    code: null,
    message: null,
    actor: RITA,
    createdAt: MOMENT,
    endedAt: "2031-04-02T10:11:40Z",
    events: 2,
    progress: null,
    ...more,
  }
}

/** An operator; the first is rita, the ninth and the twelfth are disabled. */
export function operator(n: number): ShownOperator {
  const roles =
    n === 0 ? (["administrator", "operator"] as const) : n % 3 === 1 ? (["operator"] as const) : (["auditor"] as const)
  return {
    id: digest(61 + n),
    name: n === 0 ? "rita" : `smith-${String(n)}`,
    roles: [...roles],
    algorithm: n % 2 === 0 ? "ed25519" : "ecdsa-p256",
    enrolledAt: "2031-01-07T08:00:00Z",
    disabledAt: n === 8 || n === 11 ? MOMENT : null,
  }
}

const RECORDED = ["attest.verify", "attest.import", "session.start", "gap.report", "mirror.ingest", "status"] as const

/** A record of the journal; the first is the making of the site. */
export function record(n: number): ShownRecord {
  const operation = n === 1 ? "init" : (RECORDED[n % RECORDED.length] ?? "status")
  return {
    n,
    at: MOMENT,
    actor: n % 4 === 1 ? { kind: "os-user", id: "1000", name: "lee", role: "owner" } : RITA,
    operation,
    outcome: n % 9 === 4 ? "FINDINGS" : "done",
    input: digest(n + 1000),
    output: digest(n + 2000),
    prev: n === 1 ? "0".repeat(64) : digest(n + 2999),
    sha256: digest(n + 3000),
  }
}

/** Jobs, newest first. */
export const JOBS: readonly Job[] = [
  job(1, "attest.verify", { code: "FINDINGS", events: 41 }),
  job(2, "gap.report", { code: "FINDINGS", createdAt: "2031-04-02T09:40:00Z", endedAt: "2031-04-02T09:40:05Z" }),
  job(3, "attest.verify", { createdAt: "2031-04-01T16:02:11Z", endedAt: "2031-04-01T16:02:12Z" }),
  job(4, "attest.verify", {
    state: "interrupted",
    code: "INTERRUPTED",
    message: "the service was stopped",
    createdAt: "2031-04-01T15:00:00Z",
    endedAt: "2031-04-01T15:03:00Z",
    events: 311,
  }),
]

const COUNTS = { expected: 40, proven: 31, failed: 2, unproven: 4, missing: 3, provenPerMille: 775 } as const

/** A gap report. */
export const GAPS: GapReport = {
  v: 1,
  type: "urn:stella-attestor:gap-report:v1",
  scope: "forge-release-4.2",
  moment: { earliest: MOMENT, latest: MOMENT, basis: [] },
  judgeVersion: "1",
  policy: { sha256: digest(11), id: "public-good", version: 1 },
  trust: {
    sha256: digest(12),
    basis: "tuf",
    roots: [digest(3)],
    takenAt: "2031-02-20T00:00:00Z",
    ageSeconds: 3_542_400,
    expires: "2031-08-20T00:00:00Z",
  },
  heads: [],
  inputs: {
    expectations: { sha256: digest(13), format: "csv" },
    evidence: { documents: 39, sha256: digest(14), judged: 37, other: 2, unread: [] },
  },
  coverage: {
    artifacts: COUNTS,
    attestations: COUNTS,
    predicateTypes: [{ ...COUNTS, predicateType: "https://slsa.dev/provenance/v1" }],
  },
  gaps: [
    {
      id: `gap-${digest(21).slice(0, 32)}`,
      class: "failed",
      severity: "critical",
      controls: [],
      subject: `sha256:${digest(3)}`,
      names: ["anvil-4.2.2.tar.gz"],
      purls: [],
      qualifier: "https://slsa.dev/provenance/v1",
      codes: ["SIGNATURE_INVALID"],
      why: [
        {
          reason: "signature-mismatch",
          says: "The signature does not belong to this content and key.",
          remedy: "Do not install the artifact. Ask the producer to sign again, and keep this copy for investigation.",
        },
      ],
      evidence: [
        {
          sha256: digest(302),
          item: 0,
          report: digest(402),
          verdict: "failed",
          code: "SIGNATURE_INVALID",
          predicateType: "https://slsa.dev/provenance/v1",
          unmet: ["floor/signature"],
          checks: ["signature/0"],
        },
      ],
      closes: [{ action: "evidence", digest: `sha256:${digest(3)}`, predicateType: "https://slsa.dev/provenance/v1" }],
    },
    {
      id: `gap-${digest(22).slice(0, 32)}`,
      class: "evidence-missing",
      severity: "high",
      controls: [],
      subject: `sha256:${digest(9)}`,
      names: ["hammer-1.0.tar.gz"],
      purls: [],
      qualifier: "https://slsa.dev/provenance/v1",
      codes: [],
      why: [{ reason: null, says: "No evidence about this artifact is here.", remedy: "Bring it on the next medium." }],
      evidence: [],
      closes: [{ action: "evidence", digest: `sha256:${digest(9)}`, predicateType: "https://slsa.dev/provenance/v1" }],
    },
  ],
  proven: [],
  setAside: [],
}
