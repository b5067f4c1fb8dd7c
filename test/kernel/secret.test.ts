/** A secret never becomes text, is lent once, and is overwritten afterwards. */
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { Secret } from "../../src/kernel/secret.ts"
import { utf8 } from "../../src/kernel/bytes.ts"

const PIN = "hunter2-7391"
const BYTES = [...utf8(PIN)].join(", ")

describe("Secret", () => {
  it("shows nothing of itself in any text form", () => {
    const secret = new Secret(utf8(PIN))
    const texts = [
      JSON.stringify({ pin: secret }),
      String(secret),
      secret.toString(),
      inspect(secret, { showHidden: true, depth: 9 }),
      inspect({ nested: [secret] }),
      JSON.stringify(Object.entries(secret)),
      JSON.stringify(Object.getOwnPropertyNames(secret)),
    ]
    for (const text of texts) {
      expect(text).not.toContain(PIN)
      expect(text).not.toContain(BYTES)
    }
    expect(texts[0]).toBe('{"pin":"[redacted]"}')
    expect(texts[1]).toBe("[redacted]")
  })

  it("does not survive a structured clone", () => {
    expect(structuredClone(new Secret(utf8(PIN)))).toEqual({})
  })

  it("lends its bytes once and overwrites them", async () => {
    const bytes = utf8(PIN)
    const secret = new Secret(bytes)
    expect(await secret.use(lent => new TextDecoder().decode(lent))).toBe(PIN)
    expect(bytes.every(b => b === 0)).toBe(true)
    await expect(secret.use(() => 1)).rejects.toMatchObject({ code: "INTERNAL" })
  })

  it("overwrites them after a failure too, and passes the failure on", async () => {
    const bytes = utf8(PIN)
    await expect(new Secret(bytes).use(() => Promise.reject(new Error("token gone")))).rejects.toThrow("token gone")
    expect(bytes.every(b => b === 0)).toBe(true)
  })

  it("cannot be used by two at the same time", async () => {
    const secret = new Secret(utf8(PIN))
    const first = secret.use(async lent => {
      await Promise.resolve()
      return lent.length
    })
    await expect(secret.use(() => 1)).rejects.toMatchObject({ code: "INTERNAL" })
    expect(await first).toBe(PIN.length)
  })
})
