/**
 * Logging in, as it goes over the wire (docs/formats/session.md): the site gives a challenge, the operator signs it with
 * their own key, the site answers with a session. Window and command line build the same bytes from here.
 */
import * as z from "zod"
import { utf8 } from "../../src/kernel/bytes.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { count, instant } from "./fields.ts"
import { ROLE_NAMES } from "./roles.ts"

/**
 * The name of an operator: as it stands in audit records and on screens. Letters, digits and a few marks of plain ASCII,
 * because two names must never look alike.
 */
export const operatorName = z
  .string()
  .regex(
    /^[a-z][a-z0-9._-]{0,62}[a-z0-9]$/,
    "must be 2 to 64 of a-z, 0-9 and . _ -, from a letter to a letter or digit",
  )

/** The id of an operator: SHA-256 of the SubjectPublicKeyInfo of their key. */
export const operatorId = z.string().regex(/^[0-9a-f]{64}$/)

const siteId = z.string().regex(/^[0-9a-f]{32}$/)
const base64url = (length: number) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${String(length)}}$`))

/** What a challenge may be signed for. */
export type ChallengePurpose = "login"

/** Characters of a challenge: 56 bytes in base64url. */
const CHALLENGE_LENGTH = 75

/** What the site asks to be signed. `challenge` is opaque and good for one attempt. */
export const challenge = z.strictObject({
  v: z.literal(1),
  site: siteId,
  purpose: z.literal("login"),
  challenge: base64url(CHALLENGE_LENGTH),
  expires: instant,
})

/** The answer to a challenge: 64 bytes of signature (Ed25519: R and S; P-256: r and s) in base64url. */
export const loginByKey = z.strictObject({
  v: z.literal(1),
  operator: operatorName,
  challenge: base64url(CHALLENGE_LENGTH),
  signature: base64url(86),
})

/** A one-time login: the code as it was printed, capitals or not, with or without its hyphens. */
export const loginByCode = z.strictObject({ v: z.literal(1), code: z.string().min(1).max(64) })

/** Either way of logging in. */
export const login = z.union([loginByKey, loginByCode])

/** A session: the token that goes with every request, and when it ends unless it is renewed, and when at the latest. */
export const session = z.strictObject({
  v: z.literal(1),
  token: z.string(),
  operator: z.strictObject({ id: operatorId, name: operatorName, roles: z.array(z.enum(ROLE_NAMES)) }),
  expires: instant,
  endsAtLatest: instant,
  /** Seconds without a request after which the session is over. */
  idleSeconds: count(1, 86_400),
})

export type Challenge = z.output<typeof challenge>
export type LoginByKey = z.output<typeof loginByKey>
export type LoginByCode = z.output<typeof loginByCode>
export type Login = z.output<typeof login>
export type Session = z.output<typeof session>

/**
 * The bytes that an operator signs to log in: the text `stella-login/1`, a zero byte, and the canonical JSON of the
 * challenge with the operator's name. The text in front keeps the signature from being one of anything else that the
 * same key signs (a DSSE envelope begins with `DSSEv1`, a signed note with its origin).
 */
export function loginMessage(asked: Challenge, operator: string): Uint8Array {
  const { v, site, purpose, challenge: nonce, expires } = asked
  return utf8("stella-login/1\0" + canonicalJson({ v, site, purpose, challenge: nonce, expires, operator }))
}
