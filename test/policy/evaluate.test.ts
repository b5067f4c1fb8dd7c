/** Rules that the vectors do not ask about, and the edges of those that they do. */
import { describe, expect, test } from "vitest"
import { statement, PREDICATE } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { rfc3339 } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { vkey, witness } from "../../kit-scripts/vectors/evidence/note.ts"
import { compilePolicy } from "../../src/policy/profiles.ts"
import { toHex } from "../../src/kernel/bytes.ts"
import { ask, made, open, policyOf, rule, world } from "../judge/ask.ts"

const at = (seconds: number) => rfc3339(world.at + seconds)
const moment = { earliest: at(1000), latest: at(1000) }
const PROVEN = { verdict: "proven" }

describe("logs", () => {
  const log = world.rekor1()
  const { bundle } = made({ entries: [{ log }] })
  const verdict = async (require: object, heads: readonly number[] = []) => {
    const root = toHex(log.tree.root(log.tree.size))
    const size = String(log.tree.size)
    const rules = [rule("asked", { log: { origins: "any", count: 1, promises: true, ...require } })]
    const held = heads.map(h => ({ v: 1, log: log.origin, size, root, at: at(h) }) as const)
    return open(await ask(bundle, { rules, moment, heads: held }))
  }

  test("may be asked for by name or by origin", async () => {
    expect(await verdict({ origins: [log.name] })).toEqual(PROVEN)
    expect(await verdict({ origins: [log.origin] })).toEqual(PROVEN)
    expect(await verdict({ origins: ["rekor.example", log.name.slice(1)] })).toEqual({
      verdict: "unproven",
      "policy/asked": "skip entry-missing",
    })
  })

  test("may have to be held fresh here: the newest head counts, and none from the future", async () => {
    const old = { verdict: "unproven", "policy/asked": "skip checkpoint-too-old" }
    expect(await verdict({ maxCheckpointAge: 100 }, [])).toEqual(old)
    expect(await verdict({ maxCheckpointAge: 100 }, [899])).toEqual(old)
    expect(await verdict({ maxCheckpointAge: 100 }, [900])).toEqual(PROVEN)
    expect(await verdict({ maxCheckpointAge: 100 }, [950, 10])).toEqual(PROVEN)
    expect(await verdict({ maxCheckpointAge: 100 }, [1300])).toEqual(PROVEN)
    expect(await verdict({ maxCheckpointAge: 100 }, [1301])).toEqual(old)
  })
})

describe("ages", () => {
  test("of evidence without any time are unknown", async () => {
    const { bundle } = made({ entries: [], payload: statement() })
    const rules = [rule("fresh", { freshness: { maxAge: 1_000_000 } })]
    const report = await ask(bundle, { profile: "custom", rules })
    expect(open(report)).toMatchObject({ verdict: "unproven", "policy/fresh": "skip time-missing" })
  })

  test("of evidence are at most what is asked for", async () => {
    const { bundle } = made()
    const verdict = async (maxAge: number) =>
      (await ask(bundle, { moment, rules: [rule("fresh", { freshness: { maxAge } })] })).verdict
    // The promise is of world.at + 2.
    expect(await verdict(998)).toBe("proven")
    expect(await verdict(997)).toBe("unproven")
  })
})

describe("predicates", () => {
  const { bundle } = made({ payload: statement() })
  const verdict = async (evidence: object, types: readonly string[], count: number) =>
    open(await ask(evidence, { rules: [rule("about", { predicate: { types, count } })] }))

  test("of one piece of evidence are one", async () => {
    expect(await verdict(bundle, [PREDICATE], 1)).toEqual(PROVEN)
    expect(await verdict(bundle, [PREDICATE], 2)).toEqual({
      verdict: "unproven",
      "policy/about": "skip predicate-count",
    })
    expect(await verdict(bundle, [], 1)).toEqual({ verdict: "failed", "policy/about": "fail predicate-not-accepted" })
    expect(await verdict(made().bundle, [PREDICATE], 1)).toEqual({
      verdict: "unproven",
      "policy/about": "skip depends-on-failed",
    })
  })
})

describe("witnesses", () => {
  test("see trees, so a promise has none", async () => {
    const key = world.key("ed25519", "witness")
    const rules = [rule("seen", { witness: { quorum: 1 } })]
    const trust = { witnesses: [vkey("w.example", key, 4)] }
    const log = world.rekor1()
    const give = { checkpoint: { signers: [log.signer, witness("w.example", key, world.at)] } }
    const seen = made({ version: "0.1", entries: [{ log, give }] })
    expect(open(await ask(seen.bundle, { rules, trust }))).toEqual(PROVEN)
    const promised = made({ version: "0.1", entries: [{ give: { proof: false } }] })
    expect(open(await ask(promised.bundle, { rules, trust }))).toEqual({
      verdict: "unproven",
      "policy/seen": "skip witness-missing",
    })
  })
})

describe("signers", () => {
  test("without an issuer are shown as such, and are not the one that is asked for", async () => {
    const nobody = made({
      leaf: {
        edit: extensions => {
          extensions.delete("issuer")
          extensions.delete("issuerV2")
        },
      },
    })
    const report = await ask(nobody.bundle)
    expect(open(report)).toMatchObject({ verdict: "failed", "policy/identity": "fail issuer-mismatch" })
    const shown = report.checks.find(c => c.key === "policy/identity")?.evidence["signers"]
    expect(JSON.stringify(shown)).toContain("no issuer")
  })

  test("may be wished for in a number only", () => {
    const { rules } = compilePolicy(policyOf(), { distinctSigners: 2 })
    expect(rules).toEqual([rule("+identity", { signers: { identities: "any", keys: "trusted", distinct: 2 } })])
  })
})
