/** Attacks that put together parts of good evidence: everything in them was signed by somebody, but not for this. */
import { describe, expect, test } from "vitest"
import type { Facts } from "../../src/formats/facts.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { createJudge } from "../../src/judge/judge.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { Json, JsonObject } from "../../kit-scripts/vectors/evidence/json.ts"
import { changed, valueAt } from "../../kit-scripts/vectors/evidence/json.ts"
import { Others } from "../../kit-scripts/vectors/evidence/roots.ts"
import { statement } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { certificateAuthority, timestampAuthority, tlog } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { corpusCases } from "../corpus/corpus.ts"
import { shared } from "../support/shared.ts"
import { ask, made, open, policyOf, rule, world } from "./ask.ts"
import { MutantJudge } from "./mutants.ts"
import { closeOver, corpusItems, type ProvenCase } from "./proven-cases.ts"

const MATERIAL = "verificationMaterial"
const ENTRY = `${MATERIAL}.tlogEntries[0]`

/** Parts of a bundle that can be put into another. */
const PARTS = [
  `${MATERIAL}.tlogEntries`,
  `${ENTRY}.canonicalizedBody`,
  `${ENTRY}.inclusionProof`,
  `${ENTRY}.inclusionProof.checkpoint`,
  `${ENTRY}.inclusionProof.hashes`,
  `${ENTRY}.inclusionPromise`,
  `${ENTRY}.integratedTime`,
  `${ENTRY}.logIndex`,
  `${MATERIAL}.timestampVerificationData`,
  `${MATERIAL}.certificate`,
  `${MATERIAL}.x509CertificateChain`,
  "messageSignature",
  "messageSignature.signature",
  "dsseEnvelope",
  "dsseEnvelope.payload",
  "dsseEnvelope.payloadType",
  "dsseEnvelope.signatures",
]

function part(document: Json, path: string): Json | undefined {
  try {
    return valueAt(document, path)
  } catch {
    return undefined
  }
}

/** All documents that have one part of another, where they are not the same there. */
function* exchanges(documents: readonly JsonObject[]): Generator<{ name: string; at: number; document: Json }> {
  for (const path of PARTS) {
    for (const [i, mine] of documents.entries()) {
      for (const [j, theirs] of documents.entries()) {
        const value = part(theirs, path)
        if (i === j || part(mine, path) === undefined || value === undefined) continue
        if (JSON.stringify(value) === JSON.stringify(part(mine, path))) continue
        yield { name: `${path} of ${String(j)} in ${String(i)}`, at: i, document: changed(mine, path, value) }
      }
    }
  }
}

describe.skipIf(shared === undefined)("parts of real evidence", () => {
  const proven = corpusCases()
    .filter(c => c.form === "bundle")
    .flatMap(c => corpusItems(c).map(item => ({ item, issuer: `${c.issuer ?? ""} ${c.trustedRoot}` })))
    .filter(({ item }) => item.outcome.verdict === "proven")
  const judge = new MutantJudge()

  // One of each kind and of each age: all pairs of all of them would take minutes.
  const chosen = proven.filter((_, i) => i % 3 === 0).map(p => p.item)
  const bundle = (c: ProvenCase) => JSON.parse(Buffer.from(c.input.evidence).toString("utf8")) as JsonObject

  test("prove nothing new in other evidence", { timeout: 300_000 }, async () => {
    const originals: Facts[] = []
    for (const c of chosen) originals.push((await judge.judge(c, c.input.evidence)).facts)
    const bundles = chosen.map(bundle)
    let tried = 0
    const wrong: string[] = []
    for (const { name, at, document } of exchanges(bundles)) {
      tried++
      const original = chosen[at] as ProvenCase
      const { report, facts } = await judge.judge(original, Buffer.from(JSON.stringify(document)))
      if (report.verdict !== "proven") continue
      // Without a token, or with one that does not fit, a promise may still be enough; nothing may be added.
      const known = originals[at] as Facts
      const times = facts.times.every(t => known.times.some(k => k.at === t.at && k.source === t.source))
      const entries = facts.entries.every(e => known.entries.some(k => k.leaf === e.leaf))
      const core = (f: Facts) => JSON.stringify([f.signers, f.statement])
      if (!times || !entries || core(facts) !== core(known)) wrong.push(`${original.id}: ${name}`)
    }
    expect(wrong).toEqual([])
    expect(tried).toBeGreaterThan(2000)
  })

  test("make no verifier throw", async () => {
    const strange = createJudge(nodeCrypto())
    const [first, second] = chosen
    if (first === undefined || second === undefined) throw new Error("two are meant")
    for (const path of PARTS) {
      const document = part(bundle(first), path) === undefined ? bundle(second) : bundle(first)
      for (const value of [null, [], {}, "", "AAAA", 0, true, bundle(second), [bundle(second)]]) {
        const evidence = Buffer.from(JSON.stringify(changed(document, path, value as Json)))
        unwrap(await strange.judge(closeOver(first, evidence)))
      }
    }
  })
})

