import fc from "fast-check"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { parseEntryBody } from "../../src/formats/rekor-entry.ts"
import { shared } from "../support/shared.ts"
import { base64, bytesOf, changed, filler, pathsOf, type Json } from "../support/documents.ts"

const numRuns = process.env["SLOW"] ? 20_000 : 300
const parse = (document: unknown) => parseEntryBody(bytesOf(document))
const fault = (document: unknown): string => {
  const r = parse(document)
  return r.ok ? "accepted" : `${r.error.reason} at ${r.error.where}`
}

const text64 = (text: string): string => Buffer.from(text).toString("base64")
const pem = (label: string, length = 120, seed = 1): string =>
  text64(`-----BEGIN ${label}-----\n${base64(length, seed)}\n-----END ${label}-----\n`)
const hex = (length: number): { algorithm: string; value: string } => ({
  algorithm: "sha256",
  value: Buffer.from(filler(length, 5)).toString("hex"),
})
const signature2 = (seed: number): Json => ({
  content: base64(70, seed),
  verifier: { keyDetails: "PKIX_ECDSA_P256_SHA_256", x509Certificate: { rawBytes: base64(120, seed) } },
})

const HASHED_1: Json = {
  apiVersion: "0.0.1",
  kind: "hashedrekord",
  spec: {
    data: { hash: hex(32) },
    signature: { content: base64(70), publicKey: { content: pem("CERTIFICATE") } },
  },
}
const DSSE_1: Json = {
  apiVersion: "0.0.1",
  kind: "dsse",
  spec: {
    envelopeHash: hex(32),
    payloadHash: hex(32),
    signatures: [
      { signature: base64(70), verifier: pem("CERTIFICATE") },
      { signature: base64(71, 2), verifier: pem("PUBLIC KEY", 91, 2) },
    ],
  },
}
const INTOTO_2: Json = {
  apiVersion: "0.0.2",
  kind: "intoto",
  spec: {
    content: {
      envelope: {
        payload: text64("anything"),
        payloadType: "application/vnd.in-toto+json",
        signatures: [{ keyid: "", publicKey: pem("CERTIFICATE"), sig: text64(base64(70)) }],
      },
      hash: hex(32),
      payloadHash: hex(32),
    },
  },
}
const HASHED_2: Json = {
  apiVersion: "0.0.2",
  kind: "hashedrekord",
  spec: { hashedRekordV002: { data: { algorithm: "SHA2_256", digest: base64(32, 5) }, signature: signature2(1) } },
}
const DSSE_2: Json = {
  apiVersion: "0.0.2",
  kind: "dsse",
  spec: {
    dsseV002: {
      payloadHash: { algorithm: "SHA2_256", digest: base64(32, 5) },
      signatures: [signature2(1), signature2(2)],
    },
  },
}
const BODIES = { HASHED_1, DSSE_1, INTOTO_2, HASHED_2, DSSE_2 }

const certificate = (seed = 1) => ({ kind: "certificate", der: filler(120, seed) })
const digest = { hash: "sha256", digest: filler(32, 5) }

