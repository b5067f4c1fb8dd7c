/**
 * ECDSA over a finished digest with noble's arithmetic, for hosts that only verify messages.
 *
 * A shortcut that reconstructs a point from its x coordinate and tries both signs of y must never come in here: it also
 * accepts a signature over e as one over n - e.
 */
import { p256, p384, p521 } from "@noble/curves/nist.js"
import { derToP1363 } from "../../src/formats/ecdsa-encoding.ts"
import type { Curve, PublicKey } from "../../src/kernel/signature-scheme.ts"

const CURVES = { "P-256": p256, "P-384": p384, "P-521": p521 } as const satisfies Record<Curve, unknown>

/**
 * True when the signature verifies over the digest.
 * @param signature - strict DER
 * @param digest - of any hash: its leftmost bits are used when it is longer than the curve order (FIPS 186-5 §6.4.2)
 */
export function verifyEcdsaDigest(
  key: Extract<PublicKey, { kind: "ec" }>,
  signature: Uint8Array,
  digest: Uint8Array,
): boolean {
  const p1363 = derToP1363(key.curve, signature)
  // noble hashes by default and refuses s > n/2 by default; ECDSA does neither.
  return p1363 !== undefined && CURVES[key.curve].verify(p1363, digest, key.point, { prehash: false, lowS: false })
}
