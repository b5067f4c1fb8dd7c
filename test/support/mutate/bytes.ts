/** Mutants of the bytes inside a string: signatures, hashes, certificates, timestamp tokens, bodies. */
import { changeChildren, encodeDer, parseDer, walkDer, type DerNode } from "./der-tree.ts"
import { parseTree, printTree } from "./json-tree.ts"
import { treePlans } from "./json.ts"
import { join, utf8, type Place, type Plan, type Settings, type Unauthenticated } from "./plan.ts"

/** Group orders by the length of a number below them, for telling which curve an ECDSA signature is of. */
const ORDERS: Readonly<Record<number, bigint>> = {
  32: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  48: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  66: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
}

const toNumber = (bytes: Uint8Array): bigint => BigInt("0x0" + Buffer.from(bytes).toString("hex"))

function integer(value: bigint): DerNode {
  const hex = value.toString(16)
  const bytes = new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : "0" + hex, "hex"))
  const content = (bytes[0] ?? 0) >= 0x80 ? join([0], bytes) : bytes
  return { tag: 0x02, prefix: new Uint8Array(0), content }
}

/** An ECDSA signature with s turned to n - s, or undefined when the tree is none. */
function negated(tree: DerNode): Uint8Array | undefined {
  const [r, s, more] = tree.children ?? []
  if (r?.tag !== 0x02 || s?.tag !== 0x02 || more !== undefined) return undefined
  const length = Math.max(r.content.length, s.content.length)
  const size = [32, 48, 66].find(l => length <= l + 1 && length > l - 12)
  if (size === undefined) return undefined
  const order = ORDERS[size] as bigint
  const value = toNumber(s.content)
  return value > 0n && value < order ? encodeDer({ ...tree, children: [r, integer(order - value)] }) : undefined
}

function turned(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const out = Uint8Array.from(bytes)
  out[at] = (out[at] ?? 0) ^ (1 << bit)
  return out
}

/** Tags on the way to a node, the root's first. */
function tagsTo(tree: DerNode, path: readonly number[]): number[] {
  const tags = [tree.tag]
  let at: DerNode | undefined = tree
  for (const step of path) {
    at = at.children?.[step]
    if (at === undefined) return tags
    tags.push(at.tag)
  }
  return tags
}

/**
 * RFC 3161 §2.4.2, RFC 5652 §5.1: TimeStampResp, ContentInfo, [0], SignedData: its [0] certificates and [1] crls, and the
 * [1] unsigned attributes of a SignerInfo, are not signed.
 */
function unsignedPart(tree: DerNode, path: readonly number[]): Unauthenticated | undefined {
  const tags = tagsTo(tree, path).slice(0, 7)
  const isToken = tags.slice(0, 4).join() === [0x30, 0x30, 0xa0, 0x30].join()
  if (!isToken) return undefined
  const inSignedData = tags[4] === 0xa0 || tags[4] === 0xa1
  const inSignerInfo = tags[4] === 0x31 && tags[5] === 0x30 && tags[6] === 0xa1
  return inSignedData || inSignerInfo ? "cms-unsigned" : undefined
}

/** Offsets of the bytes that are in such a part. */
function unsignedRanges(tree: DerNode): (readonly [start: number, end: number])[] {
  const out: (readonly [number, number])[] = []
  const visit = (node: DerNode, path: readonly number[], start: number): void => {
    const length = encodeDer(node).length
    if (unsignedPart(tree, path) !== undefined) {
      out.push([start, start + length])
      return
    }
    const children = node.children ?? []
    let at = start + length - children.reduce((sum, child) => sum + encodeDer(child).length, 0)
    for (const [i, child] of children.entries()) {
      visit(child, [...path, i], at)
      at += encodeDer(child).length
    }
  }
  visit(tree, [], 0)
  return out
}