describe("an entry body", () => {
  it("hashedrekord 0.0.1: PEM in base64, a digest in hex", () => {
    const logged = { signature: filler(70), verifier: certificate() }
    expect(parse(HASHED_1)).toEqual({
      ok: true,
      value: {
        ...logged,
        kind: "hashedrekord",
        version: "0.0.1",
        signatures: [logged],
        digest,
        digestOf: "artifact-or-pae",
        legacy: false,
      },
    })
  })

  it("dsse 0.0.1: every signature with its verifier", () => {
    const logged = [
      { signature: filler(70), verifier: certificate() },
      { signature: filler(71, 2), verifier: { kind: "public-key", der: filler(91, 2) } },
    ]
    expect(parse(DSSE_1)).toEqual({
      ok: true,
      value: {
        ...logged[0],
        kind: "dsse",
        version: "0.0.1",
        signatures: logged,
        digest,
        digestOf: "payload",
        legacy: false,
      },
    })
  })

  it("intoto 0.0.2: a signature in base64 of base64, with or without the payload", () => {
    const logged = { signature: filler(70), verifier: certificate() }
    const value = {
      ...logged,
      kind: "intoto",
      version: "0.0.2",
      signatures: [logged],
      digest,
      digestOf: "payload",
      payloadType: "application/vnd.in-toto+json",
      legacy: false,
    }
    expect(parse(INTOTO_2)).toEqual({ ok: true, value })
    expect(parse(changed(INTOTO_2, "spec.content.envelope.payload", undefined))).toEqual({ ok: true, value })
  })

  it("hashedrekord 0.0.2 and dsse 0.0.2: DER, and the name of the key's scheme", () => {
    const logged = (seed: number) => ({
      signature: filler(70, seed),
      verifier: certificate(seed),
      keyDetails: "PKIX_ECDSA_P256_SHA_256",
    })
    expect(parse(HASHED_2)).toEqual({
      ok: true,
      value: {
        ...logged(1),
        kind: "hashedrekord",
        version: "0.0.2",
        signatures: [logged(1)],
        digest,
        digestOf: "artifact-or-pae",
        legacy: false,
      },
    })
    expect(parse(DSSE_2)).toEqual({
      ok: true,
      value: {
        ...logged(1),
        kind: "dsse",
        version: "0.0.2",
        signatures: [logged(1), logged(2)],
        digest,
        digestOf: "payload",
        legacy: true,
      },
    })
    const key = changed(HASHED_2, "spec.hashedRekordV002.signature.verifier", {
      keyDetails: "PKIX_ED25519_PH",
      publicKey: { rawBytes: base64(44) },
    })
    const r = parse(key)
    expect(r.ok && [r.value.verifier, r.value.keyDetails]).toEqual([
      { kind: "public-key", der: filler(44) },
      "PKIX_ED25519_PH",
    ])
  })

  it.each([
    ["sha384", 48],
    ["sha512", 64],
  ] as const)("may name %s", (algorithm, length) => {
    const r = parse(changed(HASHED_1, "spec.data.hash", { ...hex(length), algorithm }))
    expect(r.ok && r.value.digest).toEqual({ hash: algorithm, digest: filler(length, 5) })
  })
})

describe("other kinds and versions are unsupported, not malformed", () => {
  it.each([
    ["hashedrekord", "0.0.3"],
    ["dsse", "0.0.3"],
    ["intoto", "0.0.1"],
    ["rekord", "0.0.1"],
    ["HashedRekord", "0.0.1"],
  ])("%s %s", (kind, apiVersion) => {
    expect(fault({ kind, apiVersion, spec: {} })).toBe("entry-kind-unsupported at kind")
  })
})

