/** Logging in by key and by code, what a session is and when it ends, and what of it is recorded. */
import { createHash } from "node:crypto"
import { statSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { unwrap } from "../../src/kernel/result.ts"
import type { Result } from "../../src/kernel/result.ts"
import { session as sessionSchema, challenge as challengeSchema } from "../../ui/contract/session.ts"
import {
  accessTo,
  after,
  answer,
  credential,
  disableOperator,
  enrolPerson,
  logIn,
  messageOf,
  OWNER_ACTOR,
  peopledSite,
  person,
  signed,
  START,
} from "../support/access.ts"

const codeOf = (result: Result<unknown>): string => (result.ok ? "ok" : result.error.code)
const jsonOf = (part = ""): unknown => JSON.parse(Buffer.from(part, "base64url").toString())

describe("logging in by key", () => {
  it.each(["kim", "sam"] as const)("gives a session to %s", async name => {
    const { access, people, site } = await peopledSite()
    const challenge = access.challenge(START)
    expect(challengeSchema.safeParse(challenge).success).toBe(true)
    expect(challenge).toMatchObject({ site: site.siteId, purpose: "login", expires: "2031-04-02T10:01:00Z" })
    const session = unwrap(await access.login(answer(challenge, people[name]), START))
    expect(sessionSchema.safeParse(session).success).toBe(true)
    expect(session).toMatchObject({
      operator: { id: people[name].id, name },
      expires: "2031-04-02T10:15:00Z",
      endsAtLatest: "2031-04-02T22:00:00Z",
      idleSeconds: 900,
    })
    const role = name === "kim" ? "administrator+auditor+operator" : "operator"
    const actor = { kind: "operator-key", id: people[name].id, name, role }
    expect(unwrap(await access.authenticate(credential(session.token), after(60)))).toMatchObject({ actor })
  })

  it("gives a token that says what the format page says, and nothing of roles", async () => {
    const { access, people, site } = await peopledSite()
    const { token } = await logIn(access, people.kim)
    const [header, payload] = token.split(".")
    expect(jsonOf(header)).toEqual({ alg: "EdDSA", typ: "stella-session+jwt" })
    const hex32: unknown = expect.stringMatching(/^[0-9a-f]{32}$/)
    expect(jsonOf(payload)).toEqual({
      iss: `urn:stella-attestor:site:${site.siteId}`,
      aud: "stella-service",
      sub: people.kim.id,
      sid: hex32,
      jti: hex32,
      iat: START.getTime() / 1000,
      exp: START.getTime() / 1000 + 900,
    })
  })

  it("is the same from the same randomness and time, and another from another", async () => {
    const { access, people, site, directory } = await peopledSite()
    const again = await accessTo(site, directory, "access")
    const other = await accessTo(site, directory, "other")
    expect(access.challenge(after(1)).challenge).toHaveLength(75)
    expect(again.challenge(START)).not.toEqual(other.challenge(START))
    expect((await logIn(access, people.kim)).token).not.toBe((await logIn(access, people.kim)).token)
  })

  it("is recorded with its actor, and so is the logout", async () => {
    const { access, people, site } = await peopledSite()
    const before = site.audit.head.n
    const { token } = await logIn(access, people.rita)
    unwrap(await access.logout(credential(token), after(5)))
    const records = unwrap(await site.audit.list({ after: before, limit: 10 }))
    const actor = { kind: "operator-key", id: people.rita.id, name: "rita", role: "auditor" }
    expect(records.map(({ operation, actor, outcome, at }) => ({ operation, actor, outcome, at }))).toEqual([
      { operation: "session.start", actor, outcome: "done", at: "2031-04-02T10:00:00Z" },
      { operation: "session.end", actor, outcome: "done", at: "2031-04-02T10:00:05Z" },
    ])
    const input = createHash("sha256").update('{"by":"operator-key","operator":"rita"}').digest("hex")
    expect(records[0]?.input).toBe(input)
    expect(codeOf(await site.audit.verify())).toBe("ok")
  })
})

describe("a session", () => {
  it("ends fifteen minutes after its last renewal, and twelve hours after the login at the latest", async () => {
    const { access, people } = await peopledSite()
    let { token } = await logIn(access, people.kim)
    expect(codeOf(await access.authenticate(credential(token), after(899)))).toBe("ok")
    expect(codeOf(await access.authenticate(credential(token), after(900)))).toBe("NOT_AUTHENTICATED")
    ;({ token } = await logIn(access, people.kim, after(1000)))
    let seconds = 1000
    for (; seconds < 1000 + 12 * 3600 - 600; seconds += 600) {
      const renewed = unwrap(await access.renew(credential(token), after(seconds)))
      expect(renewed.token === token).toBe(false)
      token = renewed.token
    }
    const last = unwrap(await access.renew(credential(token), after(seconds)))
    expect(last.expires).toBe(last.endsAtLatest)
    expect(codeOf(await access.authenticate(credential(last.token), after(1000 + 12 * 3600 - 1)))).toBe("ok")
    expect(codeOf(await access.renew(credential(last.token), after(1000 + 12 * 3600)))).toBe("NOT_AUTHENTICATED")
  })

  it("ends with its logout, all of its tokens at once, and no other session with it", async () => {
    const { access, people } = await peopledSite()
    const first = await logIn(access, people.kim)
    const second = await logIn(access, people.kim)
    const renewed = unwrap(await access.renew(credential(first.token), after(10)))
    unwrap(await access.logout(credential(renewed.token), after(20)))
    for (const token of [first.token, renewed.token])
      expect(codeOf(await access.authenticate(credential(token), after(20)))).toBe("NOT_AUTHENTICATED")
    expect(codeOf(await access.logout(credential(first.token), after(20)))).toBe("NOT_AUTHENTICATED")
    expect(codeOf(await access.authenticate(credential(second.token), after(20)))).toBe("ok")
  })

  it("ends when its operator is disabled, at once, and gets nobody in again", async () => {
    const { access, people, site } = await peopledSite()
    const { token } = await logIn(access, people.sam)
    const challenge = access.challenge(after(5))
    await disableOperator(site, "sam", after(6))
    expect(codeOf(await access.authenticate(credential(token), after(6)))).toBe("NOT_AUTHENTICATED")
    expect(codeOf(await access.renew(credential(token), after(6)))).toBe("NOT_AUTHENTICATED")
    expect(codeOf(await access.login(answer(challenge, people.sam), after(7)))).toBe("NOT_AUTHENTICATED")
  })

  it("is not that of a new operator of the same name", async () => {
    const { access, people, site } = await peopledSite()
    const { token } = await logIn(access, people.sam)
    await disableOperator(site, "sam", after(1))
    const sam = person("sam")
    await enrolPerson(site, sam, ["auditor"], after(2))
    expect(codeOf(await access.authenticate(credential(token), after(3)))).toBe("NOT_AUTHENTICATED")
    expect((await logIn(access, sam, after(3))).operator).toEqual({ id: sam.id, name: "sam", roles: ["auditor"] })
    const old = answer(access.challenge(after(3)), people.sam)
    expect(codeOf(await access.login(old, after(3)))).toBe("NOT_AUTHENTICATED")
  })

  it("outlives a restart, because its key and its row are kept; challenges do not", async () => {
    const { access, people, site, directory } = await peopledSite()
    const { token } = await logIn(access, people.kim)
    const open = access.challenge(START)
    const restarted = await accessTo(site, directory, "after the restart")
    expect(codeOf(await restarted.authenticate(credential(token), after(60)))).toBe("ok")
    expect(codeOf(await restarted.login(answer(open, people.kim), after(10)))).toBe("NOT_AUTHENTICATED")
    const key = join(directory, "..", "state", site.storeId, "session.key")
    expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(statSync(key).size).toBe(32)
  })

  it("gives way when the same operator has sixteen newer ones, and is swept away when it is over", async () => {
    const { access, people, site } = await peopledSite()
    const first = await logIn(access, people.kim)
    const ritas = await logIn(access, people.rita)
    for (let i = 1; i <= 16; i++) await logIn(access, people.kim, after(i))
    expect(codeOf(await access.authenticate(credential(first.token), after(20)))).toBe("NOT_AUTHENTICATED")
    expect(codeOf(await access.authenticate(credential(ritas.token), after(20)))).toBe("ok")
    await logIn(access, people.ada, after(13 * 3600))
    let rows = 0
    for await (const row of site.rows("sessions").entries({})) rows += row.length / 2
    expect(rows).toBe(1)
  })
})

describe("a one-time code", () => {
  it("lets its operator in once, however it is written", async () => {
    const { access, people } = await peopledSite()
    const { code, expires } = unwrap(await access.oneTimeCode("kim", START))
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/)
    expect(expires).toBe("2031-04-02T10:10:00Z")
    const typed = code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")
    const session = unwrap(await access.login({ v: 1, code: typed }, after(600)))
    const identity = unwrap(await access.authenticate(credential(session.token), after(601)))
    expect(identity.actor).toMatchObject({ kind: "one-time-code", id: people.kim.id, name: "kim" })
    expect(codeOf(await access.login({ v: 1, code }, after(602)))).toBe("NOT_AUTHENTICATED")
  })

  it("is for somebody who is enrolled and enabled, when it is made and when it is used", async () => {
    const { access, site } = await peopledSite()
    expect(codeOf(await access.oneTimeCode("nobody", START))).toBe("OPERATOR_MISSING")
    const { code } = unwrap(await access.oneTimeCode("sam", START))
    await disableOperator(site, "sam", after(1))
    expect(codeOf(await access.oneTimeCode("sam", after(2)))).toBe("OPERATOR_MISSING")
    expect(codeOf(await access.login({ v: 1, code }, after(2)))).toBe("NOT_AUTHENTICATED")
  })

  it("waits ten minutes, and not for a clock that goes back", async () => {
    const { access } = await peopledSite()
    const late = unwrap(await access.oneTimeCode("kim", START))
    expect(codeOf(await access.login({ v: 1, code: late.code }, after(601)))).toBe("NOT_AUTHENTICATED")
    const early = unwrap(await access.oneTimeCode("kim", after(3600)))
    expect(codeOf(await access.login({ v: 1, code: early.code }, after(3590)))).toBe("NOT_AUTHENTICATED")
  })

  it("is not voided by a stranger's guesses, however many", async () => {
    const { access } = await peopledSite()
    const { code } = unwrap(await access.oneTimeCode("kim", START))
    const guess = { v: 1, code: code.startsWith("0") ? `1${code.slice(1)}` : `0${code.slice(1)}` } as const
    for (let i = 0; i < 50; i++)
      expect(["NOT_AUTHENTICATED", "RATE_LIMITED"]).toContain(codeOf(await access.login(guess, START)))
    expect(codeOf(await access.login({ v: 1, code }, START))).toBe("ok")
  })

  it("gives way when there are eight newer ones", async () => {
    const { access } = await peopledSite()
    const codes: string[] = []
    for (let i = 0; i < 9; i++) codes.push(unwrap(await access.oneTimeCode("kim", START)).code)
    const [first = "", second = ""] = codes
    expect(codeOf(await access.login({ v: 1, code: first }, START))).toBe("NOT_AUTHENTICATED")
    expect(codeOf(await access.login({ v: 1, code: second }, START))).toBe("ok")
  })
})

