import { readFileSync } from "node:fs"
import { generateKeyPairSync } from "node:crypto"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { LIMITS } from "../../src/formats/limits.ts"
import { parseTrustedRoot, parseTrustedRoots, type TrustedRoot } from "../../src/formats/trusted-root.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { root } from "../support/tree.ts"
import { shared } from "../support/shared.ts"
import { bytesOf, changed, pathsOf, type Json } from "../support/documents.ts"

/** The public-good root that the `@sigstore/tuf` package ships. */
const seeds = JSON.parse(readFileSync(join(root, "node_modules/@sigstore/tuf/seeds.json"), "utf8")) as Record<
  string,
  { targets: Record<string, string> }
>
const publicGoodBytes = Buffer.from(
  seeds["https://tuf-repo-cdn.sigstore.dev"]?.targets["trusted_root.json"] ?? "",
  "base64",
)
const publicGood = JSON.parse(publicGoodBytes.toString()) as Json

const parse = (document: unknown) => parseTrustedRoot(bytesOf(document))
const accepted = (document: unknown): TrustedRoot => {
  const r = parse(document)
  if (!r.ok) throw new Error(`${r.error.reason} at ${r.error.where}`)
  return r.value
}
const fault = (document: unknown): string => {
  const r = parse(document)
  return r.ok ? "accepted" : `${r.error.reason} at ${r.error.where}`
}
const epoch = (text: string): number => Date.parse(text) / 1000

describe("the public-good root", () => {
  const value = accepted(publicGood)

  it("has its logs with keys, names and windows", () => {
    const [rekor1] = value.tlogs
    expect(rekor1).toMatchObject({
      baseUrl: "https://rekor.sigstore.dev",
      name: "rekor.sigstore.dev",
      hash: "sha256",
      keyDetails: "PKIX_ECDSA_P256_SHA_256",
      scheme: { kind: "ecdsa", curve: "P-256", hash: "sha256" },
      key: { kind: "ec", curve: "P-256" },
      checkpointKeyId: undefined,
      operator: undefined,
    })
    expect(rekor1?.validFor).toEqual({ start: epoch("2021-01-12T11:53:27Z") })
    expect(Buffer.from(rekor1?.logId ?? []).toString("base64")).toBe("wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0=")
    expect(value.ctlogs.map(l => l.name)).toContain("ctfe.sigstore.dev/2022")
    expect(value.ctlogs[0]?.validFor.end).toBe(epoch("2022-10-31T23:59:59.999Z"))
  })

  it("has its authorities, anchor last, with the exact DER", () => {
    const written = (
      publicGood as { certificateAuthorities: { certChain: { certificates: { rawBytes: string }[] } }[] }
    ).certificateAuthorities
    expect(value.certificateAuthorities.map(a => a.chain.map(c => Buffer.from(c.der).toString("base64")))).toEqual(
      written.map(a => a.certChain.certificates.map(c => c.rawBytes)),
    )
    expect(value.certificateAuthorities[0]).toMatchObject({
      subject: { organization: "sigstore.dev", commonName: "sigstore" },
      uri: "https://fulcio.sigstore.dev",
    })
    expect(value.timestampAuthorities.map(a => a.chain[0].basicConstraints?.ca ?? false)).toEqual(
      value.timestampAuthorities.map(a => a.chain.length === 1),
    )
  })

  it("ignores unknown members and reads absent lists as empty", () => {
    expect(fault({ ...(publicGood as object), unknown: 1 })).toBe("accepted")
    expect(accepted({ mediaType: "application/vnd.dev.sigstore.trustedroot.v0.1+json", tlogs: null })).toEqual({
      mediaType: "application/vnd.dev.sigstore.trustedroot.v0.1+json",
      tlogs: [],
      certificateAuthorities: [],
      ctlogs: [],
      timestampAuthorities: [],
    })
  })

  it("keeps the members that v0.2 adds", () => {
    let document = changed(publicGood, "mediaType", "application/vnd.dev.sigstore.trustedroot.v0.2+json")
    document = changed(document, "tlogs[0].checkpointKeyId", { keyId: "AAECAw==" })
    document = changed(document, "tlogs[0].operator", "one")
    document = changed(document, "certificateAuthorities[0].operator", "two")
    const r = accepted(document)
    expect([r.tlogs[0]?.checkpointKeyId, r.tlogs[0]?.operator, r.certificateAuthorities[0]?.operator]).toEqual([
      Uint8Array.of(0, 1, 2, 3),
      "one",
      "two",
    ])
  })
})

