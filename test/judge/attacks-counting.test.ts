/** Attempts to reach a threshold by one and the same thing, to lean on somebody else's, or to wish a rule away. */
import { describe, expect, test } from "vitest"
import { extension } from "../../kit-scripts/vectors/evidence/certificate.ts"
import {
  envelope,
  preAuthentication,
  sha256Hex,
  statement,
  STATEMENT_TYPE,
} from "../../kit-scripts/vectors/evidence/evidence.ts"
import { base64, changed, valueAt, type JsonObject } from "../../kit-scripts/vectors/evidence/json.ts"
import { ecKey } from "../../kit-scripts/vectors/evidence/keys.ts"
import { vkey, witness } from "../../kit-scripts/vectors/evidence/note.ts"
import { Others } from "../../kit-scripts/vectors/evidence/roots.ts"
import { rfc3339, timestampAuthority, tlog } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { DAY } from "../../kit-scripts/vectors/evidence/world.ts"
import { CtLog } from "../../kit-scripts/vectors/evidence/authority.ts"
import type { TrustedKey } from "../../src/formats/trust.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { compilePolicy, PROFILES } from "../../src/policy/profiles.ts"
import { parsePolicy, printPolicy } from "../../src/formats/policy.ts"
import { ask, IDENTITY, made, open, policyOf, rule, world } from "./ask.ts"

const others = new Others(world)
const { window } = world
const lists = world.lists()
const PROVEN = { verdict: "proven" }
const unmet = (id: string, reason: string) => ({ verdict: "unproven", [`policy/${id}`]: `skip ${reason}` })

describe("timestamps", () => {
  const two = [rule("two", { timestamp: { count: 2 } })]
  const github = { profile: "github-internal", rules: two } as const
  const stamped = (...tokens: readonly object[]) => made({ entries: [], tokens, payload: statement() }).bundle

  test("of one authority are one observer's word, however many there are", async () => {
    const many = stamped(...Array.from({ length: 32 }, (_, i) => ({ serial: String(i), at: world.at + i })))
    expect(open(await ask(many, github))).toEqual(unmet("two", "timestamp-missing"))
  })

  test("of two authorities are two", async () => {
    const root = {
      ...world.trustedRoot(),
      timestampAuthorities: [...lists.timestampAuthorities, timestampAuthority(others.tsa, window)],
    }
    const both = stamped({}, { tsa: others.tsa })
    expect(open(await ask(both, { ...github, roots: [root] }))).toEqual(PROVEN)
  })

  test("of an authority that is listed twice are one", async () => {
    const again = timestampAuthority(world.tsa, { from: window.from + 1 })
    const root = { ...world.trustedRoot(), timestampAuthorities: [...lists.timestampAuthorities, again] }
    const twice = stamped({ serial: "a" }, { serial: "b" })
    expect(open(await ask(twice, { ...github, roots: [root] }))).toEqual(unmet("two", "timestamp-missing"))
  })

  test("that are the same token fail, in whatever bytes they come", async () => {
    const report = await ask(stamped({}, { certificates: [] }), { profile: "github-internal" })
    expect(open(report)).toMatchObject({ verdict: "failed", "timestamp/1": "fail timestamp-duplicate" })
  })

  test("made later make old evidence no fresher", async () => {
    const key: TrustedKey = {
      spki: base64(world.key("p256").spki),
      algorithm: "PKIX_ECDSA_P256_SHA_256",
      encoding: "der",
      validFor: null,
    }
    const fresh = [rule("fresh", { freshness: { maxAge: 10 * DAY } })]
    const moment = { earliest: rfc3339(world.at + 30 * DAY), latest: rfc3339(world.at + 30 * DAY) }
    const keyed = { profile: "keyed", wishes: {}, trust: { keys: [key] }, rules: fresh, moment } as const
    const signed = (...tokens: readonly object[]) =>
      made({ entries: [], tokens, payload: statement(), hint: "" }).bundle
    expect(open(await ask(signed({ at: world.at + 25 * DAY }), keyed))).toEqual(PROVEN)
    const renewed = signed({ at: world.at }, { at: world.at + 25 * DAY })
    expect(open(await ask(renewed, keyed))).toEqual(unmet("fresh", "evidence-too-old"))
  })
})

