import fc from "fast-check"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { LIMITS } from "../../src/formats/limits.ts"
import { parseTlogProof, printTlogProof } from "../../src/formats/tlog-proof.ts"
import { toBase64, utf8 } from "../../src/kernel/bytes.ts"
import { shared } from "../support/shared.ts"

const H = toBase64(new Uint8Array(32).fill(9))
const HEAD = "c2sp.org/tlog-proof@v1\n"

describe("tlog proofs", () => {
  it("keep extra data, index, hashes and the checkpoint verbatim", () => {
    const text = `${HEAD}extra AAEC\nindex 7\n${H}\n${H}\n\nany\n\ncheckpoint\n`
    const proof = parseTlogProof(text)
    if (!proof.ok) throw new Error(proof.error.where)
    expect(proof.value).toEqual({
      extra: Uint8Array.of(0, 1, 2),
      index: 7n,
      hashes: [new Uint8Array(32).fill(9), new Uint8Array(32).fill(9)],
      checkpoint: "any\n\ncheckpoint\n",
    })
    expect(printTlogProof(proof.value)).toBe(text)
    expect(parseTlogProof(utf8(text))).toEqual(proof)
  })

  it.each([
    ["no checkpoint", `${HEAD}index 7\n`, "field-missing"],
    ["another header", "c2sp.org/tlog-proof@v2\nindex 7\n\nc", "field-invalid"],
    ["no index", `${HEAD}\n\nc`, "field-missing"],
    ["extra after the index", `${HEAD}index 7\nextra AAEC\n\nc`, "base64-invalid"],
    ["extra that is no base64", `${HEAD}extra *\nindex 7\n\nc`, "base64-invalid"],
    ["an index of 2^63", `${HEAD}index 9223372036854775808\n\nc`, "field-invalid"],
    ["a short hash", `${HEAD}index 7\n${H.slice(4)}\n\nc`, "base64-invalid"],
    ["too many hashes", `${HEAD}index 7\n${`${H}\n`.repeat(LIMITS.proofHashes + 1)}\nc`, "too-large"],
    ["invalid UTF-8", Uint8Array.of(0xff), "utf8-invalid"],
    ["an unpaired surrogate", `${HEAD}index 7\n\n\ud800`, "utf8-invalid"],
    ["too many bytes", new Uint8Array(LIMITS.noteBytes + 1), "too-large"],
  ])("refuse %s", (_, input, reason) => {
    const proof = parseTlogProof(input)
    expect(proof.ok ? undefined : proof.error.reason).toBe(reason)
  })

  it("print and parse to the same proof", () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const proof = fc.record(
      {
        extra: fc.uint8Array({ maxLength: 40 }),
        index: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
        hashes: fc.array(hash, { maxLength: 6 }),
        checkpoint: fc.string(),
      },
      { requiredKeys: ["index", "hashes", "checkpoint"] },
    )
    fc.assert(
      fc.property(proof, p => {
        expect(parseTlogProof(printTlogProof(p))).toEqual({ ok: true, value: p })
      }),
    )
  })

  it.skipIf(!shared)("agree with the cases of transparency-dev/formats and the specification's text", () => {
    const { cases } = JSON.parse(readFileSync(join(shared ?? "", "vectors/tlog-proof/format-cases.json"), "utf8")) as {
      cases: { in: string; expect: string; index?: string; hashes?: number }[]
    }
    expect(cases).toHaveLength(12)
    for (const c of cases) {
      const proof = parseTlogProof(c.in)
      expect({ in: c.in, ok: proof.ok }).toEqual({ in: c.in, ok: c.expect === "parse" })
      if (proof.ok) {
        expect(proof.value.index.toString()).toBe(c.index)
        expect(proof.value.hashes).toHaveLength(c.hashes ?? -1)
      }
    }
  })
})
