/** What the site itself brings: proofs from its mirror, the newest trees it holds, and trust that cannot be used. */
import type { Head } from "../../../../src/formats/site-documents.ts"
import { utf8 } from "../../crypto/derive.ts"
import { base64, hex, type Json } from "../json.ts"
import { makeEvidence, statement } from "../evidence.ts"
import { sha256 } from "../merkle.ts"
import type { CheckpointOptions, Log } from "../rekor.ts"
import { rfc3339 } from "../trusted-root.ts"
import { failed, proven, PUBLIC_GOOD, unproven, type Case } from "../vector.ts"
import type { World } from "../world.ts"

/** A proof of one entry in the newest tree, as a mirror writes it. */
function logProof(log: Log, index: number, options: CheckpointOptions = {}): Record<string, Json> {
  const { size } = log.tree
  return {
    checkpoint: log.checkpoint(size, options),
    hashes: log.tree.path(index, size).map(hex),
    index: String(index),
    kind: "log-proof",
    leaf: hex(log.tree.leaf(index)),
    log: {
      origin: log.origin,
      vkey: `${log.name}+${hex(log.signer.keyId)}+${base64(Uint8Array.of(2, ...log.key.spki))}`,
    },
    size: String(size),
    v: 1,
  }
}

function mirrored(world: World): Case[] {
  const made = makeEvidence(world, { version: "0.1", entries: [{ give: { proof: false } }] })
  const [entry] = made.entries
  if (entry === undefined) throw new Error("one entry is meant")
  const { log, index } = entry
  // The site has seen the log grow since.
  log.fill(20)
  const proof = logProof(log, index)
  const proofsOnly = {
    ...PUBLIC_GOOD,
    rules: [
      {
        id: "proof",
        severity: "high",
        controls: [],
        require: { log: { origins: "any", count: 1, promises: false } },
      } as const,
    ],
  }
  const of = (id: string, desc: string, logProofs: readonly Json[], expected: Case["expected"]): Case => ({
    id: `mirror-${id}`,
    desc,
    evidence: made.bundle,
    logProofs,
    ask: proofsOnly,
    expected,
  })
  const missing = unproven(["proof"], { "policy/proof": "entry-missing" })
  return [
    of("proof", "a promise only, and the mirror has the entry", [proof], proven(1, 2)),
    of("proof-none", "a promise only, and proofs are asked for", [], missing),
    of(
      "proof-of-another",
      "the mirror proves another entry",
      [logProof(log, index + 1)],
      unproven(["proof"], { "log-proof/0": "entry-missing" }),
    ),
    of(
      "proof-broken",
      "the mirror's proof does not hold",
      [{ ...proof, hashes: (proof["hashes"] as Json[]).toReversed() }],
      failed({ "log-proof/0": "inclusion-mismatch" }),
    ),
    of(
      "proof-forged",
      "the mirror's checkpoint is not the log's",
      [
        logProof(log, index, {
          signers: [{ ...log.signer, sign: text => world.key("p256", "forger").sign(utf8(text)) }],
        }),
      ],
      failed({ "log-proof/0": "checkpoint-signature" }),
    ),
    of(
      "proof-of-another-log",
      "the mirror's checkpoint is another trusted log's",
      [logProof(log, index, { origin: world.rekor2().origin, signers: [world.rekor2().signer] })],
      unproven(["proof"], { "log-proof/0": "entry-missing" }),
    ),
  ]
}

function heads(world: World): Case[] {
  const log = world.rekor1().fill(5)
  const root = (size: number): string => hex(log.tree.root(size))
  const head = (size: number, root: string): Head => ({
    v: 1,
    log: log.origin,
    size: String(size),
    root,
    at: rfc3339(world.at + 3600),
  })
  const made = makeEvidence(world)
  const [entry] = made.entries
  if (entry === undefined) throw new Error("one entry is meant")
  return [
    {
      id: "head-same",
      desc: "the site holds the very tree that the entry is proven in",
      evidence: made.bundle,
      heads: [head(9, hex(entry.log.tree.root(9)))],
      expected: proven(),
    },
    {
      id: "head-other-size",
      desc: "the site holds an older tree, which says nothing by itself",
      evidence: made.bundle,
      heads: [head(4, root(4))],
      expected: proven(),
    },
    {
      id: "head-split",
      desc: "the site holds another tree of the same size: the log has shown two faces",
      evidence: made.bundle,
      heads: [head(9, hex(sha256(utf8("another tree"))))],
      expected: failed({ "head/0/0": "split-view" }),
    },
  ]
}

function trust(): Case[] {
  const error = (root: string, desc: string): Case => ({
    id: `root-${root}`,
    desc,
    plan: { payload: statement() },
    roots: [root],
    expected: { error: "TRUST_MALFORMED" },
  })
  return [
    {
      id: "root-version-2",
      desc: "a trusted root v0.2 with operator and checkpoint key id",
      roots: ["version-2"],
      expected: proven(),
    },
    error("start-missing", "a log key whose window has no start"),
    error("key-details-other", "a log key of another algorithm than it says"),
    error("media-type", "a trusted root of a version that there is not"),
  ]
}

/** Mirror proofs, heads and trusted roots. */
export function siteCases(world: World): Case[] {
  return [...mirrored(world), ...heads(world), ...trust()]
}
