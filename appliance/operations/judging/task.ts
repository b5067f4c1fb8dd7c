/** One thing to judge: one attestation about one artifact, with everything of the Case that is its own. */
import { caseDigests } from "../../../src/formats/case.ts"
import type { Evidence } from "../../../src/formats/evidence.ts"
import { parseCertificate } from "../../../src/formats/certificate.ts"
import { LIMITS } from "../../../src/formats/limits.ts"
import { parsePublicKey } from "../../../src/formats/public-key.ts"
import { toHex, fromBase64 } from "../../../src/kernel/bytes.ts"
import type { CaseInput } from "../../../src/judge/assemble.ts"
import type { Basis } from "./basis.ts"

/** Digests by algorithm name, in lowercase hexadecimal. */
export type Digests = Readonly<Record<string, string>>

/** What to judge, and what the two are called in the answer. */
export interface Task {
  readonly artifact: { readonly name: string; readonly sha256: string | null }
  readonly evidence: { readonly name: string; readonly sha256: string | null; readonly item: number }
  readonly input: CaseInput
}

/** What cannot be judged: no evidence is there, or a file cannot be read. */
export interface NoTask {
  readonly artifact: Task["artifact"]
  readonly evidence: Task["evidence"]
  readonly code: "NOT_PROVEN" | "INPUT_UNREADABLE" | "EVIDENCE_MALFORMED"
  readonly message: string
}

/** The digests of the first artifact that evidence names itself, as far as a Case can hold them; none when it names none. */
export function claimedDigests(evidence: Evidence, statementDigests: Digests | undefined): Digests {
  const { content } = evidence
  if (content.kind === "dsse") return caseDigests(statementDigests ?? {})
  return content.digest === undefined ? {} : { [content.digest.hash]: toHex(content.digest.digest) }
}

/**
 * Whether the Case must carry the artifact itself: a message signature by a pure Ed25519 key is over the bytes, and no
 * digest can stand for them. Only artifacts up to the named limit are carried.
 */
export function needsArtifact({ content, material }: Evidence, basis: Basis): boolean {
  if (content.kind !== "message") return false
  if (material.kind !== "certificates")
    return basis.trust.keys.some(({ spki }) => {
      const key = parsePublicKey(fromBase64(spki) ?? new Uint8Array())
      return key.ok && key.value.kind === "ed25519"
    })
  const leaf = parseCertificate(material.chain[0])
  return leaf.ok && leaf.value.publicKey.kind === "ed25519"
}

/** The longest artifact that a Case carries. */
export const MOST_CARRIED_BYTES = LIMITS.embeddedArtifactBytes