describe("members of a root", () => {
  const log = (name: string, value: Json | undefined) => changed(publicGood, `tlogs[0].${name}`, value)

  it("names: the URL without scheme and trailing slashes", () => {
    for (const [url, name] of [
      ["https://log.example", "log.example"],
      ["http://localhost:3003/", "localhost:3003"],
      ["https://ct.example/2022//", "ct.example/2022"],
      ["", ""],
      [undefined, ""],
    ] as const) {
      expect(accepted(log("baseUrl", url)).tlogs[0]?.name).toBe(name)
    }
  })

  it("windows keep fractions and both ends", () => {
    const window = (start: string, end: string) =>
      accepted(log("publicKey.validFor", { start, end })).tlogs[0]?.validFor
    expect(window("2026-06-04T12:43:29.186617431Z", "2026-06-04T18:43:29Z")).toEqual({
      start: epoch("2026-06-04T12:43:29Z") + 0.186617431,
      end: epoch("2026-06-04T18:43:29Z"),
    })
    expect(window("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z")).toEqual({ start: 0, end: 0 })
    expect(window("1969-12-31T23:59:59.5Z", "9999-12-31T23:59:59Z")?.start).toBe(-0.5)
  })

  it("keys come as the registry says: SubjectPublicKeyInfo, or RSAPublicKey in the oldest rows", () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const key = (type: "spki" | "pkcs1", keyDetails: string): Json => ({
      rawBytes: publicKey.export({ format: "der", type }).toString("base64"),
      keyDetails,
      validFor: { start: "2020-01-01T00:00:00Z" },
    })
    const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }))
    expect(accepted(log("publicKey", key("pkcs1", "PKCS1_RSA_PKCS1V5"))).tlogs[0]?.key.spki).toEqual(spki)
    expect(accepted(log("publicKey", key("spki", "PKIX_RSA_PKCS1V15_2048_SHA256"))).tlogs[0]?.key.spki).toEqual(spki)
    expect(fault(log("publicKey", key("spki", "PKCS1_RSA_PKCS1V5")))).toMatch(
      /^public-key-malformed at tlogs\[0\]\.publicKey\.rawBytes/,
    )
    expect(fault(log("publicKey", key("spki", "PKIX_RSA_PKCS1V15_4096_SHA256")))).toMatch(
      /^algorithm-unsupported at tlogs\[0\]/,
    )
  })

  it.each<[string, string, Json | undefined, string]>([
    ["no media type", "mediaType", undefined, "field-missing at mediaType"],
    [
      "another media type",
      "mediaType",
      "application/vnd.dev.sigstore.trustedroot.v0.3+json",
      "media-type-unknown at mediaType",
    ],
    ["logs that are no list", "tlogs", {}, "field-invalid at tlogs"],
    ["too many logs", "ctlogs", Array(LIMITS.trustedRootEntries + 1).fill({}), "too-large at ctlogs"],
    ["a null log", "tlogs[0]", null, "field-missing at tlogs[0]"],
    ["no hash algorithm", "tlogs[0].hashAlgorithm", undefined, "field-missing at tlogs[0].hashAlgorithm"],
    ["another hash algorithm", "tlogs[0].hashAlgorithm", "SHA2_512", "field-invalid at tlogs[0].hashAlgorithm"],
    ["no key", "tlogs[0].publicKey", undefined, "field-missing at tlogs[0].publicKey"],
    ["no key details", "tlogs[0].publicKey.keyDetails", undefined, "field-missing at tlogs[0].publicKey.keyDetails"],
    ["key details by number", "tlogs[0].publicKey.keyDetails", 5, "field-invalid at tlogs[0].publicKey.keyDetails"],
    [
      "unknown key details",
      "tlogs[0].publicKey.keyDetails",
      "LMS_SHA256",
      "algorithm-unsupported at tlogs[0].publicKey.keyDetails",
    ],
    [
      "key details of another key",
      "tlogs[0].publicKey.keyDetails",
      "PKIX_ED25519",
      "algorithm-unsupported at tlogs[0].publicKey.rawBytes.PKIX_ED25519",
    ],
    ["no key bytes", "tlogs[0].publicKey.rawBytes", undefined, "field-missing at tlogs[0].publicKey.rawBytes"],
    ["no window", "tlogs[0].publicKey.validFor", undefined, "field-missing at tlogs[0].publicKey.validFor"],
    [
      "an end in the year 10000",
      "tlogs[0].publicKey.validFor.end",
      "10000-01-01T00:00:00Z",
      "field-invalid at tlogs[0].publicKey.validFor.end",
    ],
    [
      "a window without a start",
      "tlogs[0].publicKey.validFor",
      {},
      "field-missing at tlogs[0].publicKey.validFor.start",
    ],
    [
      "a window of a log for certificates without a start",
      "ctlogs[0].publicKey.validFor.start",
      undefined,
      "field-missing at ctlogs[0].publicKey.validFor.start",
    ],
    [
      "an authority's window without a start",
      "certificateAuthorities[0].validFor.start",
      null,
      "field-missing at certificateAuthorities[0].validFor.start",
    ],
    [
      "a window that ends before it starts",
      "tlogs[0].publicKey.validFor.end",
      "2020-01-01T00:00:00Z",
      "field-invalid at tlogs[0].publicKey.validFor.end",
    ],
    [
      "an end that is no time",
      "tlogs[0].publicKey.validFor.end",
      "never",
      "field-invalid at tlogs[0].publicKey.validFor.end",
    ],
    [
      "a start that is a number",
      "tlogs[0].publicKey.validFor.start",
      0,
      "field-invalid at tlogs[0].publicKey.validFor.start",
    ],
    [
      "a start in another zone",
      "tlogs[0].publicKey.validFor.start",
      "2021-01-12T11:53:27+01:00",
      "field-invalid at tlogs[0].publicKey.validFor.start",
    ],
    [
      "a start on the 30th of February",
      "tlogs[0].publicKey.validFor.start",
      "2021-02-30T00:00:00Z",
      "field-invalid at tlogs[0].publicKey.validFor.start",
    ],
    [
      "a start with ten digits of a second",
      "tlogs[0].publicKey.validFor.start",
      "2021-01-12T11:53:27.0123456789Z",
      "field-invalid at tlogs[0].publicKey.validFor.start",
    ],
    ["no log id", "tlogs[0].logId", undefined, "field-missing at tlogs[0].logId"],
    ["an empty log id", "tlogs[0].logId.keyId", "", "field-missing at tlogs[0].logId.keyId"],
    [
      "a checkpoint key id that is no object",
      "tlogs[0].checkpointKeyId",
      "AAAA",
      "field-invalid at tlogs[0].checkpointKeyId",
    ],
    [
      "no chain",
      "certificateAuthorities[0].certChain",
      undefined,
      "field-missing at certificateAuthorities[0].certChain",
    ],
    [
      "an empty chain",
      "certificateAuthorities[0].certChain.certificates",
      [],
      "certificate-missing at certificateAuthorities[0].certChain.certificates",
    ],
    [
      "an empty chain of a timestamp authority",
      "timestampAuthorities[0].certChain",
      {},
      "certificate-missing at timestampAuthorities[0].certChain.certificates",
    ],
    [
      "a subject that is a string",
      "certificateAuthorities[0].subject",
      "x",
      "field-invalid at certificateAuthorities[0].subject",
    ],
  ])("%s is refused", (_, path, value, expected) => {
    expect(fault(changed(publicGood, path, value))).toBe(expected)
  })

  it("a certificate that is damaged, or that may not issue, is refused", () => {
    const path = "certificateAuthorities[0].certChain.certificates[0]"
    const damaged = changed(publicGood, `${path}.rawBytes`, "MIIB")
    expect(fault(damaged)).toMatch(
      /^(der-invalid|certificate-malformed) at certificateAuthorities\[0\]\.certChain\.certificates\[0\]\.rawBytes/,
    )
    const tsa = publicGood as { timestampAuthorities: { certChain: { certificates: Json[] } }[] }
    const chain = tsa.timestampAuthorities[0]?.certChain.certificates ?? []
    expect(chain.length).toBeGreaterThan(1)
    const leaf = chain[0] as Json
    expect(fault(changed(publicGood, path, leaf))).toBe(`certificate-profile at ${path}`)
    // A timestamp authority's own certificate comes first; anywhere else it would be an anchor that issues nothing.
    const second = "timestampAuthorities[0].certChain.certificates[1]"
    expect(fault(changed(publicGood, second, leaf))).toBe(`certificate-profile at ${second}`)
    // Alone it would be its own anchor, and an anchor is a CA (sigstore_trustroot.proto).
    const list = "timestampAuthorities[0].certChain.certificates"
    expect(fault(changed(publicGood, list, [leaf]))).toBe(`certificate-profile at ${list}[0]`)
    expect(fault(changed(publicGood, list, chain.slice(1)))).toBe("accepted")
  })

  it("any member dropped: refused or read, never thrown", () => {
    for (const path of pathsOf(publicGood)) {
      for (const value of [undefined, null, "", 7, [], {}])
        expect(fault(changed(publicGood, path, value))).toBeTypeOf("string")
    }
  })
})

