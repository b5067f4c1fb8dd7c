/** The real service, over HTTP (docs/formats/http-api.md). The one place of the console that makes requests. */
import { hintOf } from "../../contract/hints.ts"
import { openOperatorKey, answerChallenge } from "../../contract/operator-key.ts"
import type { OperationName } from "../../contract/operations.ts"
import { API_BASE, JOBS_PATH, TYPES, pathOf } from "../../contract/routes.ts"
import { Secret } from "../../contract/secret.ts"
import type { JobFiles, WhoAmI } from "../../contract/service.ts"
import type { Challenge, Session } from "../../contract/session.ts"
import { nowMs } from "../browser/clock.ts"
import { keepToken, readToken, renewAt } from "../browser/session-token.ts"
import type { Answer, Asked, Asking, Backend, Job, ProgressEvent } from "./backend.ts"
import { jsonLines } from "./lines.ts"
import type { OperationTypes } from "./operation-types.ts"
import { ProblemError, type Problem } from "./problem.ts"

const SESSION_PATH = `${API_BASE}/session`

interface ProblemDocument extends Omit<Problem, "message"> {
  readonly title: string
}
type ErrorEvent = Problem & { readonly type: "error" }

async function problemIn(response: Response): Promise<Problem> {
  const type = response.headers.get("content-type") ?? ""
  if (!type.startsWith(TYPES.problem) && !type.startsWith(TYPES.json)) {
    const message = `${String(response.status)} ${response.statusText}`
    return { code: "SERVICE_UNAVAILABLE", message, hint: "", detail: {} }
  }
  const { code, title, hint, detail } = (await response.json()) as ProblemDocument
  return { code, message: title, hint, detail }
}

/** A service that cannot be reached, as a Problem; an AbortError stays what it is. */
async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { cache: "no-store", credentials: "omit", redirect: "error", ...init })
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown
    const hint = "the service does not answer; check that it runs"
    throw new ProblemError({ code: "SERVICE_UNAVAILABLE", message: thrown.message, hint, detail: {} }, thrown)
  }
}

function bodyOf(
  input: unknown,
  { files = [] }: Asking,
): { readonly body: BodyInit; readonly type: Record<string, string> } {
  if (files.length === 0) return { body: JSON.stringify(input), type: { "Content-Type": TYPES.json } }
  const form = new FormData()
  form.append("input", JSON.stringify(input))
  for (const { path, content } of files) form.append("file", content, path)
  // The browser writes the header, with the boundary that it chose.
  return { body: form, type: {} }
}

async function* eventsIn<N extends Asked>(
  response: Response,
  signal?: AbortSignal,
): AsyncGenerator<Answer<N> | ProgressEvent, void, undefined> {
  const lines = response.headers.get("content-type")?.startsWith(TYPES.lines) === true
  if (!lines || response.body === null) {
    yield (await response.json()) as Answer<N>
    return
  }
  let ended = false
  for await (const value of jsonLines(response.body, signal)) {
    const event = value as Answer<N> | ProgressEvent | ErrorEvent
    if (event.type === "error") throw new ProblemError(event)
    ended = event.type !== "progress"
    yield event
  }
  if (!ended) {
    const hint = "the connection was cut; the service may still be at work: look at the reports"
    throw new ProblemError({ code: "INTERRUPTED", message: "the answer ended early", hint, detail: {} })
  }
}

