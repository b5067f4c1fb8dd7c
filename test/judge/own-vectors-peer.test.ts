/**
 * The evidence vectors under somebody else's verifier. It accepts what the generator calls good, so the generator makes
 * sigstore evidence and not just what our own parsers like; and it accepts known traps, so each of those has no other fault
 * than the one it is named for.
 */
import { describe, expect, test } from "vitest"
import { bundleFromJSON } from "@sigstore/bundle"
import { TrustedRoot } from "@sigstore/protobuf-specs"
import { toSignedEntity, toTrustMaterial, Verifier, type VerificationPolicy } from "@sigstore/verify"
import { ARTIFACT } from "../../kit-scripts/vectors/evidence/evidence.ts"
import type { EvidenceVector } from "../../kit-scripts/vectors/evidence/vector.ts"
import type { TextMatch } from "../../src/formats/policy.ts"
import { evidenceOf, evidenceVectors, rootsOf } from "../support/evidence-vectors.ts"

/** Good evidence that the peer (`sigstore/verify` 4.1.3) refuses, and what it lacks. */
const REFUSES: Readonly<Record<string, string>> = {
  "identity-pattern": "takes identities as regular expressions",
  "identity-second-of-two": "takes one identity",
  "key-ed25519": "hard-wired SHA-256",
  "key-ed25519ph": "no Ed25519ph",
  "key-p384-dsse": "hard-wired SHA-256 for envelopes",
  "message-digest-missing": "requires the digest, which the specification calls a hint",
  "sct-second-log-unknown": "requires every SCT to be of a trusted log",
  "signer-other-name": "does not read otherName",
  "token-bad-beside-promise": "requires every token to hold",
  "token-root-only": "requires the signing certificate in the trusted root",
}

/** Broken evidence that it accepts. Each is refused here by exactly the check that it lacks. */
const ACCEPTS = [
  "identity-dot",
  "identity-prefix",
  "identity-embedded",
  "entry-other-certificate",
  "entry-other-certificate-same-key",
  "entry-dsse-other-certificate",
  "entry-intoto-other-certificate",
  "entry-rekor2-other-certificate",
  "checkpoint-other-origin",
  "checkpoint-other-origin-rekor2",
  "log-ended-rekor2",
  "subject-other",
  "message-other-artifact",
  "certificate-no-extended-usage",
  "san-two",
  "token-other-certificate",
  "json-duplicate",
]

function options({ ask }: EvidenceVector): ConstructorParameters<typeof Verifier>[1] {
  return ask.profile === "github-internal"
    ? { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: ask.timestamps ?? 1 }
    : { tlogThreshold: ask.logs ?? 1, ctlogThreshold: 1, timestampThreshold: 1 }
}

function policy({ ask }: EvidenceVector): VerificationPolicy | undefined {
  const identities = ask.identities === "any" ? [] : (ask.identities ?? [])
  const [identity] = identities
  if (identity === undefined) return undefined
  const text = (match: TextMatch): string => ("exact" in match ? match.exact : match.pattern)
  return { subjectAlternativeName: text(identity.san), extensions: { issuer: text(identity.issuer) } }
}

function accepted(vector: EvidenceVector): boolean {
  const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString("utf8"))
  const [root = new Uint8Array()] = rootsOf(vector)
  try {
    const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(json(root))), options(vector))
    const bundle = bundleFromJSON(json(evidenceOf(vector)))
    verifier.verify(toSignedEntity(bundle, Buffer.from(vector.artifact.text ?? ARTIFACT)), policy(vector))
    return true
  } catch {
    return false
  }
}

/** It knows no bare envelopes, lists or several roots, and finds keys in its own way. */
const comparable = evidenceVectors.filter(v => v.form === "bundle" && v.keys === undefined && v.roots.length === 1)
const good = comparable.filter(v => "verdict" in v.expected && v.expected.verdict === "proven")

describe("@sigstore/verify on the evidence vectors", () => {
  test.each(good.map(v => [v.id, v] as const))("%s is good", (id, vector) => {
    expect(accepted(vector)).toBe(!(id in REFUSES))
  })

  test.each(ACCEPTS)("%s has no fault that it finds", id => {
    const vector = comparable.find(v => v.id === id)
    if (vector === undefined) throw new Error(`no vector ${id}`)
    expect(accepted(vector)).toBe(true)
  })

  test("there are enough to compare", () => {
    expect(good.length).toBeGreaterThan(60)
  })
})
