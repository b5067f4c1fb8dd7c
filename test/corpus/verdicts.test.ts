/** Every corpus case with a verdict gives the verdict and the code of the reviewed table. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parseGcb } from "../../src/formats/gcb.ts"
import { pae, parseEnvelopeDocument } from "../../src/formats/dsse.ts"
import { parsePublicKeyPem } from "../../src/formats/public-key.ts"
import { parseTrustedRoot } from "../../src/formats/trusted-root.ts"
import { parseCheckpoint } from "../../src/formats/checkpoint.ts"
import { parseTimestampResponse } from "../../src/formats/timestamp-token.ts"
import { checkSignature, p1363ToDer } from "../../src/formats/signature.ts"
import { createJudge, type Judgement } from "../../src/judge/judge.ts"
import { prepareTrust } from "../../src/verify/prepared-trust.ts"
import { CountingCrypto } from "../../src/verify/counting-crypto.ts"
import { checkTimestamp } from "../../src/verify/timestamp.ts"
import { basisFor, caseFor, crypto, identitiesOf } from "../support/judge-corpus.ts"
import { shared } from "../support/shared.ts"
import { corpusCases, cpythonReleases, type CorpusCase } from "./corpus.ts"
import { EXPECTATIONS } from "./expectations.ts"
import type { Expectation, Outcome, Variant } from "./expectation.ts"
import { withCanonicalBase64 } from "./variants.ts"

const judge = createJudge(crypto)

interface Run {
  readonly case: CorpusCase
  readonly expectation: Expectation
  readonly profile: Expectation["profile"]
  readonly evidence: Uint8Array
  readonly form: "bundle" | "envelope" | "pep740" | "npm"
  readonly item: number
  readonly artifact?: Uint8Array
  readonly validFor?: { readonly start: string; readonly end: string }
}

async function judged(run: Run): Promise<Judgement> {
  const { case: c, profile } = run
  const keyed = profile === "keyed"
  const { validFor } = run
  const keys = validFor === undefined ? c.keys : c.keys.map(k => ({ ...k, validFor }))
  const basis = basisFor({
    profile,
    identities: keyed ? "any" : identitiesOf(c),
    logs: keyed ? run.expectation.thresholds.tlog : 0,
    keys: keyed ? keys : [],
    roots: [c.trustedRoot],
  })
  const options = { item: run.item, ...(run.artifact === undefined ? {} : { artifact: run.artifact }) }
  const result = await judge.judge(caseFor(basis, run.form, run.evidence, c.artifact.digests, options))
  if (!result.ok) throw result.error
  return result.value
}

function agree(j: Judgement, e: Outcome): void {
  const open = j.report.checks.filter(k => k.outcome !== "pass")
  const { verdict, code } = j.report
  const seen = open.map(k => `${k.key} ${k.outcome} ${String(k.reason)} ${JSON.stringify(k.evidence)}`).join("\n")
  expect({ verdict, code }, seen).toEqual({ verdict: e.verdict, code: e.code })
  if (e.reason !== undefined) expect(open.map(k => k.reason)).toContain(e.reason)
}

/** The evidence of a case: one for most forms, one for each envelope of a Google Cloud Build description. */
function evidenceOf(c: CorpusCase): readonly { form: Run["form"]; bytes: Uint8Array }[] {
  const bytes = readFileSync(c.path)
  switch (c.form) {
    case "bundle":
    case "envelope":
    case "pep740":
    case "npm":
      return [{ form: c.form, bytes }]
    case "gcb": {
      const parsed = parseGcb(bytes)
      if (!parsed.ok) throw new Error(parsed.error.where)
      return parsed.value.map(p => ({ form: "envelope", bytes: p.envelope }))
    }
    default:
      throw new Error(`${c.id} is no evidence`)
  }
}

function runsOf(c: CorpusCase, e: Expectation): readonly { name: string; run: Run; outcome: Outcome }[] {
  const evidence = evidenceOf(c)
  const items = e.items ?? [{ ...e, profile: e.profile }]
  return items.flatMap((outcome, i) => {
    const piece = evidence[c.form === "gcb" ? i : 0]
    if (piece === undefined) throw new Error(`${c.id} has no item ${String(i)}`)
    const base = { case: c, expectation: e, profile: outcome.profile, evidence: piece.bytes, form: piece.form }
    const run = { ...base, item: c.form === "gcb" ? 0 : i }
    const byDigest = { name: `${c.id} item ${String(i)} by digest`, run, outcome }
    if (c.artifact.path === undefined) return [byDigest]
    const byPath = { ...byDigest, name: `${c.id} item ${String(i)} by path` }
    return [byDigest, { ...byPath, run: { ...run, artifact: readFileSync(c.artifact.path) } }]
  })
}

function varied(run: Run, change: Variant["change"]): Run {
  switch (change.kind) {
    case "profile":
      return { ...run, profile: change.profile }
    case "canonical-base64":
      return { ...run, evidence: Buffer.from(withCanonicalBase64(Buffer.from(run.evidence).toString("utf8"))) }
    case "key-valid-for":
      return { ...run, validFor: { start: change.start, end: change.end } }
  }
}

