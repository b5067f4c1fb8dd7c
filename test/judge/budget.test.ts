/**
 * Hostile evidence must not buy unbounded work, nor leave anything behind: whatever it asks for, one judgement makes at
 * most `LIMITS.signatureChecks` signature checks on its behalf, and the next one is as if it had not been.
 */
import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { envelope, statement, STATEMENT_TYPE } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { base64, type JsonObject } from "../../kit-scripts/vectors/evidence/json.ts"
import { makeKey } from "../../kit-scripts/vectors/evidence/keys.ts"
import { ed25519KeyId, vkey } from "../../kit-scripts/vectors/evidence/note.ts"
import { timestampAuthority } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import type { TrustedKey } from "../../src/formats/trust.ts"
import { createJudge, type Judge, type Judgement } from "../../src/judge/judge.ts"
import type { CaseClosure } from "../../src/judge/closure.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { closeCase, made, policyOf, rule, world } from "./ask.ts"
import { CheckCounter } from "./mutants.ts"

const payload = utf8(JSON.stringify(statement()))
const permissive = policyOf(rule("anybody", { signers: { identities: "any", keys: "trusted", distinct: 1 } }))

interface Run extends Judgement {
  readonly checks: number
  readonly ms: number
}

/** Judges in a judge that counts. */
class Counted {
  readonly counter = new CheckCounter()
  readonly judge: Judge = createJudge(this.counter)

  async run(closure: CaseClosure): Promise<Run> {
    const before = this.counter.checks
    const start = performance.now()
    const judgement = unwrap(await this.judge.judge(closure))
    return { ...judgement, checks: this.counter.checks - before, ms: performance.now() - start }
  }
}

const hasLimit = (run: Run): boolean => run.report.checks.some(c => c.key === "limits" && c.outcome === "fail")

/** Keys that nobody signs with, and signatures of nobody that look like one. */
const strangers = Array.from({ length: LIMITS.trustedRootEntries }, (_, i) => makeKey("ed25519", `budget ${String(i)}`))
const trusted = (count: number): TrustedKey[] =>
  strangers.slice(0, count).map(key => ({
    spki: base64(key.spki),
    algorithm: "PKIX_ED25519",
    encoding: "der",
    validFor: null,
  }))
const nobody = makeKey("ed25519", "budget nobody")
const falseSignatures = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ sig: nobody.sign(utf8(`another message ${String(i)}`)) }))

function manySignatures(signatures: number, keys: number): CaseClosure {
  return closeCase(envelope(STATEMENT_TYPE, payload, falseSignatures(signatures)), {
    policy: permissive,
    trust: { keys: trusted(keys) },
    input: { form: "envelope" },
  })
}

/** Tokens that carry certificates which each of several authorities might have issued, by the names on them. */
function manyTokens(): CaseClosure {
  const { tsa, window } = world
  const forged = Array.from({ length: LIMITS.chainCertificates }, (_, i) => {
    const der = Uint8Array.from(tsa.der)
    der[der.length - 1] = (der[der.length - 1] ?? 0) ^ (i + 1)
    return der
  })
  const tokens = Array.from({ length: LIMITS.timestamps }, (_, i) => ({ serial: String(i), certificates: forged }))
  const authorities = [1, 2, 3, 4].map(i => timestampAuthority(tsa, { from: window.from + i }, false))
  return closeCase(made({ payload: statement(), tokens }).bundle, {
    roots: [{ ...world.trustedRoot(), timestampAuthorities: authorities }],
  })
}

/** Checkpoints with as many lines of trusted witnesses as a note may have, none of them by the witness. */
function manyCosignatures(): CaseClosure {
  const names = strangers.map((_, i) => `w${String(i)}.witness.example`)
  const cosigners = names.slice(0, LIMITS.noteSignatures - 1).map((name, i) => ({
    name,
    keyId: ed25519KeyId(name, strangers[i] ?? nobody, 4).subarray(0, 4),
    sign: (text: string) => Buffer.concat([Buffer.alloc(8, 1), nobody.sign(utf8(text))]),
  }))
  const entries = Array.from({ length: LIMITS.tlogEntries }, (_, i) => {
    const log = world.rekor1()
    return { log, before: i, give: { checkpoint: { signers: [log.signer, ...cosigners] } } }
  })
  const { bundle } = made({ payload: statement() })
  const all = entries.map((entry, i) => {
    const body = () => utf8(JSON.stringify({ apiVersion: "0.0.1", kind: "dsse", spec: i }))
    return made({ payload: statement(), entries: [{ ...entry, body }] }).entries[0]?.json ?? {}
  })
  const material = bundle["verificationMaterial"] as JsonObject
  const witnesses = names.map((name, i) => vkey(name, strangers[i] ?? nobody, 4))
  return closeCase({ ...bundle, verificationMaterial: { ...material, tlogEntries: all } }, { trust: { witnesses } })
}

