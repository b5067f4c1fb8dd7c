/** The generator of mutants itself: what it makes, that it makes it again, and that it misses no field. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { isObject, readJson, type JsonValue } from "../../src/kernel/json.ts"
import { vectorFiles } from "../support/crypto-vectors.ts"
import { mutantsOf, type Mutant } from "../support/mutate.ts"
import { encodeDer, parseDer, walkDer } from "../support/mutate/der-tree.ts"
import { parseTree, printTree, walk } from "../support/mutate/json-tree.ts"
import { shared } from "../support/shared.ts"

const LIMITS = { maxBytes: 1 << 24, maxDepth: 64 }
const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString("base64")

const vector = vectorFiles.find(f => f.name === "ecdsa-p256-sha256")
const good = vector?.vectors.find(v => v.id === "good")
const signature = Buffer.from(good?.signature ?? "", "hex")
const spki = Buffer.from(vector?.keys["a"] ?? "", "hex")
const pem = `-----BEGIN PUBLIC KEY-----\n${base64(spki).replace(/.{64}/g, "$&\n")}\n-----END PUBLIC KEY-----\n`

/** A document with everything in it that the generator knows. */
function document(index: string, text: string): Uint8Array {
  const body = { kind: text, spec: { signature: { content: base64(signature), publicKey: base64(pem) } } }
  const line = (name: string): string => `\u2014 ${name} ${base64(Buffer.alloc(68, name))}\n`
  const note = `log.example/${text}\n${index}\n${base64(Buffer.alloc(32, text))}\n\n${line("log.example")}${line("witness.example")}`
  const document = {
    mediaType: `application/${text}`,
    tlogEntries: [
      {
        logIndex: index,
        logId: { keyId: base64(Buffer.alloc(32, `${text}?`)) },
        integratedTime: Number(index),
        canonicalizedBody: base64(JSON.stringify(body)),
        inclusionProof: { rootHash: base64(Buffer.alloc(32, text)), hashes: [], checkpoint: { envelope: note } },
      },
    ],
    digest: Buffer.alloc(32, text).toString("hex"),
    set: true,
    nothing: null,
  }
  return Buffer.from(JSON.stringify(document, null, 2))
}

const evidence = document("123456", "alpha")
const options = { seed: "1", others: [document("654321", "beta")] }
const mutants = [...mutantsOf(evidence, options)]

const texts = (list: Iterable<Mutant>): string[] =>
  Array.from(list, m => `${m.kind} ${m.region} ${m.name} ${base64(m.bytes)}`)

