/** What tests put into a site. No test runner here: programs that tests start use it too. */
import type { AuditInput } from "../../appliance/store/audit-record.ts"
import type { EvidenceInput } from "../../appliance/store/evidence-store.ts"
import type { ReportInput } from "../../appliance/store/report-store.ts"
import type { Site } from "../../appliance/store/site.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"

/** The instant of all tests. */
export const NOW = new Date("2026-01-02T03:04:05Z")
const DIGEST = "a".repeat(64)

/** The audit part of a commit. */
export function auditOf(operation = "test"): AuditInput {
  const actor = { kind: "os-user", id: "1000", name: "tester", role: "operator" }
  return { actor, operation, at: NOW, input: DIGEST, outcome: "done", output: DIGEST }
}

/** SHA-256 in hex by node:crypto. */
export function sha256(bytes: Uint8Array): string {
  return toHex(nodeCrypto().hash("sha256", bytes))
}

/** Evidence number `n`: distinct bytes about the subject `n % 3`. */
export function evidenceOf(n: number, size = 40): EvidenceInput {
  return {
    bytes: utf8(`{"evidence":${String(n).padEnd(size)}}`),
    form: "bundle",
    items: 1,
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    subjects: [`sha256:${String(n % 3).repeat(64)}`, `sha512:${String(n % 10).repeat(128)}`],
    predicateTypes: ["https://slsa.dev/provenance/v1"],
    importedAt: NOW,
    source: `file ${n}`,
  }
}

/** Report number `n` about evidence `n`. */
export function reportOf(n: number): ReportInput {
  return {
    report: utf8(`{"report":${n}}`),
    case: utf8(`{"case":${n}}`),
    closure: [utf8(`{"policy":1}`), utf8(`{"trust":${n}}`)],
    verdict: n % 2 === 0 ? "proven" : "failed",
    code: n % 2 === 0 ? null : "SIGNATURE_INVALID",
    evidence: sha256(evidenceOf(n).bytes),
    artifact: String(n % 3).repeat(64),
    savedAt: NOW,
  }
}

/** Imports evidence in one commit and gives its digests. */
export async function importEvidence(site: Site, inputs: readonly EvidenceInput[]): Promise<readonly string[]> {
  const staged = unwrap(await site.evidence.stage(inputs))
  unwrap(await site.commit(staged.changes, auditOf("attest.import")))
  return staged.sha256
}
