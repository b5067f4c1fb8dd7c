import fc from "fast-check"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { MAX_TREE_SIZE, parseCheckpoint, parseTreeSize, printCheckpointText } from "../../src/formats/checkpoint.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { isKeyName, parseNote, parseSignatureLine, printNote, printSignatureLine } from "../../src/formats/note.ts"
import { fromUtf8, toBase64, utf8 } from "../../src/kernel/bytes.ts"
import { shared } from "../support/shared.ts"

const runs = { numRuns: process.env["SLOW"] === "1" ? 5000 : 150 }

// The example of the specification, c2sp.org/signed-note.
const QUASIMODO =
  "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n" +
  "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
const LINE = "— example.com/log AAAAAQI="

function reasonOf(input: string | Uint8Array): string | undefined {
  const note = parseNote(input)
  return note.ok ? undefined : note.error.reason
}

describe("signed notes", () => {
  it("reads the specification's example, whose text has an empty line of its own", () => {
    const note = parseNote(QUASIMODO)
    if (!note.ok) throw new Error(note.error.reason)
    expect(note.value.text.endsWith("\n\ned è subito sera.\n")).toBe(true)
    expect(fromUtf8(note.value.signedBytes)).toBe(note.value.text)
    expect(note.value.signatures).toHaveLength(1)
    const [line] = note.value.signatures
    expect(line?.name).toBe("quasimodo.example/salvatore")
    expect(line?.keyId).toBe(0x367ba04b)
    expect(line?.signature).toHaveLength(64)
    expect(printNote(note.value)).toBe(QUASIMODO)
    expect(parseNote(utf8(QUASIMODO))).toEqual(note)
  })

  it("keeps key ids of 2^31 and above positive", () => {
    const line = parseSignatureLine("— n /////wI=", "line")
    expect(line).toEqual({ ok: true, value: { name: "n", keyId: 0xffffffff, signature: Uint8Array.of(2) } })
    if (line.ok) expect(printSignatureLine(line.value)).toBe("— n /////wI=")
  })

  it.each([
    ["no separator", `text\n${LINE}\n`, "field-invalid"],
    ["no final newline", `text\n\n${LINE}`, "field-invalid"],
    ["no signature", "text\n\n", "signature-count"],
    ["a hyphen for the em dash", `text\n\n${LINE.replace("—", "-")}\n`, "field-invalid"],
    ["two spaces", `text\n\n${LINE.replace("— ", "—  ")}\n`, "field-invalid"],
    ["no name", "text\n\n— AAAAAQI=\n", "field-invalid"],
    ["only a dash", "text\n\n— \n", "field-invalid"],
    ["plus sign in a name", `text\n\n${LINE.replace("log", "l+g")}\n`, "field-invalid"],
    ["no-break space in a name", `text\n\n${LINE.replace("log", "l\u00a0g")}\n`, "field-invalid"],
    ["next line (U+0085) in a name", `text\n\n${LINE.replace("log", "l\u0085g")}\n`, "field-invalid"],
    ["key id only", "text\n\n— n AAAAAQ==\n", "field-invalid"],
    ["unpadded base64", "text\n\n— n AAAAAQI\n", "base64-invalid"],
    ["url-safe base64", "text\n\n— n AAAAAQ-_\n", "base64-invalid"],
    ["padding bits", "text\n\n— n AAAAAQJ=\n", "base64-invalid"],
    ["carriage return", `text\r\n\n${LINE}\n`, "field-invalid"],
    ["carriage return at a line's end", `text\n\n${LINE}\r\n`, "field-invalid"],
    ["tab", `te\txt\n\n${LINE}\n`, "field-invalid"],
    ["NUL", `te\0xt\n\n${LINE}\n`, "field-invalid"],
    ["unpaired surrogate", `te\ud800xt\n\n${LINE}\n`, "utf8-invalid"],
    ["invalid UTF-8", Uint8Array.of(0xff, 0x0a, 0x0a), "utf8-invalid"],
    ["too many signatures", `text\n\n${`${LINE}\n`.repeat(LIMITS.noteSignatures + 1)}`, "signature-count"],
    ["too many bytes", new Uint8Array(LIMITS.noteBytes + 1), "too-large"],
    ["too many characters", "x".repeat(LIMITS.noteBytes + 1), "too-large"],
    ["too many bytes in few characters", `${"é".repeat(LIMITS.noteBytes - 100)}\n\n${LINE}\n`, "too-large"],
  ])("refuses %s", (_, input, reason) => {
    expect(reasonOf(input)).toBe(reason)
  })

  it("takes as many signatures as the limit says, and repeated names", () => {
    expect(reasonOf(`text\n\n${`${LINE}\n`.repeat(LIMITS.noteSignatures)}`)).toBeUndefined()
  })

  it("prints and parses to the same note, whatever the text", () => {
    const name = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }).filter(isKeyName)
    const signature = fc.record({
      name,
      keyId: fc.nat(0xffffffff),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    })
    const line = fc.string({ unit: "grapheme", maxLength: 20 }).filter(text => Array.from(text).every(c => c >= " "))
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1 }),
        fc.array(signature, { minLength: 1, maxLength: 5 }),
        (lines, signatures) => {
          const text = `${lines.join("\n")}\n`
          const note = parseNote(printNote({ text, signatures }))
          expect(note).toEqual({ ok: true, value: { text, signedBytes: utf8(text), signatures } })
        },
      ),
      runs,
    )
  })

  it("never throws, and prints back exactly what it accepts", () => {
    const noise = fc.string({
      unit: fc.constantFrom("—", " ", "\n", "\n\n", "A", "=", "AAAAAQI=", "n", "— n AAAAAQI=\n"),
      maxLength: 12,
    })
    fc.assert(
      fc.property(noise, input => {
        const note = parseNote(input)
        if (note.ok) expect(printNote(note.value)).toBe(input)
      }),
      { numRuns: runs.numRuns * 10 },
    )
  })
})

