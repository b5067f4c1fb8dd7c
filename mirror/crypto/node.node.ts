/**
 * The crypto provider of the appliance and of the kit: node:crypto (OpenSSL), and noble's arithmetic for what
 * node:crypto does not do.
 *
 * Calls are synchronous inside: one signature takes less time than a trip to the thread pool, and parallelism comes from
 * workers. Key objects are kept for as long as the parsed key they belong to, because reading a key costs a fifth of a
 * P-256 verification.
 */
import { constants, createPublicKey, hash as digestOf, verify } from "node:crypto"
import type { KeyObject } from "node:crypto"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { HashAlgorithm, PublicKey } from "../../src/kernel/signature-scheme.ts"
import { cryptoProvider } from "./provider.ts"

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
const PKCS1 = { padding: constants.RSA_PKCS1_PADDING }

/**
 * The digest comes out as a string of one character a byte and is copied from there: a short array inside the heap costs
 * half as much as the Buffer, with its memory outside, that Node would make, and a Case takes dozens of them.
 */
function hash(algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array {
  const digest = digestOf(algorithm, bytes, "latin1")
  const out = new Uint8Array(digest.length)
  for (let i = 0; i < out.length; i++) out[i] = digest.charCodeAt(i)
  return out
}

/** The key object of a parsed key, or null when OpenSSL refuses to read it. */
function read(key: PublicKey): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(key.spki), format: "der", type: "spki" })
  } catch {
    // Refused by OpenSSL although `parsePublicKey` took it: then nothing verifies under it.
    return null
  }
}

/** Crypto on node:crypto, with a cache of key objects of its own. */
export function nodeCrypto(): Crypto {
  const objects = new WeakMap<PublicKey, KeyObject | null>()
  const objectOf = (key: PublicKey): KeyObject | null => {
    let object = objects.get(key)
    if (object === undefined) {
      object = read(key)
      objects.set(key, object)
    }
    return object
  }
  const direct = (algorithm: HashAlgorithm | null, key: PublicKey, signature: Uint8Array, message: Uint8Array) => {
    const object = objectOf(key)
    return object !== null && verify(algorithm, message, object, signature)
  }
  return cryptoProvider({
    hash,
    ecdsa: (key, algorithm, signature, message) => direct(algorithm, key, signature, message),
    ecdsaDigest: async (key, algorithm, signature, digest) => {
      const { verifyEcdsaDigest } = await import("./ecdsa-digest.node.ts")
      return verifyEcdsaDigest(key, algorithm, signature, digest)
    },
    ed25519: (key, signature, message) => direct(null, key, signature, message),
    rsa: (scheme, key, signature, message) => {
      const object = objectOf(key)
      if (object === null) return false
      const padding = scheme.kind === "rsa-pss" ? PSS : PKCS1
      return verify(scheme.hash, message, { key: object, ...padding }, signature)
    },
    mlDsa: (key, signature, message) => direct(null, key, signature, message),
  })
}
