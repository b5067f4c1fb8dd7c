import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { detectForm, parseEvidence, type EvidenceForm } from "../../src/formats/evidence.ts"
import { isGcbDocument, parseGcb } from "../../src/formats/gcb.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import {
  base64,
  bytesOf,
  changed,
  filler,
  pathsOf,
  sampleBundle,
  sampleDsseBundle,
  sampleEntry,
  sampleEnvelope,
  sampleStatement,
  type Json,
} from "../support/documents.ts"

const numRuns = process.env["SLOW"] ? 20_000 : 300
const parse = (form: EvidenceForm, document: unknown, item = 0) => parseEvidence(form, item, bytesOf(document))
const fault = (form: EvidenceForm, document: unknown, item = 0): string => {
  const r = parse(form, document, item)
  return r.ok ? "accepted" : `${r.error.reason} at ${r.error.where}`
}
const detected = (document: unknown): unknown => {
  const r = detectForm(bytesOf(document))
  return r.ok ? [r.value.form, r.value.items] : `${r.error.reason} at ${r.error.where}`
}

const PROVENANCE = "https://slsa.dev/provenance/v1"
const attestation = (seed = 1): { [name: string]: Json } => ({
  version: 1,
  verification_material: { certificate: base64(300, seed), transparency_entries: [sampleEntry(seed)] },
  envelope: {
    statement: Buffer.from(bytesOf(sampleStatement())).toString("base64"),
    signature: base64(70, seed),
  },
})
const provenance = (...counts: number[]): Json => ({
  version: 1,
  attestation_bundles: counts.map((count, i) => ({
    publisher: { kind: "GitHub" },
    attestations: Array.from({ length: count }, (_, j) => attestation(10 * i + j)),
  })),
})
const npmList = (...bundles: Json[]): Json => ({
  attestations: bundles.map(bundle => ({ predicateType: PROVENANCE, bundle })),
})

describe("bundles and envelopes", () => {
  it("come out in one shape", () => {
    expect(parse("bundle", sampleBundle("0.2"))).toMatchObject({
      ok: true,
      value: { form: "bundle", bundleVersion: "0.2", material: { kind: "certificates" }, content: { kind: "message" } },
    })
    expect(parse("envelope", sampleEnvelope())).toEqual({
      ok: true,
      value: {
        form: "envelope",
        bundleVersion: undefined,
        material: { kind: "envelope" },
        entries: [],
        timestamps: [],
        content: {
          kind: "dsse",
          envelope: {
            payload: bytesOf(sampleStatement()),
            payloadType: "application/vnd.in-toto+json",
            signatures: [{ sig: filler(70), keyid: "key", certificatePem: undefined }],
          },
        },
      },
    })
  })

  it("have one item only, and pass their parsers' faults on", () => {
    for (const form of ["bundle", "envelope"] as const) {
      for (const item of [1, -1, 0.5, NaN]) {
        expect(fault(form, form === "bundle" ? sampleBundle() : sampleEnvelope(), item)).toBe(
          `field-missing at [${String(item)}]`,
        )
      }
    }
    expect(fault("bundle", {})).toBe("field-missing at mediaType")
    expect(fault("envelope", {})).toBe("field-missing at payload")
    expect(fault("bundle", sampleEnvelope())).toBe("field-missing at mediaType")
  })
})

