/** What the service of the gallery answers, scene by scene. */
import type { Asked } from "../backend/backend.ts"
import type { TrustAge } from "../screens/trust-age.tsx"
import { siteAnswers, type Answers } from "./answers-site.ts"
import { AGE, digest, GAPS, judged, listed, MOMENT } from "./fixtures.ts"
import { BROKEN, done, type Scene } from "./scene.ts"

const FINDING = { id: "trust-root-stale", says: "the trusted root is 41 days old and the policy allows 30" } as const

const KINDS = ["certificate-authority", "ct-log", "timestamp-authority", "transparency-log", "key"] as const

/** The answers of a scene with so many rows. The conformance suite asks for itself; no view does. */
export function answers(scene: Scene, rows: number): Answers<Exclude<Asked, "conformance.verify-bundle">> {
  const first = scene === "first-run"
  const trust: TrustAge = first ? { ...AGE, basis: "builtin" } : AGE
  const logs = first || scene === "empty" ? [] : [{ origin: "log.forge.example", size: "52004", root: digest(7) }]
  const findings = first || scene === "empty" ? [] : [FINDING]
  const one = { storeId: digest(31).slice(0, 32), siteId: digest(32).slice(0, 32) }
  return {
    ...siteAnswers(scene, rows),
    status: async function* () {
      yield {
        ...done,
        type: "result",
        ...one,
        commit: first ? 1 : 212,
        epoch: { n: 1, id: digest(33).slice(0, 32) },
        evidence: first ? 0 : rows,
        auditRecords: first ? 1 : 213,
        logs,
        trust,
        rollbackDetection: "not-detectable",
        findings,
      }
    },
    "attest.list": async function* ({ limit = rows, after }) {
      const all = first || scene === "empty" ? 0 : rows
      const from = after === undefined ? 0 : Number.parseInt(after.slice(-8), 16) + 1
      const n = Math.min(all, from + limit)
      for (let i = from; i < n; i++) {
        if (scene === "partial" && i === 30) throw BROKEN
        yield { ...done, type: "result", evidence: listed(i) }
      }
      // The scene's cursor is the number of its last row.
      const next = n < all ? `sha256:${(n - 1).toString(16).padStart(64, "0")}` : null
      yield { ...done, type: "summary", total: Math.max(0, n - from), next }
    },
    "attest.inspect": async function* () {
      yield {
        ...done,
        type: "result",
        sha256: digest(300),
        bytes: 4733,
        form: "bundle",
        verified: false,
        items: [
          {
            bundleVersion: "0.3",
            signer: {
              kind: "certificate",
              sha256: digest(41),
              names: [{ type: "uri", value: "https://forge.example/anvil/release.yml" }],
              issuer: "https://token.forge.example",
              notBefore: "2031-03-30T08:00:00Z",
              notAfter: "2031-03-30T08:10:00Z",
              chain: 1,
            },
            content: {
              kind: "statement",
              payloadType: "application/vnd.in-toto+json",
              predicateType: "https://slsa.dev/provenance/v1",
              subjects: [{ name: "anvil-4.2.0.tar.gz", digests: [`sha256:${digest(1)}`] }],
            },
            signatures: 1,
            entries: [
              {
                kind: "dsse",
                version: "0.0.1",
                index: "48211",
                logId: digest(51),
                integratedTime: MOMENT,
                promise: true,
                proofOfSize: "52004",
              },
            ],
            timestamps: 0,
          },
        ],
      }
    },
    "attest.verify": async function* () {
      yield judged("failed", 0)
      yield { ...done, type: "summary", proven: 0, failed: 1, unproven: 0, total: 1 }
    },
    "attest.fetch": async function* () {
      yield { ...done, type: "result", evidence: [] }
    },
    "attest.replay": async function* () {
      yield { ...done, type: "result", case: digest(100), report: digest(400), judgeVersion: "1", verdict: "proven" }
    },
    "attest.import": async function* ({ files }) {
      yield {
        v: 1,
        type: "result",
        code: "EVIDENCE_MALFORMED",
        message: "json-invalid at byte 0",
        file: files[0] ?? "a.json",
        line: null,
        sha256: null,
        form: null,
        known: false,
      }
      yield {
        v: 1,
        type: "summary",
        code: "FINDINGS",
        message: "1 file rejected",
        added: files.length - 1,
        known: 0,
        rejected: 1,
        total: files.length,
      }
    },
    "trust.show": async function* () {
      const authorities = KINDS.map((kind, n) => ({
        kind,
        id: digest(60 + n),
        name: `${kind}.forge.example`,
        from: "2030-01-01T00:00:00Z",
        until: n === 3 ? null : "2032-01-01T00:00:00Z",
      }))
      yield { ...done, type: "result", ...trust, authorities: scene === "empty" ? [] : authorities }
    },
    "trust.status": async function* () {
      if (scene === "partial") throw BROKEN
      yield { ...done, type: "result", ...trust, findings }
    },
    "mirror.head": async function* () {
      const vkey = "log.forge.example+8af3c1e2+AZ1vqT0XyUzbBqAJgkLQ7d0xT9Fh7hLz1o2y0vI3f4w5"
      yield {
        ...done,
        type: "result",
        logs: logs.map(log => ({ ...log, at: MOMENT, vkey, frozen: scene === "partial" })),
      }
    },
    "mirror.prove": async function* ({ origin, index }) {
      yield {
        ...done,
        type: "result",
        kind: "inclusion",
        origin,
        index: index ?? "48211",
        leaf: digest(71),
        fromSize: null,
        fromRoot: null,
        size: "52004",
        root: digest(7),
        hashes: [1, 2, 3, 4].map(n => digest(80 + n)),
      }
    },
    "mirror.find": async function* () {
      const hit = { origin: "log.forge.example", leaf: digest(72), kind: "hashedrekord 0.0.2", matched: [] }
      const prove = "stella mirror prove log.forge.example --index 48211"
      yield { ...done, type: "result", ...hit, index: "48211", prove }
      const notSearched = [{ from: "0", to: "256", reason: "data-unavailable" as const }]
      yield { ...done, type: "summary", total: 1, next: null, size: "52004", notSearched }
    },
    "gap.report": async function* () {
      if (scene === "empty") {
        yield { ...done, type: "result", report: { ...GAPS, gaps: [] }, reportSha256: digest(92) }
        return
      }
      const unread =
        scene === "partial"
          ? [{ sha256: digest(93), name: "torn.json", reason: "json-invalid" as const, where: "byte 17" }]
          : []
      const { inputs } = GAPS
      const report = { ...GAPS, inputs: { ...inputs, evidence: { ...inputs.evidence, unread } } }
      yield { v: 1, type: "result", code: "FINDINGS", message: "2 gaps", report, reportSha256: digest(91) }
    },
  }
}