describe("texts", () => {
  it("are bounded strict JSON", () => {
    const reason = (bytes: Uint8Array) => {
      const r = parseTrustedRoot(bytes)
      return r.ok ? "accepted" : r.error.reason
    }
    const text = publicGoodBytes.toString()
    expect(reason(new Uint8Array(LIMITS.trustedRootBytes + 1))).toBe("too-large")
    expect(reason(utf8(text.replace('"tlogs"', '"mediaType":"x","tlogs"')))).toBe("json-duplicate-key")
    for (let n = 0; n < text.length; n += 97) expect(reason(utf8(text.slice(0, n)))).toBe("json-invalid")
    expect(reason(utf8("null"))).toBe("field-missing")
  })

  it("may be JSON Lines of several roots", () => {
    const line = JSON.stringify(publicGood)
    const count = (text: string) => {
      const r = parseTrustedRoots(utf8(text))
      return r.ok ? r.value.length : `${r.error.reason} at ${r.error.where}`
    }
    expect(count(publicGoodBytes.toString())).toBe(1)
    expect(count(`${line}\n${line}\n`)).toBe(2)
    expect(count(`${line}\n{}\n`)).toBe("field-missing at [1].mediaType")
    expect(count(`${line}\n${line.slice(1)}`)).toBe("json-invalid at [1]")
    expect(count(`${line}\n`.repeat(LIMITS.trustedRoots + 1))).toBe(`too-large at [${String(LIMITS.trustedRoots)}]`)
    expect(count(line.slice(0, -1))).toBe("json-invalid at [0]")
    expect(count("")).toBe("json-invalid at [0]")
  })
})

