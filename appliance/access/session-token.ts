/**
 * Session tokens: JWTs (RFC 7519) of one rigid kind. Whatever the header of a token says, it is read as Ed25519 of this
 * site's key, of the type, issuer and audience named here, with exactly the claims named here:
 *
 * ```
 * {"alg":"EdDSA","typ":"stella-session+jwt"}
 * {"aud":"stella-service","exp":1770000900,"iat":1770000000,"iss":"urn:stella-attestor:site:8d4a…","jti":"5f0c…",
 *  "sid":"0b1d…","sub":"9c4d…"}
 * ```
 *
 * `sid` names the session and `jti` the token; a session that is used goes through several tokens. A token says who was
 * logged in, never what they may do: roles are read from the store with every request.
 */
import { errors, jwtVerify, SignJWT, type CryptoKey, type KeyObject } from "jose"
import { parseInstant, printInstant } from "../../src/formats/instant.ts"

/** What a token says. */
export interface SessionClaims {
  /** Id of the operator. */
  readonly operator: string
  readonly session: string
  readonly token: string
  readonly issuedAt: string
  readonly expires: string
}

/** Makes and reads the tokens of one site. */
export interface SessionTokens {
  sign(claims: SessionClaims): Promise<string>
  /** What the token says, or undefined for anything but a token of this site that is valid at that time. */
  verify(token: string, now: Date): Promise<SessionClaims | undefined>
}

/** A key pair as the token library takes it. */
export interface TokenKeys {
  readonly privateKey: CryptoKey | KeyObject
  readonly publicKey: CryptoKey | KeyObject
}

const TYPE = "stella-session+jwt"
const AUDIENCE = "stella-service"
const ALGORITHM = "EdDSA"
/** Longest token in characters; ours have about 500. */
const MAX_LENGTH = 1024
const CLAIMS = ["aud", "exp", "iat", "iss", "jti", "sid", "sub"]

const hex = (value: unknown, digits: number): value is string =>
  typeof value === "string" && value.length === digits && /^[0-9a-f]*$/.test(value)

const seconds = (instant: string): number => parseInstant(instant) ?? NaN

/** The tokens of a site under its key. */
export function sessionTokens(siteId: string, keys: TokenKeys): SessionTokens {
  const issuer = `urn:stella-attestor:site:${siteId}`
  return {
    sign: ({ operator, session, token, issuedAt, expires }) =>
      new SignJWT({ sid: session })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(operator)
        .setJti(token)
        .setIssuedAt(seconds(issuedAt))
        .setExpirationTime(seconds(expires))
        .sign(keys.privateKey),
    async verify(token, now) {
      if (token.length > MAX_LENGTH) return undefined
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keys.publicKey, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer,
          audience: AUDIENCE,
          currentDate: now,
          requiredClaims: CLAIMS,
        })
        const { sub, sid, jti, iat, exp, aud } = payload
        const known = Object.keys(payload).length === CLAIMS.length && Object.keys(protectedHeader).length === 2
        if (!known || aud !== AUDIENCE || !hex(sub, 64) || !hex(sid, 32) || !hex(jti, 32)) return undefined
        if (iat === undefined || exp === undefined || iat * 1000 > now.getTime()) return undefined
        return { operator: sub, session: sid, token: jti, issuedAt: printInstant(iat), expires: printInstant(exp) }
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
  }
}
