/** Every corpus case with a verdict gives the verdict and the code of the reviewed table. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { createJudge, type Judgement } from "../../src/judge/judge.ts"
import { basisFor, caseFor, crypto, identitiesOf } from "../support/judge-corpus.ts"
import { shared } from "../support/shared.ts"
import { corpusCases, type CorpusCase } from "./corpus.ts"
import { EXPECTATIONS } from "./expectations.ts"
import type { Expectation, Outcome } from "./expectation.ts"

const judge = createJudge(crypto)

async function judged(
  c: CorpusCase,
  e: Expectation,
  item: number,
  profile: Expectation["profile"],
  embed: boolean,
): Promise<Judgement> {
  const basis = basisFor({
    profile,
    identities: profile === "keyed" ? "any" : identitiesOf(c),
    logs: profile === "keyed" ? e.thresholds.tlog : 0,
    keys: profile === "keyed" ? c.keys : [],
    roots: [c.trustedRoot],
  })
  const form = c.form === "gcb" ? "envelope" : c.form
  if (form !== "bundle" && form !== "envelope" && form !== "pep740" && form !== "npm") throw new Error(c.form)
  const artifact = embed && c.artifact.path !== undefined ? { artifact: readFileSync(c.artifact.path) } : {}
  const closure = caseFor(basis, form, readFileSync(c.path), c.artifact.digests, { item, ...artifact })
  const result = await judge.judge(closure)
  if (!result.ok) throw result.error
  return result.value
}

function summary(j: Judgement): unknown {
  return j.report.checks
    .filter(k => k.outcome !== "pass")
    .map(k => `${k.key} ${k.outcome} ${String(k.reason)} ${JSON.stringify(k.evidence)}`)
}

function agree(j: Judgement, e: Outcome): void {
  const { verdict, code } = j.report
  expect({ verdict, code }, JSON.stringify(summary(j))).toEqual({ verdict: e.verdict, code: e.code })
  const reasons = j.report.checks.filter(k => k.outcome !== "pass").map(k => k.reason)
  if (e.reason !== undefined) expect(reasons).toContain(e.reason)
}

describe.skipIf(shared === undefined)("corpus verdicts", () => {
  const cases = corpusCases().filter(c => EXPECTATIONS[c.id]?.scope === "verdict")

  for (const c of cases.filter(k => k.form !== "gcb")) {
    const e = EXPECTATIONS[c.id] as Expectation
    const items = e.items ?? [{ ...e, profile: e.profile }]
    for (const [i, item] of items.entries()) {
      test(`${c.id} item ${String(i)} by digest`, async () => {
        agree(await judged(c, e, i, item.profile, false), item)
      })
      if (c.artifact.path !== undefined) {
        test(`${c.id} item ${String(i)} by path`, async () => {
          agree(await judged(c, e, i, item.profile, true), item)
        })
      }
    }
  }
})
