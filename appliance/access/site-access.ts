/** Access over one open site: challenges and codes live in this process, operators and sessions in the store. */
import { parseInstant } from "../../src/formats/instant.ts"
import { checkSignature, p1363ToDer } from "../../src/formats/signature.ts"
import { fromBase64Url, fromHex, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import type { PublicKey } from "../../src/kernel/signature-scheme.ts"
import { printRoles } from "../../ui/contract/roles.ts"
import { loginMessage, type Challenge, type Login, type LoginByKey, type Session } from "../../ui/contract/session.ts"
import { attempt } from "../store/attempt.ts"
import type { Actor, AuditInput } from "../store/audit-record.ts"
import type { Site } from "../store/site.ts"
import type { Access, AccessPorts, Credential, Identity, Recognised } from "./access.ts"
import { Allowance } from "./allowance.ts"
import { Challenges, CLOCK_SLACK_SECONDS, secondsOf } from "./challenges.ts"
import { OneTimeCodes, type OneTimeCode } from "./one-time-codes.ts"
import { operatorScheme, type Operator } from "./operator-row.ts"
import { enabledOperator, operatorById, wholeSeconds } from "./operator-store.ts"
import { endSession, printSession, sessionById, startSession } from "./session-store.ts"
import type { LoginKind, StoredSession } from "./session-store.ts"

/** A session without a request ends after this long. */
export const IDLE_SECONDS = 15 * 60
/** A session ends after this long, whatever happens in it. */
export const SESSION_SECONDS = 12 * 60 * 60

/**
 * Keys under which answers are checked that no operator's key is for: one of each kind that operators have, because a check
 * takes as long as its kind does. What comes of them is not looked at. They are the base points of their curves.
 */
const ED25519_POINT = "58" + "66".repeat(31)
const P256_POINT =
  "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" +
  "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array()
}

/** The key of an operator, and one of nobody in the place of the kind that theirs is not; made anew each time, as theirs is. */
function keysFor(operator: Operator | undefined): readonly PublicKey[] {
  const key = operator?.key
  const ed25519: PublicKey = {
    kind: "ed25519",
    raw: bytesOf(ED25519_POINT),
    spki: bytesOf("302a300506032b6570032100" + ED25519_POINT),
  }
  const p256: PublicKey = {
    kind: "ec",
    curve: "P-256",
    point: bytesOf(P256_POINT),
    spki: bytesOf("3059301306072a8648ce3d020106082a8648ce3d030107034200" + P256_POINT),
  }
  return [key?.kind === "ed25519" ? key : ed25519, key?.kind === "ec" ? key : p256]
}

function refused(): StellaError {
  return new StellaError("NOT_AUTHENTICATED", "nobody was recognised")
}

function actorOf({ id, name, roles }: Operator, kind: LoginKind): Actor {
  return { kind, id, name, role: printRoles(roles) }
}

class SiteAccess implements Access {
  readonly #site: Site
  readonly #ports: AccessPorts
  readonly #challenges: Challenges
  readonly #codes: OneTimeCodes
  /** Failed logins that are recorded: ten at once, then ten a minute. */
  readonly #failures = new Allowance(10, 6)
  /** The newest time that was seen, in seconds. */
  #latest: number

  constructor(site: Site, ports: AccessPorts, latest: number) {
    this.#site = site
    this.#ports = ports
    this.#latest = latest
    this.#challenges = new Challenges(site.siteId, ports.random, ports.secrets)
    this.#codes = new OneTimeCodes(ports.random, ports.secrets, ports.crypto)
  }

