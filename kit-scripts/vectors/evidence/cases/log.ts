/** The log's word: promises, inclusion, windows and how often an entry counts. */
import { utf8 } from "../../crypto/derive.ts"
import { statement } from "../evidence.ts"
import { base64, changed, textAt, valueAt, type Json, type JsonObject } from "../json.ts"
import { sha256 } from "../merkle.ts"
import type { Others } from "../roots.ts"
import { failed, malformed, proven, PUBLIC_GOOD, unproven, type Case } from "../vector.ts"
import type { World } from "../world.ts"

const ENTRY = "verificationMaterial.tlogEntries[0]"
const PROOF = `${ENTRY}.inclusionProof`

function promises(world: World, others: Others): Case[] {
  const broken = failed({ "promise/0": "promise-signature" })
  const edit = (id: string, desc: string, path: string, value: (old: string) => string, expected = broken): Case => ({
    id: `promise-${id}`,
    desc,
    change: b => changed(b, `${ENTRY}.${path}`, value(textAt(b, `${ENTRY}.${path}`))),
    expected,
  })
  const noTime = unproven(["floor/time", "time"], { validity: "time-missing" })
  const rekor2 = { log: world.rekor2() }
  return [
    edit("other-index", "of another global index", "logIndex", n => String(Number(n) + 1)),
    edit("other-time", "of another time", "integratedTime", n => String(Number(n) - 1)),
    {
      id: "promise-forged",
      desc: "by another key",
      change: (b, made) => {
        const body = textAt(b, `${ENTRY}.canonicalizedBody`)
        const index = Number(textAt(b, `${ENTRY}.logIndex`))
        // The promise names the trusted log and is signed by the key that it had before.
        const text = `{"body":"${body}","integratedTime":${String(world.at + 2)},"logID":"${Buffer.from(sha256(world.rekor1().key.spki)).toString("hex")}","logIndex":${String(index)}}`
        const signature = others.oldRekor1().key.sign(utf8(text))
        if (made.entries.length !== 1) throw new Error("one entry is meant")
        return changed(b, `${ENTRY}.inclusionPromise.signedEntryTimestamp`, base64(signature))
      },
      expected: broken,
    },
    {
      id: "promise-log-id-of-another",
      desc: "the entry says that it is in another trusted log",
      change: b => changed(b, `${ENTRY}.logId.keyId`, base64(world.rekor2().logId)),
      expected: failed({ "promise/0": "promise-signature", "checkpoint/0": "checkpoint-signature" }),
    },
    {
      id: "log-unknown",
      desc: "no transparency log is trusted",
      roots: ["no-logs"],
      expected: failed({ "promise/0": "log-unknown", "checkpoint/0": "log-unknown" }),
    },
    {
      id: "time-none",
      desc: "a proof, no promise and no token: logged, but when?",
      plan: { entries: [{ give: { promise: false } }] },
      expected: noTime,
    },
    {
      id: "time-claimed",
      desc: "a time of integration without a promise is nobody's claim",
      plan: { entries: [{ give: { promise: false } }] },
      change: b => changed(b, `${ENTRY}.integratedTime`, String(world.at + 2)),
      expected: malformed("field-invalid"),
    },
    {
      id: "time-claimed-rekor2",
      desc: "the same in Rekor v2, which never says when",
      plan: { entries: [rekor2] },
      change: b => changed(b, `${ENTRY}.integratedTime`, String(world.at + 2)),
      expected: malformed("field-invalid"),
    },
    {
      id: "promise-none-token",
      desc: "a proof and a token instead of a promise",
      plan: { entries: [{ give: { promise: false } }], tokens: [{}] },
      expected: proven(),
    },
    {
      id: "promise-rekor2",
      desc: "Rekor v2 makes no promises: one on its entry is another log's",
      plan: { entries: [{ log: world.rekor2() }], tokens: [{}] },
      change: b => {
        const promise = world.rekor1().promise(textAt(b, `${ENTRY}.canonicalizedBody`), world.at + 2, 5)
        return changed(b, `${ENTRY}.inclusionPromise`, { signedEntryTimestamp: base64(promise) })
      },
      expected: failed({ "promise/0": "promise-signature" }),
    },
  ]
}

