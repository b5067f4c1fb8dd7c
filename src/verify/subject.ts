/**
 * Is this evidence about this artifact? A statement names its subjects by digest: any subject counts, by any digest
 * algorithm that both sides know. A message signature is over the artifact itself, so the signature check binds it; a
 * digest that the bundle repeats must agree.
 */
import { toHex } from "../kernel/bytes.ts"
import type { SignatureScheme } from "../kernel/signature-scheme.ts"
import { prehashOf } from "../formats/algorithm-registry.ts"
import type { Digest } from "../formats/hash-names.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import { matchSubject, type Statement } from "../formats/statement.ts"

const KEY = "subject"

/** Compares a statement's subjects with the artifact's digests. */
export function checkStatementSubject(statement: Statement, digests: Readonly<Record<string, string>>): Check {
  if (Object.keys(digests).length === 0) return skip(KEY, "artifact-missing", { subjects: statement.subjects.length })
  const match = matchSubject(statement, digests)
  if (match.outcome === "match") {
    return pass(KEY, { algorithm: match.algorithm, digest: match.digest, name: match.name ?? null })
  }
  // Algorithms have any names, so they are values here and not names of members.
  const known = Object.entries(digests).map(([algorithm, digest]) => `${algorithm}:${digest}`)
  const evidence = { digests: known.sort(), subjects: statement.subjects.length }
  // Nothing to compare is missing evidence, not evidence against.
  return match.outcome === "incomparable"
    ? skip(KEY, "digest-algorithm-missing", evidence)
    : fail(KEY, "subject-mismatch", evidence)
}

/**
 * Compares the digest that a message bundle repeats with the artifact's. `signedBy` is the scheme of the signature that
 * holds, undefined when none does: only the digest that it is over is bound to the evidence.
 */
export function checkMessageSubject(
  digest: Digest | undefined,
  digests: Readonly<Record<string, string>>,
  signedBy: SignatureScheme | undefined,
): Check {
  if (Object.keys(digests).length === 0) return skip(KEY, "artifact-missing")
  if (digest !== undefined) {
    const known = digests[digest.hash]
    if (known !== undefined && known !== toHex(digest.digest)) {
      return fail(KEY, "message-digest-mismatch", {
        algorithm: digest.hash,
        bundle: toHex(digest.digest),
        artifact: known,
      })
    }
  }
  if (signedBy === undefined) return skip(KEY, "depends-on-failed")
  const hash = prehashOf(signedBy) ?? "sha256"
  return pass(KEY, { algorithm: hash, digest: digests[hash] ?? null })
}
