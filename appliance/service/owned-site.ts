/**
 * The one site that a service owns: opened once, shared by all requests, closed at the end. Operations run over it as
 * they run on the command line, with two rules added:
 *
 * - operations that change the site take turns, because what they are about to commit depends on what is committed;
 *   reading ones run beside them (their commits, which hold only the audit record, take turns in the site itself);
 * - the store is examined (`mirror fsck`) as of one commit, in a snapshot, while others go on.
 */
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import { operationOf, type OperationName } from "../../ui/contract/operations.ts"
import type { Files } from "../operations/files.ts"
import { runOperation, type World } from "../operations/run-operation.ts"
import type { Actor } from "../store/audit-record.ts"
import type { Database, OpenDatabase } from "../store/database.ts"
import { joinPath } from "../store/durable-files.ts"
import { HEAD_FILE, MAX_STATE_FILE_BYTES } from "../store/head.ts"
import { fsckStore, type FsckEvent } from "../store/fsck.ts"
import { openSite, type Site, type SitePorts } from "../store/site.ts"
import { Turns } from "../../mirror/turns.ts"

/** One asking. `input` has been checked against the operation's schema. */
export interface Asked {
  readonly operation: OperationName
  readonly input: Readonly<Record<string, unknown>>
  readonly actor: Actor
  readonly files: Files
  /** Looks, when a change is about to be committed, whether who asks is still recognised. */
  readonly confirm?: World["confirm"]
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
function sharedDatabase(open: OpenDatabase): {
  readonly open: OpenDatabase
  readonly snapshot: () => Database | undefined
  readonly close: () => Promise<void>
} {
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
        snapshot: () => database.snapshot(),
        close: () => Promise.resolve(),
      })
    },
    snapshot: () => shared?.snapshot(),
    close: async () => shared?.close(),
  }
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
  const writers = new Turns()

  /** The store as of one commit: a snapshot of the database and the HEAD file that belongs to it. */
  async function frozen(
    signal: AbortSignal,
  ): Promise<{ readonly ports: SitePorts; readonly close: () => Promise<void> }> {
    return site.between(async () => {
      signal.throwIfAborted()
      const head = await readWhole(HEAD_FILE)
      const snapshot = database.snapshot()
      if (snapshot === undefined) throw new StellaError("INTERNAL", "the database is closed")
      const files: SitePorts["files"] = {
        ...ports.files,
        read: (path, maxBytes) =>
          path === joinPath(directory, HEAD_FILE) ? Promise.resolve(head) : ports.files.read(path, maxBytes),
      }
      const open: OpenDatabase = () => Promise.resolve(ok({ ...snapshot, close: () => Promise.resolve() }))
      return { ports: { ...ports, files, database: open }, close: () => snapshot.close() }
    })
  }
  const readWhole = (name: string) => ports.files.read(joinPath(directory, name), MAX_STATE_FILE_BYTES)

  async function* check(signal: AbortSignal): AsyncGenerator<FsckEvent, void, undefined> {
    const then = await frozen(signal)
    try {
      yield* fsckStore(directory, then.ports, signal)
    } finally {
      await then.close()
    }
  }

  // What an operation closes is its own view. Members that change with commits are looked up in the site itself.
  const view = Object.assign(Object.create(site) as Site, {
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
  const owned: World = {
    ...world,
    openSite: () => Promise.resolve(ok(view)),
    checkStore: (_directory, signal) => check(signal),
    createSite: () => Promise.resolve(err(new StellaError("STORE_EXISTS", "a service makes no sites"))),
  }

  async function* run(asked: Asked, signal: AbortSignal): AsyncGenerator<OperationEvent, void, undefined> {
    const { operation, input, actor, files, confirm } = asked
    const changes = operationOf(operation)?.changesState === true
    const end = changes ? await writers.take(signal) : undefined
    try {
      yield* runOperation({ operation, input, actor, site: directory }, { ...owned, files, confirm }, signal)
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
      await site.close()
      await database.close()
    },
  })
}
