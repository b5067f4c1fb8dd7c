import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseBundle } from "../../src/formats/bundle.ts"
import { LIMITS } from "../../src/formats/limits.ts"
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
  type Json,
} from "../support/documents.ts"

const numRuns = process.env["SLOW"] ? 20_000 : 300
const parse = (document: unknown) => parseBundle(bytesOf(document))
const fault = (document: unknown): string => {
  const r = parse(document)
  return r.ok ? "accepted" : `${r.error.reason} at ${r.error.where}`
}
const entry = "verificationMaterial.tlogEntries[0]"
const tokens = "verificationMaterial.timestampVerificationData.rfc3161Timestamps"

describe("a bundle", () => {
  it("v0.3 comes out with the exact bytes of every part", () => {
    const r = parse(sampleBundle())
    expect(r).toEqual({
      ok: true,
      value: {
        version: "0.3",
        material: { kind: "certificates", chain: [filler(300)] },
        entries: [
          {
            index: 1001n,
            logId: filler(32, 7),
            kind: "hashedrekord",
            version: "0.0.1",
            integratedTime: 1_700_000_000n,
            promise: filler(71),
            proof: {
              index: 12n,
              size: 14n,
              root: filler(32, 2),
              hashes: [filler(32, 3), filler(32, 4)],
              checkpoint: "log.example\n14\nAAAA\n\n— log.example AAAA\n",
            },
            body: filler(100),
            bodyBase64: base64(100),
          },
        ],
        timestamps: [filler(90)],
        content: { kind: "message", signature: filler(70), digest: { hash: "sha256", digest: filler(32, 5) } },
      },
    })
  })

  it.each([
    ["application/vnd.dev.sigstore.bundle+json;version=0.1", "0.1"],
    ["application/vnd.dev.sigstore.bundle+json;version=0.2", "0.2"],
    ["application/vnd.dev.sigstore.bundle+json;version=0.3", "0.3"],
    ["application/vnd.dev.sigstore.bundle.v0.3+json", "0.3"],
  ] as const)("%s is version %s", (mediaType, version) => {
    const r = parse({ ...sampleBundle(version), mediaType })
    expect(r.ok && r.value.version).toBe(version)
  })

  it.each([
    "",
    "application/json",
    "application/vnd.dev.sigstore.bundle.v0.1+json",
    "application/vnd.dev.sigstore.bundle.v0.2+json",
    "application/vnd.dev.sigstore.bundle.v0.4+json",
    "application/vnd.dev.sigstore.bundle.v0.3.1+json",
    "application/vnd.dev.sigstore.bundle+json;version=99.9",
    "application/vnd.dev.sigstore.bundle+json; version=0.3",
    "Application/vnd.dev.sigstore.bundle.v0.3+json",
    "application/vnd.dev.sigstore.bundle.v0.3+json ",
  ])("media type %j is refused", mediaType => {
    expect(fault({ ...sampleBundle(), mediaType })).toBe(
      mediaType === "" ? "field-missing at mediaType" : "media-type-unknown at mediaType",
    )
  })

  it("of v0.1 and v0.2 carries a chain, leaf first", () => {
    for (const version of ["0.1", "0.2"] as const) {
      const r = parse(sampleBundle(version))
      expect(r.ok && r.value.material).toEqual({ kind: "certificates", chain: [filler(300), filler(200)] })
    }
  })

  it("may name a key instead, by a hint or without", () => {
    for (const [key, hint] of [
      [{ hint: "k" }, "k"],
      [{}, ""],
      [{ hint: null, rawBytes: "unread" }, ""],
    ] as const) {
      const r = parse(
        changed(
          changed(sampleBundle(), "verificationMaterial.certificate", undefined),
          "verificationMaterial.publicKey",
          key,
        ),
      )
      expect(r.ok && r.value.material).toEqual({ kind: "public-key", hint })
    }
  })

  it("reads an absent list as empty, null as absence and an absent integer as zero (proto3 JSON)", () => {
    let document: Json = changed(sampleBundle(), "verificationMaterial.tlogEntries", null)
    document = changed(document, "verificationMaterial.timestampVerificationData", null)
    document = changed(document, "messageSignature.messageDigest", null)
    const r = parse(document)
    expect(r.ok && [r.value.entries, r.value.timestamps, r.value.content]).toEqual([
      [],
      [],
      { kind: "message", signature: filler(70), digest: undefined },
    ])
    let bare: Json = changed(sampleBundle(), `${entry}.logIndex`, undefined)
    for (const name of [
      "integratedTime",
      "inclusionProof.logIndex",
      "inclusionProof.treeSize",
      "inclusionProof.rootHash",
      "inclusionProof.hashes",
      "inclusionPromise",
    ]) {
      bare = changed(bare, `${entry}.${name}`, undefined)
    }
    const b = parse(bare)
    expect(b.ok && b.value.entries[0]).toMatchObject({
      index: 0n,
      integratedTime: 0n,
      promise: undefined,
      proof: { index: 0n, size: 0n, hashes: [] },
    })
    expect(b.ok && b.value.entries[0]?.proof?.root).toBe(undefined)
  })

  it("takes 64-bit integers as strings or numbers, up to 2^63 - 1", () => {
    for (const [written, index] of [
      ["9223372036854775807", 2n ** 63n - 1n],
      ["0", 0n],
      [9007199254740991, 2n ** 53n - 1n],
      [0, 0n],
    ] as const) {
      const r = parse(changed(sampleBundle(), `${entry}.logIndex`, written))
      expect(r.ok && r.value.entries[0]?.index).toBe(index)
    }
  })

  it("gives the body's standard base64 whichever alphabet it came in", () => {
    const body = Uint8Array.of(0xfb, 0xff, 0xbf, 0xff)
    for (const text of ["+/+//w==", "-_-__w==", "-_-__w"]) {
      const r = parse(changed(sampleBundle(), `${entry}.canonicalizedBody`, text))
      expect(r.ok && [r.value.entries[0]?.body, r.value.entries[0]?.bodyBase64]).toEqual([body, "+/+//w=="])
    }
  })

  it("may hold an envelope; a hint and a key id that are both set must agree", () => {
    const keyed = (hint: string, keyid: string): Json =>
      changed(
        changed(
          sampleDsseBundle(changed(sampleEnvelope(), "signatures[0].keyid", keyid)),
          "verificationMaterial.certificate",
          undefined,
        ),
        "verificationMaterial.publicKey",
        { hint },
      )
    const r = parse(sampleDsseBundle())
    expect(r.ok && r.value.content.kind).toBe("dsse")
    expect(fault(keyed("a", "a"))).toBe("accepted")
    expect(fault(keyed("", "a"))).toBe("accepted")
    expect(fault(keyed("a", ""))).toBe("accepted")
    expect(fault(keyed("a", "b"))).toBe("key-hint-mismatch at dsseEnvelope.signatures[0].keyid")
    // A key id beside a certificate is only a hint, whatever it says.
    expect(fault(sampleDsseBundle(changed(sampleEnvelope(), "signatures[0].keyid", "other")))).toBe("accepted")
  })

  it("ignores unknown members everywhere", () => {
    for (const path of ["", "verificationMaterial.", `${entry}.`, `${entry}.inclusionProof.`, "messageSignature."]) {
      expect(fault(changed(sampleBundle(), `${path}constructor`, { a: 1 }))).toBe("accepted")
    }
  })
})

