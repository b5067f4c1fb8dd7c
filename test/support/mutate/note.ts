/** Mutants of a signed note: a checkpoint with the signatures of its log and of others. */
import { bytePlans } from "./bytes.ts"
import type { Place, Plan, Settings } from "./plan.ts"

/** A signature by nobody: a name, four bytes that say which key, and 64 bytes. */
const FOREIGN = `\u2014 example.com/nobody ${Buffer.alloc(68, 7).toString("base64")}\n`

interface Note {
  readonly text: readonly string[]
  readonly signatures: readonly string[]
}

function split(note: string): Note {
  const end = note.indexOf("\n\n") + 1
  const lines = (part: string): string[] => part.split("\n").slice(0, -1)
  return { text: lines(note.slice(0, end)), signatures: lines(note.slice(end + 1)) }
}

function print({ text, signatures }: Note): string {
  return [...text, "", ...signatures].map(line => line + "\n").join("")
}

function* linePlans(place: Place<string>, note: Note, part: "text" | "signatures"): Generator<Plan> {
  const lines = note[part]
  const free = part === "signatures" && lines.length > 1 ? { unauthenticated: "foreign-note-line" as const } : {}
  for (const [i, line] of lines.entries()) {
    const region = `${place.region}|note ${part} ${i}`
    const made = (changed: readonly string[]) => (): Uint8Array => place.rebuild(print({ ...note, [part]: changed }))
    const instead = (...others: string[]) => made(lines.flatMap((l, j) => (i === j ? others : [l])))
    yield { name: "line gone", region, kind: "drop", ...free, make: instead() }
    yield { name: "line twice", region, kind: "duplicate", ...free, make: instead(line, line) }
    yield { name: "line emptied", region, kind: "flip", ...free, make: instead("") }
    yield { name: "space after the line", region, kind: "flip", ...free, make: instead(line + " ") }
    yield { name: "letter after the line", region, kind: "flip", ...free, make: instead(line + "x") }
    yield { name: "zero before the line", region, kind: "flip", ...free, make: instead("0" + line) }
    yield { name: "carriage return after the line", region, kind: "flip", ...free, make: instead(line + "\r") }
    const before = lines[i - 1]
    if (before !== undefined) {
      const swapped = lines.map((l, j) => (j === i - 1 ? line : j === i ? before : l))
      yield { name: "line before the one before it", region, kind: "swap", ...free, make: made(swapped) }
    }
  }
}

/** The base64 inside the lines: the root hash, and the key id and signature of each signature line. */
function* contentPlans(place: Place<string>, note: Note, settings: Settings): Generator<Plan> {
  for (const part of ["text", "signatures"] as const) {
    const free = part === "signatures" && note.signatures.length > 1
    for (const [i, line] of note[part].entries()) {
      const [, head = "", base64] = /^(\u2014 \S+ |)([A-Za-z0-9+/]{40,}={0,2})$/.exec(line) ?? []
      if (base64 === undefined) continue
      const inner = {
        region: `${place.region}|note ${part} ${i}|base64`,
        value: new Uint8Array(Buffer.from(base64, "base64")),
        others: [],
        rebuild: (bytes: Uint8Array) => {
          const changed = note[part].map((l, j) => (i === j ? head + Buffer.from(bytes).toString("base64") : l))
          return place.rebuild(print({ ...note, [part]: changed }))
        },
      }
      for (const plan of bytePlans(inner, settings)) {
        yield free ? { ...plan, unauthenticated: "foreign-note-line" } : plan
      }
    }
  }
}

export function* notePlans(place: Place<string>, settings: Settings): Generator<Plan> {
  const { value, region } = place
  const note = split(value)
  yield* linePlans(place, note, "text")
  yield* linePlans(place, note, "signatures")
  yield* contentPlans(place, note, settings)
  const added = (name: string, text: string, kind: Plan["kind"] = "add"): Plan => ({
    name,
    region: `${region}|note`,
    kind,
    make: () => place.rebuild(text),
  })
  const free = { unauthenticated: "foreign-note-line" } as const
  yield { ...added("foreign signature after", value + FOREIGN), ...free }
  const first = print({ ...note, signatures: [FOREIGN.trimEnd(), ...note.signatures] })
  yield { ...added("foreign signature before", first), ...free }
  yield added("extension line", print({ ...note, text: [...note.text, "extension"] }))
  yield added("blank line in the text", print({ ...note, text: [...note.text, ""] }))
  yield added("last line break gone", value.slice(0, -1), "drop")
  yield added("line break after", value + "\n")
  yield added("text after", value + "x\n")
  yield added("hyphens for dashes", value.replaceAll("\u2014", "-"), "flip")
  for (const [i, other] of place.others.map(split).entries()) {
    const theirs = print({ text: other.text, signatures: note.signatures })
    yield added(`text of document ${i} with these signatures`, theirs, "swap")
    const signed = print({ text: note.text, signatures: other.signatures })
    yield added(`signatures of document ${i} under this text`, signed, "swap")
    yield added(`note of document ${i}`, print(other), "swap")
  }
}