/** Single bits, lengths and the values of other documents; nothing is known about the bytes. */
function* rawPlans(place: Place<Uint8Array>, tree: DerNode | undefined, settings: Settings): Generator<Plan> {
  const { value, region, others } = place
  const { random } = settings
  const unsigned = tree === undefined ? [] : unsignedRanges(tree)
  const at = Array.from(value, (_, i) => i)
  for (const i of value.length <= 96 ? at : random.some(at, settings.bytesPerRegion)) {
    const bit = random.below(8)
    const free = unsigned.some(([start, end]) => start <= i && i < end)
    yield {
      name: `bit ${bit} of byte ${i}`,
      region,
      kind: "byte",
      ...(free && { unauthenticated: "cms-unsigned" }),
      make: () => place.rebuild(turned(value, i, bit)),
    }
  }
  const whole: readonly (readonly [string, Uint8Array])[] = [
    ["cut after half", value.subarray(0, value.length >> 1)],
    ["last byte gone", value.subarray(0, value.length - 1)],
    ["first byte gone", value.subarray(1)],
    ["zero byte after", join(value, [0])],
    ["zero byte before", join([0], value)],
    ["twice", join(value, value)],
    ["zeros", new Uint8Array(value.length)],
    ["ones", new Uint8Array(value.length).fill(0xff)],
    ["reversed", Uint8Array.from(value).reverse()],
  ]
  for (const [name, bytes] of whole) yield { name, region, kind: "byte", make: () => place.rebuild(bytes) }
  for (const [i, other] of others.entries()) {
    yield { name: `bytes of document ${i}`, region, kind: "swap", make: () => place.rebuild(other) }
  }
}

function* derPlans(place: Place<Uint8Array>, tree: DerNode, settings: Settings): Generator<Plan> {
  const { random } = settings
  for (const [path, node] of walkDer(tree)) {
    const region = `${place.region}|der ${path.join(".")}`
    const parent = path.slice(0, -1)
    const index = path.at(-1)
    const free = unsignedPart(tree, path)
    const common = { region, ...(free && { unauthenticated: free }) }
    const among = (change: (all: readonly DerNode[], i: number) => readonly DerNode[]) => (): Uint8Array =>
      place.rebuild(encodeDer(changeChildren(tree, parent, all => change(all, index ?? 0))))
    if (index === undefined) continue
    const instead = (other: DerNode) => among((all, i) => all.map((n, j) => (i === j ? other : n)))

    const bit = random.below(8)
    yield {
      ...common,
      name: `bit ${bit} of the tag`,
      kind: "flip",
      make: instead({ ...node, tag: node.tag ^ (1 << bit) }),
    }
    yield { ...common, name: "element gone", kind: "drop", make: among((all, i) => all.filter((_, j) => i !== j)) }
    yield {
      ...common,
      name: "element twice",
      kind: "duplicate",
      make: among((all, i) => all.flatMap((n, j) => (i === j ? [n, n] : [n]))),
    }
    const swapped = (all: readonly DerNode[], i: number): DerNode[] =>
      all.map((n, j) => (j === i - 1 ? all[i] : j === i ? all[i - 1] : n) ?? n)
    if (index > 0) yield { ...common, name: "element before the one before it", kind: "swap", make: among(swapped) }
    if (node.children !== undefined) {
      yield { ...common, name: "element emptied", kind: "flip", make: instead({ ...node, children: [] }) }
    } else if (node.content.length > 0) {
      const at = random.below(node.content.length)
      const byteBit = random.below(8)
      const content = turned(node.content, at, byteBit)
      yield {
        ...common,
        name: `bit ${byteBit} of content byte ${at}`,
        kind: "byte",
        make: instead({ ...node, content }),
      }
      yield { ...common, name: "content emptied", kind: "flip", make: instead({ ...node, content: new Uint8Array(0) }) }
      const longer = join(node.content, [0])
      yield {
        ...common,
        name: "zero byte after the content",
        kind: "byte",
        make: instead({ ...node, content: longer }),
      }
    }
  }
  const other = negated(tree)
  if (other !== undefined) {
    const name = "s turned to n - s"
    yield { name, region: place.region, kind: "form", unauthenticated: "s-negation", make: () => place.rebuild(other) }
  }
}

/** Mutants of bytes: of the JSON or DER they hold, and of the bytes themselves. */
export function* bytePlans(place: Place<Uint8Array>, settings: Settings): Generator<Plan> {
  const json = parseTree(place.value)
  if (json !== undefined) {
    const inner = {
      region: `${place.region}|`,
      value: json,
      others: place.others.flatMap(other => parseTree(other) ?? []),
      rebuild: (tree: typeof json) => place.rebuild(utf8(printTree(tree))),
    }
    yield* treePlans(inner, settings)
  }
  const der = parseDer(place.value)
  if (der !== undefined) yield* derPlans(place, der, settings)
  yield* rawPlans(place, der, settings)
}
