/** Checkpoints: whose word they are, what they say, and who else has signed them. */
import { utf8 } from "../../crypto/derive.ts"
import { sha256 } from "../merkle.ts"
import { checkpointText, note, stranger, vkey, witness, type NoteSigner } from "../note.ts"
import type { CheckpointOptions, EntryOptions, Log } from "../rekor.ts"
import type { Others } from "../roots.ts"
import { failed, proven, PUBLIC_GOOD, unproven, type Case } from "../vector.ts"
import type { World } from "../world.ts"

function checkpoints(world: World, others: Others): Case[] {
  type Checkpoint = EntryOptions["checkpoint"] & object
  const unsigned = failed({ "checkpoint/0": "checkpoint-signature" })
  const v1 = (id: string, desc: string, checkpoint: Checkpoint, expected = unsigned): Case => ({
    id: `checkpoint-${id}`,
    desc,
    plan: { entries: [{ give: { checkpoint } }] },
    expected,
  })
  const v2 = (id: string, desc: string, checkpoint: Checkpoint, expected: Case["expected"] = unsigned): Case => ({
    ...v1(id, desc, checkpoint),
    plan: { entries: [{ log: world.rekor2(), give: { checkpoint } }], tokens: [{}] },
    expected,
  })
  const own = world.rekor1().signer
  const forged: NoteSigner = { ...own, sign: text => world.key("p256", "forger").sign(utf8(text)) }
  const garbled: NoteSigner = { ...own, sign: text => own.sign(`${text}.`) }
  const ofLog =
    (other: Log): Checkpoint =>
    (log, size) =>
      other.checkpoint(size, { root: log.tree.root(size) })
  const second = others.secondRekor2()
  return [
    v1("of-another-log", "of another trusted log that says the same of its own tree", ofLog(world.rekor2())),
    v2("of-another-log-rekor2", "of another trusted log that says the same of its own tree", ofLog(second)),
    v2("of-rekor1", "of the trusted log of the other version", ofLog(world.rekor1())),
    v1(
      "other-origin",
      "signed by the log for an origin that is not its own",
      { origin: "rekor.forger.example - 1" },
      failed({ "checkpoint/0": "checkpoint-origin" }),
    ),
    v2(
      "other-origin-rekor2",
      "signed by the log for the origin of another",
      { origin: second.origin },
      failed({ "checkpoint/0": "checkpoint-origin" }),
    ),
    v1("forged", "under name and key id of the log, by another key", { signers: [forged] }),
    v1("forged-beside", "by the log, and once more under its name by another key", { signers: [own, forged] }),
    v1("garbled-before", "a line of the log that does not hold before one that does", { signers: [garbled, own] }),
    v1("other-name", "by the key of the log under another name", { signers: [{ ...own, name: "forger.example" }] }),
    v1("of-strangers", "by nobody who is known", { signers: [stranger] }),
    v1("of-witness", "by a witness and not by the log", {
      signers: [witness("witness.example", world.key("ed25519", "witness"), world.at + 60)],
    }),
    v1(
      "no-signature",
      "no signature line",
      (log, size) => `${checkpointText(log.origin, size, log.tree.root(size))}\n`,
      failed({ "checkpoint/0": "checkpoint-malformed" }),
    ),
    v1(
      "size-leading-zero",
      "a size with a leading zero",
      (log, size) => note(checkpointText(log.origin, size, log.tree.root(size)).replace("\n9\n", "\n09\n"), [own]),
      failed({ "checkpoint/0": "checkpoint-malformed" }),
    ),
    v1(
      "root-short",
      "a root of 31 octets",
      { root: sha256(utf8("root")).subarray(1) },
      failed({ "checkpoint/0": "checkpoint-malformed" }),
    ),
    v1(
      "extension",
      "an extension line, as old Rekor v1 logs wrote",
      { extensions: ["Timestamp: 1772445602000000000"] },
      proven(),
    ),
    v1("line-not-first", "lines of strangers before the log's", { signers: [stranger, own] }, proven()),
    v1("line-changed", "another extension than the log signed", (log, size) =>
      log.checkpoint(size, { extensions: ["Timestamp: 1"] }).replace("Timestamp: 1", "Timestamp: 2"),
    ),
    v1(
      "root-other",
      "of another tree of the same size",
      { root: sha256(utf8("another tree")) },
      failed({ "inclusion/0": "inclusion-mismatch" }),
    ),
    v1(
      "size-other",
      "of a tree that is said to be smaller",
      { size: 8 },
      failed({ "inclusion/0": "inclusion-mismatch" }),
    ),
    v1("size-zero", "of a tree that is said to be empty", { size: 0 }, failed({ "inclusion/0": "inclusion-mismatch" })),
  ]
}

function flipLast(bytes: Uint8Array): Uint8Array {
  return bytes.map((b, i) => (i === bytes.length - 1 ? b ^ 1 : b))
}

function witnesses(world: World): Case[] {
  const key = world.key("ed25519", "witness")
  const name = "witness.example"
  const cosigner = witness(name, key, world.at + 60)
  const wrong: NoteSigner = { ...cosigner, sign: text => flipLast(cosigner.sign(text)) }
  const rule = { id: "witnesses", severity: "high", controls: [], require: { witness: { quorum: 1 } } } as const
  const of = (
    id: string,
    desc: string,
    signer: NoteSigner | undefined,
    vkey: string,
    expected: Case["expected"],
  ): Case => {
    const checkpoint: CheckpointOptions = {
      signers: [...(signer === undefined ? [] : [signer]), world.rekor1().signer],
    }
    return {
      id: `witness-${id}`,
      desc,
      plan: { entries: [{ give: { checkpoint } }] },
      witnesses: [vkey],
      ask: { ...PUBLIC_GOOD, rules: [rule] },
      expected,
    }
  }
  const missing = unproven(["witnesses"], { "policy/witnesses": "witness-missing" })
  return [
    of("cosigned", "cosigned by the witness that is asked for", cosigner, vkey(name, key, 4), proven()),
    of("key-type", "the witness publishes its key as that of a log", cosigner, vkey(name, key, 1), proven()),
    of("missing", "not cosigned", undefined, vkey(name, key, 4), missing),
    of("unknown", "cosigned by a witness that is not trusted", cosigner, vkey("other.example", key, 4), missing),
    of(
      "forged",
      "a cosignature that does not hold",
      wrong,
      vkey(name, key, 4),
      failed({ "cosignature/0/0": "cosignature-mismatch" }),
    ),
    of(
      "signs-as-log",
      "the witness signs like a log, without a time",
      { name, keyId: cosigner.keyId, sign: text => key.sign(utf8(text)) },
      vkey(name, key, 4),
      failed({ "cosignature/0/0": "cosignature-mismatch" }),
    ),
  ]
}

/** Checkpoints and cosignatures. */
export function checkpointCases(world: World, others: Others): Case[] {
  return [...checkpoints(world, others), ...witnesses(world)]
}