describe.skipIf(!shared)("third-party roots", () => {
  const read = (path: string) => new Uint8Array(readFileSync(join(shared ?? "", "corpus", path)))

  it.each([
    ["_roots/public-good.trusted_root.json", [[2, 2, 2, 1]]],
    ["_roots/staging.trusted_root.json", [[4, 1, 4, 1]]],
    ["_roots/github.trusted_root.json", [[0, 6, 0, 6]]],
    ["_roots/cosign-testdata.trusted_root_pgi.json", [[1, 2, 2, 0]]],
    [
      "_roots/gh-cli.trusted_root.jsonl",
      [
        [2, 2, 2, 1],
        [0, 6, 0, 6],
      ],
    ],
    ["trusted-root/trustedroot.v1.local_tlog_ed25519_rekor-tiles.json/trusted_root.json", [[1, 2, 2, 1]]],
    ["sigstore-go/othername/trusted_root.json", [[1, 1, 1, 0]]],
    ["sigstore-go/public-key-validity/trusted_root.json", [[0, 0, 0, 1]]],
    ["sigstore-python/tsa__bundle.txt.sigstore/trusted_root.json", [[4, 1, 4, 1]]],
  ])("%s", (path, counts) => {
    const r = parseTrustedRoots(read(path))
    expect(
      r.ok
        ? r.value.map(t => [t.tlogs, t.certificateAuthorities, t.ctlogs, t.timestampAuthorities].map(l => l.length))
        : r.error,
    ).toEqual(counts)
  })

  it("an unknown media type, and authorities that stand alone, are refused", () => {
    expect(parseTrustedRoot(read("trusted-root/trustedroot.badtype.json/trusted_root.json"))).toEqual({
      ok: false,
      error: { reason: "media-type-unknown", where: "mediaType" },
    })
    for (const name of ["empty", "missingroot"]) {
      const bytes = read(`trusted-root/certificate_authority.${name}.json/trusted_root.json`)
      expect(parseTrustedRoot(bytes)).toEqual({ ok: false, error: { reason: "field-missing", where: "mediaType" } })
      // As a member of a root: no certificate is an error, a chain that ends in an intermediate is none.
      const authority = JSON.parse(Buffer.from(bytes).toString()) as Json
      const list = name === "empty" ? "certificateAuthorities" : "timestampAuthorities"
      expect(fault(changed(publicGood, `${list}[0]`, authority))).toBe(
        name === "empty" ? "certificate-missing at certificateAuthorities[0].certChain.certificates" : "accepted",
      )
    }
  })
})
