/**
 * What an operation is: a thing a person or a program can ask Stella for. The command line, the service, the console,
 * the reference pages, the authorisation and the audit record are all derived from the one list in `operations.ts`; a
 * capability that is not in the list does not exist.
 *
 * The row of an operation is plain data, so that help can be shown without loading a schema library; the schemas are
 * loaded by the face that needs them.
 */
import type * as z from "zod"
import type { ErrorCode } from "../../src/kernel/errors.ts"

/** What an actor must be allowed to do. */
export type Scope =
  | "site.create"
  | "site.read"
  | "evidence.read"
  | "evidence.write"
  | "trust.read"
  | "trust.write"
  | "log.read"
  | "log.write"
  | "audit.read"
  | "operator.read"
  | "operator.write"
  | "verify"

/** One example of use, shown before anything else. */
export interface Example {
  readonly command: string
  readonly says: string
}

/** The schemas of an operation: its input, and every event it can answer with. */
export interface OperationSchemas {
  readonly input: z.ZodObject
  readonly output: z.ZodType
}

/** A row of the list of operations. */
export interface Operation {
  /** Noun and verb with a dot between, or the noun alone: `attest.verify`, `status`. */
  readonly name: string
  /** One line, in the imperative. */
  readonly summary: string
  /** What a user must know before using it. */
  readonly help: string
  readonly examples: readonly Example[]
  /** The input members that are given by position on the command line, in order. Only the last may be a list. */
  readonly positionals: readonly string[]
  /** One result, or a stream of events that ends with a summary or an error. */
  readonly answers: "document" | "events"
  /**
   * Whether it works on a site: never; when one is named; always; always, but opened by itself (to examine a damaged
   * one); or by making a new one.
   */
  readonly site: "none" | "optional" | "required" | "unopened" | "new"
  readonly scopes: readonly Scope[]
  readonly changesState: boolean
  /** Whether a second person must approve it. */
  readonly twoPersons: boolean
  /**
   * The codes it can end with, beside USAGE, INPUT_UNREADABLE, INTERNAL and INTERRUPTED, which any can, and those of
   * opening a site.
   */
  readonly codes: readonly ErrorCode[]
  readonly schemas: () => Promise<OperationSchemas>
}

/** Progress of a long operation. Shown on a terminal, never part of a machine-readable answer. */
export interface ProgressEvent {
  readonly v: 1
  readonly type: "progress"
  readonly done: number
  /** Absent while the end is not known. */
  readonly total?: number
  readonly unit: "items" | "bytes"
}

/** An expected failure. It is the last event. */
export interface ErrorEvent {
  readonly v: 1
  readonly type: "error"
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly exit: number
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

/** One result. `code` and `message` are both null, or say why this result is not what was hoped for. */
export interface ResultEvent {
  readonly v: 1
  readonly type: "result"
  readonly code: ErrorCode | null
  readonly message: string | null
}

/** The end of a stream that was not cut short by an error. */
export interface SummaryEvent {
  readonly v: 1
  readonly type: "summary"
  readonly code: ErrorCode | null
  readonly message: string | null
}

/** Any event; the members beyond these belong to the operation's output schema. */
export type OperationEvent = ProgressEvent | ErrorEvent | ResultEvent | SummaryEvent
