/**
 * Who is asking. A credential comes with every request; here it becomes an actor, or the request is refused. Credentials
 * are a closed set: a session of an operator who has logged in, and the socket that only the site's owner can open.
 * Other kinds (client certificates, tokens of programs, proofs of possession) are members to be added to that set, each
 * with its own way to an identity; nothing behind this file asks how somebody was recognised.
 *
 * Every refusal is the same NOT_AUTHENTICATED: for a name nobody has, a disabled operator, a wrong key, an expired or
 * forged token, an answered challenge. Logins and logouts leave audit records; so do failed logins, within bounds.
 */
import type { Crypto, Random } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"
import type { Challenge, Login, Session } from "../../ui/contract/session.ts"
import type { Actor } from "../store/audit-record.ts"
import type { OneTimeCode } from "./one-time-codes.ts"
import type { Secrets } from "./secrets.ts"
import type { SessionTokens } from "./session-token.ts"

export { mayCall } from "./may-call.ts"

/** What a request brings to say who is asking. */
export type Credential =
  | { readonly kind: "session"; readonly token: string }
  /** The request came over the socket that nobody but the owner of the site's files can open. */
  | { readonly kind: "owner" }

/** Who is asking, and in which session. */
export interface Identity {
  readonly actor: Actor
  /** Null for the owner, who has none. */
  readonly session: { readonly id: string; readonly expires: string; readonly endsAtLatest: string } | null
}

/** Somebody who was recognised: who they are, and the id of the session in which they ask, if it is in one. */
export interface Recognised {
  readonly actor: Actor
  readonly session: string | null
}

/** Recognises who asks. Every method is given the instant of the request. */
export interface Access {
  /** Something to sign, for whoever asks. */
  challenge(now: Date): Challenge
  /** A session for a signed challenge or a one-time code. Failures: NOT_AUTHENTICATED, RATE_LIMITED, those of a commit. */
  login(asked: Login, now: Date): Promise<Result<Session>>
  /** Who asks. Failures: NOT_AUTHENTICATED, STORE_CORRUPT. */
  authenticate(credential: Credential | undefined, now: Date): Promise<Result<Identity>>
  /**
   * Whether who was recognised before still is: their session has not ended, nor were they disabled. A token that has
   * expired meanwhile does not matter. Failures: as `authenticate`.
   */
  confirm(who: Recognised, now: Date): Promise<Result<void>>
  /** The same session with a new token. Failures: as `authenticate`. */
  renew(credential: Credential | undefined, now: Date): Promise<Result<Session>>
  /** Ends the session. Failures: as `authenticate`, and those of a commit. */
  logout(credential: Credential | undefined, now: Date): Promise<Result<void>>
  /** A code with which an enabled operator logs in once. Failures: OPERATOR_MISSING, STORE_CORRUPT. */
  oneTimeCode(operator: string, now: Date): Promise<Result<OneTimeCode>>
}

/** What access is built from. `node-access.node.ts` builds the real one. */
export interface AccessPorts {
  readonly crypto: Crypto
  readonly random: Random
  readonly secrets: Secrets
  readonly tokens: SessionTokens
  /** The actor behind the owner's socket. */
  readonly owner: Actor
}
