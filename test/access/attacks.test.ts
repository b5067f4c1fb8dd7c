/** What attackers send: answers and tokens that were replayed, borrowed, edited, forged or kept for a better clock. */
import { createHmac, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, unwrap, type Result } from "../../src/kernel/result.ts"
import { Challenges, CHALLENGE_SECONDS } from "../../appliance/access/challenges.ts"
import { openNodeAccess } from "../../appliance/access/node-access.node.ts"
import { nodeDurableFiles } from "../../appliance/store/durable-file.node.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { ed25519Pair, nodeSecrets } from "../../appliance/access/secrets.node.ts"
import {
  accessTo,
  after,
  answer,
  credential,
  crypto,
  disableOperator,
  enrolPerson,
  logIn,
  OWNER_ACTOR,
  peopledSite,
  person,
  seededRandom,
  START,
} from "../support/access.ts"

const shown = (result: Result<unknown>): string => (result.ok ? "ok" : `${result.error.code}: ${result.error.message}`)
const REFUSED = "NOT_AUTHENTICATED: nobody was recognised"
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")
const decode = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>

describe("an answer to a challenge", () => {
  it("is good for one login, and a stranger's wrong answer does not use it up", async () => {
    const { access, people } = await peopledSite()
    const right = answer(access.challenge(START), people.kim)
    expect(shown(await access.login(right, START))).toBe("ok")
    expect(shown(await access.login(right, after(1)))).toBe(REFUSED)
    const next = answer(access.challenge(START), people.kim)
    expect(shown(await access.login({ ...next, operator: "rita" }, START))).toBe(REFUSED)
    expect(shown(await access.login(next, START))).toBe("ok")
    expect(shown(await access.login(next, START))).toBe(REFUSED)
  })

  it("of two at the same time gets one in", async () => {
    const { access, people } = await peopledSite()
    const right = answer(access.challenge(START), people.kim)
    const both = await Promise.all([access.login(right, START), access.login(right, START)])
    expect(both.map(shown).sort()).toEqual([REFUSED, "ok"])
  })

  it("is for this site, also when both know the operator", async () => {
    const { access, people } = await peopledSite()
    const other = await peopledSite("other")
    await disableOperator(other.site, "kim")
    await enrolPerson(other.site, people.kim, ["auditor"])
    const asked = other.access.challenge(START)
    expect(shown(await access.login(answer(asked, people.kim), START))).toBe(REFUSED)
    expect(shown(await other.access.login(answer(asked, people.kim), START))).toBe("ok")
    const relayed = answer({ ...access.challenge(START), site: other.site.siteId }, people.kim)
    expect(shown(await access.login(relayed, START))).toBe(REFUSED)
  })

  it("comes within a minute", async () => {
    const { access, people } = await peopledSite()
    const [early, late] = [access.challenge(START), access.challenge(START)]
    expect(shown(await access.login(answer(early, people.kim), after(CHALLENGE_SECONDS)))).toBe("ok")
    expect(shown(await access.login(answer(late, people.kim), after(CHALLENGE_SECONDS + 1)))).toBe(REFUSED)
  })

  it("is refused alike for unknown, disabled and other people, other keys, and broken signatures", async () => {
    const { access, people, site } = await peopledSite()
    await disableOperator(site, "sam")
    const fresh = () => access.challenge(START)
    const stranger = person("zoe")
    const { signature } = answer(fresh(), people.kim)
    const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1)
    // S + L verifies where S is not checked to be below the order of the group; the order is RFC 8032's.
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const raw = Buffer.from(answer(fresh(), people.kim).signature, "base64url")
    const s = BigInt("0x" + Buffer.from(raw.subarray(32)).reverse().toString("hex")) + order
    const high = Buffer.concat([raw.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse()])
    const attempts = [
      answer(fresh(), stranger),
      answer(fresh(), people.sam),
      { ...answer(fresh(), people.rita), operator: "kim" },
      { ...answer(fresh(), person("kim")) },
      { ...answer(fresh(), person("kim", "P-256")) },
      { ...answer(fresh(), people.kim), signature: flipped },
      { ...answer(fresh(), people.kim), signature: high.toString("base64url") },
      { ...answer(fresh(), people.kim), challenge: "A".repeat(75) },
    ]
    for (const attempt of attempts) expect(shown(await access.login(attempt, START))).toBe(REFUSED)
    const zeros = { ...answer(fresh(), people.ada), signature: "A".repeat(86) }
    expect(shown(await access.login(zeros, START))).toBe(REFUSED)
  })

  it("is refused when the operator is disabled while it is being looked at, and that is recorded", async () => {
    const { site, directory, people } = await peopledSite()
    const before = site.audit.head.n
    const slow = Object.assign(Object.create(site) as typeof site, {
      commit: async (...given: Parameters<typeof site.commit>) => {
        if (typeof given[0] === "function") await disableOperator(site, "sam")
        return site.commit(...given)
      },
    })
    const access = await accessTo(slow, directory, "slow")
    expect(shown(await access.login(answer(access.challenge(START), people.sam), START))).toBe(REFUSED)
    const records = unwrap(await site.audit.list({ after: before, limit: 9 }))
    expect(records.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      "operator.disable done",
      "session.start NOT_AUTHENTICATED",
    ])
    let sessions = 0
    for await (const row of site.rows("sessions").entries({})) sessions += row.length
    expect(sessions).toBe(0)
  })

  it("gives no session when the login cannot be recorded", async () => {
    const { site, directory, people } = await peopledSite()
    const full = Object.assign(Object.create(site) as typeof site, {
      commit: () => Promise.resolve(err(new StellaError("DISK_FULL", "no space left"))),
    })
    const access = await accessTo(full, directory, "full")
    expect(shown(await access.login(answer(access.challenge(START), people.sam), START))).toBe(
      "DISK_FULL: no space left",
    )
    const wrong = { ...answer(access.challenge(START), people.sam), operator: "kim" }
    expect(shown(await access.login(wrong, START))).toBe("DISK_FULL: no space left")
  })

  it("takes the same signature checks, under keys as new, whoever is asked for and whatever key they have", async () => {
    const { site, directory } = await peopledSite()
    const checks: string[] = []
    const seen = new WeakSet<object>()
    const counting: Crypto = {
      ...crypto,
      verify: request => {
        checks.push(`${request.key.kind} ${seen.has(request.key) ? "again" : "new"}`)
        seen.add(request.key)
        return crypto.verify(request)
      },
    }
    const owner = OWNER_ACTOR
    const stateDirectory = join(directory, "..", "state")
    const ports = { crypto: counting, random: seededRandom("count"), files: nodeDurableFiles, stateDirectory, owner }
    const access = unwrap(await openNodeAccess(site, ports))
    const zoe = person("zoe")
    // kim has an Ed25519 key, sam one of P-256, zoe is nobody here.
    const of = async (operator: string): Promise<readonly string[]> => {
      checks.length = 0
      await access.login({ ...answer(access.challenge(START), zoe), operator }, START)
      return [...checks]
    }
    for (let i = 0; i < 3; i++)
      for (const name of ["kim", "sam", "zoe"]) expect(await of(name), name).toEqual(["ed25519 new", "ec new"])
  })
})