describe("the rules of each version", () => {
  const without = (version: "0.1" | "0.2" | "0.3", ...names: readonly string[]) =>
    fault(names.reduce<Json>((d, name) => changed(d, `${entry}.${name}`, undefined), sampleBundle(version)))

  it("v0.1 requires the promise and not the proof", () => {
    expect(without("0.1")).toBe("accepted")
    expect(without("0.1", "inclusionProof")).toBe("accepted")
    expect(without("0.1", "inclusionProof.checkpoint")).toBe("accepted")
    expect(without("0.1", "inclusionPromise")).toBe(`promise-missing at ${entry}.inclusionPromise`)
  })

  it.each(["0.2", "0.3"] as const)("v%s requires the proof with its checkpoint and not the promise", version => {
    expect(without(version, "inclusionPromise", "integratedTime")).toBe("accepted")
    // The promise signs the time; without it the time is nobody's word.
    expect(without(version, "inclusionPromise")).toBe(`field-invalid at ${entry}.integratedTime`)
    expect(without(version, "inclusionProof")).toBe(`proof-missing at ${entry}.inclusionProof`)
    expect(without(version, "inclusionProof.checkpoint")).toBe(
      `checkpoint-missing at ${entry}.inclusionProof.checkpoint`,
    )
  })

  it("Rekor v2 entries require the proof even in v0.1, and keep a promise they should not have", () => {
    for (const kind of ["hashedrekord", "dsse"]) {
      const v2 = changed(sampleBundle("0.1"), `${entry}.kindVersion`, { kind, version: "0.0.2" })
      const r = parse(v2)
      expect(r.ok && r.value.entries[0]?.promise).toEqual(filler(71))
      expect(fault(changed(v2, `${entry}.inclusionProof`, null))).toBe(`proof-missing at ${entry}.inclusionProof`)
      expect(fault(changed(v2, `${entry}.inclusionProof.checkpoint`, null))).toBe(
        `checkpoint-missing at ${entry}.inclusionProof.checkpoint`,
      )
    }
    const intoto = changed(sampleBundle("0.1"), `${entry}.kindVersion`, { kind: "intoto", version: "0.0.2" })
    expect(fault(changed(intoto, `${entry}.inclusionProof`, null))).toBe("accepted")
  })

  it("v0.3 takes a chain of one certificate and no longer one", () => {
    const chain = (n: number): Json =>
      changed(
        changed(sampleBundle(), "verificationMaterial.certificate", undefined),
        "verificationMaterial.x509CertificateChain",
        {
          certificates: Array.from({ length: n }, (_, i) => ({ rawBytes: base64(50, i) })),
        },
      )
    const r = parse(chain(1))
    expect(r.ok && r.value.material).toEqual({ kind: "certificates", chain: [filler(50, 0)] })
    expect(fault(chain(2))).toBe("chain-not-allowed at verificationMaterial.x509CertificateChain")
    expect(fault(chain(0))).toBe("certificate-missing at verificationMaterial.x509CertificateChain.certificates")
  })

  it("v0.1 and v0.2 do not know the single certificate", () => {
    const single = changed(
      changed(sampleBundle("0.2"), "verificationMaterial.x509CertificateChain", undefined),
      "verificationMaterial.certificate",
      { rawBytes: base64(50) },
    )
    expect(fault(single)).toBe("field-invalid at verificationMaterial.certificate")
  })
})

