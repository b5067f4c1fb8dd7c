/**
 * A structure-aware generator of mutants of evidence: a stream of documents, each with one change. It knows JSON, the
 * bytes inside its strings (base64, hexadecimal, PEM, DER, JSON in JSON, signed notes) and nothing about verdicts.
 *
 * ```ts
 * for (const mutant of mutantsOf(bytes, { seed: "1", others })) judge(mutant.bytes)
 * ```
 *
 * The same input and seed give the same stream. A mutant tagged `unauthenticated` may still be proven, by the
 * specification; every other one that is proven must be explained by its Facts.
 */
import { parseTree, printTree, type JsonNode } from "./mutate/json-tree.ts"
import { treePlans } from "./mutate/json.ts"
import { join, utf8, type MutationKind, type Plan, type Unauthenticated } from "./mutate/plan.ts"
import { Random } from "./mutate/random.ts"

export type { MutationKind, Unauthenticated } from "./mutate/plan.ts"

export interface Mutant {
  /** What was done; with the region unique in the stream. */
  readonly name: string
  readonly bytes: Uint8Array
  /** JSON path; `|` leads into what a string holds: `$.a.b|base64|$.c`, `…|der 0.1.2`, `…|note text 1`. */
  readonly region: string
  readonly kind: MutationKind
  readonly unauthenticated?: Unauthenticated
}

export interface MutationOptions {
  readonly seed: string
  /** Other evidence of the same form, to exchange values with. */
  readonly others?: readonly Uint8Array[]
  /** Bits turned in one region of more than 96 bytes; shorter ones have one turned in every byte. Default 32. */
  readonly bytesPerRegion?: number
  /** At most so many mutants, taken from all of them at random. */
  readonly limit?: number
}

function escaped(text: string): string {
  return `"${Array.from({ length: text.length }, (_, i) => "\\u" + text.charCodeAt(i).toString(16).padStart(4, "0")).join("")}"`
}

function reversed(tree: JsonNode): JsonNode {
  if (tree.kind === "array") return { kind: "array", items: tree.items.map(reversed) }
  if (tree.kind !== "object") return tree
  return { kind: "object", members: tree.members.map(m => ({ key: m.key, value: reversed(m.value) })).reverse() }
}

/** The document as a whole: the same values in another form, cut off, with something around it. */
function* documentPlans(original: Uint8Array, tree: JsonNode, random: Random): Generator<Plan> {
  const plan = (kind: MutationKind, name: string, make: () => Uint8Array, free?: Unauthenticated): Plan => ({
    name,
    region: "$",
    kind,
    ...(free && { unauthenticated: free }),
    make,
  })
  const printed = printTree(tree)
  for (const [name, space] of [
    ["spaces", " "],
    ["tabs", "\t"],
    ["line breaks", "\n"],
    ["carriage returns", "\r\n"],
  ] as const) {
    yield plan("form", `${name} between all tokens`, () => utf8(printTree(tree, { space })), "white-space")
    yield plan("form", `${name} around`, () => utf8(space + printed + space), "white-space")
  }
  yield plan("form", "members in reverse order", () => utf8(printTree(reversed(tree))), "white-space")
  yield plan("form", "every character escaped", () => utf8(printTree(tree, { escape: escaped })), "white-space")
  yield plan("form", "form feeds between all tokens", () => utf8(printTree(tree, { space: "\f" })))
  yield plan("add", "byte order mark", () => join([0xef, 0xbb, 0xbf], original))
  yield plan("add", "comment", () => join(utf8("/* */"), original))
  yield plan("add", "a second document", () => join(original, original))
  yield plan("add", "a bracket after", () => join(original, utf8("}")))
  yield plan("add", "a zero byte after", () => join(original, [0]))
  yield plan("add", "an array around", () => utf8(`[${printed}]`))
  yield plan("add", "trailing comma", () => utf8(printed.slice(0, -1) + "," + printed.slice(-1)))
  yield plan("add", "a member nested 100,000 deep", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000)
    return utf8(printed.replace(/^\{/, `{"stella-unknown":${deep},`))
  })
  yield plan("flip", "invalid UTF-8 in a string", () =>
    join(utf8('{"stella-unknown":"'), [0xc3, 0x28], utf8('",' + printed.slice(1))),
  )
  yield plan("flip", "an unpaired surrogate in a string", () => utf8('{"stella-unknown":"\\ud800",' + printed.slice(1)))
  yield plan("drop", "nothing left", () => new Uint8Array(0))
  for (const end of random.some(Array.from(original.keys()).slice(1), 16)) {
    yield plan("drop", `cut off after ${end} bytes`, () => original.subarray(0, end))
  }
  for (const at of random.some(Array.from(original.keys()), 64)) {
    const bit = random.below(8)
    yield plan("byte", `bit ${bit} of byte ${at} of the document`, () =>
      original.map((o, j) => (j === at ? o ^ (1 << bit) : o)),
    )
  }
}

function* plansOf(evidence: Uint8Array, options: MutationOptions): Generator<Plan> {
  const tree = parseTree(evidence)
  if (tree === undefined) throw new Error("the evidence is no JSON object or array")
  const random = new Random(options.seed)
  const place = {
    region: "",
    value: tree,
    others: (options.others ?? []).flatMap(other => parseTree(other) ?? []),
    rebuild: (changed: JsonNode) => utf8(printTree(changed)),
  }
  yield* documentPlans(evidence, tree, random)
  yield* treePlans(place, { random, bytesPerRegion: options.bytesPerRegion ?? 32 })
}

/** Mutants of one piece of evidence. None is the original, byte for byte or as printed without white space. */
export function* mutantsOf(evidence: Uint8Array, options: MutationOptions): Generator<Mutant> {
  const tree = parseTree(evidence)
  const originals = [Buffer.from(evidence), Buffer.from(tree ? printTree(tree) : "")]
  let plans: Iterable<Plan> = plansOf(evidence, options)
  if (options.limit !== undefined) plans = new Random(`${options.seed} limit`).some([...plans], options.limit)
  for (const { make, ...about } of plans) {
    const bytes = make()
    if (!originals.some(original => original.equals(bytes))) yield { ...about, bytes }
  }
}
