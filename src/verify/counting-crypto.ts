/**
 * The work bound of one run of the judge: hostile evidence must not buy unbounded cryptography. Beyond
 * `LIMITS.signatureChecks` nothing verifies any more, and the facts say so with a failed check `limits`.
 */
import type { Crypto } from "../kernel/ports.ts"
import type { HashAlgorithm, VerifyRequest } from "../kernel/signature-scheme.ts"
import { LIMITS } from "../formats/limits.ts"
import type { TrustedAuthority } from "./prepared-trust.ts"

export class CountingCrypto implements Crypto {
  readonly #inner: Crypto
  readonly #linked = new Set<TrustedAuthority>()
  #checks = 0

  constructor(inner: Crypto) {
    this.#inner = inner
  }

  /** True when a check was refused because the bound was reached. */
  get exhausted(): boolean {
    return this.#checks > LIMITS.signatureChecks
  }

  hash(algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array {
    return this.#inner.hash(algorithm, bytes)
  }

  async verify(request: VerifyRequest): Promise<boolean> {
    const { data } = request
    // Every check reads the message again, so many checks of a long one would be the dearest evidence of all.
    const bytes = "message" in data ? data.message.length : 0
    this.#checks += Math.max(1, Math.ceil(bytes / LIMITS.signatureCheckBytes))
    return !this.exhausted && (await this.#inner.verify(request))
  }

  /**
   * Whether the authority's chain holds, which is remembered between runs. Each run pays for the chain once, whether or
   * not this is the run that checks it: the bound holds for the first run too, and no verdict depends on what is remembered.
   */
  async linked(authority: TrustedAuthority): Promise<boolean> {
    if (!this.#linked.has(authority)) {
      this.#linked.add(authority)
      this.#checks += authority.chain.length - 1
    }
    return !this.exhausted && (await authority.linked())
  }
}