describe("checkpoints", () => {
  const ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
  const sign = (text: string): string => `${text}\n${LINE}\n`

  it("reads origin, size, root and extension lines", () => {
    const checkpoint = parseCheckpoint(sign(`example.com/log\n20852163\n${ROOT}\nTimestamp: 1679315147\n`))
    if (!checkpoint.ok) throw new Error(checkpoint.error.where)
    const { origin, size, root, extensions, note } = checkpoint.value
    expect({ origin, size, root: toBase64(root), extensions }).toEqual({
      origin: "example.com/log",
      size: 20852163n,
      root: ROOT,
      extensions: ["Timestamp: 1679315147"],
    })
    expect(printCheckpointText(checkpoint.value)).toBe(note.text)
    expect(printCheckpointText({ origin, size, root })).toBe(`example.com/log\n20852163\n${ROOT}\n`)
  })

  it.each([
    ["two lines", `o\n1\n`, "checkpoint"],
    ["no origin", `\n1\n${ROOT}\n`, "checkpoint.origin"],
    ["a leading zero", `o\n01\n${ROOT}\n`, "checkpoint.size"],
    ["a sign", `o\n-1\n${ROOT}\n`, "checkpoint.size"],
    ["a size of 2^63", `o\n9223372036854775808\n${ROOT}\n`, "checkpoint.size"],
    ["twenty digits", `o\n10000000000000000000\n${ROOT}\n`, "checkpoint.size"],
    ["no size", `o\n\n${ROOT}\n`, "checkpoint.size"],
    ["a root of 31 bytes", `o\n1\n${toBase64(new Uint8Array(31))}\n`, "checkpoint.root"],
    ["a root that is no base64", `o\n1\n${ROOT.slice(1)}\n`, "checkpoint.root"],
    ["an empty extension line", `o\n1\n${ROOT}\n\nx\n`, "checkpoint.extensions"],
  ])("refuses %s", (_, text, where) => {
    expect(parseCheckpoint(sign(text))).toEqual({ ok: false, error: { reason: "checkpoint-malformed", where } })
  })

  it("says that a broken note is a broken checkpoint, and an oversize one too large", () => {
    expect(parseCheckpoint("text\n\n")).toEqual({
      ok: false,
      error: { reason: "checkpoint-malformed", where: "note.signatures" },
    })
    expect(parseCheckpoint(new Uint8Array(LIMITS.noteBytes + 1))).toMatchObject({ error: { reason: "too-large" } })
    expect(parseCheckpoint(sign(`${"o".repeat(LIMITS.nameLength)}\n1\n${ROOT}\n`)).ok).toBe(true)
    expect(parseCheckpoint(sign(`${"o".repeat(LIMITS.nameLength + 1)}\n1\n${ROOT}\n`))).toEqual({
      ok: false,
      error: { reason: "too-large", where: "checkpoint.origin" },
    })
  })

  it("counts to 2^63 - 1", () => {
    expect(parseTreeSize(MAX_TREE_SIZE.toString())).toBe(MAX_TREE_SIZE)
    expect(parseTreeSize((MAX_TREE_SIZE + 1n).toString())).toBeUndefined()
    expect(parseTreeSize("0")).toBe(0n)
    for (const bad of ["", "00", "+1", " 1", "1 ", "1n", "0x1", "1e3", "١"]) expect(parseTreeSize(bad)).toBeUndefined()
  })
})

