/**
 * `@sigstore/verify` as an oracle: on every bundle of the corpus and on a sample of mutants it has to come to our decision,
 * or the difference has a reason in one of the lists below. A disagreement that no list explains fails.
 */
import { describe, expect, test } from "vitest"
import type { Check } from "../../src/formats/check.ts"
import type { Reason } from "../../src/kernel/reasons.ts"
import { corpusCases, type CorpusCase } from "../corpus/corpus.ts"
import { shared } from "../support/shared.ts"
import { judgeMutants, MutantJudge, type Change } from "./mutants.ts"
import { peerFor, type Peer } from "./peer.ts"
import { corpusGroups, corpusItems, type ProvenCase } from "./proven-cases.ts"

/** Corpus cases on which the two differ, and why. `ours` is our verdict. */
const CORPUS: Readonly<Record<string, { readonly ours: "proven" | "failed"; readonly why: string }>> = {
  "sigstore-java/bundle-no-digest.sigstore#0": {
    ours: "proven",
    why: "the peer requires messageDigest, which the specification calls a hint that may be absent",
  },
  "sigstore-python/tsa__bundle.txt.sigstore#0": {
    ours: "proven",
    why: "the peer gives up at the first token that does not hold; the promise gives the one time that is asked for",
  },
  "sigstore-python/integration__Python-3.12.5.tgz.sigstore#0": {
    ours: "proven",
    why: "the peer requires a checkpoint in v0.1 bundles; there the promise is what is required",
  },
  "sigstore-go/othername#0": {
    ours: "proven",
    why: "a private log that signs its checkpoints under its machine's name; the peer compares that with the base URL",
  },
  "model-signing/v1.0.1-elliptic-key#0": {
    ours: "proven",
    why: "the peer signs envelopes with SHA-256 whatever the key",
  },
  "npm-mutations/npm-att-mismatch-prov-predicatetype.intoto.sigstore#0": {
    ours: "failed",
    why: "the list says another predicate type than the statement; the peer reads no lists",
  },
  "npm-mutations/npm-att-mismatch-pub-predicatetype.intoto.sigstore#1": {
    ours: "failed",
    why: "the list says another predicate type than the statement; the peer reads no lists",
  },
}

/** Why the peer accepts mutants that we refuse, by the reason of one of our failed checks. */
const STRICTER: Partial<Record<Reason, string>> = {
  "base64-invalid": "it decodes base64 with whatever is in it",
  "too-large": "as for base64-invalid: the superfluous characters make a text longer than its bytes can be",
  "field-invalid": "it coerces values, and reads integers as JavaScript does",
  "field-missing": "it reads an absent digest algorithm as its first one",
  "json-duplicate-key": "it takes the last of two members of one name",
  "json-too-deep": "it has no bound",
  "utf8-invalid": "it replaces what is not UTF-8",
  "media-type-unknown": "it looks for a known media type anywhere in the text",
  "key-hint-mismatch": "it finds keys by the bundle's hint and never looks at the envelope's",
  "certificate-malformed": "its DER reader is lenient, and it ignores certificates after the leaf",
  "certificate-untrusted": "it ignores certificates after the leaf",
  "chain-has-root": "it ignores certificates after the leaf",
  "checkpoint-malformed": "it takes signature lines where it finds them in the note",
  "checkpoint-signature": "it takes the first line that fits, also where the log has two",
  "inclusion-mismatch": "it does not compare rootHash, which Rekor v1 repeats, with the checkpoint",
  "timestamp-malformed": "its DER reader is lenient",
  "message-digest-mismatch": "it compares messageDigest with nothing when the signature holds over the artifact",
  "entry-mismatch": "it compares signature and digest of an entry, never the certificate or key",
}

/** Why the peer refuses mutants that we still prove, by what was changed. */
const MORE_TOLERANT: Partial<Record<Change, string>> = {
  "fewer-times": "it gives up at the first token that does not hold",
  idle: "it gives up at the first token that does not hold",
  "redundant-gone": "it requires messageDigest",
  "fewer-entries": "it requires a checkpoint beside every inclusion proof, in v0.1 too",
  "cms-unsigned": "it reads the certificates in a token even where the trusted root has the authority's own",
}

interface Compared {
  readonly original: ProvenCase
  readonly peer: Peer
}

function comparable(c: CorpusCase): readonly Compared[] {
  if (c.form !== "bundle" && c.form !== "npm") return []
  return corpusItems(c).map(item => ({ original: item, peer: peerFor(c, item.input.item, item.outcome.profile) }))
}

/** Our failed checks, for the list of reasons. */
const failures = (checks: readonly Check[]): readonly Check[] => checks.filter(check => check.outcome === "fail")

describe.skipIf(shared === undefined)("@sigstore/verify", () => {
  const all = corpusCases().flatMap(comparable)
  const judge = new MutantJudge()

  test("decides as we do on the corpus, but for listed cases", async () => {
    const seen = new Set<string>()
    for (const { original, peer } of all) {
      const { verdict } = (await judge.judge(original, original.input.evidence)).report
      const theirs = peer(original.input.evidence)
      if ((verdict === "proven") === (theirs === undefined)) continue
      seen.add(original.id)
      expect(CORPUS[original.id]?.ours, `${original.id}: ${verdict}; the peer: ${theirs ?? "accepts"}`).toBe(verdict)
    }
    expect([...seen].sort()).toEqual(Object.keys(CORPUS).sort())
    expect(all.length).toBeGreaterThan(130)
  })

  const groups = corpusGroups()
  const limit = process.env["SLOW"] === undefined ? 40 : 1000
  for (const { original, peer } of all) {
    const group = groups.find(g => g.some(c => c.id === original.id))
    if (group === undefined || original.id in CORPUS) continue
    test(`decides as we do on mutants of ${original.id}`, { timeout: 600_000 }, async () => {
      const unexplained: string[] = []
      const options = { seed: "peer", bytesPerRegion: 4, limit }
      const { defects } = await judgeMutants(judge, original, group, options, ({ report, mutant, run, changes }) => {
        const theirs = peer(mutant.bytes)
        const proven = report.verdict === "proven"
        if (proven === (theirs === undefined)) return
        const reasons = failures(report.checks).flatMap(check => check.reason ?? [])
        const known = proven ? changes.some(c => c in MORE_TOLERANT) : reasons.some(r => r in STRICTER)
        if (!known)
          unexplained.push(`${run.name}: ${report.verdict} ${[...reasons, ...changes].join()}; ${String(theirs)}`)
      })
      expect(unexplained).toEqual([])
      expect(defects).toEqual([])
    })
  }
})
