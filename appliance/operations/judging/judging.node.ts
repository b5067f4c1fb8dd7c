/**
 * Judging on this machine: in this thread for a handful of Cases, in worker threads for more. Batches of 32 Cases keep
 * the workers busy; a few of them in flight bound the memory, and results leave in the order of the tasks.
 */
import { setImmediate } from "node:timers/promises"
import { Worker } from "node:worker_threads"
import { nodeCrypto } from "../../../mirror/crypto/node.node.ts"
import type { Report } from "../../../src/formats/report.ts"
import { LIMITS } from "../../../src/formats/limits.ts"
import { utf8 } from "../../../src/kernel/bytes.ts"
import { StellaError, type ErrorCode, type ErrorDetail } from "../../../src/kernel/errors.ts"
import { isObject, readPrintedJson } from "../../../src/kernel/json.ts"
import { createJudge, type Judge } from "../../../src/judge/judge.ts"
import { BatchJudge, type Judgeable, type Judged, type JudgedText } from "./batch.ts"
import type { Basis } from "./basis.ts"
import type { Judging, JudgedTask } from "./judging.ts"
import type { NoTask, Task } from "./task.ts"

const BATCH_TASKS = 32
const BATCH_BYTES = 8 * 1024 * 1024
/**
 * The space for short-lived objects of one worker: a judgement leaves nothing behind, so a quarter of what V8 allows
 * judges as fast, and a pool stays small.
 */
const WORKER_YOUNG_MB = 12

/** What a worker answers: the judgements of a batch, or the expected failure that ends the run. */
export type WorkerAnswer =
  | { readonly judged: readonly JudgedText[] }
  | { readonly failed: { readonly code: ErrorCode; readonly message: string; readonly detail: ErrorDetail } }

/** Judges batches, some at a time. */
interface Engine extends AsyncDisposable {
  readonly inFlight: number
  judge(batch: readonly Judgeable[]): Promise<readonly Judged[]>
}

function inThisThread(judge: BatchJudge, signal: AbortSignal): Engine {
  return {
    inFlight: 1,
    async judge(batch) {
      const out: Judged[] = []
      for (const one of batch) {
        // Signals are delivered between turns of the event loop, and judging alone never gives one up.
        if (batch.length > 1) await setImmediate()
        signal.throwIfAborted()
        out.push(await judge.judge(one))
      }
      return out
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Reading the text that our own judge printed costs this thread a fraction of taking the Report over as an object. */
function withReport(judged: JudgedText): Judged {
  const report = readPrintedJson(judged.text, { maxBytes: judged.text.length, maxDepth: LIMITS.jsonDepth })
  if (!isObject(report)) throw new StellaError("INTERNAL", "a worker answered with something that is no Report")
  return { ...judged, report: report as unknown as Report }
}

/** One worker; batches are answered in the order they are sent. */
class JudgeWorker {
  readonly #worker: Worker
  readonly #waiting: { resolve: (answer: readonly Judged[]) => void; reject: (error: Error) => void }[] = []
  #dead: Error | undefined

  constructor(basis: Basis) {
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."))
    this.#worker = new Worker(new URL(`./judge-worker.node${extension}`, import.meta.url), {
      workerData: basis,
      resourceLimits: { maxYoungGenerationSizeMb: WORKER_YOUNG_MB },
    })
    this.#worker.on("message", (answer: WorkerAnswer) => {
      const next = this.#waiting.shift()
      if ("judged" in answer) next?.resolve(answer.judged.map(withReport))
      else next?.reject(new StellaError(answer.failed.code, answer.failed.message, answer.failed.detail))
    })
    const die = (error: Error): void => {
      this.#dead = error
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    }
    this.#worker.on("error", die)
    this.#worker.on("exit", () => {
      die(new StellaError("INTERNAL", "a judging worker ended before its work was done"))
    })
  }

  get load(): number {
    return this.#waiting.length
  }

  judge(batch: readonly Judgeable[]): Promise<readonly Judged[]> {
    const dead = this.#dead
    if (dead !== undefined) return Promise.reject(dead)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#worker.postMessage(batch)
    })
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}

function inWorkers(basis: Basis, jobs: number): Engine {
  const workers = Array.from({ length: jobs }, () => new JudgeWorker(basis))
  return {
    inFlight: Math.max(4, 2 * jobs),
    judge: batch => workers.reduce((least, worker) => (worker.load < least.load ? worker : least)).judge(batch),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map(worker => worker.stop()))
    },
  }
}

type Batch = readonly (Task | NoTask)[]

async function* inBatches(tasks: AsyncIterable<Task | NoTask>): AsyncGenerator<Batch> {
  let batch: (Task | NoTask)[] = []
  let bytes = 0
  for await (const task of tasks) {
    batch.push(task)
    if ("input" in task) bytes += task.input.evidence.length + (task.input.artifact?.length ?? 0)
    if (batch.length < BATCH_TASKS && bytes < BATCH_BYTES) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

async function* withFirst(first: Batch, rest: AsyncGenerator<Batch>): AsyncGenerator<Batch> {
  yield first
  yield* rest
}

let kept: Judge | undefined
/** The judge of this thread: a service judges on the same few trusted roots all day. */
const judgeOfThread = (): Judge => (kept ??= createJudge(nodeCrypto()))

/** Judges tasks on this machine; see `Judging`. */
export const judgeTasks: Judging = async function* (tasks, { basis, jobs, memory, signal }) {
  const local = new BatchJudge(basis, nodeCrypto(), judgeOfThread())
  const batches = inBatches(tasks)
  const first = await batches.next()
  if (first.done === true) return
  // A batch that is not full is all there is: starting workers would take longer than judging it.
  const few = first.value.length < BATCH_TASKS
  await using engine = jobs === 1 || few ? inThisThread(local, signal) : inWorkers(basis, jobs)

  const start = async (batch: Batch): Promise<readonly (JudgedTask | NoTask)[]> => {
    const judgeable = batch.filter(task => "input" in task)
    const remembered = (await memory?.getMany(judgeable.map(({ input }) => local.factsKey(input)))) ?? []
    const judged = await engine.judge(judgeable.map(({ input }, i) => ({ input, facts: remembered[i] })))
    const fresh = judged.flatMap(({ factsKey: key, facts }) =>
      facts === undefined ? [] : [{ key, facts: utf8(facts) }],
    )
    if (fresh.length > 0) await memory?.put(fresh)
    let next = 0
    return batch.map(task => {
      const found = "input" in task ? judged[next++] : undefined
      if (!("input" in task) || found === undefined) return task as NoTask
      return { task, report: found.report, text: found.text, sha256: found.sha256 }
    })
  }

  const running: Promise<readonly (JudgedTask | NoTask)[]>[] = []
  for await (const batch of withFirst(first.value, batches)) {
    signal.throwIfAborted()
    const started = start(batch)
    // A later batch may fail while an earlier one is awaited; its failure is met when its turn comes.
    started.catch(() => undefined)
    running.push(started)
    if (running.length >= engine.inFlight) yield* (await running.shift()) ?? []
  }
  for (const left of running) {
    signal.throwIfAborted()
    yield* await left
  }
}
