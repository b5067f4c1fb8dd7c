/**
 * Sessions as the store keeps them, so that they outlive a restart and end when they are ended: committed rows of the
 * sublevel `sessions`.
 *
 * ```
 * session id (16 bytes) ->
 *   {"by":"operator-key","endsAt":"2026-01-02T15:04:05Z","operator":"9c4d…","startedAt":"2026-01-02T03:04:05Z","v":1}
 * ```
 *
 * A session that has ended has no row.
 */
import { hexDigest, instant, oneOf, readDocument, record } from "../../src/formats/document.ts"
import { fromHex, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { damagedRow } from "../store/committed-rows.ts"
import type { SublevelChanges } from "../store/database.ts"
import type { OperatorSite } from "./operator-store.ts"

/** How a session came to be; the `kind` of its actor. */
export type LoginKind = "operator-key" | "one-time-code"

/** A session that has not ended. */
export interface StoredSession {
  readonly id: string
  /** Id of the operator. */
  readonly operator: string
  readonly by: LoginKind
  readonly startedAt: string
  /** When it ends at the latest. */
  readonly endsAt: string
}

/** The sessions' sublevel. */
export const SESSION_SUBLEVEL = "sessions"

/** Most sessions of one operator; the oldest gives way to a new one. */
export const MAX_SESSIONS = 16

const readRow = record({
  v: oneOf(1),
  operator: hexDigest,
  by: oneOf("operator-key", "one-time-code"),
  startedAt: instant,
  endsAt: instant,
})

function keyOf(id: string): Uint8Array {
  const key = fromHex(id)
  if (key?.length === 16) return key
  throw new StellaError("INTERNAL", "a session is named by 32 hexadecimal digits")
}

/** Reads exactly what `printSession` prints; undefined for anything else. */
export function parseSession(id: string, bytes: Uint8Array): StoredSession | undefined {
  const read = readDocument(bytes, readRow, { maxBytes: 1024 })
  if (!read.ok) return undefined
  const { operator, by, startedAt, endsAt } = read.value
  return { id, operator, by, startedAt, endsAt }
}

function parse(key: Uint8Array, value: Uint8Array): StoredSession {
  const session = parseSession(toHex(key), value)
  if (session === undefined) throw damagedRow(SESSION_SUBLEVEL, key, "cannot be read")
  return session
}

/** The text of a row. */
export function printSession({ operator, by, startedAt, endsAt }: StoredSession): string {
  return canonicalJson({ v: 1, operator, by, startedAt, endsAt })
}

/** The session of an id, or undefined when there is none any more. @throws StellaError STORE_CORRUPT */
export async function sessionById(site: OperatorSite, id: string): Promise<StoredSession | undefined> {
  const key = keyOf(id)
  const value = await site.rows(SESSION_SUBLEVEL).get(key)
  return value === undefined ? undefined : parse(key, value)
}

/** Removes the session. */
export function endSession(id: string): SublevelChanges {
  return { sublevel: SESSION_SUBLEVEL, changes: [{ type: "del", key: keyOf(id) }] }
}

/**
 * Adds a session, and removes those that have ended by themselves, the operator's oldest when there are too many, and
 * with `alone` all others.
 * @throws StellaError STORE_CORRUPT
 */
export async function startSession(
  site: OperatorSite,
  session: StoredSession,
  alone: boolean,
): Promise<SublevelChanges> {
  const others: StoredSession[] = []
  for await (const [key, value] of site.rows(SESSION_SUBLEVEL).entries({})) others.push(parse(key, value))
  const over = others.filter(other => alone || other.endsAt <= session.startedAt)
  const own = others
    .filter(other => other.operator === session.operator && !over.includes(other))
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
  over.push(...own.slice(0, Math.max(0, own.length + 1 - MAX_SESSIONS)))
  const removed = over.map(({ id }) => ({ type: "del", key: keyOf(id) }) as const)
  const added = { type: "put", key: keyOf(session.id), value: utf8(printSession(session)) } as const
  return { sublevel: SESSION_SUBLEVEL, changes: [...removed, added] }
}