describe("PEP 740", () => {
  it("gives what a v0.3 bundle would", () => {
    const r = parse("pep740", attestation())
    expect(r).toMatchObject({
      ok: true,
      value: {
        form: "pep740",
        bundleVersion: "0.3",
        material: { kind: "certificates", chain: [filler(300)] },
        entries: [{ index: 1001n, body: filler(100) }],
        timestamps: [],
        content: {
          kind: "dsse",
          envelope: {
            payload: bytesOf(sampleStatement()),
            payloadType: "application/vnd.in-toto+json",
            signatures: [{ sig: filler(70), keyid: "" }],
          },
        },
      },
    })
  })

  it("counts the attestations of a provenance object across its publishers", () => {
    const document = provenance(2, 0, 1)
    expect(detected(document)).toEqual(["pep740", 3])
    const signatures = [0, 1, 2].map(item => {
      const r = parse("pep740", document, item)
      return r.ok && r.value.content.kind === "dsse" && r.value.content.envelope.signatures[0].sig
    })
    expect(signatures).toEqual([filler(70, 0), filler(70, 1), filler(70, 20)])
    for (const item of [3, -1, 1.5]) expect(fault("pep740", document, item)).toBe(`field-missing at [${String(item)}]`)
    const damaged = changed(document, "attestation_bundles[2].attestations[0].envelope.signature", "")
    expect(fault("pep740", damaged, 2)).toBe(
      "field-missing at attestation_bundles[2].attestations[0].envelope.signature",
    )
    expect(fault("pep740", damaged, 0)).toBe("accepted")
  })

  it.each<[string, string, Json | undefined, string]>([
    ["no version", "version", undefined, "field-missing at version"],
    ["version 2", "version", 2, "field-invalid at version"],
    ["a version that is a string", "version", "1", "field-invalid at version"],
    ["no material", "verification_material", undefined, "field-missing at verification_material"],
    [
      "no certificate",
      "verification_material.certificate",
      undefined,
      "field-missing at verification_material.certificate",
    ],
    [
      "no entries",
      "verification_material.transparency_entries",
      [],
      "field-missing at verification_material.transparency_entries",
    ],
    [
      "an entry without a proof",
      "verification_material.transparency_entries[0].inclusionProof",
      null,
      "proof-missing at verification_material.transparency_entries[0].inclusionProof",
    ],
    [
      "an entry twice",
      "verification_material.transparency_entries",
      [sampleEntry(), sampleEntry()],
      "entry-duplicate at verification_material.transparency_entries[1]",
    ],
    ["no envelope", "envelope", undefined, "field-missing at envelope"],
    ["no statement", "envelope.statement", undefined, "field-missing at envelope.statement"],
    ["no signature", "envelope.signature", undefined, "field-missing at envelope.signature"],
    ["a signature that is not base64", "envelope.signature", "*", "base64-invalid at envelope.signature"],
    ["bundles that are no list", "attestation_bundles", {}, "field-invalid at attestation_bundles"],
  ])("%s is refused", (_, path, value, expected) => {
    expect(fault("pep740", changed(attestation(), path, value))).toBe(expected)
  })

  it("is bounded", () => {
    expect(fault("pep740", { version: 1, attestation_bundles: Array(65).fill({}) })).toBe(
      "too-large at attestation_bundles",
    )
    const two = { attestations: Array(LIMITS.attestations).fill({}) }
    expect(detected({ version: 1, attestation_bundles: [two, two] })).toBe(
      "too-large at attestation_bundles[1].attestations[0]",
    )
    expect(detected({ version: 7, attestation_bundles: [] })).toBe("field-invalid at version")
  })
})

