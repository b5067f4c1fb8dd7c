/** The timestamp tokens of a piece of evidence, each checked and counted once. */
import { printInstant } from "../formats/instant.ts"
import { fail, type Check } from "../formats/check.ts"
import type { CountingCrypto } from "./counting-crypto.ts"
import type { DatedFact } from "./log-entries.ts"
import type { TrustedAuthority } from "./prepared-trust.ts"
import { checkTimestamp, type TimestampResult } from "./timestamp.ts"

/** The tokens' checks and the times that they prove. */
export interface TimestampsResult {
  readonly checks: readonly Check[]
  readonly times: readonly DatedFact[]
}

/** Checks every token over the raw signature bytes. */
export async function checkTimestamps(
  tokens: readonly Uint8Array[],
  signature: Uint8Array,
  authorities: readonly TrustedAuthority[],
  crypto: CountingCrypto,
): Promise<TimestampsResult> {
  const results: TimestampResult[] = []
  for (const [i, token] of tokens.entries()) {
    const result = await checkTimestamp(`timestamp/${String(i)}`, token, signature, authorities, crypto)
    results.push(repeats(result, results) ? duplicate(result) : result)
  }
  return {
    checks: results.map(r => r.check),
    times: results.flatMap(({ check, atSeconds }) =>
      atSeconds === undefined
        ? []
        : [{ atSeconds, fact: { at: printInstant(atSeconds), key: check.key, source: "tsa" as const } }],
    ),
  }
}

/**
 * Certificates and unsigned attributes can be taken out of a token or put in, so one token can come in many byte
 * strings; each would count towards a threshold of timestamps.
 */
function repeats({ stated }: TimestampResult, earlier: readonly TimestampResult[]): boolean {
  return stated !== undefined && earlier.some(t => t.stated === stated)
}

function duplicate({ check }: TimestampResult): TimestampResult {
  return { check: fail(check.key, "timestamp-duplicate", check.evidence), atSeconds: undefined, stated: undefined }
}
