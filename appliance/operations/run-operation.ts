/**
 * Runs one operation: opens its site, gives it its instant and its actor, and leaves the audit record. Both faces (the
 * command line and the service) come through here, so nothing can be asked for without a record.
 *
 * The record's `input` is the SHA-256 of the input's canonical JSON. Its `output` is the SHA-256 of the answer exactly
 * as `--json` prints it: the canonical JSON of each event and a line feed, progress left out. Whoever kept the output
 * of a command can so find its record with `sha256sum`.
 */
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import { ERRORS, StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Clock, Crypto } from "../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { ErrorEvent, OperationEvent, ProgressEvent, ResultEvent } from "../../ui/contract/operation.ts"
import { operationOf, type OperationName } from "../../ui/contract/operations.ts"
import type { Actor, AuditInput } from "../store/audit-record.ts"
import type { CommitChanges } from "../store/commit.ts"
import type { SublevelChanges } from "../store/database.ts"
import type { Site } from "../store/site.ts"
import type { FsckEvent } from "../store/fsck.ts"
import type { LoadedTrust } from "../trust/loaded-trust.ts"
import type { ClosedSite, Context } from "./context.ts"
import type { Files } from "./files.ts"
import { HANDLERS, type AnyAnswer } from "./index.ts"

/** SHA-256 of a text given in pieces. */
export interface Transcript {
  add(text: string): void
  /** Another transcript that has what this one has so far. */
  fork(): Transcript
  /** Lowercase hexadecimal. Ends the transcript. */
  sha256(): string
}

/** The real world, or a test's. `appliance/compose.ts` builds the real one. */
export interface World {
  readonly clock: Clock
  readonly crypto: Crypto
  readonly files: Files
  readonly processors: number
  /** See `Context.newOperatorKey`. */
  readonly newOperatorKey: Context["newOperatorKey"]
  readonly conformanceReport: string | undefined
  readonly transcript: () => Transcript
  readonly builtinTrust: () => Promise<LoadedTrust>
  /** See `Context.retainedJudge`. */
  readonly retainedJudge: Context["retainedJudge"]
  readonly builtinTufRoot: () => Promise<Uint8Array>
  readonly openSite: (directory: string) => Promise<Result<Site>>
  readonly checkStore: (directory: string, signal: AbortSignal) => AsyncIterable<FsckEvent>
  /** Makes a site; its first commit carries the record of the operation that asked for it. */
  readonly createSite: (directory: string, audit: AuditInput) => Promise<Result<Site>>
}

/** One asking. `input` has been checked against the operation's schema. */
export interface Request {
  readonly operation: OperationName
  readonly input: Readonly<Record<string, unknown>>
  readonly actor: Actor
  /** The folder of the site, when one is named. */
  readonly site: string | undefined
}

/** An event that can end an answer. */
type EndEvent = Exclude<OperationEvent, ProgressEvent>

const printed = new WeakMap<OperationEvent, string>()

/** An event as `--json` prints it and the audit record digests it; printed once for both. Events are never changed. */
export function printEvent(event: OperationEvent): string {
  const known = printed.get(event)
  if (known !== undefined) return known
  const text = canonicalJson(event) + "\n"
  printed.set(event, text)
  return text
}

/** An expected failure as an event. */
export function errorEvent(error: StellaError): ErrorEvent {
  const { code, message, detail } = error
  const { hint, exit } = ERRORS[code]
  return { v: 1, type: "error", code, message, hint, exit, detail }
}

/** The events of a handler, whichever way it answers; an expected failure is the last event. */
async function* eventsOf(
  answer: () => AnyAnswer | Promise<AnyAnswer>,
  signal: AbortSignal,
): AsyncGenerator<OperationEvent> {
  try {
    const answered = await answer()
    if (Symbol.asyncIterator in answered)
      for await (const event of answered) {
        yield event
        // Handlers look between the items that take long; this is between any two.
        signal.throwIfAborted()
      }
    else yield answered.ok ? answered.value : errorEvent(answered.error)
  } catch (error) {
    if (!(error instanceof StellaError) || error.code === "INTERNAL") throw error
    yield errorEvent(error)
  }
}

/** Opens the site of an operation that works on one; undefined when it needs none or opens it by itself. */
async function openNamed(request: Request, world: World): Promise<Result<Site | undefined>> {
  const wants = operationOf(request.operation)?.site
  if (wants === "none" || wants === "new") return ok(undefined)
  if (request.site === undefined)
    return wants === "optional"
      ? ok(undefined)
      : err(new StellaError("STORE_MISSING", "no site is named; give --store DIR or set STELLA_STORE"))
  return wants === "unopened" ? ok(undefined) : world.openSite(request.site)
}

/** One run: what its handler sees, and the record that it leaves. */
class Run {
  readonly #request: Request
  readonly #world: World
  readonly #at: Date
  readonly #input: string
  #transcript: Transcript
  readonly #staged: CommitChanges[] = []
  readonly #kept: SublevelChanges[] = []
  #site: Site | undefined
  #recorded = false