describe("npm attestation lists", () => {
  it("give each bundle under its number", () => {
    const document = npmList(sampleDsseBundle(), sampleDsseBundle())
    expect(detected(document)).toEqual(["npm", 2])
    expect(parse("npm", document, 1)).toMatchObject({ ok: true, value: { form: "npm", bundleVersion: "0.3" } })
    for (const item of [2, -1])
      expect(fault("npm", document, item)).toBe(`field-missing at attestations[${String(item)}]`)
  })

  it("must say the statement's own predicate type", () => {
    const document = npmList(sampleDsseBundle(), sampleDsseBundle())
    const lying = changed(document, "attestations[1].predicateType", "https://slsa.dev/provenance/v0.2")
    expect(fault("npm", lying, 0)).toBe("accepted")
    expect(fault("npm", lying, 1)).toBe("predicate-mismatch at attestations[1].predicateType")
    expect(fault("npm", npmList(sampleBundle()))).toBe("predicate-mismatch at attestations[0].bundle")
    // A payload that is no statement fails its own check, after the signature's.
    expect(fault("npm", npmList(sampleDsseBundle(sampleEnvelope("no statement"))))).toBe("accepted")
  })

  it.each<[string, string, Json | undefined, string]>([
    ["an item that is no object", "attestations[0]", 5, "field-invalid at attestations[0]"],
    ["no predicate type", "attestations[0].predicateType", undefined, "field-missing at attestations[0].predicateType"],
    ["no bundle", "attestations[0].bundle", undefined, "field-missing at attestations[0].bundle"],
    [
      "a bundle with a fault",
      "attestations[0].bundle.mediaType",
      "x",
      "media-type-unknown at attestations[0].bundle.mediaType",
    ],
    ["a list that is none", "attestations", {}, "field-invalid at attestations"],
    ["65 attestations", "attestations", Array(65).fill({}), "too-large at attestations"],
    [
      "an envelope of two signatures",
      "attestations[0].bundle.dsseEnvelope.signatures",
      [{ sig: "" }, { sig: "" }],
      "signature-count at attestations[0].bundle.dsseEnvelope.signatures",
    ],
  ])("%s is refused", (_, path, value, expected) => {
    expect(fault("npm", changed(npmList(sampleDsseBundle()), path, value))).toBe(expected)
  })
})

describe("the form of a document", () => {
  it("is told by its members, without promising that it parses", () => {
    expect(detected(sampleBundle())).toEqual(["bundle", 1])
    expect(detected(sampleDsseBundle())).toEqual(["bundle", 1])
    expect(detected({ verificationMaterial: 5 })).toEqual(["bundle", 1])
    expect(detected({ mediaType: "x", dsseEnvelope: {} })).toEqual(["bundle", 1])
    expect(detected(sampleEnvelope())).toEqual(["envelope", 1])
    expect(detected(attestation())).toEqual(["pep740", 1])
    expect(detected(npmList())).toEqual(["npm", 0])
    expect(detected({ attestations: 1 })).toBe("field-invalid at attestations")
    expect(detected({ mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1" })).toBe(
      "field-missing at ",
    )
    expect(detected({ nested: sampleBundle() })).toBe("field-missing at ")
    for (const document of [[], null, 1, "payload"]) expect(detected(document)).toBe("json-invalid at ")
  })

  it("is not looked for beyond the size limit", () => {
    expect(detectForm(new Uint8Array(LIMITS.evidenceBytes + 1))).toEqual({
      ok: false,
      error: { reason: "too-large", where: "" },
    })
    expect(detectForm(utf8('{"payload'))).toEqual({ ok: false, error: { reason: "json-invalid", where: "" } })
  })

  it("any member dropped or replaced: refused or read, never thrown", () => {
    const documents: [EvidenceForm, Json][] = [
      ["bundle", sampleDsseBundle()],
      ["envelope", sampleEnvelope()],
      ["pep740", attestation()],
      ["pep740", provenance(1, 1)],
      ["npm", npmList(sampleDsseBundle())],
    ]
    const change = fc
      .constantFrom(...documents)
      .chain(([form, d]) =>
        fc.tuple(
          fc.constant(form),
          fc.constant(d),
          fc.constantFrom(...pathsOf(d)),
          fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }),
        ),
      )
    fc.assert(
      fc.property(change, ([form, document, path, replacement]) => {
        const altered = changed(document, path, replacement as Json | undefined)
        expect(fault(form, altered)).toBeTypeOf("string")
        detected(altered)
      }),
      { numRuns },
    )
  })
})

