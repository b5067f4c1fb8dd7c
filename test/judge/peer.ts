/** `@sigstore/verify` as a second opinion on corpus evidence, asked the same question as our judge. */
import { createPublicKey } from "node:crypto"
import { readFileSync } from "node:fs"
import { bundleFromJSON } from "@sigstore/bundle"
import { TrustedRoot } from "@sigstore/protobuf-specs"
import { toSignedEntity, toTrustMaterial, Verifier, type VerificationPolicy } from "@sigstore/verify"
import type { CorpusCase } from "../corpus/corpus.ts"
import { EXPECTATIONS } from "../corpus/expectations.ts"
import type { Profile, Thresholds } from "../corpus/expectation.ts"

/** Answers undefined when the peer accepts, else why it does not. */
export type Peer = (evidence: Uint8Array) => string | undefined

/** A regular expression for exactly this text: the peer takes identities as unanchored expressions. */
const exactly = (text: string): string => `^${text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$`

function policyOf(c: CorpusCase): VerificationPolicy {
  const identity =
    c.signer.kind === "exact"
      ? exactly(c.signer.identity)
      : c.signer.kind === "prefix"
        ? exactly(c.signer.prefix).replace(/\$$/, "")
        : undefined
  return {
    ...(identity === undefined ? {} : { subjectAlternativeName: identity }),
    ...(c.issuer === undefined ? {} : { extensions: { issuer: c.issuer } }),
  }
}

function keysOf(c: CorpusCase): Parameters<typeof toTrustMaterial>[1] {
  return hint => {
    const key = c.keys.find(k => k.hint === hint) ?? (c.keys.length === 1 ? c.keys[0] : undefined)
    if (key === undefined) throw new Error(`no key ${hint}`)
    const { start, end } = key.validFor ?? { start: "1970-01-01T00:00:00Z" }
    return {
      publicKey: createPublicKey({ key: Buffer.from(key.spki, "base64"), format: "der", type: "spki" }),
      validFor: at => at >= new Date(start) && (end === undefined || at <= new Date(end)),
    }
  }
}

function thresholdsOf(profile: Profile, thresholds: Thresholds): ConstructorParameters<typeof Verifier>[1] {
  const { tlog, sct, time } = profile === "keyed" ? { ...thresholds, time: 0 } : thresholds
  return { tlogThreshold: tlog, ctlogThreshold: sct, timestampThreshold: time }
}

/** The peer, set up for one item of a corpus case: bundles, and the bundles of npm's lists. */
export function peerFor(c: CorpusCase, item: number, profile: Profile): Peer {
  const thresholds = EXPECTATIONS[c.id]?.thresholds ?? { tlog: 1, sct: 1, time: 1 }
  const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(c.trustedRoot, "utf8")))
  const material = profile === "keyed" ? toTrustMaterial(root, keysOf(c)) : toTrustMaterial(root)
  const verifier = new Verifier(material, thresholdsOf(profile, thresholds))
  const policy = profile === "keyed" ? undefined : policyOf(c)
  const artifact = c.artifact.path === undefined ? undefined : readFileSync(c.artifact.path)
  return evidence => {
    try {
      const document: unknown = JSON.parse(Buffer.from(evidence).toString("utf8"))
      const list = (document as { attestations: { bundle: unknown }[] }).attestations
      const bundle = bundleFromJSON(c.form === "npm" ? list[item]?.bundle : document)
      verifier.verify(toSignedEntity(bundle, artifact), policy)
      return undefined
    } catch (e) {
      return e instanceof Error ? e.message : String(e)
    }
  }
}
