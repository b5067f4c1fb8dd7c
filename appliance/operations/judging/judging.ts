/** Judging as a service to operations: tasks in, Reports out, in the order of the tasks. */
import type { Report } from "../../../src/formats/report.ts"
import type { Basis } from "./basis.ts"
import type { NoTask, Task } from "./task.ts"

/** A task with its Report: the document and its exact canonical text. */
export interface JudgedTask {
  readonly task: Task
  readonly report: Report
  readonly text: string
  /** SHA-256 of the text. */
  readonly sha256: string
}

/** Facts remembered between runs, by their key; see CONTRACTS on the facts cache. */
export interface FactsMemory {
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>
  put(entries: readonly { readonly key: string; readonly facts: Uint8Array }[]): Promise<void>
}

/** How a run judges. */
export interface JudgingOptions {
  readonly basis: Basis
  /** Worker threads; 1 judges in this thread. */
  readonly jobs: number
  readonly memory: FactsMemory | undefined
  readonly signal: AbortSignal
}

/**
 * Judges tasks as they come, some of them at once, and yields in their order; what cannot be judged passes through.
 * Stopping early releases the workers.
 * @throws StellaError CLOSURE_BROKEN, TRUST_MALFORMED, or the signal's reason
 */
export type Judging = (
  tasks: AsyncIterable<Task | NoTask>,
  options: JudgingOptions,
) => AsyncGenerator<JudgedTask | NoTask, void, undefined>
