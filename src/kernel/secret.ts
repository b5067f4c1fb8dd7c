/**
 * Secrets have a type and are never strings, so that no log line, error or JSON document can carry one by accident.
 * Zeroing after use is best effort: JavaScript cannot promise that no copy is left in memory, and we do not claim it.
 */
import { StellaError } from "./errors.ts"

/**
 * Bytes that nobody may print. The owner hands them over for good: they are overwritten after their one use. In JSON and
 * in text a secret is `[redacted]`.
 */
export class Secret {
  #bytes: Uint8Array | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /**
   * Lends the bytes to `f` once and overwrites them afterwards.
   * @throws StellaError INTERNAL when used a second time
   */
  async use<T>(f: (bytes: Uint8Array) => T | Promise<T>): Promise<T> {
    const bytes = this.#bytes
    if (bytes === undefined) throw new StellaError("INTERNAL", "a secret was used twice")
    this.#bytes = undefined
    try {
      return await f(bytes)
    } finally {
      bytes.fill(0)
    }
  }

  toJSON(): string {
    return "[redacted]"
  }

  toString(): string {
    return "[redacted]"
  }
}
