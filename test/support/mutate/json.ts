/** Mutants of a JSON tree: every value changed, dropped, doubled and exchanged, and the texts inside it. */
import { byText, changeAt, childrenOf, literal, printTree, string, walk } from "./json-tree.ts"
import type { JsonNode, Path } from "./json-tree.ts"
import type { Place, Plan, Settings, Unauthenticated } from "./plan.ts"
import { textPlans } from "./text.ts"

/** How many other documents a value is taken from. */
const OTHERS = 3

/** Members that the specification does not authenticate, by the end of their path outside nested documents. */
function unauthenticated(path: string, nodes: ReadonlyMap<string, JsonNode>): Unauthenticated | undefined {
  if (path.includes("|")) return undefined
  if (/\.keyid$/.test(path)) return "keyid"
  if (/\.publicKey\.hint$/.test(path)) return "hint"
  if (/\.logId(\.keyId)?$/.test(path)) return "log-id"
  if (/\.(inclusionProof|inclusion_proof)\.rootHash$/.test(path)) return "root-hash"
  if (/\.(inclusionProof|inclusion_proof)\.treeSize$/.test(path)) return "tree-size"
  const [, entry] = /^(.*(?:tlogEntries|transparency_entries)\[\d+\])\.logIndex$/.exec(path) ?? []
  return entry !== undefined && !nodes.has(`${entry}.inclusionPromise`) ? "log-index" : undefined
}

/** Values of another type or size in place of a node. */
function* instead(node: JsonNode): Generator<readonly [string, JsonNode]> {
  switch (node.kind) {
    case "string":
      yield ["null", literal("null")]
      yield ["a number", literal("1")]
      yield ["an array of it", { kind: "array", items: [node] }]
      yield ["an object", { kind: "object", members: [] }]
      return
    case "literal": {
      const n = Number(node.text)
      for (const text of [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1e0",
        String(n + 1),
        String(n - 1),
        "9223372036854775808",
      ]) {
        if (text !== node.text && text !== "NaN") yield [text, literal(text)]
      }
      yield ["a string", string(node.text)]
      return
    }
    case "array":
      yield ["null", literal("null")]
      yield ["no elements", { kind: "array", items: [] }]
      yield ["an object", { kind: "object", members: [] }]
      if (node.items.length > 1) yield ["reversed", { kind: "array", items: [...node.items].reverse() }]
      return
    case "object":
      yield ["null", literal("null")]
      yield ["no members", { kind: "object", members: [] }]
      yield ["an array of it", { kind: "array", items: [node] }]
      yield ["a string", string("")]
  }
}

/** A value for a second member of the same name. */
function different(node: JsonNode): JsonNode {
  return node.kind === "string" ? string(node.value === "" ? "x" : "") : literal("null")
}

/** What can be done with one child of a container. */
function* childPlans(place: Place<JsonNode>, path: Path, text: string, free: object): Generator<Plan> {
  const tree = place.value
  const parent = path.slice(0, -1)
  const index = path.at(-1) ?? 0
  const region = place.region + text
  const spliced =
    (...replacements: readonly JsonNode[]) =>
    (): Uint8Array =>
      place.rebuild(
        changeAt(tree, parent, container => {
          if (container.kind === "object") {
            const members = container.members.flatMap((m, i) =>
              i === index ? replacements.map(value => ({ key: m.key, value })) : [m],
            )
            return { kind: "object", members }
          }
          const items = childrenOf(container).flatMap((item, i) => (i === index ? replacements : [item]))
          return { kind: "array", items }
        }),
      )
  const node = path.reduce<JsonNode | undefined>((at, step) => at && childrenOf(at)[step], tree)
  if (node === undefined) return
  yield { name: "gone", region, kind: "drop", ...free, make: spliced() }
  yield { name: "twice", region, kind: "duplicate", make: spliced(node, node) }
  yield { name: "twice, another value first", region, kind: "duplicate", make: spliced(different(node), node) }
  yield { name: "twice, another value last", region, kind: "duplicate", make: spliced(node, different(node)) }
}

/** Neighbours exchanged, and an unknown member added, inside one container. */
function* containerPlans(place: Place<JsonNode>, path: Path, text: string, node: JsonNode): Generator<Plan> {
  const region = place.region + text
  const changed = (change: (node: JsonNode) => JsonNode) => (): Uint8Array =>
    place.rebuild(changeAt(place.value, path, change))
  const nested = place.region.includes("|")
  if (node.kind === "object") {
    const unknown = (key: string, value: JsonNode): Plan => ({
      name: `unknown member ${key}`,
      region,
      kind: "add",
      ...(nested ? {} : { unauthenticated: "unknown-field" }),
      make: changed(() => ({ kind: "object", members: [...node.members, { key, value }] })),
    })
    yield unknown("stella-unknown", string("x"))
    yield unknown("__proto__", { kind: "object", members: [{ key: "mediaType", value: string("x") }] })
    for (let i = 1; i < node.members.length; i++) {
      const [a, b] = [node.members[i - 1], node.members[i]]
      if (a?.value.kind !== "string" || b?.value.kind !== "string" || a.value.value === b.value.value) continue
      const members = node.members.map(m =>
        m === a ? { ...a, value: b.value } : m === b ? { ...b, value: a.value } : m,
      )
      const name = `values of ${a.key} and ${b.key} exchanged`
      yield { name, region, kind: "swap", make: changed(() => ({ kind: "object", members })) }
    }
  }
  if (node.kind === "array") {
    for (let i = 1; i < node.items.length; i++) {
      const items = node.items.map(
        (item, j) => (j === i ? node.items[i - 1] : j === i - 1 ? node.items[i] : item) ?? item,
      )
      yield {
        name: `elements ${i - 1} and ${i} exchanged`,
        region,
        kind: "swap",
        make: changed(() => ({ kind: "array", items })),
      }
    }
  }
}

/** Mutants of a tree and of every text in it. */
export function* treePlans(place: Place<JsonNode>, settings: Settings): Generator<Plan> {
  const tree = place.value
  const nodes = byText(tree)
  const others = place.others.map(byText)
  for (const [path, text, node] of walk(tree)) {
    const region = place.region + text
    const reason = unauthenticated(region, nodes)
    const free = reason === undefined ? {} : { unauthenticated: reason }
    const put = (value: JsonNode) => (): Uint8Array => place.rebuild(changeAt(tree, path, () => value))
    for (const [name, value] of instead(node)) yield { name, region, kind: "flip", ...free, make: put(value) }
    if (path.length > 0) yield* childPlans(place, path, text, free)
    yield* containerPlans(place, path, text, node)
    const elsewhere = others.flatMap(other => other.get(text) ?? []).filter(n => printTree(n) !== printTree(node))
    for (const [i, value] of settings.random.some(elsewhere, OTHERS).entries()) {
      yield { name: `value of another document, ${i}`, region, kind: "swap", ...free, make: put(value) }
    }
    if (node.kind === "string") {
      const inner = {
        region,
        value: node.value,
        others: settings.random.some(elsewhere, OTHERS).flatMap(n => (n.kind === "string" ? [n.value] : [])),
        rebuild: (value: string) => place.rebuild(changeAt(tree, path, () => string(value))),
      }
      for (const plan of textPlans(inner, settings)) yield { ...free, ...plan }
    }
  }
}