function inclusion(world: World): Case[] {
  const broken = failed({ "inclusion/0": "inclusion-mismatch" })
  const edit = (
    id: string,
    desc: string,
    path: string,
    value: (old: Json) => Json,
    expected = broken,
    v2 = false,
  ): Case => ({
    id: `inclusion-${id}`,
    desc,
    ...(v2 ? { plan: { entries: [{ log: world.rekor2() }], tokens: [{}] } } : {}),
    change: b => changed(b, `${PROOF}.${path}`, value(valueAt(b, `${PROOF}.${path}`))),
    expected,
  })
  const hashes = (id: string, desc: string, change: (hashes: Json[]) => Json[]): Case =>
    edit(`hashes-${id}`, desc, "hashes", old => change(old as Json[]))
  const other = base64(sha256(utf8("another hash")))
  return [
    hashes("reversed", "the hashes in reverse", h => h.toReversed()),
    hashes("dropped", "the last hash missing", h => h.slice(0, -1)),
    hashes("added", "one hash too many", h => [...h, other]),
    hashes("changed", "another first hash", h => [other, ...h.slice(1)]),
    hashes("none", "no hashes", () => []),
    edit("index-other", "the index of its neighbour", "logIndex", () => "4"),
    edit("index-size", "an index that is the size", "logIndex", () => "9"),
    edit("index-global", "the global index in place of the one in the tree", "logIndex", () => "4163431005"),
    edit(
      "root-other",
      "another root beside the checkpoint's in Rekor v1, where the two must agree",
      "rootHash",
      () => other,
    ),
    edit(
      "root-other-rekor2",
      "another root beside the checkpoint's in Rekor v2, where only the checkpoint counts",
      "rootHash",
      () => other,
      proven(),
      true,
    ),
    edit(
      "size-other",
      "another size beside the checkpoint's: only the checkpoint counts",
      "treeSize",
      () => "1000",
      proven(),
    ),
    {
      id: "inclusion-in-smaller-tree",
      desc: "a good proof in an older tree, with the newest checkpoint",
      plan: { entries: [{ give: { size: 7, checkpoint: log => log.checkpoint(9) } }] },
      expected: broken,
    },
    {
      id: "inclusion-other-body",
      desc: "another body than was promised and proven",
      change: b => {
        const body = Buffer.from(textAt(b, `${ENTRY}.canonicalizedBody`), "base64").toString("utf8")
        return changed(b, `${ENTRY}.canonicalizedBody`, Buffer.from(body + "\n").toString("base64"))
      },
      expected: failed({ "promise/0": "promise-signature", "inclusion/0": "inclusion-mismatch" }),
    },
    {
      id: "inclusion-only-leaf",
      desc: "a tree of one entry: a proof without hashes",
      plan: { entries: [{ before: 0, after: 0 }] },
      expected: proven(),
    },
    {
      id: "inclusion-last-leaf",
      desc: "the last entry of the tree",
      plan: { entries: [{ after: 0 }] },
      expected: proven(),
    },
  ]
}

function windows(world: World, others: Others): Case[] {
  const outside = failed({ "promise/0": "time-outside-authority" })
  return [
    {
      id: "log-last-second",
      desc: "integrated in the last second of the log's key",
      roots: ["rekor1-last-second"],
      expected: proven(),
    },
    {
      id: "log-ended",
      desc: "integrated after the window of the log's key",
      roots: ["rekor1-ended"],
      expected: outside,
    },
    {
      id: "log-not-yet",
      desc: "integrated before the window of the log's key",
      roots: ["rekor1-not-yet"],
      expected: outside,
    },
    {
      id: "log-ended-rekor2",
      desc: "stamped after the window of the log's key",
      plan: { entries: [{ log: world.rekor2() }], tokens: [{}] },
      roots: ["rekor2-ended"],
      expected: failed({ "log-window/0": "time-outside-authority" }),
    },
    {
      id: "log-rotated",
      desc: "two keys of one log, one after the other",
      roots: ["rekor1-rotated"],
      expected: proven(),
    },
    {
      id: "log-rotated-old-key",
      desc: "under the key that the log had before, whose window had ended",
      plan: { entries: [{ log: others.oldRekor1() }] },
      roots: ["rekor1-rotated"],
      expected: outside,
    },
  ]
}

function repeats(world: World, others: Others): Case[] {
  const two = { ...PUBLIC_GOOD, logs: 2 }
  const twice =
    (change: (entry: JsonObject) => Json) =>
    (b: JsonObject): Json => {
      const entry = valueAt(b, ENTRY) as JsonObject
      return changed(b, "verificationMaterial.tlogEntries", [entry, change(entry)])
    }
  const rekor2 = () => ({ entries: [{ log: world.rekor2() }], tokens: [{}] })
  return [
    {
      id: "entry-twice",
      desc: "one entry twice, and two logs asked for",
      ask: two,
      change: twice(e => e),
      expected: malformed("entry-duplicate"),
    },
    {
      id: "entry-twice-other-index",
      desc: "one entry twice, under an index that nobody signed",
      plan: rekor2(),
      ask: two,
      change: twice(e => ({ ...e, logIndex: "6" })),
      expected: malformed("entry-duplicate"),
    },
    {
      id: "entry-twice-other-log",
      desc: "one entry twice, once under the id of another trusted log",
      plan: rekor2(),
      roots: ["two-rekor2"],
      ask: two,
      change: twice(e => ({ ...e, logId: { keyId: base64(others.secondRekor2().logId) } })),
      expected: failed({ "checkpoint/1": "checkpoint-signature" }),
    },
    {
      id: "entry-twice-other-kind",
      desc: "logged twice in one log, as two kinds: logs are counted, not entries",
      plan: { payload: statement(), entries: [{ kind: "dsse" }, { kind: "intoto", before: 20 }] },
      ask: two,
      expected: unproven(["+log"], { "policy/+log": "entry-missing" }),
    },
    {
      id: "logs-two-asked",
      desc: "two logs asked for and one there",
      ask: two,
      expected: unproven(["+log"], { "policy/+log": "entry-missing" }),
    },
    {
      id: "logs-two-rekor2",
      desc: "in two logs of version 2, and two are asked for",
      plan: { entries: [{ log: world.rekor2() }, { log: others.secondRekor2() }], tokens: [{}] },
      roots: ["two-rekor2"],
      ask: two,
      expected: proven(1, 2),
    },
    {
      id: "logs-of-one-operator",
      desc: "in two logs of one operator, and two are asked for: operators are counted",
      plan: { entries: [{ log: world.rekor2() }, { log: others.secondRekor2() }], tokens: [{}] },
      roots: ["version-2"],
      ask: two,
      expected: unproven(["+log"], { "policy/+log": "entry-missing" }),
    },
  ]
}

/** Promises, proofs, windows and counting. */
export function logCases(world: World, others: Others): Case[] {
  return [...promises(world, others), ...inclusion(world), ...windows(world, others), ...repeats(world, others)]
}
