/** Inclusion proofs without a checkpoint, which only v0.1 allows: they lead nowhere by themselves. */
import { expect, test } from "vitest"
import { base64, changed, type Json, type JsonObject } from "../../kit-scripts/vectors/evidence/json.ts"
import { ask, made, open } from "../judge/ask.ts"

const { bundle } = made({ version: "0.1" })
const PROOF = "verificationMaterial.tlogEntries[0].inclusionProof"
const bare = changed(bundle, `${PROOF}.checkpoint`, undefined)
const verdict = async (document: Json) => open(await ask(document as JsonObject))

test("beside a promise they are left open, where they agree with themselves", async () => {
  const left = { "checkpoint/0": "skip checkpoint-missing", "inclusion/0": "skip checkpoint-missing" }
  expect(await verdict(bare)).toEqual({ verdict: "proven", ...left })
  const report = await ask(bare as JsonObject)
  expect(report.checks.find(c => c.key === "policy/log")?.outcome).toBe("pass")
})

test("that do not agree with themselves fail", async () => {
  const zeros = base64(new Uint8Array(32))
  for (const [member, value] of [
    ["rootHash", zeros],
    ["rootHash", undefined],
    ["treeSize", "0"],
    ["treeSize", "1"],
    ["hashes", []],
    ["logIndex", "0"],
  ] as const) {
    const broken = changed(bare, `${PROOF}.${member}`, value as Json | undefined)
    expect(await verdict(broken), member).toMatchObject({ verdict: "failed", "inclusion/0": "fail inclusion-mismatch" })
  }
})
