/** Which evidence is judged about which expected artifact, and what is said of the rest. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import type { Context } from "../../appliance/operations/context.ts"
import { nodeFiles } from "../../appliance/operations/files.node.ts"
import { ExpectedEvidence, type ExpectedTask } from "../../appliance/operations/gap-evidence.ts"
import type { Grounds } from "../../appliance/operations/judging/basis.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { toBase64, utf8 } from "../../src/kernel/bytes.ts"
import { ok } from "../../src/kernel/result.ts"
import { expected, SBOM, sha256, SLSA } from "./made.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-gap-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes a file and gives its path. */
function file(name: string, ...documents: unknown[]): string {
  const path = join(folder, name)
  writeFileSync(path, documents.map(d => (typeof d === "string" ? d : JSON.stringify(d))).join("\n"))
  return path
}

const base64 = (text: string) => toBase64(utf8(text))
const statement = (predicateType: string, ...names: string[]) => ({
  _type: "https://in-toto.io/Statement/v1",
  subject: names.map(name => ({ digest: { sha256: sha256(name) } })),
  predicateType,
  predicate: {},
})
const envelope = (payload: unknown, payloadType = "application/vnd.in-toto+json") => ({
  payload: base64(JSON.stringify(payload)),
  payloadType,
  signatures: [{ sig: base64("signature") }],
})
const bundle = (content: object) => ({
  mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
  verificationMaterial: { publicKey: { hint: "" } },
  ...content,
})
const npm = (...items: [string, string][]) => ({
  attestations: items.map(([predicateType, name]) => {
    return { predicateType, bundle: bundle({ dsseEnvelope: envelope(statement(predicateType, name)) }) }
  }),
})
const message = (name: string) =>
  bundle({
    messageSignature: {
      messageDigest: { algorithm: "SHA2_256", digest: Buffer.from(sha256(name), "hex").toString("base64") },
      signature: base64("signature"),
    },
  })

const proofs = [utf8("a proof")]
const grounds = { site: { proofsFor: () => Promise.resolve(proofs) } } as unknown as Grounds

function context(site?: unknown): Context {
  const { signal } = new AbortController()
  return { crypto: nodeCrypto(), files: nodeFiles, signal, site } as unknown as Context
}

const list = [expected("a", SLSA), expected("b"), expected("c")]

async function all(tasks: AsyncIterable<ExpectedTask>): Promise<ExpectedTask[]> {
  const out: ExpectedTask[] = []
  for await (const task of tasks) out.push(task)
  return out
}

async function inFiles(...paths: string[]) {
  const found = new ExpectedEvidence(list, grounds, context())
  const tasks = await all(found.inFiles(paths))
  return { found, tasks, told: told(tasks) }
}

/** Names of artifacts with the item that is judged about them. */
const told = (tasks: readonly ExpectedTask[]) =>
  tasks.map(({ artifact, evidence }) => {
    const name = ["a", "b", "c"].find(n => artifact.name === `sha256:${sha256(n)}`)
    return `${String(name)} ${evidence.item}`
  })

