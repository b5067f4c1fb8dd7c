/**
 * Jobs: operations that run on when their client has gone. Their events are kept, so that whoever asked can come back and
 * read on; what a job changes in the site is committed at its end or not at all, as for every operation. A job that
 * runs when the service ends, in order or by a kill, is `interrupted`.
 */
import { randomBytes } from "node:crypto"
import { mkdir, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { printInstant } from "../../src/formats/instant.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Clock } from "../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { OperationEvent, ProgressEvent } from "../../ui/contract/operation.ts"
import type { Job } from "../../ui/contract/service.ts"
import { errorEvent, printEvent } from "../operations/run-operation.ts"
import { identityOf, isSame } from "../access/identity.ts"
import type { Actor } from "../store/audit-record.ts"
import type { NumberedEvent } from "./answers.ts"
import { JobStore } from "./job-store.ts"
import { beginRun, type Backend } from "./operation-routes.node.ts"
import type { Asked } from "./owned-site.ts"
import { asStellaError } from "./problems.ts"
import { RequestFiles, type Written } from "./request-files.node.ts"
import type { Run } from "./running.ts"
import { Turns } from "../../mirror/turns.ts"

/** A job that runs in this process. */
interface Live {
  job: Job
  readonly run: Run
  cancelled: boolean
  /** Resolved and replaced whenever there is news. */
  news: PromiseWithResolvers<undefined>
}

/** What a job is started with. */
export interface Starting {
  readonly asked: Omit<Asked, "files">
  readonly files: RequestFiles
  readonly id: string
  readonly run: Run
  readonly key: string | undefined
}

/** Events that are written at once. */
const BATCH_EVENTS = 64
/** No event waits longer than this to be written, in milliseconds. */
const BATCH_MS = 100

/** The name of a job's folder. */
const JOB_ID = /^[0-9a-f]{32}$/

/** What the jobs need. */
export interface JobsOptions {
  readonly backend: Backend
  readonly clock: Clock
  /** The folder below which each job has one of its own. */
  readonly folder: string
  /** Told of defects. */
  readonly failed: (error: unknown) => void
}

/** The jobs of a service. */
export class Jobs {
  readonly #options: JobsOptions
  readonly #store: JobStore
  readonly #live = new Map<string, Live>()
  readonly #ended = new Set<Promise<void>>()
  /** Jobs that run, or are being sent. */
  #running = 0
  readonly #starting = new Turns()

  constructor(options: JobsOptions) {
    this.#options = options
    this.#store = new JobStore(options.backend.owned.site, options.backend.owned.world.crypto)
  }

  #now(): string {
    return printInstant(Math.floor(this.#options.clock.now().getTime() / 1000))
  }

  /**
   * What was running when the last service ended is interrupted; old jobs go, and uploads that became none.
   * @returns how many rows are damaged; a damaged one is never answered from, and keeps no service from starting
   */
  async recover(): Promise<number> {
    let damaged = 0
    for await (const job of this.#store.list()) {
      if (job.state !== "running") continue
      const failure = errorEvent(new StellaError("INTERRUPTED", "the service ended before the job did"))
      damaged += await this.#store.damagedEvents(job.id)
      const events = await this.#store.lastEvent(job.id)
      const { code, message } = failure
      const ended: Job = { ...job, state: "interrupted", code, message, endedAt: this.#now(), events: events + 1 }
      await this.#store.add(job.id, events + 1, [printEvent(failure).trimEnd()], ended)
      await rm(this.#folderOf(job.id), { recursive: true, force: true })
    }
    await this.#removeStrays()
    await this.#prune()
    return damaged + (await this.#store.damaged())
  }

  /** Removes folders without a job: the service was killed while their files came. */
  async #removeStrays(): Promise<void> {
    // Made by whoever comes first, so that it can be read.
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.#options.folder))
      if (JOB_ID.test(name) && !(await this.#store.has(name)))
        await rm(this.#folderOf(name), { recursive: true, force: true })
  }

  async #prune(): Promise<void> {
    const oldest = this.#options.clock.now().getTime() - this.#options.backend.limits.jobMs
    let kept = 0
    for await (const job of this.#store.list()) {
      if (job.state === "running") continue
      if (++kept > this.#options.backend.limits.jobs || Date.parse(job.endedAt ?? job.createdAt) < oldest)
        await this.#drop(job.id)
    }
  }

  async #drop(id: string): Promise<void> {
    await this.#store.remove(id)
    await rm(this.#folderOf(id), { recursive: true, force: true })
  }

  #folderOf(id: string): string {
    return join(this.#options.folder, id)
  }

  /**
   * The run of a job to be, with its id and the place for its files; it counts as a job from here on, however long its
   * files take to come. Ids grow with the clock. Failures: SERVICE_UNAVAILABLE, RATE_LIMITED.
   */
  prepare(actor: Actor): Result<Pick<Starting, "id" | "files" | "run">> {
    const { backend, folder } = this.#options
    const identity = identityOf(actor)
    if (this.#running >= backend.limits.runningJobs)
      return err(new StellaError("SERVICE_UNAVAILABLE", `${String(this.#running)} jobs run already; try again`))
    const shared = backend.shares.take(identity, "job")
    if (!shared.ok) return shared
    // A job outlives the session in which it was asked for, but not its operator.
    const begun = beginRun(backend, { actor, session: null })
    if (!begun.ok) {
      backend.shares.give(identity, "job")
      return begun
    }
    this.#running++
    const held = begun.value
    let over = false
    const run: Run = {
      signal: held.signal,
      stop: reason => {
        held.stop(reason)
      },
      [Symbol.dispose]: () => {
        if (!over) {
          backend.shares.give(identity, "job")
          this.#running--
        }
        over = true
        held[Symbol.dispose]()
      },
    }
    const time = Buffer.alloc(8)
    time.writeBigUInt64BE(BigInt(this.#options.clock.now().getTime()))
    const id = Buffer.concat([time.subarray(2), randomBytes(10)]).toString("hex")
    const room = backend.space.roomFor(identity)
    return ok({ id, run, files: new RequestFiles(join(folder, id), { keepsWritten: true, room }) })
  }

  /**
   * Starts a job, or finds the one that the same key has started before; then the run is over and the files are removed.
   * Failures: IDEMPOTENCY_CONFLICT.
   */
  async start(starting: Starting): Promise<Result<Job>> {
    const { files, run, id } = starting
    let started: Result<Job> | undefined
    try {
      started = await this.#starting.run(() => this.#startOrFind(starting))
      return started
    } finally {
      // Of a job that was not started nothing is kept.
      if (started?.ok !== true || started.value.id !== id) {
        run[Symbol.dispose]()
        await files.remove()
      }
    }
  }

  async #startOrFind(starting: Starting): Promise<Result<Job>> {
    const { asked, files, key } = starting
    const request = this.#store.digest([asked.operation, asked.input, files.received])
    const name = key === undefined ? undefined : this.#store.nameOf(asked.actor, key)
    const before = name === undefined ? undefined : await this.#store.keyed(name)
    const job = before === undefined ? undefined : await this.#find(before.job)
    if (before !== undefined && job !== undefined) {
      if (before.request === request) return ok(job)
      return err(new StellaError("IDEMPOTENCY_CONFLICT", "the key was used for another operation or input"))
    }
    return ok(await this.#launch(starting, name === undefined ? undefined : { key: name, request }))
  }

  async #launch(
    { asked, files, id, run }: Starting,
    keyed: { readonly key: Uint8Array; readonly request: string } | undefined,
  ): Promise<Job> {
    const { kind, id: actorId, name, role } = asked.actor
    const job: Job = {
      v: 1,
      id,
      operation: asked.operation,
      state: "running",
      code: null,
      message: null,
      actor: { kind, id: actorId, name, role },
      createdAt: this.#now(),
      endedAt: null,
      events: 0,
      progress: null,
    }
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    await this.#store.put(job, keyed)
    const confirm = () => this.#options.backend.confirm({ actor: asked.actor, session: null })
    const live: Live = { job, run, cancelled: false, news: Promise.withResolvers() }
    this.#live.set(id, live)
    const ended = this.#work(live, { ...asked, files, confirm }, files).catch(this.#options.failed)
    this.#ended.add(ended)
    void ended.then(() => this.#ended.delete(ended))
    return job
  }

  #tell(live: Live, change: Partial<Job>): void {
    live.job = { ...live.job, ...change }
    live.news.resolve(undefined)
    live.news = Promise.withResolvers()
  }

  /** Runs a job to its end. */
  async #work(live: Live, asked: Asked, files: RequestFiles): Promise<void> {
    const { id } = live.job
    let waiting: string[] = []
    let written = performance.now()
    const flush = async (ended?: Partial<Job>): Promise<void> => {
      const events = live.job.events + waiting.length
      const job = ended === undefined ? undefined : { ...live.job, ...ended, events }
      await this.#store.add(id, live.job.events + 1, waiting, job)
      waiting = []
      written = performance.now()
      this.#tell(live, { ...ended, events })
    }
    let end: Exclude<OperationEvent, ProgressEvent> = errorEvent(new StellaError("INTERNAL", "the job gave no answer"))
    try {
      for await (const event of this.#options.backend.run(asked, live.run.signal)) {
        if (event.type === "progress") this.#tell(live, { progress: { ...event } })
        else {
          end = event
          waiting.push(printEvent(event).trimEnd())
          if (waiting.length >= BATCH_EVENTS || performance.now() - written > BATCH_MS) await flush()
        }
      }
    } catch (error) {
      // Giving up the wait for a turn is no defect.
      if (error !== live.run.signal.reason) this.#options.failed(error)
      end = errorEvent(asStellaError(error))
      waiting.push(printEvent(end).trimEnd())
    }
    try {
      await files.removeReceived()
      if (files.written.length > 0) await this.#store.putFiles(id, files.written)
      else await files.remove()
      const { code, message } = end
      const failed = end.type === "error" ? "failed" : "done"
      // What was done before it could be stopped is done.
      const stopped = live.cancelled ? "cancelled" : "interrupted"
      const state = code === "INTERRUPTED" ? stopped : failed
      await flush({ state, code, message, endedAt: this.#now(), progress: null })
    } finally {
      this.#live.delete(id)
      live.run[Symbol.dispose]()
      live.news.resolve(undefined)
    }
    await this.#prune()
  }

  async #find(id: string): Promise<Job | undefined> {
    return this.#live.get(id)?.job ?? (await this.#store.get(id))
  }

  /** A job of this actor. The failure is JOB_MISSING, also for a job of somebody else. */
  async get(id: string, actor: Actor): Promise<Result<Job>> {
    const job = await this.#find(id)
    return job !== undefined && isSame(job.actor, actor)
      ? ok(job)
      : err(new StellaError("JOB_MISSING", `no job ${id}`, { id }))
  }

  /** A page of this actor's jobs, newest first. */
  async list(actor: Actor, limit: number, before: string | undefined): Promise<{ jobs: Job[]; next: string | null }> {
    const jobs: Job[] = []
    for await (const kept of this.#store.list(before)) {
      if (!isSame(kept.actor, actor)) continue
      if (jobs.length === limit) return { jobs, next: jobs.at(-1)?.id ?? null }
      jobs.push(this.#live.get(kept.id)?.job ?? kept)
    }
    return { jobs, next: null }
  }

  /** Cancels a running job (`true`), or removes an ended one. */
  async cancel(id: string): Promise<boolean> {
    const live = this.#live.get(id)
    if (live === undefined) {
      await this.#drop(id)
      return false
    }
    live.cancelled = true
    live.run.stop(new StellaError("INTERRUPTED", "the job was cancelled"))
    return true
  }

  /** What a job has written. */
  files(id: string): Promise<readonly Written[]> {
    return this.#store.files(id)
  }

  /**
   * Events after number `after`, then those that come, with the newest progress between them; ends with the job, or
   * rejects with the signal's reason.
   */
  async *events(id: string, after: number, signal?: AbortSignal): AsyncGenerator<NumberedEvent, void, undefined> {
    const stopped = Promise.withResolvers<never>()
    stopped.promise.catch(() => undefined)
    signal?.addEventListener("abort", () => {
      stopped.reject(signal.reason as StellaError)
    })
    let at = after
    let shown: Job["progress"] = null
    for (;;) {
      const live = this.#live.get(id)
      // Taken before reading, so that what comes meanwhile is not missed.
      const news = live?.news.promise
      for await (const one of this.#store.events(id, at)) {
        signal?.throwIfAborted()
        at = one.n ?? at
        yield one
      }
      if (live === undefined) return
      const { progress } = live.job
      if (progress !== null && progress !== shown) {
        shown = progress
        const { total, ...rest } = progress
        yield { n: undefined, event: total === undefined ? rest : { ...rest, total } }
      }
      signal?.throwIfAborted()
      await (signal === undefined ? news : Promise.race([news, stopped.promise]))
    }
  }

  /** Waits until no job runs any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#ended)
  }
}
