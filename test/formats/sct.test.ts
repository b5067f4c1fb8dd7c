import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { LIMITS } from "../../src/formats/limits.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { parseSctList, sctScheme, sctSignedBytes, type SignedCertificateTimestamp } from "../../src/formats/sct.ts"
import type { PublicKey } from "../../src/kernel/signature-scheme.ts"
import { ecKey, ed25519TestKey, hex, join, rsaKey } from "../support/der-build.ts"

const runs = { numRuns: process.env["SLOW"] ? 20_000 : 300 }
const u16 = (n: number) => Uint8Array.of(n >> 8, n)
const vector = (bytes: Uint8Array) => join(u16(bytes.length), bytes)
const logId = new Uint8Array(32).fill(0xaa)

interface Parts {
  version: number
  extensions: Uint8Array
  algorithms: Uint8Array
  signature: Uint8Array
  rest: Uint8Array
}
function sctBytes(parts: Partial<Parts> = {}): Uint8Array {
  return join(
    Uint8Array.of(parts.version ?? 0),
    logId,
    hex("0000018bcfe56801"),
    vector(parts.extensions ?? hex("")),
    parts.algorithms ?? hex("04 03"),
    vector(parts.signature ?? hex("3006020101020101")),
    parts.rest ?? hex(""),
  )
}
const list = (...scts: Uint8Array[]) => vector(join(...scts.map(vector)))
function parse(bytes: Uint8Array): readonly SignedCertificateTimestamp[] | string {
  const result = parseSctList(bytes)
  return result.ok ? result.value : `${result.error.reason} at ${result.error.where}`
}

describe("SCT lists (RFC 6962 §3.3)", () => {
  it("are read in order", () => {
    const scts = parse(
      list(sctBytes(), sctBytes({ extensions: hex("00 00 05 00 00 00 00 07"), algorithms: hex("04 01") })),
    )
    expect(scts).toEqual([
      {
        logId,
        timestampMs: 0x18bcfe56801n,
        extensions: hex(""),
        hash: 4,
        signatureAlgorithm: 3,
        signature: hex("3006020101020101"),
      },
      expect.objectContaining({ extensions: hex("0000050000000007"), signatureAlgorithm: 1 }),
    ])
  })

  it.each<[string, Uint8Array, string]>([
    ["nothing", hex(""), "sct-invalid at sctList"],
    ["an empty list", hex("00 00"), "sct-invalid at sctList"],
    ["a list longer than it says", join(list(sctBytes()), hex("00")), "sct-invalid at sctList"],
    ["a list shorter than it says", list(sctBytes()).subarray(0, 40), "sct-invalid at sctList"],
    ["an SCT that runs over the list", vector(join(u16(200), sctBytes())), "sct-invalid at sct/0"],
    ["an SCT without octets", list(hex("")), "sct-invalid at sct/0"],
    ["another version", list(sctBytes({ version: 1 })), "sct-invalid at sct/0"],
    ["octets after the signature", list(sctBytes({ rest: hex("00") })), "sct-invalid at sct/0"],
    ["a second SCT that is cut off", list(sctBytes(), sctBytes().subarray(0, 50)), "sct-invalid at sct/1"],
    ["no room for extensions", list(sctBytes().subarray(0, 41)), "sct-invalid at sct/0"],
    ["no room for a signature", list(sctBytes().subarray(0, 44)), "sct-invalid at sct/0"],
    [
      "too many",
      list(...Array<Uint8Array>(LIMITS.scts + 1).fill(sctBytes())),
      `too-large at sct/${String(LIMITS.scts)}`,
    ],
  ])("refuse %s", (_, bytes, fault) => {
    expect(parse(bytes)).toBe(fault)
  })

  it("are refused wherever they are cut off, and never throw", () => {
    const whole = list(sctBytes(), sctBytes())
    for (let i = 0; i < whole.length; i++) expect(typeof parse(whole.subarray(0, i))).toBe("string")
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), bytes => {
        parse(bytes)
        parse(vector(bytes))
        parse(list(bytes))
      }),
      runs,
    )
  })
})

describe("what a log signed", () => {
  it("is the structure of RFC 6962 §3.2, extensions included", () => {
    const [sct] = parse(list(sctBytes({ extensions: hex("beef") }))) as [SignedCertificateTimestamp]
    const tbs = new Uint8Array(0x010203).fill(7)
    expect(
      Buffer.from(sctSignedBytes(sct, new Uint8Array(32).fill(0xbb), tbs)).equals(
        join(hex("00 00 0000018bcfe56801 0001"), new Uint8Array(32).fill(0xbb), hex("010203"), tbs, hex("0002 beef")),
      ),
    ).toBe(true)
  })

  it("is signed with SHA-256 and the kind of the log's key", () => {
    const key = (spki: Uint8Array): PublicKey => {
      const result = parsePublicKey(spki)
      return result.ok ? result.value : expect.fail(result.error.where)
    }
    const [ec, rsa, ed] = [key(ecKey("P-256").spki), key(rsaKey(2048).spki), key(ed25519TestKey().spki)]
    const scheme = (algorithms: string, k: PublicKey) => {
      const scts = parse(list(sctBytes({ algorithms: hex(algorithms) })))
      return sctScheme((scts as [SignedCertificateTimestamp])[0], k)
    }
    expect(scheme("0403", ec)).toEqual({ kind: "ecdsa", curve: "P-256", hash: "sha256" })
    expect(scheme("0401", rsa)).toEqual({ kind: "rsa-pkcs1", hash: "sha256" })
    expect(scheme("0401", ec)).toBeUndefined()
    expect(scheme("0403", rsa)).toBeUndefined()
    expect(scheme("0403", ed)).toBeUndefined()
    expect(scheme("0203", ec)).toBeUndefined()
    expect(scheme("0503", ec)).toBeUndefined()
    expect(scheme("0402", ec)).toBeUndefined()
  })
})
