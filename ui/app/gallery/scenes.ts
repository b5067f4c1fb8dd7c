/** The service of the gallery: it plays one scene of each state of a view, and a real service is nowhere near. */
import { StellaError } from "../../contract/failure.ts"
import type { Asked, Backend, Events, InputOf } from "../backend/backend.ts"
import { answers } from "./answers.ts"
import { scopesIn } from "./answers-site.ts"
import { DEALT, digest, job, JOBS, judged } from "./fixtures.ts"
import { BROKEN, never, type Scene } from "./scene.ts"

/** Names of the operations that have been asked for, for tests that want to know whether a control does what it says. */
export const askedFor: string[] = []

async function* watchVerify(scene: Scene, rows: number, from: number): Events<"attest.verify"> {
  const n = scene === "empty" ? 0 : rows
  for (let i = from; i < n; i++) {
    if (scene === "partial" && i === 12) throw new StellaError("INTERRUPTED", "the service was stopped")
    if (i % 10 === 0) yield { v: 1, type: "progress", done: i, total: n, unit: "items" }
    const dealt = judged(DEALT[i % DEALT.length] ?? "unproven", i)
    yield scene === "contradiction" ? { ...dealt, verdict: "failed" } : dealt
  }
  const count = (verdict: string): number =>
    Math.floor((n * DEALT.filter(one => one === verdict).length) / DEALT.length)
  yield {
    v: 1,
    type: "summary",
    code: "FINDINGS",
    message: null,
    proven: count("proven"),
    failed: count("failed"),
    unproven: count("unproven"),
    total: n,
  }
}

/** A service that plays a scene. */
export function createSceneBackend(scene: Scene, rows: number): Backend {
  const played: Partial<{ [N in Asked]: (input: InputOf<N>) => Events<N> }> = answers(scene, rows)
  async function* play<N extends Asked>(name: N, input: InputOf<N>, signal: AbortSignal | undefined): Events<N> {
    askedFor.push(name)
    if (scene === "loading") await never(signal)
    if (scene === "failed" && name !== "status") throw BROKEN
    if (scene === "failed") throw new StellaError("STORE_ROLLED_BACK", "the store is older than its head file says")
    if (scene === "partial" && name === "status" && window.location.hash.startsWith("#/mirror")) throw BROKEN
    yield* played[name]?.(input) ?? []
  }
  return {
    who: async () =>
      scene === "out"
        ? undefined
        : { name: "rita", role: scene === "reader" ? "operator" : "administrator+operator", scopes: scopesIn(scene) },
    loginByCode: async () => {
      throw new StellaError("NOT_AUTHENTICATED", "the code is not good, or no longer")
    },
    loginByKey: async () => undefined,
    logout: async () => undefined,
    onSessionEnd: () => () => undefined,
    ask: (name, input, how) => play(name, input, how?.signal),
    start: async (name, _input, how) => {
      askedFor.push(name)
      if (scene === "loading") await never(how?.signal)
      if (scene === "failed") throw BROKEN
      return job(1, name)
    },
    jobs: async ({ signal } = {}) => {
      if (scene === "loading") return never(signal)
      if (scene === "failed") throw BROKEN
      if (scene === "partial") throw BROKEN
      return scene === "first-run" ? [] : JOBS
    },
    job: async () => job(1, "attest.verify"),
    cancel: async () => undefined,
    watch: async function* (name, _id, { signal, after = 0 } = {}) {
      if (scene === "loading") await never(signal)
      if (scene === "failed") throw BROKEN
      if (name === "attest.verify") yield* watchVerify(scene, rows, after) as AsyncIterable<never>
      // What a job was asked is not told again; in a scene it makes no difference.
      else yield* played[name]?.({ evidence: [], expect: "list.csv" }) ?? []
    },
    filesOf: async () => [{ name: "case/case.json", bytes: 800, sha256: digest(96) }],
    fileOf: async () => new Blob(["{}"]),
  }
}
