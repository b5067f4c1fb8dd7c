/** Reading what comes over the wire: whatever pieces it comes in, and whatever somebody in between makes of it. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createClient, type Client } from "../../ui/contract/client.ts"
import { eventsIn, type AnswerResponse } from "../../ui/contract/answers.ts"

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function response(pieces: readonly Uint8Array[], status = 200): AnswerResponse {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* pieces
  }
  const whole = Buffer.concat(pieces)
  return { status, headers: new Headers(), body: body(), arrayBuffer: async () => new Uint8Array(whole).buffer }
}

/** A client whose service answers everything with this. */
function answeredBy(text: string, status = 200): Client<never> {
  return createClient({ fetch: async () => response([bytes(text)], status), base: "" })
}

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = []
  for await (const event of events) out.push(event)
  return out
}

const listed = (n: number): object => ({ v: 1, type: "result", code: null, message: null, record: { n, name: "ä😀" } })
const end = { v: 1, type: "summary", code: null, message: null, total: 3, next: null }
const lines = [listed(1), { v: 1, type: "progress", done: 1, unit: "items" }, listed(2), listed(3), end]
const text = lines.map(line => JSON.stringify(line) + "\n").join("")

describe("the events of a body", () => {
  it("are the same however it is cut into pieces, between any two bytes", async () => {
    const whole = bytes(text)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length)), async cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const pieces = at.slice(1).map((to, i) => whole.subarray(at[i], to))
        expect(await all(eventsIn(response(pieces), "events"))).toEqual(lines)
      }),
      { numRuns: process.env["SLOW"] === undefined ? 100 : 5000 },
    )
  })

  it("are not taken for whole when they were cut, at the end of a line or in one", async () => {
    const cut = { code: "SERVICE_UNAVAILABLE" }
    await expect(all(eventsIn(response([bytes(text.slice(0, -10))]), "events"))).rejects.toMatchObject(cut)
    const early = text.slice(0, text.indexOf("\n", 200) + 1)
    await expect(all(eventsIn(response([bytes(early)]), "events"))).rejects.toMatchObject(cut)
    await expect(all(eventsIn(response([]), "document"))).rejects.toMatchObject(cut)
    // A result ends the answer of an operation that answers with one document, and no other.
    const one = bytes(JSON.stringify(listed(1)) + "\n")
    expect(await all(eventsIn(response([one]), "document"))).toHaveLength(1)
    await expect(all(eventsIn(response([one]), "events"))).rejects.toMatchObject(cut)
  })

  it("end with the failure that the service names, and with none that it could not have named", async () => {
    const failed = (code: string): string =>
      text.replace(
        JSON.stringify(end),
        JSON.stringify({ v: 1, type: "error", code, message: "m", hint: "", exit: 31, detail: { n: 7 } }),
      )
    const failure = all(eventsIn(response([bytes(failed("AUDIT_BROKEN"))]), "events"))
    await expect(failure).rejects.toMatchObject({ code: "AUDIT_BROKEN", message: "m", detail: { n: 7 } })
    for (const code of ["toString", "NO_SUCH_CODE", ""])
      await expect(all(eventsIn(response([bytes(failed(code))]), "events"))).rejects.toMatchObject({
        code: "SERVICE_UNAVAILABLE",
      })
  })

  it.each(["null\n", "[]\n", '{"type":7}\n', '{"type":"result","type":"summary"}\n', "<html>\n", "\u0000\n"])(
    "are none of %j",
    async other => {
      await expect(all(answeredBy(other).ask("status", {}))).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" })
    },
  )
})

describe("a document", () => {
  it.each(["", "{}", "[]", '{"v":1,"jobs":[{}],"next":null}', "<html>proxy</html>"])(
    "that is another one than was asked for is none: %j",
    async other => {
      const gone = { code: "SERVICE_UNAVAILABLE" }
      await expect(answeredBy(other).jobs()).rejects.toMatchObject(gone)
      await expect(answeredBy(other).job("0")).rejects.toMatchObject(gone)
      await expect(answeredBy(other).files("0")).rejects.toMatchObject(gone)
      await expect(answeredBy(other).who()).rejects.toMatchObject(gone)
      await expect(answeredBy(other).challenge()).rejects.toMatchObject(gone)
    },
  )

  it("of a refusal has the service's own code; a refusal by somebody else says its status", async () => {
    const problem = {
      type: "urn:stella-attestor:problem:FORBIDDEN",
      title: "no",
      status: 403,
      code: "FORBIDDEN",
      hint: "h",
      exit: 52,
      detail: { scope: "audit.read" },
    }
    const refused = answeredBy(JSON.stringify(problem), 403)
    await expect(refused.jobs()).rejects.toMatchObject({ code: "FORBIDDEN", detail: { scope: "audit.read" } })
    await expect(answeredBy("<html>Bad gateway</html>", 502).jobs()).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      message: "the service answered with status 502",
    })
  })
})
