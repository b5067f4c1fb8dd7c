/**
 * An operator's own key, as it is made and used where the operator sits: in the window and on the command line, by the
 * same code over WebCrypto. The private key never leaves that place; the site knows the public one.
 */
import { readDer, TAG, type DerReader } from "../../src/formats/der.ts"
import { derElement } from "../../src/formats/der-write.ts"
import { OID, oidContent } from "../../src/formats/oid.ts"
import { fromBase64Url, toBase64Url, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Random } from "../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Secret } from "../../src/kernel/secret.ts"
import { ITERATIONS, parseKeyFile, printKeyFile, printPem, type LockedKey } from "./key-file.ts"
import { loginMessage, type Challenge, type LoginByKey } from "./session.ts"

/** What a key is made with. */
export interface KeyMaking {
  readonly subtle: SubtleCrypto
  readonly random: Random
}

/** A private key that is open for use. */
export interface OperatorKey {
  readonly algorithm: "ed25519" | "ecdsa-p256"
  /** Signs a message: 64 bytes (Ed25519: R and S; P-256 with SHA-256: r and s). */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** A new key pair as files. */
export interface NewKey {
  readonly keyFile: string
  /** `PUBLIC KEY` in PEM. */
  readonly publicKey: string
  readonly spki: Uint8Array
}

/** Fewest bytes of the passphrase of a new key. */
export const MIN_PASSPHRASE_BYTES = 12

/** Bytes in memory of their own, which is what WebCrypto's types ask for. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** The cipher's key from the passphrase. A passphrase in a window is its UTF-8 in Unicode's form NFC. */
async function cipherKey(
  subtle: SubtleCrypto,
  passphrase: Uint8Array,
  { salt, iterations }: Pick<LockedKey, "salt" | "iterations">,
  use: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  const base = await subtle.importKey("raw", own(passphrase), "PBKDF2", false, ["deriveKey"])
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: own(salt), iterations }
  return subtle.deriveKey(derivation, base, { name: "AES-CBC", length: 256 }, false, [use])
}

/** The algorithm of a PKCS#8 PrivateKeyInfo; undefined for keys that operators do not have. */
function algorithmOf(reader: DerReader): OperatorKey["algorithm"] | undefined {
  return reader.sequence("PrivateKeyInfo", outer => {
    outer.integer("version", 1)
    const algorithm = outer.sequence("privateKeyAlgorithm", inner => {
      const kind = inner.oid("algorithm")
      if (kind === OID.ed25519) return "ed25519" as const
      if (kind !== OID.ecPublicKey) inner.fail("algorithm")
      if (inner.oid("namedCurve") !== OID.p256) inner.fail("namedCurve")
      return "ecdsa-p256" as const
    })
    // The key itself, attributes and public key are WebCrypto's to read.
    while (outer.more) outer.any("PrivateKeyInfo")
    return algorithm
  })
}

async function importKey(subtle: SubtleCrypto, pkcs8: Uint8Array): Promise<Result<OperatorKey>> {
  const algorithm = readDer(pkcs8, "field-invalid", algorithmOf)
  if (!algorithm.ok || algorithm.value === undefined)
    return err(new StellaError("KEY_ALGORITHM_UNSUPPORTED", "an operator's key is Ed25519 or P-256"))
  const ed25519 = algorithm.value === "ed25519"
  const kind = ed25519 ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256" }
  const key = await subtle.importKey("pkcs8", own(pkcs8), kind, false, ["sign"])
  const how = ed25519 ? { name: "Ed25519" } : { name: "ECDSA", hash: "SHA-256" }
  return ok({
    algorithm: algorithm.value,
    sign: async message => new Uint8Array(await subtle.sign(how, key, own(message))),
  })
}

/**
 * Opens a key file. Failures: KEY_MALFORMED (no such file), KEY_UNAVAILABLE (the passphrase does not open it),
 * KEY_ALGORITHM_UNSUPPORTED. The passphrase is used up.
 */
