/** The statement inside an envelope, read from the exact payload bytes that the signature covers. */
import { toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { SignatureScheme } from "../kernel/signature-scheme.ts"
import type { Evidence } from "../formats/evidence.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { StatementFact } from "../formats/facts.ts"
import { isStatementPayloadType, parseStatement } from "../formats/statement.ts"
import { checkMessageSubject, checkStatementSubject } from "./subject.ts"

/** What the evidence is about: the statement, if it is one, and the checks `statement` and `subject`. */
export interface SubjectResult {
  readonly checks: readonly Check[]
  readonly statement: StatementFact | null
}

/** Reads the statement and compares the artifact's digests. `signedBy`: the scheme of the signature that holds, if any. */
export function checkSubject(
  evidence: Evidence,
  digests: Readonly<Record<string, string>>,
  signedBy: SignatureScheme | undefined,
  crypto: Crypto,
): SubjectResult {
  if (evidence.content.kind === "message") {
    return { checks: [checkMessageSubject(evidence.content.digest, digests, signedBy)], statement: null }
  }
  const { payloadType, payload } = evidence.content.envelope
  const unread = (check: Check) => ({ checks: [check, skip("subject", "depends-on-failed")], statement: null })
  // DSSE 1.0.2: verify, then reject payload types that are not supported, then parse.
  if (!isStatementPayloadType(payloadType)) {
    return unread(fail("statement", "payload-type-unsupported", { payloadType }))
  }
  const parsed = parseStatement(payload)
  if (!parsed.ok) return unread(fail("statement", parsed.error.reason, { where: parsed.error.where }))
  const { predicateType, subjects, version } = parsed.value
  return {
    checks: [pass("statement", { predicateType, version }), checkStatementSubject(parsed.value, digests)],
    statement: {
      predicateType,
      sha256: toHex(crypto.hash("sha256", payload)),
      subjects: subjects.map(s => ({ digest: s.digest, name: s.name ?? s.uri ?? null })),
    },
  }
}