describe("one fault each", () => {
  const many = (n: number, make: (i: number) => Json): Json => Array.from({ length: n }, (_, i) => make(i))
  it.each<[string, string, Json | undefined, string]>([
    ["no verification material", "verificationMaterial", undefined, "field-missing at verificationMaterial"],
    ["material of another type", "verificationMaterial", [], "field-invalid at verificationMaterial"],
    [
      "neither certificate nor key",
      "verificationMaterial.certificate",
      undefined,
      "certificate-missing at verificationMaterial",
    ],
    ["two kinds of material", "verificationMaterial.publicKey", { hint: "" }, "field-invalid at verificationMaterial"],
    [
      "an empty certificate",
      "verificationMaterial.certificate.rawBytes",
      "",
      "field-missing at verificationMaterial.certificate.rawBytes",
    ],
    [
      "a certificate in hex with a colon",
      "verificationMaterial.certificate.rawBytes",
      "30:82",
      "base64-invalid at verificationMaterial.certificate.rawBytes",
    ],
    [
      "a certificate of 64 KiB and a byte",
      "verificationMaterial.certificate.rawBytes",
      base64(LIMITS.certificateBytes + 3),
      "too-large at verificationMaterial.certificate.rawBytes",
    ],
    [
      "entries that are no list",
      "verificationMaterial.tlogEntries",
      {},
      "field-invalid at verificationMaterial.tlogEntries",
    ],
    [
      "33 entries",
      "verificationMaterial.tlogEntries",
      many(33, i => sampleEntry(i)),
      "too-large at verificationMaterial.tlogEntries",
    ],
    ["a null entry", entry, null, `field-missing at ${entry}`],
    ["no kind", `${entry}.kindVersion.kind`, undefined, `field-missing at ${entry}.kindVersion.kind`],
    ["no version", `${entry}.kindVersion.version`, "", `field-missing at ${entry}.kindVersion.version`],
    ["no kindVersion", `${entry}.kindVersion`, null, `field-missing at ${entry}.kindVersion`],
    ["no log id", `${entry}.logId`, undefined, `field-missing at ${entry}.logId`],
    ["a log id of 65 bytes or more", `${entry}.logId.keyId`, base64(67), `too-large at ${entry}.logId.keyId`],
    ["a negative index", `${entry}.logIndex`, "-1", `field-invalid at ${entry}.logIndex`],
    ["a negative number", `${entry}.logIndex`, -1, `field-invalid at ${entry}.logIndex`],
    ["an index of 2^63", `${entry}.logIndex`, "9223372036854775808", `field-invalid at ${entry}.logIndex`],
    ["an index of 20 digits", `${entry}.logIndex`, "10000000000000000000", `field-invalid at ${entry}.logIndex`],
    ["an index with a leading zero", `${entry}.logIndex`, "007", `field-invalid at ${entry}.logIndex`],
    ["an empty index", `${entry}.logIndex`, "", `field-invalid at ${entry}.logIndex`],
    ["a fraction", `${entry}.logIndex`, 1.5, `field-invalid at ${entry}.logIndex`],
    ["a number beyond 2^53", `${entry}.logIndex`, 2 ** 53, `field-invalid at ${entry}.logIndex`],
    ["an index in hex", `${entry}.logIndex`, "0x10", `field-invalid at ${entry}.logIndex`],
    ["an index that is true", `${entry}.logIndex`, true, `field-invalid at ${entry}.logIndex`],
    ["a time before 1970", `${entry}.integratedTime`, "-5", `field-invalid at ${entry}.integratedTime`],
    ["a time in the year 10000", `${entry}.integratedTime`, "253402300800", `field-invalid at ${entry}.integratedTime`],
    [
      "a time as late as numbers go",
      `${entry}.integratedTime`,
      "9223372036854775807",
      `field-invalid at ${entry}.integratedTime`,
    ],
    ["a long kind", `${entry}.kindVersion.kind`, "k".repeat(65), `too-large at ${entry}.kindVersion.kind`],
    ["a long version", `${entry}.kindVersion.version`, "1".repeat(65), `too-large at ${entry}.kindVersion.version`],
    [
      "a promise without its signature",
      `${entry}.inclusionPromise`,
      {},
      `field-missing at ${entry}.inclusionPromise.signedEntryTimestamp`,
    ],
    ["a promise that is a string", `${entry}.inclusionPromise`, "x", `field-invalid at ${entry}.inclusionPromise`],
    ["a proof that is a list", `${entry}.inclusionProof`, [], `field-invalid at ${entry}.inclusionProof`],
    [
      "a negative leaf index",
      `${entry}.inclusionProof.logIndex`,
      "-12",
      `field-invalid at ${entry}.inclusionProof.logIndex`,
    ],
    [
      "a tree size of 2^63",
      `${entry}.inclusionProof.treeSize`,
      "9223372036854775808",
      `field-invalid at ${entry}.inclusionProof.treeSize`,
    ],
    [
      "a root of 31 bytes",
      `${entry}.inclusionProof.rootHash`,
      base64(31),
      `field-invalid at ${entry}.inclusionProof.rootHash`,
    ],
    [
      "a root of 34 bytes",
      `${entry}.inclusionProof.rootHash`,
      base64(34),
      `too-large at ${entry}.inclusionProof.rootHash`,
    ],
    [
      "a hash of 31 bytes",
      `${entry}.inclusionProof.hashes[1]`,
      base64(31),
      `field-invalid at ${entry}.inclusionProof.hashes[1]`,
    ],
    [
      "a hash that is a number",
      `${entry}.inclusionProof.hashes[0]`,
      5,
      `field-invalid at ${entry}.inclusionProof.hashes[0]`,
    ],
    ["an empty hash", `${entry}.inclusionProof.hashes[0]`, "", `field-invalid at ${entry}.inclusionProof.hashes[0]`],
    [
      "127 hashes",
      `${entry}.inclusionProof.hashes`,
      many(127, () => base64(32)),
      `too-large at ${entry}.inclusionProof.hashes`,
    ],
    [
      "a checkpoint without a note",
      `${entry}.inclusionProof.checkpoint`,
      {},
      `field-missing at ${entry}.inclusionProof.checkpoint.envelope`,
    ],
    [
      "a checkpoint that is the note itself",
      `${entry}.inclusionProof.checkpoint`,
      "log\n1\n",
      `field-invalid at ${entry}.inclusionProof.checkpoint`,
    ],
    [
      "a checkpoint of half a megabyte",
      `${entry}.inclusionProof.checkpoint.envelope`,
      "x".repeat(LIMITS.noteBytes + 1),
      `too-large at ${entry}.inclusionProof.checkpoint.envelope`,
    ],
    ["no body", `${entry}.canonicalizedBody`, undefined, `field-missing at ${entry}.canonicalizedBody`],
    ["an empty body", `${entry}.canonicalizedBody`, "", `field-missing at ${entry}.canonicalizedBody`],
    ["a body in mixed alphabets", `${entry}.canonicalizedBody`, "+_+_", `base64-invalid at ${entry}.canonicalizedBody`],
    [
      "timestamps that are a list",
      "verificationMaterial.timestampVerificationData",
      [],
      "field-invalid at verificationMaterial.timestampVerificationData",
    ],
    ["33 timestamps", tokens, many(33, i => ({ signedTimestamp: base64(9, i) })), `too-large at ${tokens}`],
    ["an empty timestamp", `${tokens}[0].signedTimestamp`, "", `field-missing at ${tokens}[0].signedTimestamp`],
    [
      "a timestamp with line breaks",
      `${tokens}[0].signedTimestamp`,
      "AAAA\nAAAA",
      `base64-invalid at ${tokens}[0].signedTimestamp`,
    ],
    ["neither signature nor envelope", "messageSignature", undefined, "field-missing at dsseEnvelope"],
    ["signature and envelope", "dsseEnvelope", sampleEnvelope(), "field-invalid at dsseEnvelope"],
    ["no signature", "messageSignature.signature", undefined, "field-missing at messageSignature.signature"],
    ["an empty signature", "messageSignature.signature", "", "field-missing at messageSignature.signature"],
    [
      "a signature that is not base64",
      "messageSignature.signature",
      "INVALID!!!",
      "base64-invalid at messageSignature.signature",
    ],
    [
      "padding bits that are not zero",
      "messageSignature.signature",
      "AAAAAB==",
      "base64-invalid at messageSignature.signature",
    ],
    [
      "an unknown hash",
      "messageSignature.messageDigest.algorithm",
      "SHA3_256",
      "field-invalid at messageSignature.messageDigest.algorithm",
    ],
    [
      "a hash by its number",
      "messageSignature.messageDigest.algorithm",
      1,
      "field-invalid at messageSignature.messageDigest.algorithm",
    ],
    [
      "a digest without its hash",
      "messageSignature.messageDigest.algorithm",
      undefined,
      "field-missing at messageSignature.messageDigest.algorithm",
    ],
    [
      "a hash without its digest",
      "messageSignature.messageDigest.digest",
      undefined,
      "field-missing at messageSignature.messageDigest.digest",
    ],
    [
      "a digest of another length",
      "messageSignature.messageDigest.digest",
      base64(20),
      "field-invalid at messageSignature.messageDigest.digest",
    ],
  ])("%s", (_, path, value, expected) => {
    expect(fault(changed(sampleBundle(), path, value))).toBe(expected)
  })

  it("an envelope with none, or more than one signature", () => {
    expect(fault(sampleDsseBundle(changed(sampleEnvelope(), "signatures", [])))).toBe(
      "signature-count at dsseEnvelope.signatures",
    )
    expect(fault(sampleDsseBundle(changed(sampleEnvelope(), "signatures", [{ sig: "AAAA" }, { sig: "AAAB" }])))).toBe(
      "signature-count at dsseEnvelope.signatures",
    )
  })

  it("a chain of eleven", () => {
    const chain = many(11, i => ({ rawBytes: base64(50, i) }))
    expect(fault(changed(sampleBundle("0.1"), "verificationMaterial.x509CertificateChain.certificates", chain))).toBe(
      "too-large at verificationMaterial.x509CertificateChain.certificates",
    )
  })
})