describe("evidence in files", () => {
  it("is judged about every expected artifact that it names, and about no other", async () => {
    const path = file("one.json", envelope(statement(SLSA, "x", "a", "b")))
    const { tasks, told, found } = await inFiles(path)
    expect(told).toEqual(["a 0", "b 0"])
    expect([found.other, found.unread]).toEqual([0, []])
    expect(tasks[0]).toMatchObject({
      artifact: { name: `sha256:${sha256("a")}`, sha256: sha256("a") },
      evidence: { name: path, item: 0 },
      input: { form: "envelope", item: 0, digests: { sha256: sha256("a") }, logProofs: proofs },
    })
  })

  it("that is a list is judged item by item: the others of a list are no fault of an artifact", async () => {
    const { told, found } = await inFiles(file("list.json", npm([SLSA, "a"], [SBOM, "b"], [SBOM, "x"])))
    expect(told).toEqual(["a 0", "b 1"])
    expect(found.other).toBe(1)
  })

  it("may be a signature over the artifact itself", async () => {
    const { told, found } = await inFiles(file("m.json", message("c")), file("n.json", message("x")))
    expect([told, found.other]).toEqual([["c 0"], 1])
  })

  it("that says nothing about artifacts is about none of these", async () => {
    const silent = bundle({ messageSignature: { signature: base64("signature") } })
    const letter = envelope("hello", "text/plain")
    const { told, found } = await inFiles(file("silent.json", silent), file("letter.json", letter))
    expect([told, found.other, found.unread]).toEqual([[], 2, []])
  })

  it("is judged once, however often it lies there", async () => {
    const one = envelope(statement(SLSA, "a", "b"))
    const { told } = await inFiles(file("twice.jsonl", one, one), file("again.json", one))
    expect(told).toEqual(["a 0", "b 0"])
  })

  it("that cannot be read is told by name, digest and fault, and the rest is judged", async () => {
    const broken = envelope({ ...statement(SLSA, "a"), subject: [] })
    const lines = ["{", envelope(statement(SLSA, "b")), broken, { no: "evidence" }]
    const path = file("mixed.jsonl", ...lines)
    const { told, found } = await inFiles(path)
    const digest = (line: unknown) => sha256(typeof line === "string" ? line : JSON.stringify(line))
    expect(told).toEqual(["b 0"])
    expect(found.unread).toEqual([
      { sha256: digest(lines[0]), name: `${path}:1`, reason: "json-invalid", where: "" },
      { sha256: digest(lines[2]), name: `${path}:3`, reason: "statement-malformed", where: "subject" },
      { sha256: digest(lines[3]), name: `${path}:4`, reason: "field-missing", where: "" },
    ])
  })

  it("of a list with one damaged item is judged for the others", async () => {
    const damaged = npm([SLSA, "a"], [SBOM, "b"])
    const [first] = damaged.attestations
    const { told, found } = await inFiles(
      file("damaged.json", { attestations: [{ ...first, predicateType: SBOM }, damaged.attestations[1]] }),
    )
    expect(told).toEqual(["b 1"])
    expect(found.unread).toMatchObject([{ reason: "predicate-mismatch" }])
  })

  it("may be a description of Google Cloud Build, and a damaged one is told by name", async () => {
    const description = {
      image_summary: {},
      provenance_summary: { provenance: [{ envelope: envelope(statement(SLSA, "a")) }] },
    }
    const { told } = await inFiles(file("gcb.json", description))
    expect(told).toEqual(["a 0"])
    const path = file("bad-gcb.json", { provenance_summary: { provenance: [{}] } })
    const { found } = await inFiles(path)
    const where = "provenance_summary.provenance[0].envelope"
    expect(found.unread).toEqual([{ sha256: null, name: path, reason: "field-missing", where }])
  })

  it("that is not there ends the run: what is missing must not look like a gap", async () => {
    await expect(inFiles(join(folder, "missing.json"))).rejects.toMatchObject({ code: "INPUT_UNREADABLE" })
  })
})

describe("evidence in a site", () => {
  const documents = new Map(
    [envelope(statement(SLSA, "a", "b")), npm([SLSA, "c"], [SBOM, "x"]), envelope(statement(SBOM, "x", "y"))].map(d => {
      const bytes = utf8(JSON.stringify(d))
      return [sha256(JSON.stringify(d)), bytes] as const
    }),
  )
  const [both, two, none] = [...documents.keys()] as [string, string, string]
  const bySubject: Record<string, string[]> = {
    [`sha256:${sha256("a")}`]: [both],
    [`sha256:${sha256("b")}`]: [both],
    [`sha256:${sha256("c")}`]: [two],
  }
  const page = (items: unknown[]) => Promise.resolve(ok({ items, next: null }))
  const site = {
    evidence: {
      bySubject: (digest: string) => page((bySubject[digest] ?? []).map(s => ({ sha256: s }))),
      list: () => page([both, two, none].map(s => ({ sha256: s, items: s === two ? 2 : 1 }))),
      get: (s: string) => Promise.resolve(ok({ bytes: documents.get(s) })),
    },
  }

  it("is found by the digests of what is expected, and the rest is counted", async () => {
    const found = new ExpectedEvidence(list, grounds, context(site))
    expect(told(await all(found.inSite()))).toEqual(["a 0", "b 0", "c 0"])
    // One item of a list, and one document about nothing that is expected.
    expect(found.other).toBe(2)
  })

  it("is not judged again when it lies among the files, too", async () => {
    const found = new ExpectedEvidence(list, grounds, context(site))
    const path = file("both.json", envelope(statement(SLSA, "a", "b")))
    expect(told(await all(found.inFiles([path])))).toEqual(["a 0", "b 0"])
    expect(told(await all(found.inSite()))).toEqual(["c 0"])
  })

  it("is none without a site", async () => {
    const found = new ExpectedEvidence(list, grounds, context())
    expect(await all(found.inSite())).toEqual([])
    expect(found.other).toBe(0)
  })
})