describe("parts of evidence of one signer, one artifact and one log", () => {
  // Same key, same artifact, two certificates and two entries: everything that is alike in the field.
  const log = world.rekor1()
  const payload = statement()
  const of = (lifetime: number, message: boolean) =>
    made({ ...(message ? {} : { payload }), leaf: { lifetime }, entries: [{ log }], tokens: [{ at: world.at + 3 }] })

  test.each([true, false])("do not fit each other (message: %s)", async message => {
    const pair = [of(600, message), of(601, message)]
    for (const { bundle } of pair) expect(open(await ask(bundle))).toEqual({ verdict: "proven" })
    const open_: string[] = []
    for (const { name, document } of exchanges(pair.map(m => m.bundle))) {
      const report = await ask(document as JsonObject)
      if (report.verdict === "proven") open_.push(name)
    }
    // The signature is deterministic and so the same in both: a token of one is a token of the other.
    expect(open_).toEqual([])
  })

  test("two entries of one certificate have each their own proof", async () => {
    const two = made({ entries: [{ log: world.rekor1() }, { log: world.rekor2() }], tokens: [{}] })
    expect(open(await ask(two.bundle))).toEqual({ verdict: "proven" })
    for (const member of ["inclusionProof", "canonicalizedBody", "kindVersion", "logId"]) {
      const [a, b] = [0, 1].map(i => valueAt(two.bundle, `${MATERIAL}.tlogEntries[${String(i)}].${member}`))
      const crossed = changed(
        changed(two.bundle, `${MATERIAL}.tlogEntries[0].${member}`, b),
        `${MATERIAL}.tlogEntries[1].${member}`,
        a,
      )
      expect((await ask(crossed as JsonObject)).verdict, member).toBe("failed")
    }
  })
})

describe("authorities of one trusted root", () => {
  const others = new Others(world)
  const { window } = world
  const lists = world.lists()

  test("do not stand in for each other: a checkpoint signed by another trusted log", async () => {
    const second = others.secondRekor2()
    const root = { ...world.trustedRoot(), tlogs: [...lists.tlogs, tlog(second, window)] }
    const forged = made({
      entries: [{ log: world.rekor2(), give: { checkpoint: { signers: [second.signer] } } }],
      tokens: [{}],
    })
    expect(open(await ask(forged.bundle, { roots: [root] }))).toMatchObject({
      "checkpoint/0": "fail checkpoint-signature",
    })
    const renamed = made({
      entries: [
        { log: world.rekor2(), give: { checkpoint: { signers: [{ ...second.signer, name: world.rekor2().name }] } } },
      ],
      tokens: [{}],
    })
    expect(open(await ask(renamed.bundle, { roots: [root] }))).toMatchObject({
      "checkpoint/0": "fail checkpoint-signature",
    })
  })

  test("do not stand in for each other: a certificate authority is no timestamp authority", async () => {
    const root = {
      ...world.trustedRoot(),
      timestampAuthorities: [{ ...certificateAuthority(world.ca, window) }],
    }
    const { bundle } = made({ entries: [], tokens: [{ tsa: world.tsa }] })
    const report = await ask(bundle, { roots: [root], profile: "github-internal" })
    expect(open(report)).toMatchObject({ verdict: "failed", "timestamp/0": "fail timestamp-untrusted" })
  })

  test("do not stand in for each other: a timestamp authority is no certificate authority", async () => {
    const root = {
      ...world.trustedRoot(),
      certificateAuthorities: [timestampAuthority(world.tsa, window, false)],
    }
    expect(open(await ask(made().bundle, { roots: [root] }))).toMatchObject({
      verdict: "failed",
      certificate: "fail certificate-untrusted",
    })
  })

  test("in different roots are not put together", async () => {
    // The certificate's authority in one root, its log in the other: neither root proves it.
    const noLogs = { ...world.trustedRoot(), tlogs: [] }
    const noAuthorities = { ...world.trustedRoot(), certificateAuthorities: [] }
    for (const roots of [
      [noLogs, noAuthorities],
      [noAuthorities, noLogs],
    ]) {
      expect((await ask(made().bundle, { roots })).verdict).toBe("failed")
    }
    const whole = await ask(made().bundle, { roots: [noLogs, world.trustedRoot()] })
    expect(open(whole)).toEqual({ verdict: "proven" })
    expect(whole.trust.root).not.toBeNull()
  })
})

describe("the most permissive policy", () => {
  const permissive = policyOf(rule("anybody", { signers: { identities: "any", keys: "trusted", distinct: 1 } }))

  test("proves good evidence of a certificate and of a key", async () => {
    expect(open(await ask(made().bundle, { policy: permissive }))).toEqual({ verdict: "proven" })
  })

  test("still needs a signature, a signer, a subject, a time and somebody asked for", async () => {
    const { bundle } = made()
    const undated = changed(changed(bundle, `${ENTRY}.inclusionPromise`, undefined), `${ENTRY}.integratedTime`, "0")
    const unmet = async (evidence: Json, input: object = {}) => {
      const report = await ask(evidence as JsonObject, { policy: permissive, input })
      return { verdict: report.verdict, unmet: report.requirements.filter(r => !r.met).map(r => r.id) }
    }
    expect(await unmet(undated)).toEqual({ verdict: "unproven", unmet: ["floor/time"] })
    expect(await unmet(bundle, { digests: {} })).toMatchObject({ verdict: "unproven" })
    const nobody = await ask(bundle, { policy: policyOf() })
    expect({ verdict: nobody.verdict, unmet: nobody.requirements.filter(r => !r.met).map(r => r.id) }).toEqual({
      verdict: "unproven",
      unmet: ["floor/identity"],
    })
  })
})