describe("log entries", () => {
  const two = [rule("two", { log: { origins: "any", count: 2, promises: true } })]

  test("of one log are one, with other bodies, indexes and trees too", async () => {
    const log = world.rekor1()
    const bundle = made({ entries: [{ log }, { log }, { log: world.rekor1() }] }).bundle
    const report = await ask(bundle, { rules: two })
    // The same body in the same log is a repetition whatever its index; where it is not told apart it is not counted.
    expect(report.verdict).not.toBe("proven")
  })

  test("of two logs of one operator are one, where the trusted root names operators", async () => {
    const mark = (entry: unknown) => ({ ...(entry as JsonObject), operator: "vectors.example" })
    const root = {
      ...world.trustedRoot(),
      mediaType: "application/vnd.dev.sigstore.trustedroot.v0.2+json",
      tlogs: lists.tlogs.map(mark),
    }
    const { bundle } = made({ entries: [{ log: world.rekor1() }, { log: world.rekor2() }], tokens: [{}] })
    expect(open(await ask(bundle, { rules: two }))).toEqual(PROVEN)
    expect(open(await ask(bundle, { rules: two, roots: [root] }))).toEqual(unmet("two", "entry-missing"))
  })

  test("do not count for a log whose key had ended, or that nothing dates", async () => {
    const undated = made({ hint: "k", payload: statement(), entries: [{ log: world.rekor2() }] }).bundle
    const key: TrustedKey = {
      spki: base64(world.key("p256").spki),
      algorithm: "PKIX_ECDSA_P256_SHA_256",
      encoding: "der",
      validFor: null,
    }
    const logged = [rule("logged", { log: { origins: "any", count: 1, promises: true } })]
    const keyed = { profile: "keyed", wishes: {}, trust: { keys: [key] }, rules: logged } as const
    expect(open(await ask(undated, keyed))).toMatchObject(unmet("logged", "entry-missing"))
    const ended = { ...world.trustedRoot(), tlogs: [tlog(world.rekor2(), { ...window, until: world.at - DAY })] }
    const dated = made({ hint: "k", payload: statement(), entries: [{ log: world.rekor2() }], tokens: [{}] }).bundle
    expect(open(await ask(dated, keyed))).toEqual(PROVEN)
    expect(open(await ask(dated, { ...keyed, roots: [ended] }))).toMatchObject({
      verdict: "failed",
      "log-window/0": "fail time-outside-authority",
    })
  })
})

describe("witnesses", () => {
  const names = ["one.witness.example", "two.witness.example", "three.witness.example"] as const
  const keys = names.map(name => world.key("ed25519", name))
  const cosigner = (i: number, name: string = names[i] ?? "") =>
    witness(name, keys[i] ?? world.key("ed25519"), world.at + 3)
  const published = (i: number, name: string = names[i] ?? "") => vkey(name, keys[i] ?? world.key("ed25519"), 4)
  const quorum = (n: number) => [rule("witnessed", { witness: { quorum: n } })]
  const log1 = world.rekor1()
  const log2 = world.rekor2()
  const seenBy = (log: typeof log1, ...cosigners: readonly ReturnType<typeof cosigner>[]) => ({
    log,
    give: { checkpoint: { signers: [log.signer, ...cosigners] } },
  })

  test("are counted by key: two of them, and one that is listed under two names", async () => {
    const trust = { witnesses: [published(0), published(1), published(0, "alias.witness.example")] }
    const both = made({ entries: [seenBy(world.rekor1(), cosigner(0), cosigner(1))] }).bundle
    expect(open(await ask(both, { trust, rules: quorum(2) }))).toEqual(PROVEN)
    const alias = made({ entries: [seenBy(world.rekor1(), cosigner(0), cosigner(0, "alias.witness.example"))] }).bundle
    expect(open(await ask(alias, { trust, rules: quorum(2) }))).toEqual(unmet("witnessed", "witness-missing"))
  })

  test("sign once: a second line of one is false", async () => {
    const trust = { witnesses: [published(0), published(1)] }
    const twice = made({ entries: [seenBy(world.rekor1(), cosigner(0), cosigner(0))] }).bundle
    expect(open(await ask(twice, { trust, rules: quorum(2) }))).toMatchObject({
      verdict: "failed",
      "cosignature/0/1": "fail cosignature-mismatch",
    })
  })

  test("of two checkpoints are no quorum of either", async () => {
    const trust = { witnesses: [published(0), published(1), published(2)] }
    const apart = made({
      entries: [seenBy(log1, cosigner(0)), seenBy(log2, cosigner(1), cosigner(2))],
      tokens: [{}],
    }).bundle
    expect(open(await ask(apart, { trust, rules: quorum(2) }))).toEqual(PROVEN)
    expect(open(await ask(apart, { trust, rules: quorum(3) }))).toEqual(unmet("witnessed", "witness-missing"))
  })

  test("are not the log, nor is the log a witness", async () => {
    const trust = { witnesses: [published(0), vkey(log2.name, log2.key, 4)] }
    const bundle = made({ entries: [seenBy(world.rekor2(), cosigner(0))], tokens: [{}] }).bundle
    expect(open(await ask(bundle, { trust, rules: quorum(2) }))).toEqual(unmet("witnessed", "witness-missing"))
    const log = world.rekor2()
    const only = made({ entries: [{ log, give: { checkpoint: { signers: [cosigner(0)] } } }], tokens: [{}] }).bundle
    expect(open(await ask(only, { trust }))).toMatchObject({
      verdict: "failed",
      "checkpoint/0": "fail checkpoint-signature",
    })
  })
})