describe("the mutants of a document", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(texts(mutantsOf(evidence, options))).toEqual(texts(mutants))
    expect(texts(mutantsOf(evidence, { ...options, seed: "2" }))).not.toEqual(texts(mutants))
  })

  it("have names of their own, and none is the document", () => {
    expect(new Set(mutants.map(m => `${m.region} ${m.name}`)).size).toBe(mutants.length)
    const compact = printTree(parseTree(evidence) ?? { kind: "literal", text: "" })
    for (const mutant of mutants)
      expect([evidence.toString(), compact]).not.toContain(Buffer.from(mutant.bytes).toString())
  })

  it("are limited on request, evenly and in order", () => {
    const some = texts(mutantsOf(evidence, { ...options, limit: 200 }))
    expect(some.length).toBeGreaterThan(190)
    const all = texts(mutants)
    expect(some.map(m => all.indexOf(m))).toEqual(some.map(m => all.indexOf(m)).sort((a, b) => a - b))
  })

  it("flip, drop, double and exchange every field", () => {
    for (const [path, text] of walk(parseTree(evidence) ?? { kind: "literal", text: "" })) {
      if (path.length === 0) continue
      const kinds = new Set(mutants.filter(m => m.region === text).map(m => m.kind))
      expect([...kinds], text).toEqual(expect.arrayContaining(["flip", "drop", "duplicate"]))
    }
    const swapped = new Set(mutants.filter(m => m.kind === "swap").map(m => m.region))
    const nested = "$.tlogEntries[0].canonicalizedBody"
    for (const region of [
      "$.mediaType",
      "$.digest",
      nested,
      "$.tlogEntries[0].logIndex",
      "$.tlogEntries[0].logId.keyId",
    ]) {
      expect([...swapped]).toContain(region)
    }
  })

  it("reach into JSON, DER and PEM inside base64, and into the lines of a note", () => {
    const regions = new Set(mutants.map(m => m.region))
    const body = "$.tlogEntries[0].canonicalizedBody|base64|$.spec.signature"
    const note = "$.tlogEntries[0].inclusionProof.checkpoint.envelope|note"
    for (const region of [
      `${body}.content`,
      `${body}.content|base64|der 1`,
      `${body}.publicKey|base64|pem|der 0.1`,
      `${note} text 2|base64`,
      `${note} signatures 1|base64`,
      "$.digest|hex",
    ]) {
      expect([...regions]).toContain(region)
    }
  })

  it("turn a bit of every byte of a short region", () => {
    const region = "$.tlogEntries[0].canonicalizedBody|base64|$.spec.signature.content|base64"
    const names = mutants.filter(m => m.region === region && m.kind === "byte").map(m => m.name)
    for (let i = 0; i < signature.length; i++) expect(names.some(name => name.endsWith(` of byte ${i}`))).toBe(true)
  })

  it("hold a key twice where they say so", () => {
    const doubled = mutants.filter(m => m.region === "$.mediaType" && m.kind === "duplicate")
    expect(doubled).toHaveLength(3)
    for (const { bytes } of doubled) expect(readJson(bytes, LIMITS)).toEqual({ ok: false, error: "json-duplicate-key" })
  })

  it("hold the same values where only the white space differs", () => {
    const same = mutants.filter(m => m.unauthenticated === "white-space")
    expect(same).toHaveLength(10)
    for (const { bytes, name } of same) {
      expect(JSON.parse(Buffer.from(bytes).toString()), name).toEqual(JSON.parse(evidence.toString()))
    }
  })

  it("change exactly one thing in the tree", () => {
    const original = JSON.parse(evidence.toString()) as JsonValue
    const differences = (a: JsonValue | undefined, b: JsonValue | undefined): number => {
      if (a === undefined || b === undefined) return a === b ? 0 : 1
      if (!isObject(a) || !isObject(b)) return JSON.stringify(a) === JSON.stringify(b) ? 0 : 1
      return [...new Set([...Object.keys(a), ...Object.keys(b)])].reduce((n, key) => n + differences(a[key], b[key]), 0)
    }
    for (const mutant of mutants) {
      if (mutant.region === "$" || mutant.kind === "duplicate") continue
      const parsed = readJson(mutant.bytes, LIMITS)
      if (!parsed.ok) continue
      const count = differences(original, parsed.value)
      expect(count, `${mutant.region} ${mutant.name}`).toBeLessThanOrEqual(mutant.kind === "swap" ? 20 : 10)
      expect(count > 0 || mutant.kind === "add", `${mutant.region} ${mutant.name}`).toBe(true)
    }
  })
})

describe("trees of DER", () => {
  it("give the same bytes back, and stay well-formed when an element is taken out", () => {
    for (const bytes of [spki, signature]) {
      const tree = parseDer(bytes)
      expect(tree && Buffer.from(encodeDer(tree)).equals(bytes)).toBe(true)
      for (const [, node] of walkDer(tree ?? { tag: 0, prefix: spki, content: spki })) {
        if (node.children === undefined) continue
        const less = encodeDer({
          tag: 0x30,
          prefix: new Uint8Array(0),
          content: node.content,
          children: node.children.slice(1),
        })
        expect(parseDer(less)).toBeDefined()
      }
    }
    expect(parseDer(signature.subarray(1))).toBeUndefined()
    expect(parseDer(Buffer.concat([signature, Buffer.of(5, 0)]))).toBeUndefined()
  })
})

describe.skipIf(shared === undefined)("the mutants of a real bundle", () => {
  const path = (name: string): string => join(shared ?? "", "corpus/conformance", name, "bundle.sigstore.json")

  it("are thousands, with certificate, token and body taken apart", () => {
    const bundle = readFileSync(path("rekor2-happy-path"))
    const all = [...mutantsOf(bundle, { seed: "1", others: [readFileSync(path("rekor2-dsse-happy-path"))] })]
    expect(all.length).toBeGreaterThan(3_000)
    const within = (start: string): number => all.filter(m => m.region.startsWith(start)).length
    const material = "$.verificationMaterial"
    expect(within(`${material}.certificate.rawBytes|base64|der`)).toBeGreaterThan(400)
    expect(
      within(`${material}.timestampVerificationData.rfc3161Timestamps[0].signedTimestamp|base64|der`),
    ).toBeGreaterThan(400)
    expect(within(`${material}.tlogEntries[0].canonicalizedBody|base64|$.spec`)).toBeGreaterThan(400)
    for (const free of ["cms-unsigned", "s-negation", "log-index", "log-id", "root-hash", "tree-size"] as const) {
      expect(
        all.some(m => m.unauthenticated === free),
        free,
      ).toBe(true)
    }
    expect(new Set(all.map(m => `${m.region} ${m.name}`)).size).toBe(all.length)
  })
})
