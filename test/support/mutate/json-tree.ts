/** JSON as a tree that can hold what a parser must refuse: the same key twice. */
export type JsonNode =
  | { readonly kind: "object"; readonly members: readonly Member[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly value: string }
  /** A number, true, false or null, as written. */
  | { readonly kind: "literal"; readonly text: string }

export interface Member {
  readonly key: string
  readonly value: JsonNode
}

/** A step of a path: a member or an element by its position. */
export type Path = readonly number[]

export const string = (value: string): JsonNode => ({ kind: "string", value })
export const literal = (text: string): JsonNode => ({ kind: "literal", text })

function node(value: unknown): JsonNode {
  if (typeof value === "string") return string(value)
  if (Array.isArray(value)) return { kind: "array", items: value.map(node) }
  if (typeof value !== "object" || value === null) return literal(JSON.stringify(value))
  return { kind: "object", members: Object.entries(value).map(([key, v]) => ({ key, value: node(v) })) }
}

/** The tree of a JSON object or array, or undefined when the bytes are neither. */
export function parseTree(bytes: Uint8Array): JsonNode | undefined {
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return undefined
  try {
    return node(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)))
  } catch {
    return undefined
  }
}

export interface PrintStyle {
  /** After every comma, colon and bracket. */
  readonly space?: string
  readonly escape?: (text: string) => string
}

export function printTree(tree: JsonNode, style: PrintStyle = {}): string {
  const { space = "", escape = JSON.stringify } = style
  switch (tree.kind) {
    case "string":
      return escape(tree.value)
    case "literal":
      return tree.text
    case "array":
      return `[${space}${tree.items.map(item => printTree(item, style)).join(`,${space}`)}${space}]`
    case "object": {
      const members = tree.members.map(m => `${escape(m.key)}${space}:${space}${printTree(m.value, style)}`)
      return `{${space}${members.join(`,${space}`)}${space}}`
    }
  }
}

export function childrenOf(tree: JsonNode): readonly JsonNode[] {
  return tree.kind === "object" ? tree.members.map(m => m.value) : tree.kind === "array" ? tree.items : []
}

/** The tree with the node at `path` replaced by what `change` makes of it. */
export function changeAt(tree: JsonNode, path: Path, change: (node: JsonNode) => JsonNode): JsonNode {
  const [step, ...rest] = path
  if (step === undefined) return change(tree)
  if (tree.kind === "object") {
    const members = tree.members.map((m, i) =>
      i === step ? { key: m.key, value: changeAt(m.value, rest, change) } : m,
    )
    return { kind: "object", members }
  }
  if (tree.kind !== "array") return tree
  return { kind: "array", items: tree.items.map((item, i) => (i === step ? changeAt(item, rest, change) : item)) }
}

/** Every node with its path and its JSON path as text, the root (`$`) first. */
export function* walk(tree: JsonNode, path: Path = [], text = "$"): Generator<[Path, string, JsonNode]> {
  yield [path, text, tree]
  const children = childrenOf(tree)
  for (let i = 0; i < children.length; i++) {
    const name = tree.kind === "object" ? `.${tree.members[i]?.key ?? ""}` : `[${i}]`
    yield* walk(children[i] as JsonNode, [...path, i], text + name)
  }
}

/** Nodes by JSON path as text. */
export function byText(tree: JsonNode): ReadonlyMap<string, JsonNode> {
  return new Map(Array.from(walk(tree), ([, text, found]) => [text, found]))
}
