/** What a handler gets to work with, and how it answers. */
import type { RetainedJudge } from "../../src/judge/retained.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"
import type { NewKey } from "../../ui/contract/operator-key.ts"
import type { ErrorEvent, OperationEvent, ProgressEvent, ResultEvent } from "../../ui/contract/operation.ts"
import type { Actor } from "../store/audit-record.ts"
import type { CommitChanges } from "../store/commit.ts"
import type { SublevelChanges } from "../store/database.ts"
import type { FsckEvent } from "../store/fsck.ts"
import type { Site } from "../store/site.ts"
import type { PassphraseSource } from "../keys/passphrase-source.ts"
import type { LoadedTrust } from "../trust/loaded-trust.ts"
import type { Files } from "./files.ts"

/** The surroundings of one run of an operation. */
export interface Context {
  readonly actor: Actor
  /** The instant the operation started: the only reading of the clock. */
  readonly now: Date
  readonly crypto: Crypto
  readonly files: Files
  /**
   * Makes an operator's key under a passphrase that is read here, on the operator's own machine. FORBIDDEN where the
   * operator is somewhere else.
   */
  readonly newOperatorKey: (source: PassphraseSource, signal: AbortSignal) => Promise<Result<NewKey>>
  /** Where `conformance` also writes its Report; from STELLA_CONFORMANCE_REPORT. */
  readonly conformanceReport: string | undefined
  /** How many threads may work at once. */
  readonly processors: number
  /** Aborted with a StellaError INTERRUPTED as its reason. Long work looks at it between items. */
  readonly signal: AbortSignal
  /** The site the operation works on, when one was named; opened and closed by the runner. */
  readonly site: Site | undefined
  /** Trust that comes with the program, for when neither the user nor the site names any. */
  readonly builtinTrust: () => Promise<LoadedTrust>
  /** The judge of an earlier version, as it is retained with the program; NOT_COMPARABLE when it is not. */
  readonly retainedJudge: (version: string) => Promise<Result<RetainedJudge>>
  /** The TUF root that comes with the program. */
  readonly builtinTufRoot: () => Promise<Uint8Array>
  /**
   * Adds changes to the operation's one commit, which is made together with the audit record after the handler is
   * done; when the handler fails, or is stopped, nothing of it is committed. Changes that depend on rows which another
   * operation may change meanwhile are given as a function, which runs when the commit's turn has come; its failure is
   * then the answer.
   */
  readonly stage: (changes: CommitChanges) => void
  /** As `stage`, for what is kept also when the operation fails: evidence of why it failed. */
  readonly keep: (changes: readonly SublevelChanges[]) => void
  /**
   * Makes a site and gives back the answer. Only operations whose row says `site: "new"` may call it. The answer is
   * composed beforehand, because the site's first commit carries the record that digests it.
   */
  readonly createSite: <A extends ResultEvent>(directory: string, answer: A) => Promise<Result<A>>
}

/** What operations on a closed site get in addition; only those whose row says `site: "unopened"`. */
export interface ClosedSite {
  /** Examines the store without opening it as a site. */
  readonly check: () => AsyncIterable<FsckEvent>
  /** Opens it as a site, which the runner closes. */
  readonly open: () => Promise<Result<Site>>
}

/** The context of an operation that opens its site by itself. */
export type ClosedContext = Context & { readonly closed: ClosedSite }

/** A context in which a site is there; the runner sees to it for operations that require one. */
export type SiteContext = Context & { readonly site: Site }

/** Answers with one document. */
export type DocumentHandler<I, O extends OperationEvent, C = Context> = (
  input: I,
  context: C,
) => Promise<Result<Exclude<O, ErrorEvent>>>

/** Answers with a stream; its last event is a summary, or an error. An expected failure may also be thrown. */
export type StreamHandler<I, O extends OperationEvent, C = Context> = (
  input: I,
  context: C,
) => AsyncIterable<O | ProgressEvent>