describe("challenges", () => {
  const book = (seed = "book") => new Challenges("0f".repeat(16), seededRandom(seed), nodeSecrets)

  it("are for one purpose", () => {
    const challenges = book()
    const { challenge, expires } = challenges.issue("login", START)
    expect(challenges.expiryOf("approve", challenge, START)).toBeUndefined()
    expect(challenges.take("approve", challenge, START)).toBe(false)
    expect(challenges.expiryOf("login", challenge, START)).toBe(expires)
    expect(challenges.take("login", challenge, START)).toBe(true)
    expect(challenges.expiryOf("login", challenge, START)).toBeUndefined()
    expect(challenges.take("login", challenge, START)).toBe(false)
  })

  it("cannot be made by others, altered, or given a longer life", () => {
    const challenges = book()
    const bytes = Buffer.from(challenges.issue("login", START).challenge, "base64url")
    for (let i = 0; i < bytes.length; i++) {
      const altered = Buffer.from(bytes)
      altered[i] = (altered[i] ?? 0) ^ 1
      expect(challenges.take("login", altered.toString("base64url"), START)).toBe(false)
    }
    const mac = createHmac("sha256", Buffer.alloc(32)).update("login").digest()
    const made = Buffer.concat([bytes.subarray(0, 24), mac]).toString("base64url")
    for (const text of [made, "", "=", "c", bytes.subarray(1).toString("base64url"), "é".repeat(75)])
      expect(challenges.take("login", text, START)).toBe(false)
  })

  it("are void when the clock steps back, and are forgotten when they have expired", () => {
    const challenges = book()
    const first = challenges.issue("login", START)
    expect(challenges.take("login", first.challenge, after(10))).toBe(true)
    const second = challenges.issue("login", after(10))
    // A correction of a few seconds is none.
    expect(challenges.take("login", second.challenge, after(6))).toBe(true)
    const third = challenges.issue("login", after(10))
    const again = challenges.issue("login", after(-3600))
    expect(challenges.take("login", third.challenge, after(-3600))).toBe(false)
    expect(challenges.take("login", first.challenge, after(-3600))).toBe(false)
    expect(challenges.take("login", again.challenge, after(-3600))).toBe(true)
    expect(challenges.take("login", again.challenge, after(3600))).toBe(false)
  })
})