/** False tokens under as many trusted roots as there may be, of which none ends the search. */
function manyRoots(): CaseClosure {
  const roots = Array.from({ length: LIMITS.trustedRoots }, (_, i) => ({
    ...world.trustedRoot(),
    timestampAuthorities: [timestampAuthority(world.tsa, { from: world.window.from + i }, false)],
  }))
  const tokens = Array.from({ length: LIMITS.timestamps }, (_, i) => ({
    serial: String(i),
    signer: world.key("p384", "forger"),
  }))
  return closeCase(made({ payload: statement(), tokens }).bundle, { roots })
}

const HOSTILE: Readonly<Record<string, () => CaseClosure>> = {
  "64 signatures under 256 keys": () => manySignatures(64, 256),
  "32 tokens with 10 certificates under 4 authorities": manyTokens,
  "32 checkpoints with 99 witnesses": manyCosignatures,
}

describe("evidence that asks for too much", () => {
  test.each(Object.entries(HOSTILE))("%s: gets what a run may make, fails by name, and soon", async (_, make) => {
    const counted = new Counted()
    const closure = make()
    const cold = await counted.run(closure)
    const warm = await counted.run(closure)
    expect([hasLimit(cold), cold.report.verdict]).toEqual([true, "failed"])
    // The first time, links between the trusted root's own certificates are checked as well: every run pays for them.
    expect(cold.checks).toBe(LIMITS.signatureChecks)
    expect(warm.checks).toBeLessThanOrEqual(cold.checks)
    expect(warm.checks).toBeGreaterThanOrEqual(cold.checks - 2 * LIMITS.trustedRoots)
    expect(warm.text).toBe(cold.text)
    expect(warm.ms).toBeLessThan(10_000)
  })

  test("pays by the length of what is signed", async () => {
    const long = utf8(JSON.stringify({ ...statement(), filler: "x".repeat(8 * LIMITS.signatureCheckBytes) }))
    const signed = (signatures: number) =>
      closeCase(envelope(STATEMENT_TYPE, long, falseSignatures(signatures)), {
        policy: permissive,
        trust: { keys: trusted(8) },
        input: { form: "envelope" },
      })
    // Under each key four times: two forms of Ed25519, over the envelope's encoding and over the bare payload.
    const few = await new Counted().run(signed(1))
    expect([few.checks, hasLimit(few)]).toEqual([4 * 8, false])
    const many = await new Counted().run(signed(2))
    expect([many.checks, hasLimit(many)]).toEqual([Math.floor(LIMITS.signatureChecks / 9), true])
  })

  test("is not helped by many trusted roots: what is left for the later ones is less", async () => {
    const counted = new Counted()
    const closure = manyRoots()
    const runs = [await counted.run(closure), await counted.run(closure)]
    // The promise under the first root is enough; the tokens are false under all of them.
    expect(runs.map(r => [r.report.verdict, hasLimit(r)])).toEqual([
      ["proven", false],
      ["proven", false],
    ])
    for (const { checks } of runs) expect(checks).toBeLessThanOrEqual(LIMITS.signatureChecks)
    expect(runs[1]?.text).toBe(runs[0]?.text)
  })

  test("leaves nothing behind: good evidence after it is judged as if it had not been", async () => {
    const good = closeCase(made({ tokens: [{}] }).bundle)
    const alone = await new Counted().run(good)
    expect(alone.report.verdict).toBe("proven")
    for (const make of Object.values(HOSTILE)) {
      const counted = new Counted()
      await counted.run(make())
      expect((await counted.run(good)).text).toBe(alone.text)
    }
    // The roots that hostile evidence was judged under first are the ones good evidence needs.
    const { window, tsa } = world
    const roots = [{ ...world.trustedRoot(), timestampAuthorities: [timestampAuthority(tsa, window, false)] }]
    const github = { profile: "github-internal", roots } as const
    const stamped = closeCase(made({ entries: [], tokens: [{}], payload: statement() }).bundle, github)
    const hostile = closeCase(envelope(STATEMENT_TYPE, payload, falseSignatures(64)), {
      ...github,
      trust: { keys: trusted(256) },
      input: { form: "envelope" },
    })
    const counted = new Counted()
    await counted.run(hostile)
    expect((await counted.run(stamped)).text).toBe((await new Counted().run(stamped)).text)
  })

  test("is told from evidence that asks for exactly as much as a run may make", async () => {
    // Each false signature is tried under both forms of Ed25519, over the envelope's encoding and over the bare payload.
    const counted = new Counted()
    const exactly = await counted.run(manySignatures(4, LIMITS.signatureChecks / 16))
    expect([exactly.checks, hasLimit(exactly)]).toEqual([LIMITS.signatureChecks, false])
    const more = await counted.run(manySignatures(4, LIMITS.signatureChecks / 16 + 1))
    expect([more.checks, hasLimit(more)]).toEqual([LIMITS.signatureChecks, true])
  })

  test("does not hide a good signature behind false ones that can be afforded", async () => {
    const key = strangers[0] ?? nobody
    const { bundle } = made({ signingKey: key, hint: "", payload: statement(), entries: [] })
    const sealed = bundle["dsseEnvelope"] as { signatures: JsonObject[] }
    const signatures = [...falseSignatures(4).map(s => ({ sig: base64(s.sig) })), ...sealed.signatures]
    const closure = closeCase(
      { ...sealed, signatures },
      { policy: permissive, trust: { keys: trusted(16) }, input: { form: "envelope" } },
    )
    const run = await new Counted().run(closure)
    expect([run.report.verdict, hasLimit(run)]).toEqual(["proven", false])
  })
})

