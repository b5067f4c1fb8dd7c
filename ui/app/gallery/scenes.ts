/** The service of the gallery: it plays one scene of each state of a view, and a real service is nowhere near. */
import type { Answer, Asked, Backend, ProgressEvent } from "../backend/backend.ts"
import type { OperationTypes } from "../backend/operation-types.ts"
import { ProblemError, type Problem } from "../backend/problem.ts"
import { DEALT, digest, GAPS, JOBS, judged, listed, MOMENT } from "./fixtures.ts"

/**
 * The scenes: a view with everything in it, and the five states. `out` has nobody logged in; `contradiction` has Reports
 * that say failed over checks that all pass, which no judge makes.
 */
export const SCENES = ["ready", "first-run", "loading", "empty", "partial", "failed", "out", "contradiction"] as const
export type Scene = (typeof SCENES)[number]

type Events<N extends Asked> = AsyncGenerator<Answer<N> | ProgressEvent, void, undefined>

export const BROKEN: Problem = {
  code: "STORE_CORRUPT",
  message: "a stored row has another digest than its index",
  hint: "stored bytes do not match their digests; run `stella mirror fsck`, then restore a backup",
  detail: { part: "evidence", row: digest(77) },
}

const done = { v: 1, code: null, message: null } as const

async function never(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")), { once: true })
  })
}

type Age = Pick<
  Extract<Answer<"trust.show">, { type: "result" }>,
  "basis" | "roots" | "takenAt" | "ageSeconds" | "expires"
>
const AGE: Age = {
  basis: "tuf",
  roots: [digest(3)],
  takenAt: "2031-02-20T00:00:00Z",
  ageSeconds: 3_542_400,
  expires: "2031-08-20T00:00:00Z",
}
const FINDING = { id: "trust-root-stale", says: "the trusted root is 41 days old and the policy allows 30" } as const

const KINDS = ["certificate-authority", "ct-log", "timestamp-authority", "transparency-log", "key"] as const

function answers(scene: Scene, rows: number): { [N in Asked]: (input: OperationTypes[N]["input"]) => Events<N> } {
  const first = scene === "first-run"
  const trust: Age = first ? { ...AGE, basis: "builtin" } : AGE
  const logs = first || scene === "empty" ? [] : [{ origin: "log.forge.example", size: "52004", root: digest(7) }]
  const findings = first || scene === "empty" ? [] : [FINDING]
  const one = { storeId: digest(31).slice(0, 32), siteId: digest(32).slice(0, 32) }
  return {
    status: async function* () {
      yield {
        ...done,
        type: "result",
        ...one,
        commit: first ? 1 : 212,
        epoch: { n: 1, id: digest(33).slice(0, 32) },
        evidence: first ? 0 : rows,
        auditRecords: first ? 1 : 213,
        logs,
        trust,
        rollbackDetection: "not-detectable",
        findings,
      }
    },
    "attest.list": async function* ({ limit = rows, after }) {
      const all = first || scene === "empty" ? 0 : rows
      const from = after === undefined ? 0 : Number.parseInt(after.slice(-8), 16) + 1
      const n = Math.min(all, from + limit)
      for (let i = from; i < n; i++) {
        if (scene === "partial" && i === 30) throw new ProblemError(BROKEN)
        yield { ...done, type: "result", evidence: listed(i) }
      }
      // The scene's cursor is the number of its last row.
      const next = n < all ? `sha256:${(n - 1).toString(16).padStart(64, "0")}` : null
      yield { ...done, type: "summary", total: Math.max(0, n - from), next }
    },
    "attest.inspect": async function* () {
      yield {
        ...done,
        type: "result",
        sha256: digest(300),
        bytes: 4733,
        form: "bundle",
        verified: false,
        items: [
          {
            bundleVersion: "0.3",
            signer: {
              kind: "certificate",
              sha256: digest(41),
              names: [{ type: "uri", value: "https://forge.example/anvil/release.yml" }],
              issuer: "https://token.forge.example",
              notBefore: "2031-03-30T08:00:00Z",
              notAfter: "2031-03-30T08:10:00Z",
              chain: 1,
            },
            content: {
              kind: "statement",
              payloadType: "application/vnd.in-toto+json",
              predicateType: "https://slsa.dev/provenance/v1",
              subjects: [{ name: "anvil-4.2.0.tar.gz", digests: [`sha256:${digest(1)}`] }],
            },
            signatures: 1,
            entries: [
              {
                kind: "dsse",
                version: "0.0.1",
                index: "48211",
                logId: digest(51),
                integratedTime: MOMENT,
                promise: true,
                proofOfSize: "52004",
              },
            ],
            timestamps: 0,
          },
        ],
      }
    },
    "attest.verify": async function* () {
      yield judged("failed", 0)
      yield { ...done, type: "summary", proven: 0, failed: 1, unproven: 0, total: 1 }
    },
    "attest.fetch": async function* () {
      yield { ...done, type: "result", evidence: [] }
    },
    "attest.replay": async function* () {
      yield { ...done, type: "result", case: digest(100), report: digest(400), judgeVersion: "1", verdict: "proven" }
    },
    "attest.import": async function* ({ files }) {
      yield {
        v: 1,
        type: "result",
        code: "EVIDENCE_MALFORMED",
        message: "json-invalid at byte 0",
        file: files[0] ?? "a.json",
        line: null,
        sha256: null,
        form: null,
        known: false,
      }
      yield {
        v: 1,
        type: "summary",
        code: "FINDINGS",
        message: "1 file rejected",
        added: files.length - 1,
        known: 0,
        rejected: 1,
        total: files.length,
      }
    },
    "trust.show": async function* () {
      const authorities = KINDS.map((kind, n) => ({
        kind,
        id: digest(60 + n),
        name: `${kind}.forge.example`,
        from: "2030-01-01T00:00:00Z",
        until: n === 3 ? null : "2032-01-01T00:00:00Z",
      }))
      yield { ...done, type: "result", ...trust, authorities: scene === "empty" ? [] : authorities }
    },
    "trust.status": async function* () {
      if (scene === "partial") throw new ProblemError(BROKEN)
      yield { ...done, type: "result", ...trust, findings }
    },
    "mirror.head": async function* () {
      const vkey = "log.forge.example+8af3c1e2+AZ1vqT0XyUzbBqAJgkLQ7d0xT9Fh7hLz1o2y0vI3f4w5"
      yield {
        ...done,
        type: "result",
        logs: logs.map(log => ({ ...log, at: MOMENT, vkey, frozen: scene === "partial" })),
      }
    },
    "mirror.prove": async function* ({ origin, index }) {
      yield {
        ...done,
        type: "result",
        kind: "inclusion",
        origin,
        index: index ?? "48211",
        leaf: digest(71),
        fromSize: null,
        fromRoot: null,
        size: "52004",
        root: digest(7),
        hashes: [1, 2, 3, 4].map(n => digest(80 + n)),
      }
    },
    "mirror.fsck": async function* () {
      yield { ...done, type: "summary", rows: 4021, blobs: 400, logs: 1, damaged: 0 }
    },
    "gap.report": async function* () {
      if (scene === "empty") {
        yield { ...done, type: "result", report: { ...GAPS, gaps: [] }, reportSha256: digest(92) }
        return
      }
      const unread =
        scene === "partial"
          ? [{ sha256: digest(93), name: "torn.json", reason: "json-invalid" as const, where: "byte 17" }]
          : []
      const { inputs } = GAPS
      const report = { ...GAPS, inputs: { ...inputs, evidence: { ...inputs.evidence, unread } } }
      yield { v: 1, type: "result", code: "FINDINGS", message: "2 gaps", report, reportSha256: digest(91) }
    },
    "audit.verify": async function* () {
      yield { ...done, type: "result", records: first ? 1 : 213, head: digest(95) }
    },
  }
}