describe("a token", () => {
  it("of any other form is refused, whatever its header says", async () => {
    const { access, people, site, directory } = await peopledSite()
    const { token } = await logIn(access, people.rita)
    const [header = "", payload = "", signature = ""] = token.split(".")
    const claims = decode(payload)
    const now = START.getTime() / 1000
    const seed = readFileSync(join(directory, "..", "state", site.storeId, "session.key"))
    const { privateKey, publicKey } = ed25519Pair(Uint8Array.from(seed))
    const foreign = generateKeyPairSync("ed25519").privateKey
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
    const made = (head: object, body: object, key: KeyObject = privateKey): string => {
      const input = `${encode(head)}.${encode(body)}`
      return `${input}.${sign(key.asymmetricKeyType === "rsa" ? "sha256" : null, Buffer.from(input), key).toString("base64url")}`
    }
    const hmac = (alg: string): string => {
      const input = `${encode({ alg, typ: "stella-session+jwt" })}.${payload}`
      const spki = publicKey.export({ format: "pem", type: "spki" })
      return `${input}.${createHmac("sha256", spki).update(input).digest("base64url")}`
    }
    const good = { alg: "EdDSA", typ: "stella-session+jwt" }
    // With the site's own key everything but the form is right; this is how the forms below are known to matter.
    expect(shown(await access.authenticate(credential(made(good, claims)), START))).toBe("ok")
    const { aud, exp, iat, iss, jti, sid, sub, ...rest } = claims
    expect(rest).toEqual({})
    const attacks: Readonly<Record<string, string>> = {
      nothing: "",
      "no token": "token",
      "no signature": `${header}.${payload}.`,
      "alg none": `${encode({ alg: "none", typ: "stella-session+jwt" })}.${payload}.`,
      "alg none with a signature": `${encode({ alg: "none", typ: "stella-session+jwt" })}.${payload}.${signature}`,
      "the public key as a secret": hmac("HS256"),
      "another algorithm": made({ ...good, alg: "RS256" }, claims, rsa),
      "another key": made(good, claims, foreign),
      "another key in its header": made({ ...good, jwk: foreign.export({ format: "jwk" }) }, claims, foreign),
      "a key id": made({ ...good, kid: "1" }, claims),
      "a critical extension": made({ ...good, crit: ["x"], x: 1 }, claims),
      "b64 off": made({ ...good, crit: ["b64"], b64: false }, claims),
      "another type": made({ ...good, typ: "JWT" }, claims),
      "no type": made({ alg: "EdDSA" }, claims),
      "another operator": `${header}.${encode({ ...claims, sub: people.kim.id })}.${signature}`,
      "another operator, signed": made(good, { ...claims, sub: people.kim.id }),
      "roles of its own": made(good, { ...claims, role: "administrator" }),
      "another session": made(good, { ...claims, sid: "0".repeat(32) }),
      "a malformed session": made(good, { ...claims, sid: "../../operators" }),
      "a session of another type": made(good, { ...claims, sid: 7 }),
      "no session": made(good, { aud, exp, iat, iss, jti, sub }),
      "another site": made(good, { ...claims, iss: `urn:stella-attestor:site:${"0".repeat(32)}` }),
      "another audience": made(good, { ...claims, aud: "stella-kit" }),
      "two audiences": made(good, { ...claims, aud: ["stella-service", "other"] }),
      "no audience": made(good, { exp, iat, iss, jti, sid, sub }),
      "an end that is past": made(good, { ...claims, exp: now }),
      "an end that is no number": made(good, { ...claims, exp: "tomorrow" }),
      "no end": made(good, { aud, iat, iss, jti, sid, sub }),
      "a beginning that is to come": made(good, { ...claims, iat: now + 1 }),
      "no id": made(good, { aud, exp, iat, iss, sid, sub }),
      "a part too many": `${token}.${signature}`,
      "a part too few": `${header}.${payload}`,
      "white space": ` ${token}`,
      "more than anybody reads": token + "A".repeat(1024),
      "a payload that is no JSON": `${header}.${Buffer.from("{").toString("base64url")}.${signature}`,
    }
    for (const [name, attack] of Object.entries(attacks))
      expect(shown(await access.authenticate(credential(attack), START)), name).toBe(REFUSED)
    expect(shown(await access.authenticate(undefined, START))).toBe(REFUSED)
    expect(shown(await access.renew(undefined, START))).toBe(REFUSED)
    expect(shown(await access.logout(undefined, START))).toBe(REFUSED)
  })

  it("with any one bit flipped is refused", async () => {
    const { access, people } = await peopledSite()
    const { token } = await logIn(access, people.rita)
    const parts = token.split(".").map(part => Buffer.from(part, "base64url"))
    for (let p = 0; p < 3; p++) {
      for (let i = 0; i < (parts[p]?.length ?? 0); i++) {
        const altered = parts.map(part => Buffer.from(part))
        const part = altered[p] ?? Buffer.of()
        part[i] = (part[i] ?? 0) ^ (1 << (i % 8))
        const text = altered.map(bytes => bytes.toString("base64url")).join(".")
        expect(shown(await access.authenticate(credential(text), START)), `part ${p} byte ${i}`).toBe(REFUSED)
      }
    }
  })

  it("of another site is refused, and so is one of a key that was lost", async () => {
    const { access, people, site, directory } = await peopledSite()
    const other = await peopledSite("other")
    const { token } = await logIn(other.access, other.people.kim)
    expect(shown(await access.authenticate(credential(token), START))).toBe(REFUSED)
    const mine = await logIn(access, people.kim)
    const { rm } = await import("node:fs/promises")
    await rm(join(directory, "..", "state", site.storeId, "session.key"))
    const restarted = await accessTo(site, directory, "another key")
    expect(shown(await restarted.authenticate(credential(mine.token), START))).toBe(REFUSED)
    await logIn(restarted, people.kim)
  })

  it("of garbage never throws", async () => {
    const { access } = await peopledSite()
    for (let i = 0; i < 500; i++) {
      const text =
        i % 2 === 0 ? randomBytes(i).toString("latin1") : `${randomBytes(i % 60).toString("base64url")}.e30.e30`
      expect(shown(await access.authenticate(credential(text), START))).toBe(REFUSED)
    }
  })
})

