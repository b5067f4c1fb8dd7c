/**
 * `npm run -s bench -- verify [--json]`: verification of real bundles, everything from one run.
 *
 * Ratios are what counts: to `@sigstore/verify` on the same bundles in the same thread, and to the bound that the
 * signature checks alone set. Machines are noisy, so all runs take turns and each bundle counts with its best time of
 * all rounds, on every side alike.
 */
import { createPublicKey, verify, type KeyObject } from "node:crypto"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { bundleFromJSON } from "@sigstore/bundle"
import { TrustedRoot } from "@sigstore/protobuf-specs"
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify"
import { nodeCrypto } from "../mirror/crypto/node.node.ts"
import type { Crypto } from "../src/kernel/ports.ts"
import type { VerifyRequest } from "../src/kernel/signature-scheme.ts"
import type { CaseBasis } from "../src/judge/assemble.ts"
import { createJudge, type FactsCache, type Judge } from "../src/judge/judge.ts"
import { judgeTasks } from "../appliance/operations/judging/judging.node.ts"
import type { Basis } from "../appliance/operations/judging/basis.ts"
import { BatchJudge } from "../appliance/operations/judging/batch.ts"
import type { Task } from "../appliance/operations/judging/task.ts"
import { compilePolicy, PROFILES } from "../src/policy/profiles.ts"
import { basisFor, caseFor, MOMENT } from "../test/support/judge-corpus.ts"
import { benchBundles, digestBundles, type BenchBundle } from "./bundles.ts"

const ROUNDS = 48
const DIGEST_ROUNDS = 12
const POOL_TASKS = 8192
const POOL_WARM = 1024

export interface VerifyFigures {
  readonly bundles: number
  /** Bundles that are proven here and that the peer refuses. */
  readonly refusedByPeer: number
  readonly mix: Readonly<Record<string, { readonly count: number; readonly perSecond: number }>>
  readonly oursPerSecond: number
  readonly peerPerSecond: number
  readonly ratioToPeer: number
  readonly ratioToCryptoBound: number
  readonly scaling2: number
  readonly cachedPerSecond: number
  readonly digestModeP256PerSecond: number
  readonly digestModeP384PerSecond: number
  readonly peakRssMb: number
}

interface Prepared {
  readonly bundle: BenchBundle
  /** Judges once and gives whether the Facts came from the cache. */
  readonly run: (judge: Judge, cache?: FactsCache) => Promise<boolean>
}

function prepare(bundles: readonly BenchBundle[]): readonly Prepared[] {
  const bases = new Map<string, CaseBasis>()
  return bundles.map(bundle => {
    const { profile, identities, root } = bundle
    const key = JSON.stringify([profile, identities, root])
    const basis = bases.get(key) ?? basisFor({ profile, identities, roots: [root] })
    bases.set(key, basis)
    const options = bundle.artifact === undefined ? {} : { artifact: bundle.artifact }
    return {
      bundle,
      // Parse to verdict: the Case is assembled anew each time, as for a bundle that has just arrived.
      run: async (judge, cache) => {
        const judged = await judge.judge(caseFor(basis, "bundle", bundle.bytes, bundle.digests, options), cache)
        if (!judged.ok || judged.value.report.verdict !== "proven") throw new Error(`${bundle.id} is not proven`)
        return judged.value.cached
      },
    }
  })
}

function milliseconds(since: bigint): number {
  return Number(process.hrtime.bigint() - since) / 1e6
}

async function timed(run: () => unknown): Promise<number> {
  const start = process.hrtime.bigint()
  await run()
  return milliseconds(start)
}

/** The signature checks each bundle needs once trust is warm, ready to run with nothing around them. */
async function cryptoBound(prepared: readonly Prepared[]): Promise<readonly (() => void)[]> {
  const inner = nodeCrypto()
  let needed: VerifyRequest[] = []
  const recording: Crypto = {
    hash: (algorithm, bytes) => inner.hash(algorithm, bytes),
    verify: async request => {
      const valid = await inner.verify(request)
      if (valid) needed.push(request)
      return valid
    },
  }
  const judge = createJudge(recording)
  for (const p of prepared) await p.run(judge)
  const bounds: (() => void)[] = []
  for (const p of prepared) {
    needed = []
    await p.run(judge)
    const checks = needed.map(direct)
    bounds.push(() => {
      for (const check of checks) if (!check()) throw new Error("a recorded signature does not verify")
    })
  }
  return bounds
}

