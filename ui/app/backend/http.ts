/**
 * The real service, by the typed client of the contract. What is added here is the window's: the session of this tab, the
 * forms that files are sent in, and the browser's own fetch.
 */
import { createClient, type ClientFetch } from "../../contract/client.ts"
import { StellaError } from "../../contract/failure.ts"
import { answerChallenge, openOperatorKey } from "../../contract/operator-key.ts"
import { JOBS_PATH, SESSION_PATH } from "../../contract/routes.ts"
import { Secret } from "../../contract/secret.ts"
import type { Session } from "../../contract/session.ts"
import { request } from "../browser/request.ts"
import { browserCrypto } from "../browser/cryptography.ts"
import { nowMs } from "../browser/clock.ts"
import { keepToken, readToken, renewAt } from "../browser/session-token.ts"
import type { Asking, Backend } from "./backend.ts"

/** The form of an input with its files; none where there are none. */
function formOf(input: unknown, { files = [], signal }: Asking): { form?: FormData; signal?: AbortSignal | undefined } {
  if (files.length === 0) return { signal }
  const form = new FormData()
  form.append("input", JSON.stringify(input))
  for (const { path, content } of files) form.append("file", content, path)
  return { form, signal }
}

/** The service of the page's own origin. */
export function createHttpBackend(): Backend {
  const listeners = new Set<() => void>()
  const endSession = (): void => {
    keepToken(undefined)
    for (const listener of listeners) listener()
  }

  const fetch: ClientFetch<FormData> = async (url, init) => {
    const response = await request(url, init)
    // Whoever showed a session and is not known any more has none.
    if (response.status === 401 && init.headers["authorization"] !== undefined) endSession()
    return response
  }

  let renewing: Promise<void> | undefined
  /** A token that is past the middle of its life is renewed with the next request that somebody's hand makes. */
  async function renewed(path: string): Promise<string | undefined> {
    const due = renewAt()
    // Looking at the jobs is not use: a window that is left alone lets its session end.
    const byHand = path !== JOBS_PATH && !path.startsWith(`${SESSION_PATH}/`)
    if (byHand && readToken() !== undefined && due !== 0 && nowMs() >= due) {
      renewing ??= client
        .renew()
        .then(keepSession, (thrown: unknown) => {
          // What is wrong with the session is told by the request that follows.
          if (!(thrown instanceof StellaError)) throw thrown
        })
        .finally(() => {
          renewing = undefined
        })
      await renewing
    }
    return readToken()
  }

  const client = createClient<FormData>({ fetch, base: "", token: renewed })

  function keepSession({ token, expires }: Session): void {
    const now = nowMs()
    keepToken(token, now + (Date.parse(expires) - now) / 2)
  }

  return {
    who: async () => {
      try {
        const { actor, scopes } = await client.who()
        return { name: actor.name, role: actor.role, scopes }
      } catch (thrown) {
        if (thrown instanceof StellaError && thrown.code === "NOT_AUTHENTICATED") return undefined
        throw thrown
      }
    },
    loginByCode: async code => keepSession(await client.login({ v: 1, code })),
    loginByKey: async (operator, keyFile, passphrase) => {
      const secret = new Secret(new TextEncoder().encode(passphrase.normalize("NFC")))
      const key = await openOperatorKey(await keyFile.text(), secret, browserCrypto.subtle)
      if (!key.ok) throw key.error
      const challenge = await client.challenge()
      keepSession(await client.login(await answerChallenge(challenge, operator, key.value)))
    },
    logout: async () => {
      try {
        await client.logout()
      } finally {
        endSession()
      }
    },
    onSessionEnd: ended => {
      listeners.add(ended)
      return () => listeners.delete(ended)
    },
    ask: (name, input, how = {}) => client.ask(name, input, formOf(input, how)),
    start: async (name, input, how = {}) => client.start(name, input, formOf(input, how)),
    jobs: async how => client.jobs(how),
    job: async (id, how) => client.job(id, how),
    cancel: async id => client.cancel(id),
    watch: (name, id, how) => client.watch(name, id, how),
    filesOf: async (id, signal) => client.files(id, { signal }),
    fileOf: async (id, n, signal) => new Blob([await client.file(id, n, { signal })]),
  }
}
