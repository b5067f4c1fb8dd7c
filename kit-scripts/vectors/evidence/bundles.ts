/**
 * Any number of good bundles, no two with a key, certificate or artifact in common, in the classes that real evidence
 * has: for measuring where no corpus is at hand.
 */
import { utf8 } from "../crypto/derive.ts"
import { makeEvidence, statement, type Plan } from "./evidence.ts"
import { ISSUER, SIGNER, World, type WorldOptions } from "./world.ts"

/** A bundle that is proven under the root of its set, with this identity. */
export interface GeneratedBundle {
  readonly id: string
  /** What it carries, such as `dsse+set+proof`. */
  readonly class: string
  /** JSON of the bundle. */
  readonly bytes: Uint8Array
  readonly artifact: Uint8Array
}

export interface BundleSet {
  /** The trusted_root.json that all of them are proven under. */
  readonly root: Uint8Array
  readonly identity: string
  readonly issuer: string
  /** A moment at which to judge them, epoch seconds. */
  readonly at: number
  readonly bundles: readonly GeneratedBundle[]
}

/** The classes in turn, in about the shares that public evidence has. */
const CLASSES = [
  "dsse+set+proof",
  "message+set+proof",
  "dsse+set+proof",
  "message+proof+tsa",
  "dsse+set+proof",
  "message+set+proof",
  "dsse+set",
  "dsse+set+proof",
  "message+set+proof",
  "dsse+proof+tsa",
] as const

function planOf(world: World, kind: (typeof CLASSES)[number], i: number, artifact: Uint8Array): Plan {
  const parts = new Set<string>(kind.split("+"))
  const log = parts.has("set") ? world.rekor1() : world.rekor2()
  return {
    signingKey: world.key("p256", `signer ${String(i)}`),
    ...(parts.has("dsse") ? { payload: statement(artifact) } : { artifact }),
    ...(parts.has("proof") ? {} : { version: "0.1" }),
    entries: [{ log, before: 40, after: 30, give: { proof: parts.has("proof") } }],
    ...(parts.has("tsa") ? { tokens: [{}] } : {}),
  }
}

/** Makes `count` bundles; equal options give equal bundles. */
export function makeBundles(count: number, options: WorldOptions): BundleSet {
  const world = new World(options)
  const bundles = Array.from({ length: count }, (_, i) => {
    const kind = CLASSES[i % CLASSES.length] ?? "message+set+proof"
    const artifact = utf8(`Artifact ${String(i)} of ${options.seed}.\n`)
    const { bundle } = makeEvidence(world, planOf(world, kind, i, artifact))
    return { id: `generated-${String(i)}`, class: kind, bytes: utf8(JSON.stringify(bundle)), artifact }
  })
  const root = utf8(JSON.stringify(world.trustedRoot()))
  return { root, identity: SIGNER.value, issuer: ISSUER, at: world.at + 86_400, bundles }
}