describe("one fault each", () => {
  const v1 = "spec.signature.publicKey.content"
  const v2 = "spec.hashedRekordV002"
  const content = "spec.content"
  it.each<[string, Json, string, Json | undefined, string]>([
    ["no kind", HASHED_1, "kind", undefined, "kind"],
    ["no version", HASHED_1, "apiVersion", "", "apiVersion"],
    ["no spec", HASHED_1, "spec", undefined, "spec"],
    ["a spec that is a list", HASHED_1, "spec", [], "spec"],
    ["a member beside the spec", HASHED_1, "extra", 1, "extra"],
    ["the spec of another version", HASHED_2, "spec", { data: {}, signature: {} }, "spec.data"],
    ["two certificates", HASHED_1, v1, text64(Buffer.from(pem("CERTIFICATE"), "base64").toString().repeat(2)), v1],
    ["a private key", HASHED_1, v1, pem("PRIVATE KEY"), v1],
    ["DER instead of PEM", HASHED_1, v1, base64(120), v1],
    ["PEM without its base64", HASHED_1, v1, "-----BEGIN CERTIFICATE-----", v1],
    ["an unknown hash", HASHED_1, "spec.data.hash.algorithm", "md5", "spec.data.hash.algorithm"],
    ["a hash by another spelling", HASHED_1, "spec.data.hash.algorithm", "SHA256", "spec.data.hash.algorithm"],
    ["a digest in upper case", HASHED_1, "spec.data.hash.value", "A".repeat(64), "spec.data.hash.value"],
    ["a digest of 31 bytes", HASHED_1, "spec.data.hash.value", "a".repeat(62), "spec.data.hash.value"],
    ["no digest", HASHED_1, "spec.data.hash.value", undefined, "spec.data.hash.value"],
    ["a member beside the hash", HASHED_1, "spec.data.url", "x", "spec.data.url"],
    ["a member beside the signature", HASHED_1, "spec.signature.format", "x509", "spec.signature.format"],
    ["an empty signature", HASHED_1, "spec.signature.content", "", "spec.signature.content"],
    ["no signatures", DSSE_1, "spec.signatures", [], "spec.signatures"],
    ["signatures that are no list", DSSE_1, "spec.signatures", {}, "spec.signatures"],
    ["65 signatures", DSSE_1, "spec.signatures", Array(65).fill({}), "spec.signatures"],
    [
      "a second signature that is malformed",
      DSSE_1,
      "spec.signatures[1].signature",
      "A",
      "spec.signatures[1].signature",
    ],
    ["no envelope hash", DSSE_1, "spec.envelopeHash", undefined, "spec.envelopeHash"],
    ["a proposed envelope", DSSE_1, "spec.proposedContent", {}, "spec.proposedContent"],
    ["no payload hash", INTOTO_2, `${content}.payloadHash`, null, `${content}.payloadHash`],
    ["no envelope hash", INTOTO_2, `${content}.hash`, undefined, `${content}.hash`],
    ["no signatures", INTOTO_2, `${content}.envelope.signatures`, [], `${content}.envelope.signatures`],
    ["no payload type", INTOTO_2, `${content}.envelope.payloadType`, undefined, `${content}.envelope.payloadType`],
    [
      "base64 only once",
      INTOTO_2,
      `${content}.envelope.signatures[0].sig`,
      base64(70),
      `${content}.envelope.signatures[0].sig`,
    ],
    ["a member of 0.0.1", INTOTO_2, `${content}.publicKey`, "x", `${content}.publicKey`],
    ["an unknown hash", HASHED_2, `${v2}.data.algorithm`, "sha256", `${v2}.data.algorithm`],
    ["a digest of another length", HASHED_2, `${v2}.data.digest`, base64(31), `${v2}.data.digest`],
    [
      "no key details",
      HASHED_2,
      `${v2}.signature.verifier.keyDetails`,
      undefined,
      `${v2}.signature.verifier.keyDetails`,
    ],
    [
      "neither key nor certificate",
      HASHED_2,
      `${v2}.signature.verifier.x509Certificate`,
      undefined,
      `${v2}.signature.verifier.publicKey`,
    ],
    [
      "key and certificate",
      HASHED_2,
      `${v2}.signature.verifier.publicKey`,
      { rawBytes: "AAAA" },
      `${v2}.signature.verifier`,
    ],
    ["no signature", HASHED_2, `${v2}.signature`, undefined, `${v2}.signature`],
    ["no signatures", DSSE_2, "spec.dsseV002.signatures", undefined, "spec.dsseV002.signatures"],
  ])("%s", (_, document, path, value, where) => {
    expect(fault(changed(document, path, value))).toBe(`entry-malformed at ${where}`)
  })

  it("anything that is not one strict JSON object", () => {
    const text = JSON.stringify(HASHED_1)
    for (const bad of ["", "null", "[]", text + "x", text.replace("{", '{"kind":"dsse",'), "[".repeat(200)]) {
      const r = parseEntryBody(new TextEncoder().encode(bad))
      expect(r).toEqual({ ok: false, error: { reason: "entry-malformed", where: "" } })
    }
    for (let n = 0; n < text.length; n += 7)
      expect(parseEntryBody(new TextEncoder().encode(text.slice(0, n))).ok).toBe(false)
  })

  it("any member dropped, replaced or added: refused or read, never thrown", () => {
    const value = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<Json>("AAAA", "", [], {}, null),
    )
    const change = fc
      .constantFrom(...Object.values(BODIES))
      .chain(d => fc.tuple(fc.constant(d), fc.constantFrom(...pathsOf(d)), value))
    fc.assert(
      fc.property(change, ([document, path, replacement]) => {
        const r = parse(changed(document, path, replacement as Json | undefined))
        if (r.ok) expect(r.value.signatures.length).toBeGreaterThan(0)
        else expect(r.error.reason).toMatch(/^entry-(malformed|kind-unsupported)$/)
      }),
      { numRuns },
    )
    for (const body of Object.values(BODIES)) {
      for (const path of pathsOf(body)) {
        const parent = path.replace(/(\.?[^.[\]]+|\[\d+\])$/, "")
        if (/\]$/.test(path)) continue
        expect(fault(changed(body, parent === "" ? "unknown" : `${parent}.unknown`, 1))).toMatch(
          /^entry-malformed at .*unknown$/,
        )
      }
    }
  })
})

describe.skipIf(!shared)("a body of the real log", () => {
  it("of a kind that is not read is named so", () => {
    const vector = JSON.parse(
      readFileSync(join(shared ?? "", "vectors/rekor-v1-entries/rekor-verify-test-valid-inclusion.json"), "utf8"),
    ) as { entry: { body: string } }
    expect(parseEntryBody(new Uint8Array(Buffer.from(vector.entry.body, "base64")))).toEqual({
      ok: false,
      error: { reason: "entry-kind-unsupported", where: "kind" },
    })
  })
})