describe("signed certificate timestamps", () => {
  test("of one log are one, and of an unknown one none", async () => {
    const { ctLog } = world
    const stranger = new CtLog("attacks stranger", "https://ct.stranger.example")
    const two = [rule("two", { sct: { count: 2 } })]
    const bundle = made({
      leaf: {
        scts: (tbs, spki) => [
          ctLog.sct(tbs, spki, world.at * 1000),
          ctLog.sct(tbs, spki, world.at * 1000 + 1),
          stranger.sct(tbs, spki, world.at * 1000),
        ],
      },
    }).bundle
    expect(open(await ask(bundle))).toEqual({ verdict: "proven", "sct/2": "skip sct-log-unknown" })
    expect(open(await ask(bundle, { rules: two }))).toMatchObject(unmet("two", "sct-missing"))
  })
})

describe("signers of an envelope", () => {
  const payload = utf8(JSON.stringify(statement()))
  const signed = preAuthentication(STATEMENT_TYPE, payload)
  const first = ecKey("p256", "attacks first")
  const second = ecKey("p256", "attacks second")
  const trusted = (key: typeof first, more: Partial<TrustedKey> = {}): TrustedKey => ({
    spki: base64(key.spki),
    algorithm: "PKIX_ECDSA_P256_SHA_256",
    encoding: "der",
    validFor: null,
    ...more,
  })
  const sealed = (...signatures: readonly { sig: Uint8Array; keyid?: string }[]) =>
    envelope(STATEMENT_TYPE, payload, signatures)
  const asks = (keys: readonly TrustedKey[], distinct: number) => ({
    policy: policyOf(rule("signers", { signers: { identities: [], keys: "trusted", distinct } })),
    trust: { keys },
    input: { form: "envelope" as const },
  })
  const short = { verdict: "failed", "policy/signers": "fail signer-threshold" }

  test("are counted by key", async () => {
    const keys = [trusted(first), trusted(second)]
    expect(open(await ask(sealed({ sig: first.sign(signed) }, { sig: second.sign(signed) }), asks(keys, 2)))).toEqual(
      PROVEN,
    )
    const own = [{ sig: first.sign(signed) }, { sig: first.signNegated(signed), keyid: "another" }] as const
    expect(open(await ask(sealed(...own), asks(keys, 2)))).toEqual(short)
    const copies = Array.from({ length: 64 }, (_, i) => ({ ...own[i % 2 === 0 ? 0 : 1], keyid: String(i) }))
    expect(open(await ask(sealed(...copies), asks(keys, 2)))).toMatchObject({
      ...short,
      "signature/2": "fail signature-duplicate",
      "signature/63": "fail signature-duplicate",
    })
  })

  test("trusted in two windows or for two digests are one key", async () => {
    const windows = [
      trusted(first),
      trusted(first, { validFor: { start: rfc3339(world.at) } }),
      trusted(second, { algorithm: "PKIX_ECDSA_P256_SHA_256" }),
    ]
    expect(open(await ask(sealed({ sig: first.sign(signed) }), asks(windows, 2)))).toMatchObject(short)
  })

  test("are not chosen by their key ids", async () => {
    const strange = sealed({ sig: second.sign(signed), keyid: "first" })
    expect((await ask(strange, asks([trusted(first)], 1))).verdict).toBe("failed")
  })

  test("that are revoked do not make up the number", async () => {
    const keys = [trusted(first), trusted(second)]
    const both = sealed({ sig: first.sign(signed) }, { sig: second.sign(signed) })
    const revoked = `revocation/${sha256Hex(first.spki) < sha256Hex(second.spki) ? "1" : "0"}`
    const row = { spki: sha256Hex(second.spki), effective: rfc3339(world.at), reason: "lost" }
    for (const revocations of [[[row]], [[{ ...row, effective: rfc3339(world.at + 90 * DAY) }], [row]]]) {
      const two = await ask(both, { ...asks(keys, 2), revocations })
      expect(open(two)).toMatchObject({ ...short, [revoked]: "fail key-revoked" })
      const one = await ask(both, { ...asks(keys, 1), revocations })
      expect(open(one)).toEqual(PROVEN)
      expect(one.countedOut).toEqual([{ check: revoked, rule: "signers" }])
    }
    const alone = await ask(sealed({ sig: second.sign(signed) }), { ...asks(keys, 1), revocations: [[row]] })
    expect(alone.verdict).toBe("failed")
    // Revoked from tomorrow on: it has not happened yet.
    const tomorrow = [[{ ...row, effective: rfc3339(world.at + 90 * DAY) }]]
    expect(open(await ask(both, { ...asks(keys, 2), revocations: tomorrow }))).toEqual(PROVEN)
  })
})

