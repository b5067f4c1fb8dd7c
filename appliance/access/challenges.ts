/**
 * Challenges: what the site asks to be signed. A challenge carries its own proof of origin, so that asking for one costs
 * the site no memory, whoever asks and however often. What is remembered, until they expire, is which ones were answered
 * rightly: those are logins that were committed, so a stranger can neither fill that memory nor use up the challenge of
 * somebody else.
 *
 * ```
 * base64url(nonce (16 bytes) || expiry in seconds (u64 big-endian) || HMAC-SHA256(k, purpose || 0 || site || 0 || nonce || expiry))
 * ```
 *
 * `k` lives as long as the process: after a restart no old challenge is good.
 */
import { printInstant } from "../../src/formats/instant.ts"
import { concatBytes, fromBase64Url, toBase64Url, toHex, u64be, utf8 } from "../../src/kernel/bytes.ts"
import type { Random } from "../../src/kernel/ports.ts"
import type { Secrets } from "./secrets.ts"

/** How long a challenge may wait for its answer. */
export const CHALLENGE_SECONDS = 60

/** How far the clock may step back (a correction) without everything that depends on it starting over. */
export const CLOCK_SLACK_SECONDS = 5

const NONCE_BYTES = 16
const SIGNED_BYTES = NONCE_BYTES + 8

/** A challenge and when it expires. */
export interface IssuedChallenge {
  readonly challenge: string
  readonly expires: string
}

/** Whole seconds of an instant. */
export function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}

/** The challenges of one site. */
export class Challenges {
  readonly #site: string
  readonly #random: Random
  readonly #secrets: Secrets
  #key: Uint8Array
  /** Answered ones and when they expire, in the order in which they were answered. */
  readonly #answered = new Map<string, number>()
  #latest = -Infinity

  constructor(site: string, random: Random, secrets: Secrets) {
    this.#site = site
    this.#random = random
    this.#secrets = secrets
    this.#key = random.bytes(32)
  }

  /** A clock that steps back would make old challenges new again; all of them are void instead. */
  #watch(now: number): void {
    if (now < this.#latest - CLOCK_SLACK_SECONDS) {
      this.#key = this.#random.bytes(32)
      this.#answered.clear()
      this.#latest = now
    } else this.#latest = Math.max(this.#latest, now)
  }

  #mac(purpose: string, signed: Uint8Array): Uint8Array {
    return this.#secrets.mac(this.#key, concatBytes(utf8(`${purpose}\0${this.#site}\0`), signed))
  }

  /** A new challenge. */
  issue(purpose: string, now: Date): IssuedChallenge {
    this.#watch(secondsOf(now))
    const expires = secondsOf(now) + CHALLENGE_SECONDS
    const signed = concatBytes(this.#random.bytes(NONCE_BYTES), u64be(BigInt(expires)))
    const challenge = toBase64Url(concatBytes(signed, this.#mac(purpose, signed)))
    return { challenge, expires: printInstant(expires) }
  }

  /**
   * When a challenge expires, as it was told; undefined when it is none of this site, for another purpose, expired, or was
   * answered before.
   */
  expiryOf(purpose: string, challenge: string, now: Date): string | undefined {
    const read = this.#read(purpose, challenge, now)
    return read === undefined ? undefined : printInstant(read.expires)
  }

  /** Takes the challenge of a right answer. Of two at the same time one has it; false for the other, and as `expiryOf`. */
  take(purpose: string, challenge: string, now: Date): boolean {
    const read = this.#read(purpose, challenge, now)
    if (read !== undefined) this.#answered.set(read.nonce, read.expires)
    return read !== undefined
  }

  #read(purpose: string, challenge: string, now: Date): { nonce: string; expires: number } | undefined {
    this.#watch(secondsOf(now))
    for (const [nonce, expires] of this.#answered) if (expires < this.#latest) this.#answered.delete(nonce)
    const bytes = fromBase64Url(challenge)
    if (bytes?.length !== SIGNED_BYTES + 32) return undefined
    const signed = bytes.subarray(0, SIGNED_BYTES)
    if (!this.#secrets.same(this.#mac(purpose, signed), bytes.subarray(SIGNED_BYTES))) return undefined
    const expires = Number(new DataView(signed.buffer, signed.byteOffset).getBigUint64(NONCE_BYTES))
    const nonce = toHex(signed.subarray(0, NONCE_BYTES))
    return this.#latest > expires || this.#answered.has(nonce) ? undefined : { nonce, expires }
  }
}
