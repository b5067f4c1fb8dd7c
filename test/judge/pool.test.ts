/**
 * The pool of worker threads gives the Reports of one thread, to the byte and in the order of the tasks: the evidence
 * vectors that share trust, policy and moment are judged by one, two and three of them, with Facts remembered and without.
 */
import { expect, test } from "vitest"
import type { Basis } from "../../appliance/operations/judging/basis.ts"
import type { FactsMemory } from "../../appliance/operations/judging/judging.ts"
import { judgeTasks } from "../../appliance/operations/judging/judging.node.ts"
import type { Task } from "../../appliance/operations/judging/task.ts"
import { createJudge } from "../../src/judge/judge.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { closureOf, evidenceOf, evidenceVectors, policyOf, rootsOf } from "../support/evidence-vectors.ts"
import { crypto } from "../support/judge-corpus.ts"

const shared = (v: (typeof evidenceVectors)[number]): string =>
  JSON.stringify([v.roots, v.keys, v.witnesses, v.heads, v.revocations, v.moment, v.ask])
const [model, ...others] =
  [...Map.groupBy(evidenceVectors, shared).values()].sort((a, b) => b.length - a.length)[0] ?? []
if (model === undefined) throw new Error("there are no vectors")
const vectors = [model, ...others].filter(v => v.logProofs === undefined && v.artifact.text === undefined)

const basis: Basis = {
  roots: rootsOf(model),
  trust: { keys: [], witnesses: [], takenAt: null, expires: null, basis: "argument" },
  policy: policyOf(model),
  moment: { earliest: model.moment, latest: model.moment, basis: [] },
  heads: [],
}
const tasks = vectors.map((v): Task => ({
  artifact: { name: v.id, sha256: null },
  evidence: { name: v.id, sha256: null, item: v.item },
  input: { evidence: evidenceOf(v), form: v.form, item: v.item, digests: v.artifact.digests, logProofs: [] },
}))

async function* each(): AsyncGenerator<Task> {
  await Promise.resolve()
  yield* tasks
}

async function textsOf(jobs: number, memory?: FactsMemory): Promise<readonly string[]> {
  const texts: string[] = []
  const { signal } = new AbortController()
  for await (const judged of judgeTasks(each(), { basis, jobs, memory, signal })) {
    texts.push("report" in judged ? judged.text : judged.message)
  }
  return texts
}

test("one, two and three threads give the same Reports in the same order", { timeout: 60_000 }, async () => {
  // Several full batches, and a last one that is not.
  expect(tasks.length).toBeGreaterThan(100)
  const judge = createJudge(crypto)
  const expected: string[] = []
  for (const v of vectors) expected.push(unwrap(await judge.judge(closureOf(v, crypto))).text)
  expect(new Set(expected.map(text => (JSON.parse(text) as { verdict: string }).verdict)).size).toBe(3)

  const kept = new Map<string, Uint8Array>()
  const memory: FactsMemory = {
    getMany: keys => Promise.resolve(keys.map(key => kept.get(key))),
    put: entries => {
      for (const { key, facts } of entries) kept.set(key, facts)
      return Promise.resolve()
    },
  }
  for (const jobs of [1, 2, 3]) expect(await textsOf(jobs)).toEqual(expected)
  expect(await textsOf(2, memory)).toEqual(expected)
  expect(kept.size).toBeGreaterThan(100)
  expect(await textsOf(2, memory)).toEqual(expected)
})
