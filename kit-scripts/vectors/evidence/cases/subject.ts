/** What the evidence is about: statements and the digests in them. */
import { createHash } from "node:crypto"
import { utf8 } from "../../crypto/derive.ts"
import { ARTIFACT, PREDICATE, sha256Hex, statement } from "../evidence.ts"
import { changed, type Json, type JsonObject } from "../json.ts"
import { failed, proven, PUBLIC_GOOD, unproven, type Case } from "../vector.ts"

const hashed = (algorithm: string, text = ARTIFACT): string => createHash(algorithm).update(text).digest("hex")
const other = utf8("Another anvil.\n")

/** A statement with these subjects. */
const about = (...digests: readonly JsonObject[]): JsonObject =>
  statement(undefined, { subject: digests.map((digest, i) => ({ name: `part ${String(i)}`, digest })) })

function subjects(): Case[] {
  const mismatch = failed({ subject: "subject-mismatch" })
  const sha256 = sha256Hex(utf8(ARTIFACT))
  const both = { digests: { sha256, sha512: hashed("sha512") } }
  const of = (
    id: string,
    desc: string,
    payload: JsonObject,
    expected: Case["expected"],
    artifact?: Case["artifact"],
  ): Case => ({
    id: `subject-${id}`,
    desc,
    plan: { payload },
    expected,
    ...(artifact === undefined ? {} : { artifact }),
  })
  const incomparable = unproven(["floor/subject"], { subject: "digest-algorithm-missing" })
  return [
    of("other", "about another artifact", statement(other), mismatch),
    of(
      "other-same-name",
      "about another artifact of the same name and size",
      statement(utf8(ARTIFACT.replace("1.0", "1.1"))),
      mismatch,
    ),
    of("second", "about two artifacts, ours the second", about({ sha256: sha256Hex(other) }, { sha256 }), proven()),
    of(
      "sha512",
      "by SHA-512 alone, and the artifact is known by it",
      about({ sha512: hashed("sha512") }),
      proven(),
      both,
    ),
    of(
      "sha512-unknown",
      "by SHA-512 alone, and the artifact is known by SHA-256",
      about({ sha512: hashed("sha512") }),
      incomparable,
    ),
    of("sha1", "by SHA-1 alone, for which collisions have been made", about({ sha1: hashed("sha1") }), incomparable, {
      digests: { sha256, sha1: hashed("sha1") },
    }),
    of("md5", "by MD5 alone", about({ md5: hashed("md5") }), incomparable, { digests: { sha256, md5: hashed("md5") } }),
    of(
      "conflict",
      "by the right SHA-256 and a wrong SHA-512 in one subject",
      about({ sha256, sha512: hashed("sha512", "another") }),
      mismatch,
      both,
    ),
    of(
      "conflict-beside",
      "one subject agrees, another contradicts it in part",
      about({ sha256 }, { sha256, sha512: hashed("sha512", "another") }),
      mismatch,
      both,
    ),
    of("old-statement", "a statement v0.1", { ...statement(), _type: "https://in-toto.io/Statement/v0.1" }, proven()),
    of("no-predicate", "no predicate, as in PEP 740", { ...statement(), predicate: null }, proven()),
    {
      id: "subject-not-asked",
      desc: "no artifact is named",
      plan: { payload: statement() },
      artifact: { digests: {} },
      expected: unproven(["floor/subject"], { subject: "artifact-missing" }),
    },
    {
      id: "message-digest-missing",
      desc: "the bundle does not repeat the digest of the artifact",
      change: b => changed(b, "messageSignature.messageDigest", undefined),
      expected: proven(),
    },
    {
      id: "message-digest-other",
      desc: "the bundle repeats the digest of another artifact",
      change: b =>
        changed(b, "messageSignature.messageDigest.digest", createHash("sha256").update(other).digest("base64")),
      expected: failed({ subject: "message-digest-mismatch" }),
    },
    {
      id: "message-not-asked",
      desc: "message signature, and no artifact is named",
      artifact: { digests: {} },
      expected: unproven(["floor/signature", "floor/subject"], {
        "signature/0": "artifact-missing",
        subject: "artifact-missing",
      }),
    },
  ]
}

function statements(): Case[] {
  const malformed = failed({ statement: "statement-malformed" })
  const payload = (id: string, desc: string, payload: Json | string, expected: Case["expected"] = malformed): Case => ({
    id: `statement-${id}`,
    desc,
    plan: { payload: typeof payload === "string" ? utf8(payload) : utf8(JSON.stringify(payload)) },
    expected,
  })
  const good = statement()
  const text = JSON.stringify(good)
  const type = (id: string, payloadType: string, expected: Case["expected"]): Case => ({
    id: `payload-type-${id}`,
    desc: `payload type ${payloadType}`,
    plan: { payload: good, payloadType },
    expected,
  })
  const unsupported = failed({ statement: "payload-type-unsupported" })
  return [
    payload("no-subject", "no subjects", { ...good, subject: [] }),
    payload("no-digest", "a subject without digest", { ...good, subject: [{ name: "anvil" }] }),
    payload("digest-empty", "a subject with an empty digest set", { ...good, subject: [{ digest: {} }] }),
    payload("digest-upper-case", "a digest in upper case", about({ sha256: sha256Hex(utf8(ARTIFACT)).toUpperCase() })),
    payload(
      "digest-short",
      "a digest without its last digit",
      about({ sha256: sha256Hex(utf8(ARTIFACT)).slice(0, -1) }),
    ),
    payload("type-missing", "no _type", { ...good, _type: null }),
    payload("type-other", "another _type", { ...good, _type: "https://in-toto.io/Statement/v2" }),
    payload("type-case", "_type in another case", { ...good, _type: "https://in-toto.io/statement/v1" }),
    payload("no-predicate-type", "no predicate type", { ...good, predicateType: "" }),
    payload(
      "subject-twice",
      "its subjects twice, ours in only one of them",
      text.replace('"subject":', `"subject":[{"digest":{"sha256":"${sha256Hex(other)}"}}],"subject":`),
    ),
    payload("byte-order-mark", "a byte order mark before it", `\uFEFF${text}`),
    payload("not-json", "no JSON", text.slice(1)),
    payload("array", "a list of statements", [good]),
    payload("prototype", "its subjects in __proto__", text.replace('"subject":', '"__proto__":')),
    type("predicate", "application/vnd.in-toto.provenance+json", proven()),
    type("plain", "application/json", unsupported),
    type("case", "application/vnd.In-Toto+json", unsupported),
    type("parameter", "application/vnd.in-toto+json; charset=utf-8", unsupported),
    {
      id: "predicate-asked",
      desc: "the predicate type that is asked for",
      plan: { payload: good },
      ask: { ...PUBLIC_GOOD, predicateTypes: [PREDICATE] },
      expected: proven(),
    },
    {
      id: "predicate-other",
      desc: "another predicate type than asked for",
      plan: { payload: good },
      ask: { ...PUBLIC_GOOD, predicateTypes: ["https://slsa.dev/verification_summary/v1"] },
      expected: failed({ "policy/+predicate": "predicate-not-accepted" }),
    },
  ]
}

/** Subjects and statements. */
export function subjectCases(): Case[] {
  return [...subjects(), ...statements()]
}
