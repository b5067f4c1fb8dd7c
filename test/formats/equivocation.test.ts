import { describe, expect, it } from "vitest"
import { parseEquivocation, printEquivocation, type Equivocation } from "../../src/formats/equivocation.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { fromUtf8, toBase64, utf8 } from "../../src/kernel/bytes.ts"
import { checkpointOf } from "../support/logs.ts"

const note = (size: number, fill: number): string =>
  `example.com/log\n${size}\n${toBase64(new Uint8Array(32).fill(fill))}\n\n— example.com/log AAAAAQI=\n`
const log = { origin: "example.com/log", vkey: "example.com/log+00000001+AQ==" }
const equivocation: Equivocation = {
  log,
  smaller: checkpointOf(note(5, 1)),
  greater: checkpointOf(note(9, 2)),
  proof: [new Uint8Array(32).fill(3)],
}
const document = { v: 1, kind: "equivocation", log, notes: [note(5, 1), note(9, 2)], proof: ["03".repeat(32)] }
const parse = (value: unknown) => parseEquivocation(utf8(canonicalJson(value)))

describe("proofs of equivocation", () => {
  it("print canonically and parse back", () => {
    const printed = printEquivocation(equivocation)
    expect(fromUtf8(printed)).toBe(canonicalJson(document))
    expect(parseEquivocation(printed)).toEqual({ ok: true, value: equivocation })
  })

  it.each([
    ["another version", { ...document, v: 2 }],
    ["an unknown member", { ...document, more: 1 }],
    ["one note", { ...document, notes: [note(5, 1)] }],
    ["no note", { ...document, notes: [] }],
    ["three notes", { ...document, notes: [note(5, 1), note(9, 2), note(9, 3)] }],
    ["the greater note first", { ...document, notes: [note(9, 2), note(5, 1)] }],
    ["a first note that is none", { ...document, notes: ["", note(9, 2)] }],
    ["a second note that is none", { ...document, notes: [note(5, 1), "x"] }],
    ["a short hash", { ...document, proof: ["03"] }],
  ])("refuse %s", (_, value) => {
    expect(parse(value).ok).toBe(false)
  })

  it("refuse another layout, which would have another digest", () => {
    expect(parseEquivocation(utf8(JSON.stringify(document, null, 1))).ok).toBe(false)
  })
})