async function* watchVerify(scene: Scene, rows: number, from: number): Events<"attest.verify"> {
  const n = scene === "empty" ? 0 : rows
  for (let i = from; i < n; i++) {
    if (scene === "partial" && i === 12)
      throw new ProblemError({
        code: "INTERRUPTED",
        message: "the service was stopped",
        hint: "run it again",
        detail: {},
      })
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
  const played = answers(scene, rows)
  async function* play<N extends Asked>(
    name: N,
    input: OperationTypes[N]["input"],
    signal: AbortSignal | undefined,
  ): Events<N> {
    if (scene === "loading") await never(signal)
    if (scene === "failed" && name !== "status") throw new ProblemError(BROKEN)
    if (scene === "failed") throw new ProblemError({ ...BROKEN, code: "STORE_ROLLED_BACK" })
    if (scene === "partial" && name === "status" && window.location.hash.startsWith("#/mirror"))
      throw new ProblemError(BROKEN)
    yield* played[name](input)
  }
  return {
    who: async () =>
      scene === "out"
        ? undefined
        : {
            name: "rita",
            role: "operator",
            scopes: scene === "empty" ? [] : ["site.read", "evidence.read", "evidence.write", "verify"],
          },
    loginByCode: async () => {
      throw new ProblemError({
        code: "NOT_AUTHENTICATED",
        message: "the code is not good, or no longer",
        hint: "ask for a new one",
        detail: {},
      })
    },
    loginByKey: async () => undefined,
    logout: async () => undefined,
    onSessionEnd: () => () => undefined,
    ask: (name, input, how) => play(name, input, how?.signal),
    start: async (_name, _input, how) => {
      if (scene === "loading") await never(how?.signal)
      if (scene === "failed") throw new ProblemError(BROKEN)
      return JOBS[0] ?? never(undefined)
    },
    jobs: async signal => {
      if (scene === "loading") return never(signal)
      if (scene === "failed") throw new ProblemError(BROKEN)
      if (scene === "partial") throw new ProblemError(BROKEN)
      return scene === "first-run" ? [] : JOBS
    },
    job: async () => JOBS[0] ?? never(undefined),
    cancel: async () => undefined,
    watch: async function* (name, _id, signal, after = 0) {
      if (scene === "loading") await never(signal)
      if (scene === "failed") throw new ProblemError(BROKEN)
      if (name === "attest.verify") yield* watchVerify(scene, rows, after) as AsyncIterable<never>
      else if (name === "gap.report")
        yield* played["gap.report"]({ evidence: [], expect: "list.csv" }) as AsyncIterable<never>
    },
    filesOf: async () => [{ name: "case/case.json", bytes: 800, sha256: digest(96) }],
    fileOf: async () => new Blob(["{}"]),
  }
}
