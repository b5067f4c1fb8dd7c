/** DER as a tree whose lengths follow from its contents, so that elements can be dropped, doubled and exchanged. */
import { join } from "./plan.ts"

export interface DerNode {
  readonly tag: number
  /** Elements inside: of a constructed element, or of a string that holds DER. */
  readonly children?: readonly DerNode[]
  /** Octets before the children: the unused-bits octet of a BIT STRING. */
  readonly prefix: Uint8Array
  /** Contents octets of an element without children. */
  readonly content: Uint8Array
}

const NOTHING = new Uint8Array(0)

function readElements(bytes: Uint8Array, depth: number): DerNode[] | undefined {
  const out: DerNode[] = []
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0
    const first = bytes[at + 1]
    if (first === undefined || first === 0x80 || first > 0x83 || (tag & 0x1f) === 0x1f || depth > 40) return undefined
    const octets = first < 0x80 ? 0 : first & 0x7f
    let length = first
    if (octets > 0) length = Number("0x0" + Buffer.from(bytes.subarray(at + 2, at + 2 + octets)).toString("hex"))
    const start = at + 2 + octets
    const end = start + length
    if (end > bytes.length) return undefined
    out.push(readContent(tag, bytes.subarray(start, end), depth))
    at = end
  }
  return out
}

function readContent(tag: number, content: Uint8Array, depth: number): DerNode {
  const leaf = { tag, prefix: NOTHING, content }
  const isString = tag === 0x03 || tag === 0x04
  if ((tag & 0x20) === 0 && !isString) return leaf
  const prefix = tag === 0x03 ? content.subarray(0, 1) : NOTHING
  const inner = content.subarray(prefix.length)
  // A string is taken for DER when it is exactly one SEQUENCE, as extension values and SubjectPublicKeyInfo keys are.
  if (isString && inner[0] !== 0x30) return leaf
  const children = readElements(inner, depth + 1)
  if (children === undefined || (isString && children.length !== 1)) return leaf
  return { tag, prefix, content: NOTHING, children }
}

/** The tree of exactly one DER element, or undefined when the bytes are something else. */
export function parseDer(bytes: Uint8Array): DerNode | undefined {
  if (bytes[0] !== 0x30) return undefined
  const [tree, second] = readElements(bytes, 0) ?? []
  if (tree === undefined || second !== undefined) return undefined
  return Buffer.from(encodeDer(tree)).equals(bytes) ? tree : undefined
}

export function encodeDer(node: DerNode): Uint8Array {
  const content = node.children ? join(node.prefix, ...node.children.map(encodeDer)) : node.content
  const length: number[] = []
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
  return join([node.tag], content.length < 0x80 ? [content.length] : [0x80 | length.length, ...length], content)
}

/** Every node below the root with its path. */
export function* walkDer(tree: DerNode, path: readonly number[] = []): Generator<[readonly number[], DerNode]> {
  yield [path, tree]
  for (const [i, child] of (tree.children ?? []).entries()) yield* walkDer(child, [...path, i])
}

/** The tree with the children of the node at `path` replaced. */
export function changeChildren(
  tree: DerNode,
  path: readonly number[],
  change: (children: readonly DerNode[]) => readonly DerNode[],
): DerNode {
  const children = tree.children ?? []
  const [step, ...rest] = path
  if (step === undefined) return { ...tree, children: change(children) }
  return { ...tree, children: children.map((c, i) => (i === step ? changeChildren(c, rest, change) : c)) }
}