describe.skipIf(!shared)("third-party notes and checkpoints", () => {
  const folder = join(shared ?? "", "vectors")

  it("agrees on the parser cases of transparency-dev/formats, roots held to 32 bytes", () => {
    const { cases } = JSON.parse(readFileSync(join(folder, "notes/checkpoint-parse-cases.json"), "utf8")) as {
      cases: { in: string; ok: boolean; origin?: string; size?: string; extension?: string[] }[]
    }
    expect(cases).toHaveLength(9)
    for (const c of cases) {
      // The cases are texts without signatures, and their roots are words, which their library lets pass and we do not.
      const text = c.in.replace(/\n(?:YmFu|dGhl)[^\n]+=\n/, "\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
      const checkpoint = parseCheckpoint(`${text}\n${LINE}\n`)
      expect({ text, ok: checkpoint.ok }).toEqual({ text, ok: c.ok })
      expect(parseCheckpoint(`${c.in}\n${LINE}\n`).ok).toBe(false)
      if (!checkpoint.ok) continue
      expect(checkpoint.value).toMatchObject({ origin: c.origin ?? "Log", size: BigInt(c.size ?? 9944) })
      expect(checkpoint.value.extensions).toEqual(c.extension ?? [])
    }
  })

  it("reads all checkpoints of the serverless test log, the tiled log and the generated log, and prints them back", () => {
    const files = ["serverless-log-checkpoints", "generated-log/checkpoints", "tiled-log-tessera"].flatMap(name =>
      readdirSync(join(folder, name), { withFileTypes: true })
        .filter(entry => entry.isFile() && (name.startsWith("gen") || entry.name.startsWith("checkpoint")))
        .map(entry => join(folder, name, entry.name)),
    )
    expect(files).toHaveLength(17 + 15 + 17)
    for (const file of files) {
      const text = readFileSync(file, "utf8")
      const checkpoint = parseCheckpoint(text)
      if (!checkpoint.ok) throw new Error(file)
      expect(printNote(checkpoint.value.note)).toBe(text)
      const size = /[./]([0-9]+)(?:\.ecdsa)?$/.exec(file)?.[1]
      if (size !== undefined) expect(checkpoint.value.size).toBe(BigInt(size))
    }
  })
})