function direct(request: VerifyRequest): () => boolean {
  const { scheme, signature, data } = request
  const key: KeyObject = createPublicKey({ key: Buffer.from(request.key.spki), format: "der", type: "spki" })
  if (!("message" in data)) throw new Error("digest mode is measured apart")
  const { message } = data
  switch (scheme.kind) {
    case "ecdsa":
    case "rsa-pkcs1":
      return () => verify(scheme.hash, message, key, signature)
    case "ed25519":
      return () => verify(null, message, key, signature)
    default:
      throw new Error(`not in the corpus: ${scheme.kind}`)
  }
}

/** The peer, ready to verify a bundle from its JSON text. It compares no subjects and no certificates of log entries. */
function peerOf(): (bundle: BenchBundle) => () => void {
  const verifiers = new Map<string, Verifier>()
  return bundle => {
    const github = bundle.profile === "github-internal"
    const key = `${bundle.root} ${String(github)}`
    let verifier = verifiers.get(key)
    if (verifier === undefined) {
      const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(bundle.root, "utf8")))
      const options = github ? { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 1 } : {}
      verifier = new Verifier(toTrustMaterial(root), options)
      verifiers.set(key, verifier)
    }
    const ready = verifier
    const text = Buffer.from(bundle.bytes)
    const artifact = bundle.artifact === undefined ? undefined : Buffer.from(bundle.artifact)
    return () => ready.verify(toSignedEntity(bundleFromJSON(JSON.parse(text.toString("utf8"))), artifact))
  }
}

/** Whether the peer accepts a bundle that is proven here; those it refuses are left out of the comparison. */
function accepts(run: () => void): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}

/** Best time of each run over all rounds; the kinds of runs take turns, so that noise meets all alike. */
class Best {
  readonly #best = new Map<string, number>()

  async run(name: string, work: () => unknown): Promise<void> {
    this.#best.set(name, Math.min(this.#best.get(name) ?? Infinity, await timed(work)))
  }

  /** Runs per second when each takes its best time. */
  perSecond(names: readonly string[]): number {
    let total = 0
    for (const name of names) total += this.#best.get(name) ?? NaN
    return (names.length / total) * 1000
  }
}

/** Facts kept as text, as a cache hands them out. */
function memoryCache(): FactsCache {
  const kept = new Map<string, string>()
  return {
    get: key => kept.get(key),
    put: (key, facts) => {
      kept.set(key, facts)
    },
  }
}

async function digestMode(curve: "P-256" | "P-384"): Promise<number> {
  const prepared = prepare(digestBundles(curve))
  const judge = createJudge(nodeCrypto())
  const best = new Best()
  for (let i = 0; i < DIGEST_ROUNDS; i++) {
    for (const p of prepared) await best.run(p.bundle.id, () => p.run(judge))
  }
  return best.perSecond(prepared.map(p => p.bundle.id))
}

async function fromCache(p: Prepared, judge: Judge, cache: FactsCache): Promise<void> {
  if (!(await p.run(judge, cache))) throw new Error("the Facts did not come from the cache")
}

/** Measures everything. */
export async function measureVerify(): Promise<VerifyFigures> {
  const bundles = benchBundles()
  if (bundles.length === 0) throw new Error("no bundles: the corpus is not beside the project")
  const prepared = prepare(bundles)
  const judge = createJudge(nodeCrypto())
  const bounds = await cryptoBound(prepared)
  const peer = peerOf()
  const peers = bundles.map(peer)
  const accepted = peers.map(accepts)
  const cache = memoryCache()
  for (const p of prepared) await p.run(judge, cache)

  const best = new Best()
  for (let round = 0; round < ROUNDS; round++) {
    for (const p of prepared) await best.run(`ours ${p.bundle.id}`, () => p.run(judge))
    for (const [i, b] of bundles.entries()) await best.run(`bound ${b.id}`, bounds[i] as () => void)
    for (const p of prepared) await best.run(`cached ${p.bundle.id}`, () => fromCache(p, judge, cache))
    for (const [i, b] of bundles.entries()) {
      if (accepted[i] === true) await best.run(`peer ${b.id}`, peers[i] as () => void)
    }
  }
  const named = (kind: string, set: readonly BenchBundle[]) => best.perSecond(set.map(b => `${kind} ${b.id}`))
  const common = bundles.filter((_, i) => accepted[i])
  const oursPerSecond = named("ours", bundles)
  const peerPerSecond = named("peer", common)
  const classes = [...new Set(bundles.map(b => b.class))].sort()
  return {
    bundles: bundles.length,
    refusedByPeer: bundles.length - common.length,
    mix: Object.fromEntries(
      classes.map(name => {
        const members = bundles.filter(b => b.class === name)
        return [name, { count: members.length, perSecond: named("ours", members) }]
      }),
    ),
    oursPerSecond,
    peerPerSecond,
    ratioToPeer: named("ours", common) / peerPerSecond,
    ratioToCryptoBound: oursPerSecond / named("bound", bundles),
    scaling2: await scaling(bundles),
    cachedPerSecond: named("cached", bundles),
    digestModeP256PerSecond: await digestMode("P-256"),
    digestModeP384PerSecond: await digestMode("P-384"),
    peakRssMb: peakMemory(),
  }
}