  challenge(now: Date): Challenge {
    return { v: 1, site: this.#site.siteId, purpose: "login", ...this.#challenges.issue("login", now) }
  }

  login(asked: Login, now: Date): Promise<Result<Session>> {
    return attempt(async () => {
      const byKey = "signature" in asked
      const operator = byKey ? await this.#byKey(asked, now) : await this.#byCode(asked.code, now)
      if (operator === undefined) return this.#fail(byKey ? asked.operator : "-", now)
      return this.#start(operator, byKey ? "operator-key" : "one-time-code", now)
    })
  }

  /**
   * The operator who signed the challenge. Every way to a refusal takes the same steps, one signature check of each kind
   * among them, so that the time says neither whether somebody has the name nor what key they have.
   */
  async #byKey(asked: LoginByKey, now: Date): Promise<Operator | undefined> {
    const { crypto } = this.#ports
    const expires = this.#challenges.expiryOf("login", asked.challenge, now)
    const found = await enabledOperator(this.#site, asked.operator, crypto)
    const raw = fromBase64Url(asked.signature) ?? new Uint8Array()
    const told: Challenge = {
      v: 1,
      site: this.#site.siteId,
      purpose: "login",
      challenge: asked.challenge,
      expires: expires ?? wholeSeconds(now),
    }
    const data = { message: loginMessage(told, asked.operator) }
    let valid = false
    for (const key of keysFor(found)) {
      const scheme = operatorScheme(key) ?? { kind: "ed25519" }
      const signature = key.kind === "ec" ? (p1363ToDer(key.curve, raw) ?? new Uint8Array()) : raw
      const outcome = await checkSignature(crypto, { scheme, key, signature, data })
      if (key === found?.key) valid = outcome === "valid"
    }
    return valid && this.#challenges.take("login", asked.challenge, now) ? found : undefined
  }

  async #byCode(code: string, now: Date): Promise<Operator | undefined> {
    const id = this.#codes.take(code, now)
    const operator = id === undefined ? undefined : await operatorById(this.#site, id, this.#ports.crypto)
    return operator?.disabledAt === null ? operator : undefined
  }

  /** Refuses a login, and records it as long as there are not too many. @throws StellaError always */
  async #fail(name: string, now: Date): Promise<never> {
    if (!this.#failures.take(secondsOf(now)))
      throw new StellaError("RATE_LIMITED", "too many logins have failed", {
        retryAfterSeconds: this.#failures.secondsUntilNext,
      })
    const actor: Actor = { kind: "nobody", id: "-", name, role: "-" }
    const audit = this.#audit(actor, "session.start", { operator: name }, "", now, "NOT_AUTHENTICATED")
    unwrap(await this.#site.commit([], audit))
    throw refused()
  }

  async #start(operator: Operator, by: LoginKind, now: Date): Promise<Session> {
    const session: StoredSession = {
      id: toHex(this.#ports.random.bytes(16)),
      operator: operator.id,
      by,
      startedAt: wholeSeconds(now),
      endsAt: wholeSeconds(new Date(now.getTime() + SESSION_SECONDS * 1000)),
    }
    // Under a clock that was set back, sessions that had ended would be good again: a login then ends all others.
    const alone = secondsOf(now) < this.#latest - CLOCK_SLACK_SECONDS
    const actor = actorOf(operator, by)
    const audit = this.#audit(actor, "session.start", { operator: operator.name, by }, printSession(session), now)
    const changes = () =>
      attempt(async () => {
        const current = await operatorById(this.#site, operator.id, this.#ports.crypto)
        if (current?.disabledAt !== null) throw refused()
        return [await startSession(this.#site, session, alone)]
      })
    const committed = await this.#site.commit(changes, audit)
    // Disabled since they were recognised: one more login that failed.
    if (!committed.ok && committed.error.code === "NOT_AUTHENTICATED") return this.#fail(operator.name, now)
    unwrap(committed)
    this.#latest = alone ? secondsOf(now) : Math.max(this.#latest, secondsOf(now))
    return this.#tokenFor(operator, session, now)
  }

  async #tokenFor(operator: Operator, session: StoredSession, now: Date): Promise<Session> {
    const idle = wholeSeconds(new Date(now.getTime() + IDLE_SECONDS * 1000))
    const expires = idle < session.endsAt ? idle : session.endsAt
    const token = await this.#ports.tokens.sign({
      operator: operator.id,
      session: session.id,
      token: toHex(this.#ports.random.bytes(16)),
      issuedAt: wholeSeconds(now),
      expires,
    })
    const { id, name, roles } = operator
    return {
      v: 1,
      token,
      operator: { id, name, roles: [...roles] },
      expires,
      endsAtLatest: session.endsAt,
      idleSeconds: IDLE_SECONDS,
    }
  }

  /** The session of a token with its operator. @throws StellaError NOT_AUTHENTICATED, STORE_CORRUPT */
  async #current(token: string, now: Date) {
    const at = secondsOf(now)
    if (at < this.#latest - CLOCK_SLACK_SECONDS) throw refused()
    this.#latest = Math.max(this.#latest, at)
    const claims = await this.#ports.tokens.verify(token, now)
    if (claims === undefined) throw refused()
    const session = await sessionById(this.#site, claims.session)
    if (session?.operator !== claims.operator || session.endsAt <= wholeSeconds(now)) throw refused()
    const operator = await operatorById(this.#site, session.operator, this.#ports.crypto)
    if (operator?.disabledAt !== null) throw refused()
    return { operator, session, expires: claims.expires }
  }

  authenticate(credential: Credential | undefined, now: Date): Promise<Result<Identity>> {
    return attempt(async () => {
      if (credential === undefined) throw refused()
      if (credential.kind === "owner") return { actor: this.#ports.owner, session: null }
      const { operator, session, expires } = await this.#current(credential.token, now)
      const shown = { id: session.id, expires, endsAtLatest: session.endsAt }
      return { actor: actorOf(operator, session.by), session: shown }
    })
  }

  confirm({ actor, session }: Recognised, now: Date): Promise<Result<void>> {
    return attempt(async () => {
      if (actor.kind === this.#ports.owner.kind) return
      const operator = await operatorById(this.#site, actor.id, this.#ports.crypto)
      if (operator?.disabledAt !== null || printRoles(operator.roles) !== actor.role) throw refused()
      const stored = session === null ? undefined : await sessionById(this.#site, session)
      if (session !== null && (stored === undefined || stored.endsAt <= wholeSeconds(now))) throw refused()
    })
  }

  renew(credential: Credential | undefined, now: Date): Promise<Result<Session>> {
    return attempt(async () => {
      if (credential?.kind !== "session") throw refused()
      const { operator, session } = await this.#current(credential.token, now)
      return this.#tokenFor(operator, session, now)
    })
  }

  logout(credential: Credential | undefined, now: Date): Promise<Result<void>> {
    return attempt(async () => {
      if (credential?.kind !== "session") throw refused()
      const { operator, session } = await this.#current(credential.token, now)
      const actor = actorOf(operator, session.by)
      const audit = this.#audit(actor, "session.end", { session: session.id }, printSession(session), now)
      unwrap(await this.#site.commit([endSession(session.id)], audit))
    })
  }

  oneTimeCode(name: string, now: Date): Promise<Result<OneTimeCode>> {
    return attempt(async () => {
      const operator = await enabledOperator(this.#site, name, this.#ports.crypto)
      if (operator === undefined)
        throw new StellaError("OPERATOR_MISSING", `no operator named ${name} is enabled`, { name })
      return this.#codes.issue(operator.id, now)
    })
  }

  #audit(
    actor: Actor,
    operation: string,
    input: Readonly<Record<string, string>>,
    output: string,
    at: Date,
    outcome: "done" | ErrorCode = "done",
  ): AuditInput {
    const digest = (text: string): string => toHex(this.#ports.crypto.hash("sha256", utf8(text)))
    return { actor, operation, at, input: digest(canonicalJson(input)), outcome, output: digest(output) }
  }
}

/** Access to an open site. Failure: STORE_CORRUPT. */
export async function openAccess(site: Site, ports: AccessPorts): Promise<Result<Access>> {
  const newest = await site.audit.get(site.audit.head.n)
  if (!newest.ok) return err(newest.error)
  // What the site has recorded is the least that the time can be.
  const latest = newest.value === undefined ? -Infinity : (parseInstant(newest.value.at) ?? -Infinity)
  return ok(new SiteAccess(site, ports, latest))
}
