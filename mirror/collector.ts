/**
 * Collects a log from a server: everything that a verified checkpoint implies, and nothing else. Many rows are read at a
 * time, each row of 256 entries is proven and written by itself, and the head moves last (`ingest.ts`): a collection that
 * is cut continues with the rows that it has not written, in whichever process comes next.
 */
import type { RequestCounts } from "./sources/http-files.ts"
import { ingest, type IngestEvent, type IngestOptions } from "./ingest.ts"
import type { LookAhead } from "./look-ahead.ts"

/** Rows at a time for a source that is far away. Their bytes wait in memory; see `lookAhead`. */
export const FAR_AWAY: LookAhead = { items: 16, bytes: 16 * 1024 * 1024 }

/** What a collection needs. */
export interface CollectOptions extends IngestOptions {
  /** What the source has cost so far, where it counts. */
  readonly counts?: () => RequestCounts
}

/** The events of an ingest, each with what the source has cost until then. */
export type CollectEvent = IngestEvent & RequestCounts

const NOTHING: RequestCounts = { requests: 0, retries: 0, bytes: 0 }

/**
 * Collects a log. The generator ends with `done`, or throws as `ingest` does, and besides:
 * - SOURCE_UNAVAILABLE when the server is away, or busy for longer than the retries last
 * - SOURCE_REFUSED for a redirect out of the log's prefix, an answer longer than it can be, a certificate that is not
 *   trusted, or a status that asking again does not change
 */
export async function* collectLog(options: CollectOptions): AsyncGenerator<CollectEvent> {
  const { counts = () => NOTHING } = options
  const before = counts()
  for await (const event of ingest({ ahead: FAR_AWAY, ...options })) {
    const now = counts()
    const requests = now.requests - before.requests
    yield { ...event, requests, retries: now.retries - before.retries, bytes: now.bytes - before.bytes }
  }
}
