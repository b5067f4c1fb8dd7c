/**
 * ECDSA over finished digests: node:crypto under a shifted key, and noble, must be the same function; neither may take a
 * signature over e for one over n - e.
 */
import { p256, p384, p521 } from "@noble/curves/nist.js"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { portableCrypto } from "../../mirror/crypto/portable.ts"
import { HASH_BYTES } from "../../src/formats/algorithm-identifier.ts"
import { p1363ToDer } from "../../src/formats/ecdsa-encoding.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { concatBytes } from "../../src/kernel/bytes.ts"
import type { Curve, HashAlgorithm, PublicKey, VerifyRequest } from "../../src/kernel/signature-scheme.ts"
import { bytes } from "../support/crypto-vectors.ts"

const CURVES = {
  "P-256": { noble: p256, header: "3059301306072a8648ce3d020106082a8648ce3d030107034200" },
  "P-384": { noble: p384, header: "3076301006072a8648ce3d020106052b81040022036200" },
  "P-521": { noble: p521, header: "30819b301006072a8648ce3d020106052b8104002303818600" },
} as const satisfies Record<Curve, unknown>

const CASES: readonly (readonly [Curve, HashAlgorithm])[] = [
  ["P-256", "sha256"],
  ["P-256", "sha384"],
  ["P-256", "sha512"],
  ["P-384", "sha256"],
  ["P-384", "sha384"],
  ["P-521", "sha512"],
]

function keyOf(curve: Curve, point: Uint8Array): PublicKey {
  const key = parsePublicKey(concatBytes(bytes(CURVES[curve].header), point))
  if (!key.ok) throw new Error(key.error.reason)
  return key.value
}

const providers = [nodeCrypto(), portableCrypto(null)]

async function answers(request: VerifyRequest): Promise<boolean[]> {
  return Promise.all(providers.map(provider => provider.verify(request)))
}

describe.each(CASES)("%s with %s", (curve, hash) => {
  const { noble } = CURVES[curve]
  const { Fn } = noble.Point
  const scheme = { kind: "ecdsa", curve, hash } as const
  const length = HASH_BYTES[hash]
  const seed = noble.lengths.seed ?? 0
  const secrets = fc.uint8Array({ minLength: seed, maxLength: seed }).map(noble.utils.randomSecretKey)
  const digests = fc.uint8Array({ minLength: length, maxLength: length })
  const numRuns = process.env["SLOW"] ? 2_000 : 15

  const sign = (secret: Uint8Array, digest: Uint8Array): Uint8Array => {
    const signature = p1363ToDer(curve, noble.sign(digest, secret, { prehash: false, lowS: false }))
    if (signature === undefined) throw new Error("noble made a signature that is none")
    return signature
  }

  it("takes a signature over a digest, and no other digest", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, digests, fc.nat(8 * length - 1), async (secret, digest, bit) => {
        const key = keyOf(curve, noble.getPublicKey(secret, false))
        const signature = sign(secret, digest)
        expect(await answers({ scheme, key, signature, data: { digest } })).toEqual([true, true])
        const other = Uint8Array.from(digest)
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        // Only the leftmost bits of a digest longer than the order are used.
        const unused = bit >> 3 >= Math.ceil(Fn.BITS / 8)
        expect(await answers({ scheme, key, signature, data: { digest: other } })).toEqual([unused, unused])
      }),
      { numRuns },
    )
  })

  it("agrees on signatures of which one number was replaced", async () => {
    const numbers = fc.bigInt({ min: 1n, max: Fn.ORDER - 1n })
    await fc.assert(
      fc.asyncProperty(secrets, digests, numbers, fc.boolean(), async (secret, digest, number, inR) => {
        const key = keyOf(curve, noble.getPublicKey(secret, false))
        const raw = noble.sign(digest, secret, { prehash: false, lowS: false })
        raw.set(Fn.toBytes(number), inR ? 0 : Fn.BYTES)
        const signature = p1363ToDer(curve, raw)
        if (signature === undefined) throw new Error("out of range")
        expect(await answers({ scheme, key, signature, data: { digest } })).toEqual([false, false])
      }),
      { numRuns },
    )
  })

  // A digest shorter than the order cannot hold n - e: there is nothing to forge.
  if (length < Fn.BYTES) return
  it("refuses the signature for e when asked about n - e", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, digests, async (secret, digest) => {
        const e = Fn.create(BigInt("0x" + Buffer.from(digest.subarray(0, Fn.BYTES)).toString("hex")))
        const key = keyOf(curve, noble.getPublicKey(secret, false))
        const negated = Buffer.from(Fn.toBytes(Fn.neg(e)))
        const other = new Uint8Array(length)
        other.set(negated)
        expect(await answers({ scheme, key, signature: sign(secret, digest), data: { digest: other } })).toEqual([
          false,
          false,
        ])
      }),
      { numRuns },
    )
  })
})