  constructor(request: Request, world: World, at: Date, site: Site | undefined) {
    this.#request = request
    this.#world = world
    this.#at = at
    this.#site = site
    this.#input = toHex(world.crypto.hash("sha256", utf8(canonicalJson(request.input))))
    this.#transcript = world.transcript()
  }

  /** Adds an event to what the record digests. */
  hear(event: OperationEvent): void {
    this.#transcript.add(printEvent(event))
  }

  context(signal: AbortSignal): Context & { readonly closed: ClosedSite | undefined } {
    const { site: directory, actor } = this.#request
    const { crypto, files, processors, conformanceReport, builtinTrust, builtinTufRoot, checkStore } = this.#world
    const { retainedJudge, newOperatorKey } = this.#world
    const closed =
      directory === undefined
        ? undefined
        : { check: () => checkStore(directory, signal), open: () => this.#open(directory) }
    return {
      actor,
      now: this.#at,
      crypto,
      files,
      processors,
      newOperatorKey,
      conformanceReport,
      signal,
      site: this.#site,
      builtinTrust,
      retainedJudge,
      builtinTufRoot,
      closed,
      stage: changes => this.#staged.push(changes),
      keep: changes => this.#kept.push(...changes),
      createSite: (target, answer) => this.#create(target, answer),
    }
  }

  async #open(directory: string): Promise<Result<Site>> {
    const opened = await this.#world.openSite(directory)
    if (opened.ok) this.#site = opened.value
    return opened
  }

  async #create<A extends ResultEvent>(directory: string, answer: A): Promise<Result<A>> {
    const transcript = this.#world.transcript()
    transcript.add(printEvent(answer))
    const created = await this.#world.createSite(directory, this.#audit("done", transcript.sha256()))
    if (!created.ok) return created
    await created.value.close()
    return ok(answer)
  }

  #audit(outcome: "done" | ErrorCode, output: string): AuditInput {
    const { actor, operation } = this.#request
    return { actor, operation, at: this.#at, input: this.#input, outcome, output }
  }

  /** All that was staged, or the first failure among what is found out only now. */
  async #changes(): Promise<Result<readonly SublevelChanges[]>> {
    const all = [...this.#kept]
    for (const changes of this.#staged) {
      const found = typeof changes === "function" ? await changes() : ok(changes)
      if (!found.ok) return found
      all.push(...found.value)
    }
    return ok(all)
  }

  /**
   * Commits what was staged and the record, once, and gives the event that ends the answer: `end`, or why it cannot be.
   * Without an open site there is nowhere to record anything.
   */
  async conclude(end: EndEvent): Promise<EndEvent> {
    const kept = this.#transcript.fork()
    this.hear(end)
    const outcome = end.code ?? "done"
    if (outcome !== "done" && outcome !== "FINDINGS") return (await this.record(outcome)) ?? end
    let refused: StellaError | undefined
    const changes = async (): Promise<Result<readonly SublevelChanges[]>> => {
      const found = await this.#changes()
      if (!found.ok) refused = found.error
      return found
    }
    const failed = await this.#commit(changes, outcome)
    if (failed === undefined) return end
    // What was staged did not hold any more when its turn came: that is the outcome, and it is recorded like any other.
    if (refused !== undefined && failed === refused) {
      this.#transcript = kept
      this.#recorded = false
      return this.conclude(errorEvent(refused))
    }
    return errorEvent(failed)
  }

  /** Records that the run ended without an answer. */
  async record(outcome: ErrorCode): Promise<ErrorEvent | undefined> {
    const failed = await this.#commit(this.#kept, outcome)
    return failed === undefined ? undefined : errorEvent(failed)
  }

  async #commit(changes: CommitChanges, outcome: "done" | ErrorCode): Promise<StellaError | undefined> {
    if (this.#site === undefined || this.#recorded) return undefined
    this.#recorded = true
    const committed = await this.#site.commit(changes, this.#audit(outcome, this.#transcript.sha256()))
    return committed.ok ? undefined : committed.error
  }

  async close(): Promise<void> {
    await this.#site?.close()
  }
}

/**
 * Runs the operation and yields its events. The event that ends the answer is held back until what it reports is
 * committed; when the commit fails, the failure takes its place. A bug in a handler is recorded as INTERNAL and thrown
 * on; a reader that stops early is recorded as INTERRUPTED.
 */
export async function* runOperation(
  request: Request,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<OperationEvent, void, undefined> {
  const row = operationOf(request.operation)
  const at = world.clock.now()
  const opened = await openNamed(request, world)
  if (!opened.ok) return yield errorEvent(opened.error)
  const run = new Run(request, world, at, opened.value)
  try {
    const handler = await HANDLERS[request.operation]()
    const context = run.context(signal)
    let end: EndEvent | undefined
    for await (const event of eventsOf(() => handler(request.input as never, context as never), signal)) {
      if (event.type === "progress") yield event
      else if (event.type === "result" && row?.answers === "events") {
        run.hear(event)
        yield event
      } else end = event
    }
    if (end === undefined) throw new StellaError("INTERNAL", `${request.operation} did not end its answer`)
    yield await run.conclude(end)
  } catch (error) {
    await run.record("INTERNAL")
    throw error
  } finally {
    await run.record("INTERRUPTED")
    await run.close()
  }
}