export async function openOperatorKey(
  text: string,
  passphrase: Secret,
  subtle: SubtleCrypto,
): Promise<Result<OperatorKey>> {
  return passphrase.use(async secret => {
    const locked = parseKeyFile(text)
    if (!locked.ok) return locked
    const wrong = new StellaError("KEY_UNAVAILABLE", "the passphrase does not open this key file")
    const key = await cipherKey(subtle, secret, locked.value, "decrypt")
    const { iv, encrypted } = locked.value
    let pkcs8: Uint8Array
    try {
      pkcs8 = new Uint8Array(await subtle.decrypt({ name: "AES-CBC", iv: own(iv) }, key, own(encrypted)))
    } catch {
      // WebCrypto says nothing but that the padding is wrong, which is all there is to know.
      return err(wrong)
    }
    // One wrong passphrase in 256 gives a right padding, and then bytes that are no private key.
    if (pkcs8[0] !== TAG.sequence) return err(wrong)
    try {
      return await importKey(subtle, pkcs8)
    } catch (error) {
      return err(new StellaError("KEY_MALFORMED", "the private key in the file cannot be read", {}, error))
    } finally {
      pkcs8.fill(0)
    }
  })
}

/** `PrivateKeyInfo` of an Ed25519 key (RFC 8410 §7). */
function ed25519Pkcs8(seed: Uint8Array): Uint8Array {
  const algorithm = derElement(TAG.sequence, derElement(TAG.oid, oidContent(OID.ed25519)))
  const key = derElement(TAG.octetString, derElement(TAG.octetString, seed))
  return derElement(TAG.sequence, derElement(TAG.integer, Uint8Array.of(0)), algorithm, key)
}

function ed25519Spki(raw: Uint8Array): Uint8Array {
  const algorithm = derElement(TAG.sequence, derElement(TAG.oid, oidContent(OID.ed25519)))
  return derElement(TAG.sequence, algorithm, derElement(TAG.bitString, Uint8Array.of(0), raw))
}

/**
 * Makes an Ed25519 key under a passphrase. Failure: KEY_REFUSED for a passphrase that is too short. The passphrase is
 * used up.
 */
export async function makeOperatorKey(
  passphrase: Secret,
  { subtle, random }: KeyMaking,
  iterations = ITERATIONS,
): Promise<Result<NewKey>> {
  return passphrase.use(async secret => {
    if (secret.length < MIN_PASSPHRASE_BYTES)
      return err(new StellaError("KEY_REFUSED", `the passphrase is shorter than ${MIN_PASSPHRASE_BYTES} bytes`))
    const seed = random.bytes(32)
    const pkcs8 = ed25519Pkcs8(seed)
    try {
      const pair = await subtle.importKey("pkcs8", own(pkcs8), { name: "Ed25519" }, true, ["sign"])
      const { x } = await subtle.exportKey("jwk", pair)
      const raw = fromBase64Url(x ?? "")
      if (raw?.length !== 32) throw new StellaError("INTERNAL", "WebCrypto gave no public key")
      const spki = ed25519Spki(raw)
      const [salt, iv] = [random.bytes(16), random.bytes(16)]
      const key = await cipherKey(subtle, secret, { salt, iterations }, "encrypt")
      const encrypted = new Uint8Array(await subtle.encrypt({ name: "AES-CBC", iv: own(iv) }, key, own(pkcs8)))
      const keyFile = printKeyFile({ salt, iterations, iv, encrypted })
      return ok({ keyFile, publicKey: printPem("PUBLIC KEY", spki), spki })
    } finally {
      seed.fill(0)
      pkcs8.fill(0)
    }
  })
}

/** The id of the operator who has this public key: SHA-256 of its SubjectPublicKeyInfo, in lowercase hexadecimal. */
export async function operatorIdOf(spki: Uint8Array, subtle: SubtleCrypto): Promise<string> {
  return toHex(new Uint8Array(await subtle.digest("SHA-256", own(spki))))
}

/** Answers a challenge: what is sent to log in. */
export async function answerChallenge(asked: Challenge, operator: string, key: OperatorKey): Promise<LoginByKey> {
  const signature = toBase64Url(await key.sign(loginMessage(asked, operator)))
  return { v: 1, operator, challenge: asked.challenge, signature }
}