describe("wishes", () => {
  const named = policyOf(rule("release", { signers: { identities: [], keys: ["ab".repeat(32)], distinct: 1 } }))

  test("do not take the place of keys that a policy lists", async () => {
    const policy = compilePolicy(named, { identities: [IDENTITY] })
    expect(policy.rules.map(r => r.id)).toEqual(["release", "+identity"])
    expect((await ask(made().bundle, { policy })).verdict).not.toBe("proven")
  })

  test("do not take the place of identities that a policy names", async () => {
    const other = { issuer: { exact: "https://token.example" }, san: { exact: "https://git.example/other" } }
    const base = policyOf(rule("release", { signers: { identities: [other], keys: [], distinct: 1 } }))
    const policy = compilePolicy(base, { identities: "any" })
    expect(open(await ask(made().bundle, { policy }))).toMatchObject({
      verdict: "failed",
      "policy/release": "fail identity-mismatch",
    })
  })

  test("added twice keep rules apart", () => {
    const wishes = { identities: [IDENTITY], predicateTypes: ["a"], timestamps: 1, logs: 1, distinctSigners: 2 }
    const once = compilePolicy(named, wishes)
    const twice = compilePolicy(once, wishes)
    expect(new Set(twice.rules.map(r => r.id)).size).toBe(twice.rules.length)
    expect(parsePolicy(utf8(printPolicy(twice))).ok).toBe(true)
    const repeated = { ...named, rules: [...named.rules, ...named.rules] }
    expect(parsePolicy(utf8(printPolicy(repeated)))).toEqual({
      ok: false,
      error: { reason: "field-invalid", where: "rules[1].id" },
    })
  })

  test("never lower a number", () => {
    const base = policyOf(rule("two", { signers: { identities: [], keys: "trusted", distinct: 2 } }))
    const [compiled] = compilePolicy(base, { distinctSigners: 1 }).rules
    expect(compiled?.require).toMatchObject({ signers: { distinct: 2 } })
    for (const profile of Object.values(PROFILES)) {
      const ids = profile.rules.map(r => r.id)
      expect(
        compilePolicy(profile, { identities: "any", logs: 1, timestamps: 1 })
          .rules.map(r => r.id)
          .slice(0, ids.length),
      ).toEqual(ids)
    }
  })
})

describe("things that a verifier must not overlook", () => {
  test("an unknown critical extension of the leaf, beside everything else that is right", async () => {
    const strange = extension("1.3.6.1.4.1.57264.98", Uint8Array.of(5, 0), true)
    const { bundle } = made({ leaf: { edit: extensions => extensions.set("strange", strange) } })
    expect(open(await ask(bundle))).toMatchObject({ verdict: "failed", certificate: "fail certificate-profile" })
  })

  test("a token over the same signature by an authority that was used outside its window, at both closed ends", async () => {
    const at = world.at + 1
    const root = (from: number, until: number) => ({
      ...world.trustedRoot(),
      timestampAuthorities: [timestampAuthority(world.tsa, { from, until })],
    })
    const { bundle } = made({ entries: [], tokens: [{}], payload: statement() })
    const verdict = async (from: number, until: number) =>
      (await ask(bundle, { profile: "github-internal", roots: [root(from, until)] })).verdict
    expect(await verdict(at, at)).toBe("proven")
    expect(await verdict(at + 1, at + 9)).toBe("failed")
    expect(await verdict(at - 9, at - 1)).toBe("failed")
  })

  test("a log time without a promise, however it is written", async () => {
    const { bundle } = made()
    const entry = "verificationMaterial.tlogEntries[0]"
    for (const without of [undefined, null]) {
      const claimed = changed(bundle, `${entry}.inclusionPromise`, without)
      expect(open(await ask(claimed as JsonObject))).toMatchObject({
        verdict: "failed",
        evidence: "fail field-invalid",
      })
      const undated = await ask(changed(claimed, `${entry}.integratedTime`, without) as JsonObject)
      expect(undated.verdict).toBe("unproven")
      expect(undated.checks.find(c => c.key === "validity")?.reason).toBe("time-missing")
    }
    const forged = changed(
      bundle,
      `${entry}.inclusionPromise.signedEntryTimestamp`,
      valueAt(bundle, "messageSignature.signature"),
    )
    expect(open(await ask(forged as JsonObject))).toMatchObject({
      verdict: "failed",
      "promise/0": "fail promise-signature",
    })
  })
})