/** Peak resident memory of a process that does only our part: all bundles, many times, then the pool with two workers. */
function peakMemory(): number {
  const child = spawnSync(process.execPath, [new URL("./run.ts", import.meta.url).pathname, "verify-memory"], {
    encoding: "utf8",
  })
  if (child.status !== 0) throw new Error(`the memory run failed: ${child.stderr}`)
  return Number(child.stdout)
}

/** What `verify-memory` runs: gives the peak in MB. */
export async function measureMemory(): Promise<number> {
  const bundles = benchBundles()
  const prepared = prepare(bundles)
  const judge = createJudge(nodeCrypto())
  for (let i = 0; i < 20; i++) for (const p of prepared) await p.run(judge)
  await scaling(bundles, 1)
  return process.resourceUsage().maxRSS / 1024
}

/**
 * Throughput of the product's own pool with two workers over one thread that judges the same tasks and does nothing
 * else: the pool with one job runs beside the command line and pauses for signals, which would flatter the ratio.
 */
async function scaling(bundles: readonly BenchBundle[], rounds = 3): Promise<number> {
  const chosen = bundles.filter(b => b.class.startsWith("dsse") && b.root.endsWith("public-good.trusted_root.json"))
  const tasks = Array.from({ length: POOL_TASKS }, (_, i): Task => {
    const b = chosen[i % chosen.length] as BenchBundle
    return {
      artifact: { name: b.id, sha256: null },
      evidence: { name: b.id, sha256: null, item: 0 },
      input: { evidence: b.bytes, form: "bundle", item: 0, digests: b.digests },
    }
  })
  const basis: Basis = {
    roots: [readFileSync((chosen[0] as BenchBundle).root)],
    trust: { keys: [], witnesses: [], takenAt: null, expires: null, basis: "argument" },
    policy: compilePolicy(PROFILES["public-good"], { identities: "any" }),
    moment: MOMENT,
    heads: [],
  }
  const counted = POOL_TASKS - POOL_WARM
  const alone = async (): Promise<number> => {
    const judge = new BatchJudge(basis, nodeCrypto())
    let start = 0n
    for (const [done, { input }] of tasks.entries()) {
      if (done === POOL_WARM) start = process.hrtime.bigint()
      const { report } = await judge.judge({ input, facts: undefined })
      if (report.verdict !== "proven") throw new Error("a bundle is not proven")
    }
    return counted / milliseconds(start)
  }
  const pooled = async (): Promise<number> => {
    const { signal } = new AbortController()
    let start = 0n
    let done = 0
    for await (const judged of judgeTasks(each(tasks), { basis, jobs: 2, memory: undefined, signal })) {
      if (!("report" in judged) || judged.report.verdict !== "proven") throw new Error("a pooled bundle is not proven")
      // Workers need a moment to start and to warm up, which a long run does not notice.
      if (++done === POOL_WARM) start = process.hrtime.bigint()
    }
    return counted / milliseconds(start)
  }
  const best = { alone: 0, pooled: 0 }
  for (let i = 0; i < rounds; i++) {
    best.alone = Math.max(best.alone, await alone())
    best.pooled = Math.max(best.pooled, await pooled())
  }
  return best.pooled / best.alone
}

async function* each(tasks: readonly Task[]): AsyncGenerator<Task> {
  await Promise.resolve()
  yield* tasks
}
