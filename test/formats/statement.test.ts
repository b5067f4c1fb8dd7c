import fc from "fast-check"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { LIMITS } from "../../src/formats/limits.ts"
import { isStatementPayloadType, matchSubject, parseStatement } from "../../src/formats/statement.ts"
import { shared } from "../support/shared.ts"
import { bytesOf, changed, pathsOf, sampleStatement, type Json } from "../support/documents.ts"

const numRuns = process.env["SLOW"] ? 20_000 : 300
const parse = (document: unknown) => parseStatement(bytesOf(document))
const fault = (document: unknown): string => {
  const r = parse(document)
  return r.ok ? "accepted" : `${r.error.reason} at ${r.error.where}`
}
const a = "a".repeat(64)
const b = "b".repeat(64)

describe("a statement", () => {
  it.each([
    ["https://in-toto.io/Statement/v0.1", "v0.1"],
    ["https://in-toto.io/Statement/v1", "v1"],
  ])("%s", (type, version) => {
    expect(parse({ ...sampleStatement(), _type: type, unknown: [1] })).toEqual({
      ok: true,
      value: {
        version,
        predicateType: "https://slsa.dev/provenance/v1",
        subjects: [{ name: "app", uri: undefined, digest: { sha256: a } }],
        predicate: { buildDefinition: {} },
      },
    })
  })

  it("may lack a predicate or a name, and carry a uri", () => {
    const subject = [{ uri: "pkg:npm/a@1", digest: { sha512: "0".repeat(128) }, annotations: {} }]
    for (const predicate of [undefined, null]) {
      const r = parse({ ...sampleStatement(), subject, predicate })
      expect(r.ok && r.value.predicate).toBe(undefined)
      expect(r.ok && r.value.subjects).toEqual([{ name: undefined, uri: "pkg:npm/a@1", digest: subject[0]?.digest }])
    }
  })

  it("may name any algorithm; those that in-toto names are lower-case hex of their length", () => {
    const digest = (name: string, value: Json) =>
      fault(changed(sampleStatement(), "subject[0].digest", { [name]: value }))
    const named = {
      md5: 32,
      sha1: 40,
      sha224: 56,
      sha384: 96,
      sha512: 128,
      sha512_256: 64,
      sha3_384: 96,
      gitCommit: 40,
      gitTree: 64,
    }
    for (const [name, length] of Object.entries(named)) {
      expect(digest(name, "0".repeat(length))).toBe("accepted")
      for (const bad of ["0".repeat(length - 1), "0".repeat(length + 1), "A".repeat(length), "g".repeat(length)]) {
        expect(digest(name, bad)).toBe(`statement-malformed at subject[0].digest.${name}`)
      }
    }
    expect(digest("gce_image_id", "8970095005306000053")).toBe("accepted")
    expect(digest("dirHash", "h1:Zm9v")).toBe("accepted")
    expect(digest("gce_image_id", "")).toBe("statement-malformed at subject[0].digest.gce_image_id")
    expect(digest("gce_image_id", 5)).toBe("statement-malformed at subject[0].digest.gce_image_id")
  })

  it.each<[string, string, Json | undefined, string]>([
    ["another type", "_type", "https://in-toto.io/Statement/v2", "_type"],
    ["a type with a slash too many", "_type", "https://in-toto.io/Statement/v1/", "_type"],
    ["no type", "_type", undefined, "_type"],
    ["no subject", "subject", undefined, "subject"],
    ["no subjects", "subject", [], "subject"],
    ["a subject that is no list", "subject", { digest: { sha256: a } }, "subject"],
    ["a subject that is a string", "subject[0]", "app", "subject[0]"],
    ["no digest", "subject[0].digest", undefined, "subject[0].digest"],
    ["a null digest", "subject[0].digest", null, "subject[0].digest"],
    ["an empty digest set", "subject[0].digest", {}, "subject[0].digest"],
    ["a digest that is a string", "subject[0].digest", a, "subject[0].digest"],
    ["a name that is no string", "subject[0].name", 1, "subject[0].name"],
    ["a uri that is no string", "subject[0].uri", {}, "subject[0].uri"],
    ["no predicate type", "predicateType", undefined, "predicateType"],
    ["an empty predicate type", "predicateType", "", "predicateType"],
    ["a predicate type that is a list", "predicateType", [], "predicateType"],
  ])("%s is malformed", (_, path, value, where) => {
    expect(fault(changed(sampleStatement(), path, value))).toBe(`statement-malformed at ${where}`)
  })

  it.each<[string, string, Json | undefined, string]>([
    ["too many subjects", "subject", Array(LIMITS.statementSubjects + 1).fill(null), "subject"],
    [
      "33 digests",
      "subject[0].digest",
      Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`d${String(i)}`, "x"])),
      "subject[0].digest",
    ],
    ["a predicate type of 5 MB", "predicateType", "p".repeat(5_000_000), "predicateType"],
    ["a predicate type of 4,097 characters", "predicateType", "p".repeat(4097), "predicateType"],
    ["a name of 4,097 characters", "subject[0].name", "n".repeat(4097), "subject[0].name"],
    ["a uri of 4,097 characters", "subject[0].uri", "u".repeat(4097), "subject[0].uri"],
    [
      "a digest value of 4,097 characters",
      "subject[0].digest",
      { dirHash: "v".repeat(4097) },
      "subject[0].digest.dirHash",
    ],
    [
      "a digest name of 129 characters",
      "subject[0].digest",
      { ["d".repeat(129)]: "v" },
      `subject[0].digest.${"d".repeat(129)}`,
    ],
  ])("%s is too large", (_, path, value, where) => {
    expect(fault(changed(sampleStatement(), path, value))).toBe(`too-large at ${where}`)
  })

  it("may have names as long as the limits say", () => {
    const subject = [{ name: "n".repeat(4096), uri: "u".repeat(4096), digest: { ["d".repeat(128)]: "v".repeat(4096) } }]
    expect(fault({ ...sampleStatement(), predicateType: "p".repeat(4096), subject })).toBe("accepted")
  })

  it("is strict JSON in one object", () => {
    const text = JSON.stringify(sampleStatement())
    for (const bad of [
      "",
      "[]",
      "null",
      text + "{}",
      text.replace("{", '{"_type":"x",'),
      text.replace('"app"', '"\\ud800"'),
    ]) {
      expect(parseStatement(new TextEncoder().encode(bad))).toEqual({
        ok: false,
        error: { reason: "statement-malformed", where: "" },
      })
    }
    for (let n = 0; n < text.length; n++)
      expect(parseStatement(new TextEncoder().encode(text.slice(0, n))).ok).toBe(false)
  })

  it("any member dropped or replaced: refused or read, never thrown", () => {
    const document = sampleStatement()
    const value = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 }))
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(document)), value, (path, replacement) => {
        const r = parse(changed(document, path, replacement as Json | undefined))
        if (r.ok) expect(r.value.subjects.every(s => Object.values(s.digest).every(v => v !== ""))).toBe(true)
        else expect(r.error.reason).toBe("statement-malformed")
      }),
      { numRuns },
    )
  })
})

