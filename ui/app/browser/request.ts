/** The browser's way of making requests, to the page's own origin only. Nothing else in the console makes any. */
import { StellaError } from "../../contract/failure.ts"
import type { AnswerResponse } from "../../contract/answers.ts"

/** A service that cannot be reached, or is gone in the middle of its answer; an AbortError stays what it is. */
function unreachable(thrown: unknown): unknown {
  if (!(thrown instanceof TypeError)) return thrown
  return new StellaError("SERVICE_UNAVAILABLE", thrown.message, {}, thrown)
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader()
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value
  } catch (thrown) {
    throw unreachable(thrown)
  } finally {
    // A stream that has failed refuses to be cancelled, too; the failure itself is on its way already.
    await reader.cancel().catch(() => undefined)
  }
}

/** Makes a request. @throws StellaError SERVICE_UNAVAILABLE; AbortError when it is stopped */
export async function request(url: string, init: RequestInit): Promise<AnswerResponse> {
  try {
    const response = await fetch(url, { cache: "no-store", credentials: "omit", redirect: "error", ...init })
    const { status, headers, body } = response
    return {
      status,
      headers,
      body: body === null ? null : chunksOf(body),
      arrayBuffer: async () => response.arrayBuffer(),
    }
  } catch (thrown) {
    throw unreachable(thrown)
  }
}
