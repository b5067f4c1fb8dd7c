/** Proofs that a mirror adds to a Case, and two trees of one log inside it. */
import { expect, test } from "vitest"
import { hex, type Json } from "../../kit-scripts/vectors/evidence/json.ts"
import type { CheckpointOptions } from "../../kit-scripts/vectors/evidence/rekor.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { ask, made, open, world } from "../judge/ask.ts"

const log = world.rekor1()
const { bundle, entries } = made({ entries: [{ log }] })
const index = entries[0]?.index ?? 0
const before = { size: log.tree.size, root: hex(log.tree.root(log.tree.size)) }
log.fill(9)

type Document = Record<string, Json>

/** Inclusion of the entry in the tree of this size. */
function proof(size = log.tree.size, options: CheckpointOptions = {}): Document {
  return {
    checkpoint: log.checkpoint(size, options),
    hashes: log.tree.path(index, size).map(hex),
    index: String(index),
    kind: "log-proof",
    leaf: hex(log.tree.leaf(index)),
    log: { origin: log.origin, vkey: "whatever the mirror calls it" },
    size: String(size),
    v: 1,
  }
}

const verdict = async (...documents: readonly (Document | string)[]) =>
  open(
    await ask(bundle, {
      input: { logProofs: documents.map(d => utf8(typeof d === "string" ? d : canonicalJson(d))) },
    }),
  )

test("a fresh proof adds its tree to what is known", async () => {
  expect(await verdict(proof())).toEqual({ verdict: "proven" })
  expect(await verdict(proof(), proof(before.size))).toEqual({ verdict: "proven" })
})

test("a proof that is no document, or has no checkpoint, fails", async () => {
  expect(await verdict("not JSON")).toEqual({ verdict: "failed", "log-proof/0": "fail json-invalid" })
  expect(await verdict({ ...proof(), checkpoint: "no note" })).toEqual({
    verdict: "failed",
    "log-proof/0": "fail checkpoint-malformed",
  })
})

test("a proof that states another size than its checkpoint fails", async () => {
  expect(await verdict({ ...proof(), size: "1" })).toEqual({
    verdict: "failed",
    "log-proof/0": "fail inclusion-mismatch",
  })
})

test("a checkpoint of another key under the log's origin is false; one of another origin says nothing here", async () => {
  const forged = proof(log.tree.size, {
    signers: [{ ...log.signer, sign: text => world.key("p256").sign(utf8(text)) }],
  })
  expect(await verdict(forged)).toMatchObject({ "log-proof/0": "fail checkpoint-signature" })
  expect(await verdict(proof(log.tree.size, { origin: "another.example" }))).toEqual({
    verdict: "proven",
    "log-proof/0": "skip entry-missing",
  })
})

test("growth from an older tree is checked, and a false one fails", async () => {
  const grown = (from: Json, hashes: Json[]) => ({ ...proof(), consistency: { from, hashes } })
  const same = { root: hex(log.tree.root(log.tree.size)), size: String(log.tree.size) }
  expect(await verdict(grown(same, []))).toEqual({ verdict: "proven" })
  for (const [from, hashes] of [
    [{ ...same, root: "0".repeat(64) }, []],
    [{ size: String(before.size), root: before.root }, []],
    [same, ["0".repeat(64)]],
  ] as const) {
    expect(await verdict(grown(from, [...hashes]))).toEqual({
      verdict: "failed",
      "consistency/0": "fail consistency-mismatch",
    })
  }
})

test("two roots for one size of one log are a split view, whoever brings them", async () => {
  // The log signs another tree in which the entry is, too: of the very size that the evidence's own proof is in.
  const other = world.rekor1()
  const second = made({ entries: [{ log: other, before: 5, after: 0 }] })
  other.append(utf8("an entry that the first tree does not have"))
  other.fill(2)
  expect(other.tree.size).toBe(before.size)
  expect(second.entries[0]?.index).toBe(index)
  const forked = {
    ...proof(before.size),
    checkpoint: other.checkpoint(other.tree.size),
    hashes: other.tree.path(index, other.tree.size).map(hex),
  }
  const report = await ask(bundle, { input: { logProofs: [utf8(canonicalJson(forked))] } })
  expect(open(report)).toMatchObject({ verdict: "failed", "fork/0/1": "fail split-view" })
  expect(report.code).toBe("SPLIT_VIEW")
})

test("trees of other sizes and of other logs do not contradict each other", async () => {
  const two = made({ entries: [{ log: world.rekor1() }, { log: world.rekor2() }], tokens: [{}] })
  expect(open(await ask(two.bundle))).toEqual({ verdict: "proven" })
  expect(await verdict(proof(before.size + 1), proof(before.size + 2))).toEqual({ verdict: "proven" })
})
