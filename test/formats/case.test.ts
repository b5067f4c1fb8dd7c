import { describe, expect, it } from "vitest"
import { parseCase, printCase, type Case } from "../../src/formats/case.ts"
import { parseLogProof, printLogProof, type LogProofDocument } from "../../src/formats/log-proof.ts"
import { parseHead, parseRevocations, printSiteDocument } from "../../src/formats/site-documents.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Fault } from "../../src/kernel/reasons.ts"
import type { Result } from "../../src/kernel/result.ts"
import { changed, type Json } from "../support/documents.ts"

const utf8 = (text: string) => new TextEncoder().encode(text)
const A = "a".repeat(64)
const ref = { sha256: A, bytes: 5 }

function faultOf(parse: (bytes: Uint8Array) => Result<unknown, Fault>, document: unknown, path: string, value?: Json) {
  const parsed = parse(utf8(canonicalJson(changed(document as Json, path, value))))
  return parsed.ok ? "ok" : `${parsed.error.reason} ${parsed.error.where}`
}

const sample: Case = {
  v: 1,
  judgeVersion: "1",
  core: {
    evidence: { ...ref },
    form: "bundle",
    item: 0,
    artifact: { digests: { sha256: A }, bytes: ref },
    logProofs: [ref],
    trust: ref,
    signerRecords: [],
  },
  context: {
    policy: ref,
    moment: {
      earliest: "2026-01-01T00:00:00Z",
      latest: "2026-01-01T00:00:01Z",
      basis: [{ kind: "site-clock", id: "here", sha256: null }],
    },
    heads: [ref],
    revocations: [ref],
  },
}

describe("a Case", () => {
  it("is read back as it was printed", () => {
    expect(parseCase(utf8(printCase(sample)))).toEqual({ ok: true, value: sample })
    expect(faultOf(parseCase, sample, "core.artifact.bytes")).toBe("ok")
    expect(faultOf(parseCase, sample, "context.moment.latest", "2026-01-01T00:00:00Z")).toBe("ok")
  })

  it.each<[string, Json | undefined, string]>([
    ["context.moment.earliest", "2026-01-01T00:00:02Z", "field-invalid context.moment"],
    ["context.moment.basis[0].kind", "rumour", "field-invalid context.moment.basis[0].kind"],
    ["context.moment.latest", "2026-01-01T00:00:00.5Z", "field-invalid context.moment.latest"],
    ["core.artifact.digests", { "sha 256": A }, "field-invalid core.artifact.digests.sha 256"],
    ["core.artifact.digests.sha256", "", "field-invalid core.artifact.digests.sha256"],
    ["core.evidence.sha256", A.toUpperCase(), "field-invalid core.evidence.sha256"],
    ["core.evidence.bytes", 1.5, "field-invalid core.evidence.bytes"],
    ["core.form", "tar", "field-invalid core.form"],
    ["core.item", -1, "field-invalid core.item"],
    ["core.logProofs", Array<Json>(65).fill(ref), "too-large core.logProofs"],
    ["core.trust", undefined, "field-missing core.trust"],
    ["judgeVersion", "01", "field-invalid judgeVersion"],
    ["judgeVersion", 1, "field-invalid judgeVersion"],
    ["v", 2, "field-invalid v"],
  ])("refuses another %s", (path, value, expected) => {
    expect(faultOf(parseCase, sample, path, value)).toBe(expected)
  })
})

describe("the documents of a Context", () => {
  const head = { v: 1, log: "log.example", size: "12", root: A, at: "2026-01-01T00:00:00Z" } as const
  const revocations = { v: 1, keys: [{ spki: A, effective: "2026-01-01T00:00:00Z", reason: "lost" }] } as const

  it("are read back as they were printed", () => {
    expect(parseHead(utf8(printSiteDocument(head)))).toEqual({ ok: true, value: head })
    expect(parseRevocations(utf8(printSiteDocument(revocations)))).toEqual({ ok: true, value: revocations })
  })

  it("refuse what they cannot mean", () => {
    expect(faultOf(parseHead, head, "size", "9223372036854775808")).toBe("field-invalid size")
    expect(faultOf(parseHead, head, "log", "o".repeat(4097))).toBe("field-invalid log")
    expect(faultOf(parseHead, head, "at", "10000-01-01T00:00:00Z")).toBe("field-invalid at")
    expect(faultOf(parseRevocations, revocations, "keys[0].effective", "now")).toBe("field-invalid keys[0].effective")
    expect(faultOf(parseRevocations, revocations, "keys[0].spki")).toBe("field-missing keys[0].spki")
  })
})

describe("a log proof", () => {
  const proof: LogProofDocument = {
    v: 1,
    kind: "log-proof",
    log: { origin: "log.example", vkey: "log.example+00000000+AA==" },
    checkpoint: "log.example\n2\n…",
    leaf: A,
    index: "9223372036854775807",
    size: "2",
    hashes: [A],
    consistency: { from: { size: "1", root: A }, hashes: [] },
  }

  it("is read back as it was printed, ready for checks", () => {
    const parsed = parseLogProof(utf8(printLogProof(proof)))
    if (!parsed.ok) return expect.fail(parsed.error.where)
    const { document, index, leafHash, hashes } = parsed.value
    expect(document).toEqual(proof)
    expect(index).toBe(2n ** 63n - 1n)
    expect(Buffer.from(leafHash).toString("hex")).toBe(A)
    expect(hashes.map(h => Buffer.from(h).toString("hex"))).toEqual([A])
    expect(faultOf(parseLogProof, proof, "consistency")).toBe("ok")
  })

  it.each<[string, Json | undefined, string]>([
    ["index", "9223372036854775808", "field-invalid index"],
    ["size", "9999999999999999999", "field-invalid size"],
    ["kind", "proof", "field-invalid kind"],
    ["hashes", Array<Json>(127).fill(A), "too-large hashes"],
    ["hashes[0]", "a", "field-invalid hashes[0]"],
    ["consistency.from.root", "a", "field-invalid consistency.from.root"],
    ["log.origin", "o".repeat(4097), "field-invalid log.origin"],
    ["leaf", undefined, "field-missing leaf"],
  ])("refuses another %s", (path, value, expected) => {
    expect(faultOf(parseLogProof, proof, path, value)).toBe(expected)
  })
})