describe("evidence that is large", () => {
  const hex = (i: number) => createHash("sha256").update(String(i)).digest("hex")
  const limited = async (closure: CaseClosure): Promise<Run> => {
    const run = await new Counted().run(closure)
    expect(run.ms).toBeLessThan(5000)
    return run
  }
  const sealed = (text: string) =>
    closeCase(envelope(STATEMENT_TYPE, utf8(text), falseSignatures(1)), {
      policy: permissive,
      trust: { keys: trusted(1) },
      input: { form: "envelope" },
    })

  test("as a statement with all the subjects and digests there may be", async () => {
    const digest = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`custom${String(i)}`, hex(i)]))
    const subject = Array.from({ length: 4096 }, (_, i) => ({ digest: { ...digest, sha256: hex(i) } }))
    const run = await limited(sealed(JSON.stringify(statement(payload, { subject }))))
    expect(run.report.checks.find(c => c.key === "subject")?.reason).toBe("subject-mismatch")
    const tooMany = Array.from({ length: LIMITS.statementSubjects + 1 }, () => ({ digest: { a: "b" } }))
    const refused = await limited(sealed(JSON.stringify(statement(payload, { subject: tooMany }))))
    expect(refused.report.code).toBe("EVIDENCE_MALFORMED")
  })

  test.each([
    ["quotation marks", '{"a":"' + '\\"'.repeat(4_000_000) + '"}'],
    ["backslashes", '{"a":"' + "\\\\".repeat(4_000_000) + '"}'],
    ["an unclosed text of backslashes", '{"a":"' + "\\".repeat(8_000_001)],
    ["brackets", "[".repeat(8_000_000)],
    ["members", `{${Array.from({ length: 500_000 }, (_, i) => `"${String(i)}":0`).join()}}`],
    ["escaped members", `{${Array.from({ length: 200_000 }, (_, i) => `"\\u0061${String(i)}":0`).join()}}`],
    ["white space", " ".repeat(16_000_000)],
    ["white space after names", `{"a"${" ".repeat(8_000_000)}:${" ".repeat(4_000_000)}1}`],
    ["digits", `{"a":${"9".repeat(8_000_000)}}`],
    ["zero bytes", "\u0000".repeat(16_000_000)],
    ["more than there may be", " ".repeat(LIMITS.evidenceBytes + 1)],
  ])("as %s", async (_, text) => {
    const run = await limited(closeCase(Buffer.from(text)))
    expect(run.report.code).toBe("EVIDENCE_MALFORMED")
    expect(run.checks).toBe(0)
    expect(run.text.length).toBeLessThan(20_000)
  })

  test("as notes, bodies, tokens and certificates of nothing", async () => {
    const { bundle } = made({ tokens: [{}] })
    const material = bundle["verificationMaterial"] as JsonObject
    const [entry] = material["tlogEntries"] as JsonObject[]
    const proof = entry?.["inclusionProof"] as JsonObject
    const of = (change: JsonObject) => ({ ...bundle, verificationMaterial: { ...material, ...change } })
    const withEntry = (change: JsonObject) => of({ tlogEntries: [{ ...entry, ...change }] })
    const note = (envelope: string) => withEntry({ inclusionProof: { ...proof, checkpoint: { envelope } } })
    const documents = [
      note(" - 1".repeat(100_000) + "\n1\nAAAA\n\n\u2014 a b\n"),
      note("\n\n".repeat(250_000)),
      note(`a\n1\n${base64(Buffer.alloc(32))}\n\n` + `\u2014 a ${base64(Buffer.alloc(68))}\n`.repeat(4000)),
      withEntry({ canonicalizedBody: base64(Buffer.alloc(8_000_000, 0x5b)) }),
      withEntry({
        inclusionProof: { ...proof, hashes: Array.from({ length: 100_000 }, () => base64(Buffer.alloc(32))) },
      }),
      of({
        timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: base64(Buffer.alloc(128 * 1024, 0x30)) }] },
      }),
      of({ certificate: { rawBytes: base64(Buffer.alloc(64 * 1024, 0x30)) } }),
      of({ tlogEntries: Array.from({ length: 100_000 }, () => ({})) }),
    ]
    const verdicts: string[] = []
    for (const document of documents) verdicts.push((await limited(closeCase(document))).report.verdict)
    // A token that is nothing is counted out beside a promise.
    expect(verdicts).toEqual(documents.map((_, i) => (i === 5 ? "proven" : "failed")))
  })
})
