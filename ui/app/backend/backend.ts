/**
 * What the console asks of the service, as a port: `http.ts` is the real one (docs/formats/http-api.md), and the gallery
 * has one that plays scenes. Inputs and answers are those of the operations; nothing of them is derived here.
 */
import { createContext, use } from "react"
import type { OperationTypes } from "./operation-types.ts"

/** The name of an operation that the console asks for. */
export type Asked = keyof OperationTypes

/** Progress of long work, between the events of the answer. */
export interface ProgressEvent {
  readonly v: 1
  readonly type: "progress"
  readonly done: number
  readonly total?: number
  readonly unit: "items" | "bytes"
}

/** What an operation answers with, failures aside: those are thrown as ProblemError. */
export type Answer<N extends Asked> = Exclude<OperationTypes[N]["output"], { type: "error" }>

/** A file that goes with an input: the input names it by `path`. */
export interface Sent {
  readonly path: string
  readonly content: Blob
}

/** How something is asked. */
export interface Asking {
  readonly files?: readonly Sent[]
  readonly signal?: AbortSignal
}

/** Work of the service that outlives the window. */
export interface Job {
  readonly id: string
  readonly operation: string
  readonly state: "running" | "done" | "failed" | "cancelled" | "interrupted"
  readonly code: string | null
  readonly message: string | null
  readonly createdAt: string
  readonly endedAt: string | null
  readonly events: number
  readonly progress: ProgressEvent | null
}

/** A file that a job wrote. */
export interface JobFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** Who is asking. */
export interface Who {
  readonly name: string
  readonly role: string
  readonly scopes: readonly string[]
}

/** The service. Every method throws ProblemError for what the service refuses, and AbortError when it is stopped. */
export interface Backend {
  /** Who is logged in; undefined when nobody is. */
  readonly who: () => Promise<Who | undefined>
  readonly loginByCode: (code: string) => Promise<void>
  /** Opens the key file here, with the passphrase, and signs the site's challenge; neither of the two is sent. */
  readonly loginByKey: (operator: string, keyFile: Blob, passphrase: string) => Promise<void>
  readonly logout: () => Promise<void>
  /** Calls when a session is found to be over. Returns how to stop listening. */
  readonly onSessionEnd: (ended: () => void) => () => void
  /** Asks, and gives the events as they come, the last of them a result or a summary. */
  readonly ask: <N extends Asked>(
    name: N,
    input: OperationTypes[N]["input"],
    how?: Asking,
  ) => AsyncIterable<Answer<N> | ProgressEvent>
  /** Has it done by a job. */
  readonly start: <N extends Asked>(name: N, input: OperationTypes[N]["input"], how?: Asking) => Promise<Job>
  readonly jobs: (signal?: AbortSignal) => Promise<readonly Job[]>
  readonly job: (id: string, signal?: AbortSignal) => Promise<Job>
  readonly cancel: (id: string) => Promise<void>
  /** The events of a job after the first `after` of them, then as they come, until its end. */
  readonly watch: <N extends Asked>(
    name: N,
    id: string,
    signal: AbortSignal,
    after?: number,
  ) => AsyncIterable<Answer<N> | ProgressEvent>
  readonly filesOf: (id: string, signal?: AbortSignal) => Promise<readonly JobFile[]>
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