describe("what is given twice", () => {
  const entries = (second: Json) =>
    fault(changed(sampleBundle(), "verificationMaterial.tlogEntries", [sampleEntry(1), sampleEntry(2), second]))
  const duplicate = "entry-duplicate at verificationMaterial.tlogEntries[2]"

  it("an entry, byte for byte", () => expect(entries(sampleEntry(1))).toBe(duplicate))
  it("an index of one log", () => expect(entries(changed(sampleEntry(3), "logIndex", "1002"))).toBe(duplicate))
  it("a body under another index, which nothing authenticates", () =>
    expect(entries(changed(sampleEntry(2), "logIndex", "77"))).toBe(duplicate))
  it("but not one body in two logs", () =>
    expect(entries(changed(sampleEntry(2), "logId.keyId", base64(32, 9)))).toBe("accepted"))

  it("a timestamp, whatever its alphabet", () => {
    const list = (...texts: string[]) =>
      fault(
        changed(
          sampleBundle(),
          tokens,
          texts.map(signedTimestamp => ({ signedTimestamp })),
        ),
      )
    expect(list("+/+/", "AAAA")).toBe("accepted")
    expect(list("+/+/", "AAAA", "-_-_")).toBe(`timestamp-duplicate at ${tokens}[2]`)
  })
})

