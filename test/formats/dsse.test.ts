import fc from "fast-check"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { createVerify } from "node:crypto"
import { describe, expect, it } from "vitest"
import {
  createEnvelope,
  pae,
  parseEnvelope,
  parseEnvelopeDocument,
  printEnvelope,
  type Envelope,
} from "../../src/formats/dsse.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { fromUtf8, toBase64, utf8 } from "../../src/kernel/bytes.ts"
import { shared } from "../support/shared.ts"

const runs = { numRuns: process.env["SLOW"] ? 5000 : 100 }

const hello = {
  payload: "aGVsbG8gd29ybGQ=",
  payloadType: "http://example.com/HelloWorld",
  signatures: [{ sig: "AAEC", keyid: "k" }],
}
const parse = (value: unknown) => parseEnvelopeDocument(utf8(JSON.stringify(value)))

describe("pre-authentication encoding", () => {
  it("is the one of the specification's vector", () => {
    expect(fromUtf8(pae("http://example.com/HelloWorld", utf8("hello world")))).toBe(
      "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
    )
  })

  it("counts bytes, not characters, and takes empty fields", () => {
    expect(fromUtf8(pae("é", utf8("ü!")))).toBe("DSSEv1 2 é 3 ü!")
    expect(fromUtf8(pae("", new Uint8Array()))).toBe("DSSEv1 0  0 ")
  })

  it("is injective: different fields never encode alike", () => {
    const field = fc.string({ maxLength: 12, unit: fc.constantFrom("0", "1", " ", "a", "D") })
    fc.assert(
      fc.property(field, field, field, field, (t1, p1, t2, p2) => {
        const same = toBase64(pae(t1, utf8(p1))) === toBase64(pae(t2, utf8(p2)))
        return same === (t1 === t2 && p1 === p2)
      }),
      runs,
    )
  })
})

describe("envelope parser", () => {
  it("keeps the exact bytes and ignores unknown members", () => {
    const r = parse({ ...hello, extra: { payload: "x" }, signatures: [{ ...hello.signatures[0], more: 1 }] })
    expect(r).toEqual({
      ok: true,
      value: {
        payload: utf8("hello world"),
        payloadType: hello.payloadType,
        signatures: [{ sig: new Uint8Array([0, 1, 2]), keyid: "k" }],
      },
    })
  })

  it("takes both base64 alphabets, an unset keyid and the generator's certificate", () => {
    const r = parse({
      payload: "-_-_",
      payloadType: "",
      signatures: [{ sig: "+/+/" }, { sig: "", keyid: null }, { sig: "-_8", cert: "PEM" }],
    })
    expect(r.ok && r.value.payload).toEqual(new Uint8Array([0xfb, 0xff, 0xbf]))
    expect(r.ok && r.value.signatures).toEqual([
      { sig: new Uint8Array([0xfb, 0xff, 0xbf]), keyid: "" },
      { sig: new Uint8Array(), keyid: "" },
      { sig: new Uint8Array([0xfb, 0xff]), keyid: "", certificatePem: "PEM" },
    ])
  })

  it.each<[string, unknown, string, string]>([
    ["no payload", { ...hello, payload: undefined }, "field-missing", "payload"],
    ["a null payload", { ...hello, payload: null }, "field-missing", "payload"],
    ["a payload of another type", { ...hello, payload: 1 }, "field-invalid", "payload"],
    ["mixed alphabets", { ...hello, payload: "+_+_" }, "base64-invalid", "payload"],
    ["a payload without its padding", { ...hello, payload: "aGVsbG8+d29ybA" }, "base64-invalid", "payload"],
    ["padding bits that are not zero", { ...hello, payload: "aGVsbG8gd29ybGR=" }, "base64-invalid", "payload"],
    ["white space in base64", { ...hello, payload: "aGVs\nbG8gd29ybGQ=" }, "base64-invalid", "payload"],
    ["no payload type", { ...hello, payloadType: undefined }, "field-missing", "payloadType"],
    ["a payload type of another type", { ...hello, payloadType: [] }, "field-invalid", "payloadType"],
    ["a payload type of 5 MB", { ...hello, payloadType: "t".repeat(5_000_000) }, "too-large", "payloadType"],
    [
      "a long keyid",
      { ...hello, signatures: [{ sig: "", keyid: "k".repeat(4097) }] },
      "too-large",
      "signatures[0].keyid",
    ],
    [
      "a certificate longer than certificates are",
      { ...hello, signatures: [{ sig: "", cert: "c".repeat(2 * LIMITS.certificateBytes + 1) }] },
      "too-large",
      "signatures[0].cert",
    ],
    ["no signatures", { ...hello, signatures: undefined }, "signature-count", "signatures"],
    ["an empty list of signatures", { ...hello, signatures: [] }, "signature-count", "signatures"],
    ["signatures that are no list", { ...hello, signatures: { sig: "" } }, "field-invalid", "signatures"],
    ["a signature that is no object", { ...hello, signatures: ["AAEC"] }, "field-invalid", "signatures[0]"],
    ["a null signature", { ...hello, signatures: [null] }, "field-missing", "signatures[0]"],
    ["a signature without sig", { ...hello, signatures: [{ sig: "" }, {}] }, "field-missing", "signatures[1].sig"],
    ["a sig that is not base64", { ...hello, signatures: [{ sig: "A" }] }, "base64-invalid", "signatures[0].sig"],
    [
      "a keyid that is no string",
      { ...hello, signatures: [{ sig: "", keyid: 7 }] },
      "field-invalid",
      "signatures[0].keyid",
    ],
    [
      "a cert that is no string",
      { ...hello, signatures: [{ sig: "", cert: [] }] },
      "field-invalid",
      "signatures[0].cert",
    ],
    [
      "too many signatures",
      { ...hello, signatures: Array(LIMITS.envelopeSignatures + 1).fill({ sig: "" }) },
      "too-large",
      "signatures",
    ],
    ["a list", [hello], "field-invalid", ""],
    ["null", null, "field-missing", ""],
  ])("refuses %s", (_, value, reason, where) => {
    expect(parse(value)).toEqual({ ok: false, error: { reason, where } })
  })

  it("refuses documents that are not strict JSON", () => {
    const text = JSON.stringify(hello)
    const fault = (bytes: Uint8Array) => {
      const r = parseEnvelopeDocument(bytes)
      return r.ok ? "ok" : r.error.reason
    }
    expect(fault(utf8(text.slice(0, -1) + ',"payload":""}'))).toBe("json-duplicate-key")
    expect(fault(utf8(text.slice(0, -1) + `,"x":${"[".repeat(100)}${"]".repeat(100)}}`))).toBe("json-too-deep")
    expect(fault(Uint8Array.of(...utf8(text), 0xff))).toBe("utf8-invalid")
    expect(fault(new Uint8Array(LIMITS.evidenceBytes + 1))).toBe("too-large")
    for (let n = 0; n < text.length; n++) expect(fault(utf8(text.slice(0, n)))).toBe("json-invalid")
  })

  it("names the path under which the envelope lies", () => {
    expect(parseEnvelope({}, "dsseEnvelope")).toEqual({
      ok: false,
      error: { reason: "field-missing", where: "dsseEnvelope.payload" },
    })
  })
})

