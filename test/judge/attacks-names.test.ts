/**
 * Names that evidence can choose: a log that calls itself another one, an entry under the second id of its log, digests
 * with the names of anything. What a Report says of them stays readable.
 */
import { describe, expect, test } from "vitest"
import { envelope, preAuthentication, statement, STATEMENT_TYPE } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { base64, changed, type JsonObject } from "../../kit-scripts/vectors/evidence/json.ts"
import { spkiSigner } from "../../kit-scripts/vectors/evidence/note.ts"
import { Log } from "../../kit-scripts/vectors/evidence/rekor.ts"
import { tlog, trustedRoot } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { CASE_LIMITS, caseDigests } from "../../src/formats/case.ts"
import { parseFacts } from "../../src/formats/facts.ts"
import { parseReport } from "../../src/formats/report.ts"
import type { TrustedKey } from "../../src/formats/trust.ts"
import { createJudge } from "../../src/judge/judge.ts"
import { replay } from "../../src/judge/replay.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { crypto } from "../support/judge-corpus.ts"
import { ask, closeCase, made, open, rule, world } from "./ask.ts"

describe("a trusted log that signs under the name of another one", () => {
  const honest = world.rekor1()
  const other = new Log({ version: 1, url: "https://log-b.example", label: "B" })
  const lists = world.lists()
  const roots = [trustedRoot({ ...lists, tlogs: [...lists.tlogs, tlog(other, world.window)] })]
  const claims = (log: Log): JsonObject => {
    const checkpoint = { origin: honest.origin, signers: [spkiSigner(honest.name, log.key)] }
    return made({ payload: statement(), tokens: [{}], entries: [{ log, give: { checkpoint } }] }).bundle
  }
  const wanted = rule("honest", { log: { origins: [honest.origin], count: 1, promises: false } })

  test.each([
    ["Rekor v1", other],
    ["Rekor v2", world.rekor2()],
  ])("%s: is not taken for it, and cannot show a second face of it", async (_, log) => {
    const report = await ask(claims(log), { roots, rules: [wanted] })
    expect(open(report)).toMatchObject({ verdict: "failed", "checkpoint/0": "fail checkpoint-signature" })
    expect(report.requirements.find(r => r.id === "honest")?.met).toBe(false)
    const size = String(report.checks.find(c => c.key === "checkpoint/0")?.evidence["size"])
    const head = { v: 1, log: honest.origin, size, root: "ab".repeat(32), at: "2026-03-01T00:00:00Z" } as const
    expect((await ask(claims(log), { roots, heads: [head] })).code).toBe("PROOF_INVALID")
  })
})

test("an entry given twice, under either id of its log, is one too many", async () => {
  const log = world.rekor2()
  const second = base64(new Uint8Array(32).fill(9))
  const { bundle } = made({ payload: statement(), tokens: [{}], entries: [{ log }] })
  const root = world.trustedRoot() as unknown as { tlogs: JsonObject[] }
  const tlogs = root.tlogs.map(l => (l["baseUrl"] === log.url ? { ...l, checkpointKeyId: { keyId: second } } : l))
  const entries = "verificationMaterial.tlogEntries"
  const entry = (bundle["verificationMaterial"] as { tlogEntries: [JsonObject] }).tlogEntries[0]
  const copy = changed(changed(entry, "logId.keyId", second), "logIndex", "77")
  const twice = changed(bundle, entries, [entry, copy]) as JsonObject
  expect(open(await ask(bundle, { roots: [{ ...root, tlogs }] }))).toEqual({ verdict: "proven" })
  expect(open(await ask(twice, { roots: [{ ...root, tlogs }] }))).toEqual({
    verdict: "failed",
    "entry/1": "fail entry-duplicate",
  })
})

test("a certificate inside a signature that holds by a trusted key is nobody's word", async () => {
  const key = world.key("p256")
  const trusted: TrustedKey = {
    spki: base64(key.spki),
    algorithm: "PKIX_ECDSA_P256_SHA_256",
    encoding: "der",
    validFor: null,
  }
  const payload = utf8(JSON.stringify(statement()))
  const sig = key.sign(preAuthentication(STATEMENT_TYPE, payload))
  const stranger = world.key("p256", "stranger").sign(payload)
  const how = { profile: "keyed", wishes: {}, trust: { keys: [trusted] }, input: { form: "envelope" } } as const
  const sealed = envelope(STATEMENT_TYPE, payload, [{ sig }, { sig: stranger }])
  expect(open(await ask(sealed, how))).toEqual({ verdict: "proven" })
  expect(open(await ask(changed(sealed, "signatures[0].cert", "lies") as JsonObject, how))).toEqual({
    verdict: "failed",
    certificate: "fail certificate-untrusted",
  })
  // Beside a signature that does not count it is no more than the signature is.
  expect(open(await ask(changed(sealed, "signatures[1].cert", "lies") as JsonObject, how))).toEqual({
    verdict: "proven",
  })
})

describe("digests of any name", () => {
  test.each<[string, Record<string, string>]>([
    ["with a hyphen", { sha256: "00".repeat(32), "sha3-256": "ab" }],
    ["with a low line", { sha512_256: "00".repeat(32) }],
    ["that is a number", { "1": "x", sha256: "00".repeat(32) }],
    ["of a member of the Report", { subjects: "x", code: "y", entries: "z", sha256: "00".repeat(32) }],
  ])("%s leave a Report that can be read and replayed", async (_, digests) => {
    const closure = closeCase(made({ payload: statement() }).bundle, { input: { digests } })
    let facts = ""
    const keep = { get: () => undefined, put: (_key: string, text: string) => void (facts = text) }
    const { report, text } = unwrap(await createJudge(crypto).judge(closure, keep))
    expect(parseReport(utf8(text))).toEqual({ ok: true, value: report })
    expect(parseFacts(utf8(facts)).ok).toBe(true)
    unwrap(await replay(closure, utf8(text), crypto))
    const evidence = report.checks.find(c => c.key === "subject")?.evidence
    expect(evidence?.["subjects"]).toBe(1)
    expect(evidence?.["digests"]).toEqual(
      Object.entries(digests)
        .map(([name, value]) => `${name}:${value}`)
        .sort(),
    )
  })

  test("that no Case can hold are left out, and so are those beyond its limit", () => {
    const named = { sha256: "ab", "my digest": "x", é: "x", foo: "a b", _x: "y", bar: "", baz: "x".repeat(257) }
    expect(caseDigests(named)).toEqual({ sha256: "ab" })
    expect(caseDigests(JSON.parse('{"__proto__":"x","a":"b"}') as Record<string, string>)).toEqual({ a: "b" })
    const many = Object.fromEntries(Array.from({ length: CASE_LIMITS.digests + 1 }, (_, i) => [`d${String(i)}`, "x"]))
    expect(Object.keys(caseDigests(many))).toHaveLength(CASE_LIMITS.digests)
  })
})
