/**
 * What every signer must do, whichever driver it is. A new driver passes this suite before it is used; the port's
 * promises are in `src/kernel/ports.ts`.
 */
import { expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { allowedSchemes } from "../../src/formats/algorithm-registry.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { checkSignature } from "../../src/formats/signature.ts"
import type { Signer } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"

/** Messages that catch drivers which pre-hash, pad or cut. */
const MESSAGES: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ["nothing", new Uint8Array()],
  ["one byte", Uint8Array.of(0)],
  ["a hash's length", new Uint8Array(32).fill(7)],
  ["more than any block", Uint8Array.from({ length: 100_003 }, (_, i) => i % 251)],
]

/** Runs the suite on a signer; `broken` is one whose key has gone away, where the driver can show that. */
export function signerContract(make: () => Promise<Signer>, broken?: () => Promise<Signer>): void {
  const crypto = nodeCrypto()

  it("has a public key that the strict parser accepts, and a registered scheme for it", async () => {
    const signer = await make()
    expect(unwrap0(parsePublicKey(signer.publicKey.spki))).toEqual(signer.publicKey)
    expect(allowedSchemes(signer.publicKey)).toContainEqual(signer.scheme)
  })

  it.each(MESSAGES)("signs %s, in the strict encoding of its scheme", async (_, message) => {
    const signer = await make()
    const copy = Uint8Array.from(message)
    const signature = unwrap(await signer.sign(message))
    expect(message).toEqual(copy)
    const { scheme, publicKey: key } = signer
    expect(await checkSignature(crypto, { scheme, key, signature, data: { message } })).toBe("valid")
    const other = { message: Uint8Array.of(...message.subarray(0, 8), 1) }
    expect(await checkSignature(crypto, { scheme, key, signature, data: other })).toBe("mismatch")
  })

  it("answers many askings at once, each with the signature of its own message", async () => {
    const signer = await make()
    const messages = Array.from({ length: 8 }, (_, i) => Uint8Array.of(i, i, i))
    const signatures = await Promise.all(messages.map(async message => unwrap(await signer.sign(message))))
    const { scheme, publicKey: key } = signer
    for (const [i, message] of messages.entries()) {
      const signature = signatures[i] ?? new Uint8Array()
      expect(await checkSignature(crypto, { scheme, key, signature, data: { message } })).toBe("valid")
    }
  })

  it.skipIf(broken === undefined)(
    "answers with KEY_UNAVAILABLE, and does not throw, when the key is gone",
    async () => {
      const signer = await (broken ?? make)()
      const answer = await signer.sign(Uint8Array.of(1))
      expect(answer.ok ? "signed" : answer.error.code).toBe("KEY_UNAVAILABLE")
    },
  )
}

function unwrap0<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}
