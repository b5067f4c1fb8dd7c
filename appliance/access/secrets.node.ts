/** Secret arithmetic by node:crypto, and the key of session tokens. */
import { createHmac, createPrivateKey, createPublicKey, timingSafeEqual, type KeyObject } from "node:crypto"
import type { Secrets } from "./secrets.ts"

/** Node's own. */
export const nodeSecrets: Secrets = {
  mac: (key, message) => new Uint8Array(createHmac("sha256", key).update(message).digest()),
  same: (a, b) => a.length === b.length && timingSafeEqual(a, b),
}

/** A `PrivateKeyInfo` of Ed25519 (RFC 8410 §7) up to the 32 bytes of the seed. */
const PKCS8 = "302e020100300506032b657004220420"

/** The Ed25519 key pair of a seed of 32 bytes, which is overwritten. */
export function ed25519Pair(seed: Uint8Array): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const der = Buffer.concat([Buffer.from(PKCS8, "hex"), seed])
  seed.fill(0)
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" })
  der.fill(0)
  return { privateKey, publicKey: createPublicKey(privateKey) }
}