describe("Google Cloud Build descriptions", () => {
  const f4 = "f4".repeat(32)
  const e5 = "e5".repeat(32)
  const description = (...envelopes: Json[]): Json => ({
    image_summary: { digest: `sha256:${f4}`, fully_qualified_digest: `us.pkg.dev/p/q@sha256:${f4}` },
    provenance_summary: {
      provenance: envelopes.map(envelope => ({
        envelope,
        resourceUri: `https://us.pkg.dev/p/q@sha256:${f4}`,
        build: { intotoStatement: { unsigned: 1e300 } },
      })),
    },
  })
  const items = (document: unknown) => {
    const r = parseGcb(bytesOf(document))
    return r.ok ? r.value : `${r.error.reason} at ${r.error.where}`
  }
  const first = "provenance_summary.provenance[0]"

  it("give their envelopes, ready to be stored and verified as such", () => {
    const document = description(sampleEnvelope(), changed(sampleEnvelope(), "signatures[0].keyid", null))
    expect(isGcbDocument(bytesOf(document))).toBe(true)
    const found = items(document)
    if (typeof found === "string") throw new Error(found)
    expect(found.map(i => i.claimed)).toEqual([[f4], [f4]])
    const envelopes = found.map(i => parseEvidence("envelope", 0, i.envelope))
    expect(envelopes[0]).toEqual(parse("envelope", sampleEnvelope()))
    expect(envelopes[1]).toMatchObject({ value: { content: { envelope: { signatures: [{ keyid: "" }] } } } })
  })

  it("leave a damaged envelope to the envelope parser, so that its neighbours are judged", () => {
    const document = description(changed(sampleEnvelope(), "signatures[0].sig", "invalid encoding"), sampleEnvelope())
    const found = items(document)
    if (typeof found === "string") throw new Error(found)
    expect(found.map(i => parseEvidence("envelope", 0, i.envelope).ok)).toEqual([false, true])
  })

  it("name every digest that they claim for the image", () => {
    const claimed = (path: string, value: Json | undefined) => {
      const found = items(changed(description(sampleEnvelope()), path, value))
      return typeof found === "string" ? found : found[0]?.claimed
    }
    expect(claimed("image_summary.digest", `sha256:${e5}`)).toEqual([e5, f4])
    expect(claimed("image_summary.fully_qualified_digest", `x@sha256:${e5}`)).toEqual([f4, e5])
    expect(claimed(`${first}.resourceUri`, `https://us.pkg.dev/p/q@sha256:${e5}`)).toEqual([f4, e5])
    expect(claimed("image_summary", undefined)).toEqual([f4])
    const bare = changed(
      changed(description(sampleEnvelope()), "image_summary", null),
      `${first}.resourceUri`,
      undefined,
    )
    expect(items(bare)).toMatchObject([{ claimed: [] }])
    expect(claimed("image_summary.digest", f4)).toBe("field-invalid at image_summary.digest")
    expect(claimed(`${first}.resourceUri`, "https://us.pkg.dev/p/q:v1")).toBe(`field-invalid at ${first}.resourceUri`)
  })

  it.each<[string, string, Json | undefined, string]>([
    ["no provenance", "provenance_summary", undefined, "field-missing at provenance_summary"],
    [
      "provenance that is no list",
      "provenance_summary.provenance",
      {},
      "field-invalid at provenance_summary.provenance",
    ],
    ["65 items", "provenance_summary.provenance", Array(65).fill({}), "too-large at provenance_summary.provenance"],
    ["an item that is no object", first, "x", `field-invalid at ${first}`],
    ["no envelope", `${first}.envelope`, undefined, `field-missing at ${first}.envelope`],
    ["no payload", `${first}.envelope.payload`, undefined, `field-missing at ${first}.envelope.payload`],
    ["no payload type", `${first}.envelope.payloadType`, 1, `field-invalid at ${first}.envelope.payloadType`],
    [
      "no sig",
      `${first}.envelope.signatures[0].sig`,
      undefined,
      `field-missing at ${first}.envelope.signatures[0].sig`,
    ],
    ["a summary that is a string", "image_summary", "x", "field-invalid at image_summary"],
  ])("%s is refused", (_, path, value, expected) => {
    expect(items(changed(description(sampleEnvelope()), path, value))).toBe(expected)
  })

  it("are told from everything else", () => {
    for (const document of [sampleBundle(), sampleEnvelope(), [], null])
      expect(isGcbDocument(bytesOf(document))).toBe(false)
    expect(parseGcb(utf8("{"))).toEqual({ ok: false, error: { reason: "json-invalid", where: "" } })
  })
})