describe("envelope printer", () => {
  it("prints canonical JSON", () => {
    expect(
      createEnvelope("t", utf8("hi"), [
        { sig: new Uint8Array([0xfb, 0xff]) },
        { sig: new Uint8Array([1]), keyid: "k" },
      ]),
    ).toBe('{"payload":"aGk=","payloadType":"t","signatures":[{"sig":"+/8="},{"keyid":"k","sig":"AQ=="}]}')
  })

  it("is inverted by the parser", () => {
    const bytes = fc.uint8Array({ maxLength: 40 })
    const text = fc.string({ unit: "grapheme", maxLength: 20 })
    const signature = fc.record({ sig: bytes, keyid: text, certificatePem: fc.option(text, { nil: undefined }) })
    fc.assert(
      fc.property(
        bytes,
        text,
        signature,
        fc.array(signature, { maxLength: 3 }),
        (payload, payloadType, first, others) => {
          const envelope: Envelope = { payload, payloadType, signatures: [first, ...others] }
          const printed = printEnvelope(envelope)
          const r = parseEnvelopeDocument(utf8(printed))
          expect(r).toEqual({ ok: true, value: envelope })
          expect(r.ok && printEnvelope(r.value)).toBe(printed)
        },
      ),
      runs,
    )
  })
})

describe.skipIf(!shared)("third-party envelopes", () => {
  const read = (path: string) => new Uint8Array(readFileSync(join(shared ?? "", "corpus", path)))

  it("the specification's test envelope verifies over its PAE", () => {
    const r = parseEnvelopeDocument(read("dsse-key/dsse-protocol-vector/envelope.dsse.json"))
    if (!r.ok) throw new Error(r.error.reason)
    const verify = createVerify("sha256").update(pae(r.value.payloadType, r.value.payload))
    const key = {
      key: readFileSync(join(shared ?? "", "corpus/dsse-key/dsse-protocol-vector/key.pub")),
      dsaEncoding: "ieee-p1363" as const,
    }
    expect(verify.verify(key, r.value.signatures[0].sig)).toBe(true)
  })

  it("the VSA of an image keeps its key id and its 64-byte signature", () => {
    const r = parseEnvelopeDocument(read("dsse-key/gce-vsa/envelope.dsse.json"))
    expect(r.ok && r.value.signatures.map(s => [s.keyid, s.sig.length])).toEqual([
      ["keystore://76574:prod:vsa_signing_public_key", 64],
    ])
  })

  it.each([
    ["slsa-verifier/gha_generic-v1.10.0-binary-linux-amd64-workflow_dispatch", true],
    ["slsa-verifier/gha_go-v1.0.0-binary-linux-amd64-workflow_dispatch", false],
    ["witness/policy-hello-signed.json", false],
    ["witness/fulcio-policy-presigned.json", false],
  ])("%s parses", (name, certificate) => {
    const r = parseEnvelopeDocument(read(`${name}/envelope.dsse.json`))
    expect(r.ok && r.value.signatures[0].certificatePem?.startsWith("-----BEGIN CERTIFICATE-----")).toBe(
      certificate ? true : undefined,
    )
  })
})
