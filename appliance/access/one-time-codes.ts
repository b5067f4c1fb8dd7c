/**
 * One-time codes: the way in for whoever sits at the terminal that the service was started from. A code stands for one
 * enrolled operator and is good for one login within ten minutes. It has 100 random bits, in an alphabet without letters
 * that look alike (Crockford's base 32): `7K3QD-0XJ4M-V9T2R-H8ZB5`.
 *
 * Wrong guesses void nothing: whoever reaches the port could otherwise void every code, and guessing is hopeless by the
 * size of a code alone. One address may ask 6,000 times a minute, 60,000 times while a code waits. If every IPv4 address
 * there is (2^32) did so against 8 waiting codes, they would make 2^32 * 60,000 * 8, about 2^51, hits possible in 2^100:
 * one chance in 2^49 that any of them gets in.
 */
import { utf8 } from "../../src/kernel/bytes.ts"
import { printInstant } from "../../src/formats/instant.ts"
import type { Crypto, Random } from "../../src/kernel/ports.ts"
import { CLOCK_SLACK_SECONDS, secondsOf } from "./challenges.ts"
import type { Secrets } from "./secrets.ts"

/** How long a code waits. */
export const CODE_SECONDS = 600
/** Most codes that wait at a time; the oldest gives way. */
const MAX_CODES = 8

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const LENGTH = 20

/** A code as it is printed, and until when it is good. */
export interface OneTimeCode {
  readonly code: string
  readonly expires: string
}

interface Waiting {
  readonly digest: Uint8Array
  /** Id of the operator that it stands for. */
  readonly operator: string
  readonly issued: number
}

/** The code without what makes it readable: capitals, no hyphens or spaces, look-alikes as Crockford reads them. */
function normal(code: string): string {
  return code.toUpperCase().replaceAll(/[- ]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1")
}

/** The codes of one process. */
export class OneTimeCodes {
  readonly #random: Random
  readonly #secrets: Secrets
  readonly #crypto: Pick<Crypto, "hash">
  #waiting: Waiting[] = []

  constructor(random: Random, secrets: Secrets, crypto: Pick<Crypto, "hash">) {
    this.#random = random
    this.#secrets = secrets
    this.#crypto = crypto
  }

  #digest(code: string): Uint8Array {
    return this.#crypto.hash("sha256", utf8(code))
  }

  /** A new code for an operator. */
  issue(operator: string, now: Date): OneTimeCode {
    const plain = Array.from(this.#random.bytes(LENGTH), byte => ALPHABET[byte & 31] ?? "").join("")
    const issued = secondsOf(now)
    this.#waiting = [...this.#waiting.slice(1 - MAX_CODES), { digest: this.#digest(plain), operator, issued }]
    const code = plain.replaceAll(/(.{5})(?=.)/g, "$1-")
    return { code, expires: printInstant(issued + CODE_SECONDS) }
  }

  /** The operator that the code stands for, once; undefined for anything else. */
  take(code: string, now: Date): string | undefined {
    const at = secondsOf(now)
    const digest = this.#digest(normal(code))
    let taken: Waiting | undefined
    // Every one is compared, so that the time says nothing about which came near.
    for (const one of this.#waiting) if (this.#secrets.same(one.digest, digest)) taken = one
    const lapsed = (one: Waiting): boolean => at > one.issued + CODE_SECONDS || at < one.issued - CLOCK_SLACK_SECONDS
    this.#waiting = this.#waiting.filter(one => one !== taken && !lapsed(one))
    return taken === undefined || lapsed(taken) ? undefined : taken.operator
  }
}