describe.skipIf(shared === undefined)("corpus verdicts", () => {
  const cases = corpusCases().filter(c => EXPECTATIONS[c.id]?.scope === "verdict")
  for (const c of cases) {
    const e = EXPECTATIONS[c.id] as Expectation
    const runs = runsOf(c, e)
    for (const { name, run, outcome } of runs) {
      test(name, async () => {
        agree(await judged(run), outcome)
      })
    }
    for (const variant of e.variants ?? []) {
      test(`${c.id} with another ${variant.change.kind}`, async () => {
        agree(await judged(varied((runs[0] as { run: Run }).run, variant.change)), variant)
      })
    }
  }
})

describe.skipIf(shared === undefined)("corpus documents that are no evidence by themselves", () => {
  for (const c of corpusCases()) {
    const e = EXPECTATIONS[c.id]
    if (e === undefined || e.scope === "verdict") continue
    test(c.id, async () => {
      expect(await accepted(c, e.scope)).toBe(e.verdict === "proven")
    })
  }
})

async function accepted(c: CorpusCase, scope: Expectation["scope"]): Promise<boolean> {
  const bytes = readFileSync(c.path)
  if (scope === "timestamp") {
    const trust = basisFor({ profile: "custom", identities: "any", roots: [c.trustedRoot] })
    const document = trust.blobs.get(trust.trust.sha256) as Uint8Array
    const blob = (ref: { sha256: string }) => ({ ok: true as const, value: trust.blobs.get(ref.sha256) as Uint8Array })
    const prepared = prepareTrust(document, blob, crypto)
    if (!prepared.ok) throw prepared.error
    const message = readFileSync(`${c.directory}/message`)
    const authorities = prepared.value.roots[0]?.timestampAuthorities ?? []
    const result = await checkTimestamp("timestamp/0", bytes, message, authorities, new CountingCrypto(crypto))
    return result.check.outcome === "pass"
  }
  if (scope === "signature") {
    const envelope = parseEnvelopeDocument(bytes)
    const key = parsePublicKeyPem(readFileSync(`${c.directory}/key.pub`, "utf8"))
    if (!envelope.ok || !key.ok || key.value.kind !== "ec") return false
    const { payloadType, payload, signatures } = envelope.value
    const signature = p1363ToDer(key.value.curve, signatures[0].sig)
    if (signature === undefined) return false
    const scheme = { kind: "ecdsa", curve: key.value.curve, hash: "sha256" } as const
    const data = { message: pae(payloadType, payload) }
    return (await checkSignature(crypto, { scheme, key: key.value, signature, data })) === "valid"
  }
  switch (c.form) {
    case "trusted-root":
      return parseTrustedRoot(bytes).ok
    case "checkpoint":
      return parseCheckpoint(bytes).ok
    case "timestamp":
      return parseTimestampResponse(bytes).ok
    default:
      throw new Error(`${c.id}: ${c.form}`)
  }
}

describe.skipIf(shared === undefined)("the CPython releases", () => {
  const roots = [`${String(shared)}/corpus/_roots/public-good.trusted_root.json`]
  const asked = (issuer: string, san: string) =>
    basisFor({ profile: "public-good", identities: [{ issuer: { exact: issuer }, san: { exact: san } }], roots })
  const releases = [...cpythonReleases()]

  test("are all proven with the right identity, issuer and digest", async () => {
    expect(releases.length).toBe(600)
    const wrong: string[] = []
    for (const r of releases) {
      const closure = caseFor(asked(r.issuer, r.identity), "bundle", Buffer.from(r.bundle), { sha256: r.sha256 })
      const result = await judge.judge(closure)
      if (!result.ok || result.value.report.verdict !== "proven") wrong.push(r.url)
      else if (result.value.report.code !== null) wrong.push(r.url)
    }
    expect(wrong).toEqual([])
  })

  test("all fail with another identity, issuer or digest", async () => {
    const wrong: string[] = []
    const verdictOf = async (r: (typeof releases)[number], basis: ReturnType<typeof asked>, sha256: string) => {
      const result = await judge.judge(caseFor(basis, "bundle", Buffer.from(r.bundle), { sha256 }))
      return result.ok ? `${result.value.report.verdict} ${String(result.value.report.code)}` : result.error.code
    }
    for (const [i, r] of releases.entries()) {
      const otherIdentity = await verdictOf(r, asked(r.issuer, `x${r.identity}`), r.sha256)
      const otherIssuer = await verdictOf(r, asked(`${r.issuer}/`, r.identity), r.sha256)
      // Two files of one release may be equal; flipping a digit is another digest for sure.
      const digest = (r.sha256.startsWith("0") ? "1" : "0") + r.sha256.slice(1)
      const otherDigest = await verdictOf(r, asked(r.issuer, r.identity), digest)
      const expected = "failed IDENTITY_MISMATCH,failed IDENTITY_MISMATCH,failed SIGNATURE_INVALID"
      if (`${otherIdentity},${otherIssuer},${otherDigest}` !== expected) wrong.push(`${String(i)} ${r.url}`)
    }
    expect(wrong).toEqual([])
  })
})
