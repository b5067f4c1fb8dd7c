/**
 * What the console asks of the service, as a port: `http.ts` is the real one, over the typed client of the contract, and
 * the gallery has one that plays scenes. Inputs and answers are those of the operations; nothing of them is derived here.
 */
import { createContext, use } from "react"
import type { AnswerOf, Askable, Client, Events, InputOf, Stoppable } from "../../contract/client.ts"
import type { Job, JobFiles } from "../../contract/service.ts"

export type { Events, InputOf, ResultOf } from "../../contract/client.ts"
export type { ProgressEvent } from "../../contract/operation.ts"
export type { Job } from "../../contract/service.ts"

/** The name of an operation that can be asked for. */
export type Asked = Askable

/** What an operation answers with, failures aside: those are thrown as StellaError. */
export type Answer<N extends Asked> = AnswerOf<N>

/** The summary that ends the answer of an operation. */
export type SummaryOf<N extends Asked> = Extract<Answer<N>, { type: "summary" }>

/** A file that goes with an input: the input names it by `path`. */
export interface Sent {
  readonly path: string
  readonly content: Blob
}

/** How something is asked. */
export interface Asking extends Stoppable {
  readonly files?: readonly Sent[]
}

/** Who is asking. */
export interface Who {
  readonly name: string
  readonly role: string
  readonly scopes: readonly string[]
}

/** The service. Every method throws StellaError for what the service refuses, and AbortError when it is stopped. */
export interface Backend extends Pick<Client<FormData>, "job" | "jobs" | "cancel" | "watch"> {
  /** Who is logged in; undefined when nobody is. */
  readonly who: () => Promise<Who | undefined>
  readonly loginByCode: (code: string) => Promise<void>
  /** Opens the key file here, with the passphrase, and signs the site's challenge; neither of the two is sent. */
  readonly loginByKey: (operator: string, keyFile: Blob, passphrase: string) => Promise<void>
  readonly logout: () => Promise<void>
  /** Calls when a session is found to be over. Returns how to stop listening. */
  readonly onSessionEnd: (ended: () => void) => () => void
  /** Asks, and gives the events as they come, the last of them a result or a summary. */
  readonly ask: <N extends Asked>(name: N, input: InputOf<N>, how?: Asking) => Events<N>
  /** Has it done by a job. */
  readonly start: <N extends Asked>(name: N, input: InputOf<N>, how?: Asking) => Promise<Job>
  readonly filesOf: (id: string, signal?: AbortSignal) => Promise<JobFiles["files"]>
  readonly fileOf: (id: string, n: number, signal?: AbortSignal) => Promise<Blob>
}

/** Where components find the service. */
export const BackendContext = createContext<Backend | undefined>(undefined)

/** The service in use. */
export function useBackend(): Backend {
  const backend = use(BackendContext)
  if (backend === undefined) throw new Error("no service is in use here")
  return backend
}
