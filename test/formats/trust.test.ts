import { describe, expect, it } from "vitest"
import { parseTrust, printTrust, type Trust } from "../../src/formats/trust.ts"
import { changed, type Json } from "../support/documents.ts"

const trust: Trust = {
  v: 1,
  roots: [{ sha256: "a".repeat(64), bytes: 6824 }],
  keys: [
    { spki: "MCowBQYDK2VwAyEA", algorithm: "PKIX_ED25519", encoding: "der", validFor: null },
    {
      spki: "MFkwEwYHKoZI",
      algorithm: "PKIX_ECDSA_P256_SHA_256",
      encoding: "p1363",
      validFor: { start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z" },
    },
  ],
  witnesses: ["witness.example+3c9f+BA=="],
  takenAt: "2026-01-01T00:00:00Z",
  expires: null,
  basis: "argument",
}

function faultAt(path: string, value: Json | undefined): string {
  const text = printTrust(changed(trust as unknown as Json, path, value) as unknown as Trust)
  const parsed = parseTrust(new TextEncoder().encode(text))
  return parsed.ok ? "ok" : `${parsed.error.reason} ${parsed.error.where}`
}

describe("a Trust document", () => {
  it("is read back as it was printed", () => {
    expect(parseTrust(new TextEncoder().encode(printTrust(trust)))).toEqual({ ok: true, value: trust })
  })

  it("refuses a key whose signatures are wrapped by FIDO2: nothing here can check them", () => {
    expect(faultAt("keys[1].encoding", "webauthn")).toBe("field-invalid keys[1].encoding")
  })

  it.each<[string, Json | undefined, string]>([
    ["roots[0].sha256", "A".repeat(64), "field-invalid roots[0].sha256"],
    ["roots[0].bytes", -1, "field-invalid roots[0].bytes"],
    ["keys[0].spki", "not base64!", "field-invalid keys[0].spki"],
    ["keys[0].algorithm", "pkix", "field-invalid keys[0].algorithm"],
    ["keys[0].validFor", undefined, "field-missing keys[0].validFor"],
    ["keys[1].validFor.end", "2027-01-01", "field-invalid keys[1].validFor.end"],
    ["keys[1].validFor.end", "10000-01-01T00:00:00Z", "field-invalid keys[1].validFor.end"],
    ["witnesses[0]", "w".repeat(4097), "field-invalid witnesses[0]"],
    ["takenAt", "yesterday", "field-invalid takenAt"],
    ["basis", "rumour", "field-invalid basis"],
  ])("refuses another %s", (path, value, expected) => {
    expect(faultAt(path, value)).toBe(expected)
  })
})
