/**
 * An allowance that is used up by attempts and grows back with time. It bounds what failed logins can write to the audit
 * chain; a right answer never needs it, so that nobody can be locked out by somebody else's failures.
 */
export class Allowance {
  readonly #most: number
  readonly #secondsEach: number
  #left: number
  #at: number | undefined

  constructor(most: number, secondsEach: number) {
    this.#most = most
    this.#secondsEach = secondsEach
    this.#left = most
  }

  /** Seconds until there is one again, after `take` has said that none is left. */
  get secondsUntilNext(): number {
    return Math.max(1, Math.ceil((1 - this.#left) * this.#secondsEach))
  }

  /** Uses one up at a time in seconds; false when none is left. A clock that steps back gives nothing back. */
  take(now: number): boolean {
    const since = Math.max(0, now - (this.#at ?? now))
    this.#at = now
    this.#left = Math.min(this.#most, this.#left + since / this.#secondsEach)
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