describe("a clock that goes back", () => {
  it("makes no session good again that had ended, and a login then ends all others", async () => {
    const { access, people } = await peopledSite()
    const old = await logIn(access, people.kim)
    const later = await logIn(access, people.rita, after(3600))
    expect(shown(await access.authenticate(credential(old.token), after(3600)))).toBe(REFUSED)
    // Back to a time at which the first token has not expired by its own word.
    expect(shown(await access.authenticate(credential(old.token), after(600)))).toBe(REFUSED)
    expect(shown(await access.authenticate(credential(later.token), after(600)))).toBe(REFUSED)
    const fresh = await logIn(access, people.ada, after(600))
    expect(shown(await access.authenticate(credential(fresh.token), after(601)))).toBe("ok")
    expect(shown(await access.authenticate(credential(old.token), after(601)))).toBe(REFUSED)
    expect(shown(await access.authenticate(credential(later.token), after(3601)))).toBe(REFUSED)
  })

  it("is seen after a restart, too, by what the site has recorded", async () => {
    const { access, people, site, directory } = await peopledSite()
    const old = await logIn(access, people.kim)
    await logIn(access, people.rita, after(3600))
    const restarted = await accessTo(site, directory, "restart")
    expect(shown(await restarted.authenticate(credential(old.token), after(600)))).toBe(REFUSED)
  })

  it("by a few seconds is a correction", async () => {
    const { access, people } = await peopledSite()
    const { token } = await logIn(access, people.kim)
    unwrap(await access.authenticate(credential(token), after(60)))
    expect(shown(await access.authenticate(credential(token), after(56)))).toBe("ok")
    expect(shown(await access.authenticate(credential(token), after(54)))).toBe(REFUSED)
    expect(shown(await access.authenticate(credential(token), after(61)))).toBe("ok")
  })
})
