/**
 * The signed entry timestamp (SET) of Rekor v1: the log's promise to include an entry, and the only thing that makes
 * its `integratedTime` more than a claim. Signed is the canonical JSON of exactly four members (client specification,
 * "Verifying the SET"); the log's global index is authenticated by nothing else.
 */
import { toHex, utf8 } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import { fail, pass, type Check } from "../formats/check.ts"
import { checkSignature } from "../formats/signature.ts"
import type { TlogEntry } from "../formats/tlog-entry.ts"
import type { TrustedLog } from "./prepared-trust.ts"
import { contains } from "./window.ts"

/** The bytes under a SET: `{"body":"<base64>","integratedTime":N,"logID":"<hex>","logIndex":N}`. */
export function promiseMessage(entry: TlogEntry): Uint8Array {
  return utf8(
    `{"body":"${entry.bodyBase64}","integratedTime":${String(entry.integratedTime)},` +
      `"logID":"${toHex(entry.logId)}","logIndex":${String(entry.index)}}`,
  )
}

/** Checks one entry's promise against the trusted log it names. */
export async function checkPromise(
  key: string,
  entry: TlogEntry,
  promise: Uint8Array,
  log: TrustedLog,
  crypto: Crypto,
): Promise<Check> {
  const evidence = { index: String(entry.index), integratedTime: String(entry.integratedTime), log: log.name }
  const outcome = await checkSignature(crypto, {
    scheme: log.scheme,
    key: log.key,
    signature: promise,
    data: { message: promiseMessage(entry) },
  })
  if (outcome !== "valid") return fail(key, "promise-signature", evidence)
  // A log key counts only inside its window; an integrated time of zero is no time at all.
  if (!contains(log.validFor, Number(entry.integratedTime))) return fail(key, "time-outside-authority", evidence)
  return pass(key, evidence)
}