describe("hostile texts", () => {
  const text = JSON.stringify(sampleBundle())
  const reason = (bytes: Uint8Array) => {
    const r = parseBundle(bytes)
    return r.ok ? "accepted" : r.error.reason
  }

  it("cut anywhere", () => {
    const bytes = bytesOf(sampleBundle())
    for (let n = 0; n < bytes.length; n++) expect(reason(bytes.subarray(0, n))).toMatch(/^(json|utf8)-invalid$/)
  })

  it("a repeated member at any depth", () => {
    for (const name of ["mediaType", "certificate", "logIndex", "hashes", "signature"]) {
      const doubled = text.replace(`"${name}":`, `"${name}":null,"${name}":`)
      expect(reason(new TextEncoder().encode(doubled))).toBe("json-duplicate-key")
    }
  })

  it("too deep, too long, not UTF-8, not an object", () => {
    const deep = text.slice(0, -1) + `,"x":${"[".repeat(65)}${"]".repeat(65)}}`
    expect(reason(new TextEncoder().encode(deep))).toBe("json-too-deep")
    expect(reason(new Uint8Array(LIMITS.evidenceBytes + 1))).toBe("too-large")
    expect(reason(Uint8Array.of(0x22, 0xc3, 0x22))).toBe("utf8-invalid")
    expect(["[]", "1", '"x"', "true"].map(t => reason(new TextEncoder().encode(t)))).toEqual(
      Array(4).fill("field-invalid"),
    )
    expect(reason(new TextEncoder().encode("null"))).toBe("field-missing")
  })

  it("any member dropped or replaced: refused or read, never thrown", () => {
    const documents = [sampleBundle("0.1"), sampleBundle("0.2"), sampleBundle("0.3"), sampleDsseBundle()]
    const value = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<Json>("AAAA", "-1", "", [], {}, [null], 1e300),
    )
    const change = fc
      .constantFrom(...documents)
      .chain(d => fc.tuple(fc.constant(d), fc.constantFrom(...pathsOf(d)), value))
    fc.assert(
      fc.property(change, ([document, path, replacement]) => {
        const r = parse(changed(document, path, replacement as Json | undefined))
        if (r.ok) {
          expect(r.value.entries.every(e => e.body.length > 0 && e.logId.length > 0 && e.index >= 0n)).toBe(true)
          expect(r.value.version === "0.1" || r.value.entries.every(e => e.proof?.checkpoint !== undefined)).toBe(true)
        } else {
          expect(r.error.where).toBeTypeOf("string")
        }
      }),
      { numRuns },
    )
  })
})
