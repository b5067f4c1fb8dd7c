import { describe, expect, it } from "vitest"
import { readPem } from "../../src/formats/pem.ts"

const one = "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"
const two = "-----BEGIN CERTIFICATE-----\nAwQ=\n-----END CERTIFICATE-----"

describe("PEM (RFC 7468)", () => {
  it("reads blocks in order", () => {
    expect(readPem(one, "CERTIFICATE")).toEqual([Uint8Array.of(0, 1, 2)])
    expect(readPem(one + two, "CERTIFICATE")).toEqual([Uint8Array.of(0, 1, 2), Uint8Array.of(3, 4)])
    expect(readPem(`\n${one}\n\n${two}\n`, "CERTIFICATE")).toHaveLength(2)
  })

  it("takes CRLF and lines of any length", () => {
    expect(readPem(one.replaceAll("\n", "\r\n"), "CERTIFICATE")).toEqual([Uint8Array.of(0, 1, 2)])
    const wrapped = "-----BEGIN X-----\nAA\nEC\nAAEC\n-----END X-----\n"
    expect(readPem(wrapped, "X")).toEqual([Uint8Array.of(0, 1, 2, 0, 1, 2)])
  })

  it.each([
    ["nothing", ""],
    ["another label", one.replaceAll("CERTIFICATE", "PUBLIC KEY")],
    ["text before", "hello\n" + one],
    ["text after", one + "hello\n"],
    ["no end", one.replace("-----END CERTIFICATE-----\n", "")],
    ["another end", one.replace("END CERTIFICATE", "END PUBLIC KEY")],
    ["a block in a block", one.replace("AAEC\n", one)],
    ["headers", one.replace("AAEC", "Proc-Type: 4,ENCRYPTED\n\nAAEC")],
    ["white space in a line", one.replace("AAEC", "AA EC")],
    ["white space after a line", one.replace("AAEC", "AAEC ")],
    ["indented markers", one.replace("-----BEGIN", " -----BEGIN")],
    ["no padding", one.replace("AAEC", "AwQ")],
    ["padding bits that are not zero", one.replace("AAEC", "AwR=")],
    ["padding in the middle", one.replace("AAEC", "AwQ=\nAAEC")],
    ["the URL-safe alphabet", one.replace("AAEC", "-_-_")],
    ["an empty block", one.replace("AAEC\n", "")],
  ])("refuses %s", (_, text) => {
    expect(readPem(text, "CERTIFICATE")).toBeUndefined()
  })
})
