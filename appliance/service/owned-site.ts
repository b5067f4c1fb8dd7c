/**
 * The one site that a service owns: opened once, shared by all requests, closed at the end. Operations run over it as
 * they run on the command line, with two rules added:
 *
 * - operations that change the site take turns, because what they are about to commit depends on what is committed;
 *   reading ones run beside them (their commits, which hold only the audit record, take turns in the site itself);
 * - while the store is examined (`mirror fsck`) nothing is committed, so that it is examined as of one commit.
 */
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import { operationOf, type OperationName } from "../../ui/contract/operations.ts"
import type { Files } from "../operations/files.ts"
import { runOperation, type World } from "../operations/run-operation.ts"
import type { Actor } from "../store/audit-record.ts"
import type { Database, OpenDatabase } from "../store/database.ts"
import { fsckStore, type FsckEvent } from "../store/fsck.ts"
import { openSite, type Site, type SitePorts } from "../store/site.ts"
import { Turns } from "./turns.ts"

/** One asking. `input` has been checked against the operation's schema. */
export interface Asked {
  readonly operation: OperationName
  readonly input: Readonly<Record<string, unknown>>
  readonly actor: Actor
  readonly files: Files
}

/** An open site and the way to ask it. */
export interface OwnedSite {
  readonly site: Site
  readonly world: World
  /** Runs an operation; see `runOperation`. */
  run(asked: Asked, signal: AbortSignal): AsyncGenerator<OperationEvent, void, undefined>
  /** Why the site takes no commits any more, when it does not. */
  readonly failure: StellaError | undefined
  close(): Promise<void>
}

/** Gives out one open database to everybody who opens it, and keeps it open until the site itself is closed. */
function sharedDatabase(open: OpenDatabase): { readonly open: OpenDatabase; readonly close: () => Promise<void> } {
  let shared: Database | undefined
  return {
    open: async (directory, options) => {
      if (shared === undefined) {
        const opened = await open(directory, options)
        if (!opened.ok) return opened
        shared = opened.value
      }
      const database = shared
      return ok({
        sublevel: name => database.sublevel(name),
        batch: (changes, how) => database.batch(changes, how),
        close: () => Promise.resolve(),
      })
    },
    close: async () => shared?.close(),
  }
}

/** Hands on everything as it comes, without ever letting the source wait for the reader. */
async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const state = { held: [] as T[], ended: false, wake: Promise.withResolvers<undefined>() }
  const reading = (async () => {
    try {
      for await (const item of source) {
        state.held.push(item)
        state.wake.resolve(undefined)
      }
    } finally {
      state.ended = true
      state.wake.resolve(undefined)
    }
  })()
  // A failure of the source is met at the end, where it is awaited.
  reading.catch(() => undefined)
  while (!state.ended || state.held.length > 0) {
    await state.wake.promise
    state.wake = Promise.withResolvers()
    if (state.ended) state.wake.resolve(undefined)
    yield* state.held.splice(0)
  }
  await reading
}

/**
 * Opens the site and becomes its owner. Failures: those of `openSite`.
 */
export async function ownSite(directory: string, world: World, ports: SitePorts): Promise<Result<OwnedSite>> {
  const database = sharedDatabase(ports.database)
  const shared: SitePorts = { ...ports, database: database.open }
  const opened = await openSite(directory, shared)
  if (!opened.ok) {
    await database.close()
    return opened
  }
  const site = opened.value
  const commits = new Turns()
  const writers = new Turns()

  async function* check(signal: AbortSignal): AsyncGenerator<FsckEvent, void, undefined> {
    const end = await commits.take(signal)
    try {
      yield* fsckStore(directory, shared, signal)
    } finally {
      end()
    }
  }

  const commit: Site["commit"] = (changes, audit) => commits.run(() => site.commit(changes, audit))
  // What an operation closes is its own view. Members that change with commits are looked up in the site itself.
  const view = Object.assign(Object.create(site) as Site, {
    commit,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
  const owned: World = {
    ...world,
    openSite: () => Promise.resolve(ok(view)),
    checkStore: (_directory, signal) => ahead(check(signal)),
    createSite: () => Promise.resolve(err(new StellaError("STORE_EXISTS", "a service makes no sites"))),
  }

  async function* run(asked: Asked, signal: AbortSignal): AsyncGenerator<OperationEvent, void, undefined> {
    const { operation, input, actor, files } = asked
    const changes = operationOf(operation)?.changesState === true
    const end = changes ? await writers.take(signal) : undefined
    try {
      yield* runOperation({ operation, input, actor, site: directory }, { ...owned, files }, signal)
    } finally {
      end?.()
    }
  }

  return ok({
    site: view,
    world: owned,
    run,
    get failure() {
      return site.failure
    },
    close: async () => {
      const end = await commits.take()
      await site.close()
      await database.close()
      end()
    },
  })
}