/** The service of the page's own origin. */
export function createHttpBackend(): Backend {
  const listeners = new Set<() => void>()

  function keepSession({ token, expires }: Session): void {
    const now = nowMs()
    keepToken(token, now + (Date.parse(expires) - now) / 2)
  }

  let renewing: Promise<void> | undefined
  /** A token that is past the middle of its life is renewed with the next request that somebody's hand makes. */
  async function renew(): Promise<void> {
    const due = renewAt()
    if (readToken() === undefined || due === 0 || nowMs() < due) return
    renewing ??= (async () => {
      try {
        const headers = { "Content-Type": TYPES.json, Authorization: `Bearer ${readToken() ?? ""}` }
        const response = await reach(`${SESSION_PATH}/renewal`, {
          method: "POST",
          headers,
          body: JSON.stringify({ v: 1 }),
        })
        // What is wrong with the session is told by the request that follows.
        if (response.ok) keepSession((await response.json()) as Session)
      } finally {
        renewing = undefined
      }
    })()
    await renewing
  }

  async function send(
    path: string,
    init: Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response> {
    // Looking at the jobs is not use: a window that is left alone lets its session end.
    if (path !== JOBS_PATH) await renew()
    const token = readToken()
    const headers = { ...init.headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) }
    const response = await reach(path, { ...init, headers })
    if (response.ok) return response
    const problem = await problemIn(response)
    if (problem.code === "NOT_AUTHENTICATED" && token !== undefined) {
      keepToken(undefined)
      for (const listener of listeners) listener()
    }
    throw new ProblemError(problem)
  }

  async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
    const response = await send(path, { ...(signal === undefined ? {} : { signal }) })
    return (await response.json()) as T
  }

  async function post(path: string, value: unknown): Promise<Response> {
    return send(path, { method: "POST", headers: { "Content-Type": TYPES.json }, body: JSON.stringify(value) })
  }

  async function ask<N extends Asked>(
    name: N,
    input: OperationTypes[N]["input"],
    how: Asking,
    extra: Record<string, string>,
  ): Promise<Response> {
    const { body, type } = bodyOf(input, how)
    const headers = { Accept: `${TYPES.lines}, ${TYPES.json}`, ...type, ...extra }
    const { signal } = how
    return send(pathOf(name satisfies OperationName), {
      method: "POST",
      body,
      headers,
      ...(signal === undefined ? {} : { signal }),
    })
  }

  async function login(body: unknown): Promise<void> {
    const response = await post(SESSION_PATH, body)
    keepSession((await response.json()) as Session)
  }

  const jobPath = (id: string): string => `${JOBS_PATH}/${encodeURIComponent(id)}`

  return {
    who: async () => {
      try {
        const { actor, scopes } = await read<WhoAmI>(SESSION_PATH)
        return { name: actor.name, role: actor.role, scopes }
      } catch (thrown) {
        if (thrown instanceof ProblemError && thrown.problem.code === "NOT_AUTHENTICATED") return undefined
        throw thrown
      }
    },
    loginByCode: async code => login({ v: 1, code }),
    loginByKey: async (operator, keyFile, passphrase) => {
      const secret = new Secret(new TextEncoder().encode(passphrase.normalize("NFC")))
      const key = await openOperatorKey(await keyFile.text(), secret, crypto.subtle)
      if (!key.ok) {
        const { code, message, detail } = key.error
        throw new ProblemError({ code, message, hint: hintOf(code), detail })
      }
      const asked = (await (await post(`${SESSION_PATH}/challenge`, { v: 1 })).json()) as Challenge
      await login(await answerChallenge(asked, operator, key.value))
    },
    logout: async () => {
      try {
        await send(SESSION_PATH, { method: "DELETE" })
      } finally {
        keepToken(undefined)
        for (const listener of listeners) listener()
      }
    },
    onSessionEnd: ended => {
      listeners.add(ended)
      return () => listeners.delete(ended)
    },
    ask: async function* (name, input, how = {}) {
      yield* eventsIn(await ask(name, input, how, {}), how.signal)
    },
    start: async (name, input, how = {}) => {
      const response = await ask(name, input, how, { Prefer: "respond-async" })
      return (await response.json()) as Job
    },
    jobs: async signal => (await read<{ readonly jobs: readonly Job[] }>(JOBS_PATH, signal)).jobs,
    job: async (id, signal) => read<Job>(jobPath(id), signal),
    cancel: async id => {
      await send(jobPath(id), { method: "DELETE" })
    },
    watch: async function* (_name, id, signal, after = 0) {
      const path = `${jobPath(id)}/events?after=${String(after)}`
      const response = await send(path, { signal, headers: { Accept: TYPES.lines } })
      yield* eventsIn(response, signal)
    },
    filesOf: async (id, signal) => (await read<JobFiles>(`${jobPath(id)}/files`, signal)).files,
    fileOf: async (id, n, signal) => {
      const response = await send(`${jobPath(id)}/files/${String(n)}`, { ...(signal === undefined ? {} : { signal }) })
      return response.blob()
    },
  }
}
