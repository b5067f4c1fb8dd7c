/** The bundles that are generated for measuring where no corpus is at hand. */
import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { makeBundles } from "../../kit-scripts/vectors/evidence/bundles.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { printInstant } from "../../src/formats/instant.ts"
import { assembleCase, createBasis } from "../../src/judge/assemble.ts"
import { createJudge } from "../../src/judge/judge.ts"
import { compilePolicy, PROFILES } from "../../src/policy/profiles.ts"

const options = { seed: "generated bundles", at: 1_772_445_600 }

test("every class is proven under the root of the set", async () => {
  const crypto = nodeCrypto()
  const { root, identity, issuer, at, bundles } = makeBundles(20, options)
  const moment = { earliest: printInstant(at), latest: printInstant(at), basis: [] }
  const identities = [{ issuer: { exact: issuer }, san: { exact: identity } }]
  const policy = compilePolicy(PROFILES["public-good"], { identities })
  const trust = { keys: [], witnesses: [], takenAt: null, expires: null, basis: "argument" } as const
  const basis = createBasis({ roots: [root], trust, policy, moment }, crypto)
  const judge = createJudge(crypto)
  for (const { id, bytes, artifact } of bundles) {
    const digests = { sha256: createHash("sha256").update(artifact).digest("hex") }
    const result = await judge.judge(assembleCase({ evidence: bytes, form: "bundle", item: 0, digests }, basis, crypto))
    expect(result.ok && result.value.report.verdict, id).toBe("proven")
  }
  expect(new Set(bundles.map(b => b.class)).size).toBe(5)
})

test("no two share anything that could be remembered, and equal options give equal bundles", () => {
  const { bundles } = makeBundles(4, options)
  const certificates = bundles.map(
    b =>
      Buffer.from(b.bytes)
        .toString("utf8")
        .match(/"rawBytes":"([^"]+)"/)?.[1],
  )
  expect(new Set(certificates).size).toBe(4)
  expect(makeBundles(4, options)).toEqual(makeBundles(4, options))
})