describe("the owner's socket", () => {
  it("is the owner, without a session to renew or to end", async () => {
    const { access } = await peopledSite()
    const owner = { kind: "owner" } as const
    expect(unwrap(await access.authenticate(owner, START))).toEqual({ actor: OWNER_ACTOR, session: null })
    expect(codeOf(await access.renew(owner, START))).toBe("NOT_AUTHENTICATED")
    expect(codeOf(await access.logout(owner, START))).toBe("NOT_AUTHENTICATED")
  })
})

describe("failed logins", () => {
  it("are recorded under the name that was given, ten at once and ten a minute, and lock nobody out", async () => {
    const { access, people, site } = await peopledSite()
    const before = site.audit.head.n
    const fail = async (now: Date) => {
      const asked = access.challenge(now)
      return codeOf(await access.login({ ...answer(asked, people.rita), operator: "kim" }, now))
    }
    for (let i = 0; i < 10; i++) expect(await fail(START)).toBe("NOT_AUTHENTICATED")
    expect(await fail(START)).toBe("RATE_LIMITED")
    const told = await access.login({ v: 1, code: "0".repeat(20) }, after(1))
    expect(told).toMatchObject({ ok: false, error: { code: "RATE_LIMITED", detail: { retryAfterSeconds: 5 } } })
    expect(await fail(after(6))).toBe("NOT_AUTHENTICATED")
    expect(await fail(after(6))).toBe("RATE_LIMITED")
    expect(site.audit.head.n - before).toBe(11)
    const [record] = unwrap(await site.audit.list({ after: before, limit: 1 }))
    expect(record).toMatchObject({
      operation: "session.start",
      outcome: "NOT_AUTHENTICATED",
      actor: { kind: "nobody", id: "-", name: "kim", role: "-" },
    })
    await logIn(access, people.kim, after(6))
    expect(await fail(after(6 + 3600))).toBe("NOT_AUTHENTICATED")
  })
})

describe("the bytes that are signed", () => {
  it("hold purpose and site, so that an answer for another is no answer here", async () => {
    const { access, people } = await peopledSite()
    const asked = access.challenge(START)
    const wrong = [
      { ...asked, site: "0".repeat(32) },
      { ...asked, purpose: "approve" as "login" },
      { ...asked, expires: "2031-04-02T10:01:01Z" },
    ]
    for (const one of wrong) {
      const challenge = access.challenge(START).challenge
      const signature = signed(messageOf({ ...one, challenge }, "kim"), people.kim)
      expect(codeOf(await access.login({ v: 1, operator: "kim", challenge, signature }, START))).toBe(
        "NOT_AUTHENTICATED",
      )
    }
    const bare = signed(messageOf(asked, "kim").slice("stella-login/1\0".length), people.kim)
    const login = { v: 1, operator: "kim", challenge: asked.challenge, signature: bare } as const
    expect(codeOf(await access.login(login, START))).toBe("NOT_AUTHENTICATED")
  })
})