describe("payload types of statements", () => {
  it.each([
    "application/vnd.in-toto+json",
    "application/vnd.in-toto.provenance+json",
    "application/vnd.in-toto.slsa-1.0_x+json",
  ])("%s", type => expect(isStatementPayloadType(type)).toBe(true))
  it.each([
    "",
    "application/vnd.in-toto+jsonA",
    "application/vnd.in-toto.+json",
    "application/vnd.in-toto..x+json",
    "application/json",
    "text/application/vnd.in-toto+json",
    "application/vnd.in-toto+json\n",
  ])("not %j", type => expect(isStatementPayloadType(type)).toBe(false))
})

describe("a subject matches an artifact", () => {
  const match = (subjects: Record<string, string>[], digests: Record<string, string>) => {
    const r = parse({ ...sampleStatement(), subject: subjects.map((digest, i) => ({ name: `s${String(i)}`, digest })) })
    if (!r.ok) throw new Error(r.error.where)
    return matchSubject(r.value, digests)
  }
  const long = "c".repeat(128)

  it("when it agrees in every algorithm that both name", () => {
    expect(match([{ sha256: a }], { sha256: a })).toEqual({
      outcome: "match",
      name: "s0",
      algorithm: "sha256",
      digest: a,
    })
    expect(match([{ sha256: b }, { sha512: long }], { sha256: a, sha512: long })).toEqual({
      outcome: "match",
      name: "s1",
      algorithm: "sha512",
      digest: long,
    })
    expect(match([{ sha256: a }, { sha256: a }], { sha256: a })).toMatchObject({ name: "s0" })
    expect(match([{ sha256: a }, { sha256: b }], { sha256: a })).toMatchObject({ outcome: "match" })
    expect(match([{ gce_image_id: "89" }], { gce_image_id: "89" })).toMatchObject({ algorithm: "gce_image_id" })
  })

  it("never when it differs, in any algorithm", () => {
    expect(match([{ sha256: b }], { sha256: a })).toEqual({ outcome: "mismatch" })
    expect(match([{ sha256: b }, { sha512: long }], { sha256: a })).toEqual({ outcome: "mismatch" })
    expect(match([{ sha512: long }, { sha256: b }], { sha256: a })).toEqual({ outcome: "mismatch" })
    const conflict = { outcome: "conflict" }
    expect(match([{ sha256: a, sha512: long }], { sha256: a, sha512: "d".repeat(128) })).toEqual(conflict)
    expect(match([{ sha256: a }, { sha256: a, sha512: long }], { sha256: a, sha512: "d".repeat(128) })).toEqual(
      conflict,
    )
  })

  it("never by an algorithm that only one side names, or that is broken", () => {
    const incomparable = { outcome: "incomparable" }
    expect(match([{ sha512: long }], { sha256: a })).toEqual(incomparable)
    expect(match([{ sha256: a }], {})).toEqual(incomparable)
    expect(match([{ md5: "0".repeat(32) }], { md5: "0".repeat(32) })).toEqual(incomparable)
    expect(match([{ sha1: "0".repeat(40) }], { sha1: "0".repeat(40) })).toEqual(incomparable)
    expect(match([{ sha256: a }], { constructor: "x", toString: "y" })).toEqual(incomparable)
    expect(match([JSON.parse(`{"__proto__":"x"}`) as Record<string, string>], { sha256: a })).toEqual(incomparable)
  })
})

describe.skipIf(!shared)("third-party statements", () => {
  const folder = join(shared ?? ".", "corpus/predicates")
  const names =
    shared === undefined ? [] : readdirSync(folder).filter(n => existsSync(join(folder, n, "statement.json")))

  it("of the specification pages parse, unless their digests are shortened with dots", () => {
    const accepted = names.filter(name => {
      const bytes = new Uint8Array(readFileSync(join(folder, name, "statement.json")))
      const shortened = /"(sha256|sha512)": *"[^"]*\.\.\."/.test(Buffer.from(bytes).toString())
      const r = parseStatement(bytes)
      expect(r.ok, name).toBe(!shortened)
      return r.ok
    })
    expect(names.length).toBe(13)
    expect(accepted).toEqual(["in-toto-reference-0", "in-toto-reference-1", "in-toto-test-result-0"])
  })
})
