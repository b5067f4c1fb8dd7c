/**
 * Verifier keys of signed notes (c2sp.org/signed-note, "Verifier keys"):
 *
 * ```text
 * example.com/log+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k
 * <name>+<key id, 8 hex digits>+<base64 of a type byte and the key>
 * ```
 *
 * | type | key after the type byte | key id: first four bytes of SHA-256 over |
 * |---|---|---|
 * | 0x01 Ed25519 | 32 bytes | name, LF, 0x01, key; in Rekor v1: the SubjectPublicKeyInfo |
 * | 0x02 ECDSA | SubjectPublicKeyInfo | the SubjectPublicKeyInfo (the name is not in it) |
 * | 0x04 Ed25519 cosignature/v1 | 32 bytes | name, LF, 0x04, key |
 * | 0x05 RFC 6962 tree head | SubjectPublicKeyInfo | name, LF, 0x05, SHA-256 of the SubjectPublicKeyInfo |
 * | 0x06 ML-DSA-44 | 1,312 bytes | name, LF, 0x06, key |
 * | 0xff and `PKIX-RSA-PKCS#1v1.5` | SubjectPublicKeyInfo | name, LF, 0xff, that text, the SubjectPublicKeyInfo |
 *
 * The key id names a key, it does not authenticate one: it is 32 bits short.
 */
import { concatBytes, equalBytes, fromBase64, toBase64, utf8 } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Fault, Reason } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import type { PublicKey } from "../kernel/signature-scheme.ts"
import { isKeyName } from "./note.ts"
import { ed25519Key, mlDsaKey, parsePublicKey } from "./public-key.ts"

/** How a key signs notes. */
export type VkeyType = "ed25519" | "ecdsa" | "cosignature-v1" | "rfc6962-sth" | "ml-dsa-44" | "rsa"

/** A verifier key: name and key id select signature lines, type and key verify them. */
export interface Vkey {
  readonly name: string
  /** Unsigned 32-bit key id. */
  readonly keyId: number
  readonly type: VkeyType
  readonly key: PublicKey
  /** The printed form. */
  readonly text: string
}

/** What computing a key id needs of the Crypto port. */
export type Hasher = Pick<Crypto, "hash">

const RSA_LABEL = utf8("PKIX-RSA-PKCS#1v1.5")
const LF = Uint8Array.of(0x0a)

/** The bytes that stand before the key: the type byte, and for RSA the label that the type 0xff asks for. */
const PREFIX: Readonly<Record<VkeyType, Uint8Array>> = {
  ed25519: Uint8Array.of(0x01),
  ecdsa: Uint8Array.of(0x02),
  "cosignature-v1": Uint8Array.of(0x04),
  "rfc6962-sth": Uint8Array.of(0x05),
  "ml-dsa-44": Uint8Array.of(0x06),
  rsa: concatBytes(Uint8Array.of(0xff), RSA_LABEL),
}
const TYPES = Object.keys(PREFIX) as VkeyType[]

/** The key's bytes as a vkey of this type carries them; `undefined` when the type cannot have such a key. */
function material(type: VkeyType, key: PublicKey): Uint8Array | undefined {
  switch (type) {
    case "ed25519":
    case "cosignature-v1":
      return key.kind === "ed25519" ? key.raw : undefined
    case "ecdsa":
    case "rfc6962-sth":
      return key.kind === "ec" ? key.spki : undefined
    case "ml-dsa-44":
      return key.kind === "ml-dsa" && key.set === "ML-DSA-44" ? key.raw : undefined
    case "rsa":
      return key.kind === "rsa" ? key.spki : undefined
  }
}

function parseMaterial(type: VkeyType, bytes: Uint8Array): Result<PublicKey, Fault> {
  switch (type) {
    case "ed25519":
    case "cosignature-v1":
      return ed25519Key(bytes)
    case "ml-dsa-44":
      return mlDsaKey("ML-DSA-44", bytes)
    case "ecdsa":
    case "rfc6962-sth":
    case "rsa":
      return parsePublicKey(bytes)
  }
}

function firstFour(crypto: Hasher, ...parts: readonly Uint8Array[]): number {
  const digest = crypto.hash("sha256", concatBytes(...parts))
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0)
}

/** The key id of Rekor v1, whatever the key's kind: SHA-256 of the SubjectPublicKeyInfo, first four bytes. */
export function spkiKeyId(crypto: Hasher, key: PublicKey): number {
  return firstFour(crypto, key.spki)
}

/** The key id that the table above gives for a name, a type and the key's bytes in a vkey of that type. */
function standardKeyId(crypto: Hasher, name: string, type: VkeyType, key: PublicKey, bytes: Uint8Array): number {
  if (type === "ecdsa") return spkiKeyId(crypto, key)
  // static-ct-api: the key of a CT log is its log id, the SHA-256 of the SubjectPublicKeyInfo.
  const hashed = type === "rfc6962-sth" ? crypto.hash("sha256", bytes) : bytes
  return firstFour(crypto, utf8(name), LF, PREFIX[type], hashed)
}

function printed(name: string, keyId: number, type: VkeyType, bytes: Uint8Array): string {
  return `${name}+${printKeyId(keyId)}+${toBase64(concatBytes(PREFIX[type], bytes))}`
}

/**
 * Makes the vkey of a key under a name. `undefined` when the name is no key name or the type cannot have such a key.
 */
export function makeVkey(crypto: Hasher, name: string, type: VkeyType, key: PublicKey): Vkey | undefined {
  const bytes = material(type, key)
  if (bytes === undefined || !isKeyName(name)) return undefined
  const keyId = standardKeyId(crypto, name, type, key, bytes)
  return { name, keyId, type, key, text: printed(name, keyId, type, bytes) }
}

/**
 * Every vkey under which a log with this key may sign its checkpoints: the one of the key's kind, and for Ed25519 also
 * the one of Rekor v1, whose key id is a hash of the SubjectPublicKeyInfo.
 */
export function logVkeys(crypto: Hasher, name: string, key: PublicKey): Vkey[] {
  const type = ({ ed25519: "ed25519", ec: "ecdsa", rsa: "rsa", "ml-dsa": "ml-dsa-44" } as const)[key.kind]
  const vkey = makeVkey(crypto, name, type, key)
  if (vkey === undefined) return []
  if (key.kind !== "ed25519") return [vkey]
  const keyId = spkiKeyId(crypto, key)
  return [vkey, { ...vkey, keyId, text: printed(name, keyId, "ed25519", key.raw) }]
}

/**
 * The key under which a witness cosigns, for a witness that publishes its key as a plain Ed25519 vkey (type 0x01): same
 * name and key, type 0x04, and therefore another key id. Other vkeys are returned as they are.
 */
export function cosignatureVkey(crypto: Hasher, vkey: Vkey): Vkey {
  if (vkey.type !== "ed25519") return vkey
  return makeVkey(crypto, vkey.name, "cosignature-v1", vkey.key) as Vkey
}

function fault(reason: Reason): { readonly ok: false; readonly error: Fault } {
  return err({ reason, where: "vkey" })
}

/**
 * Parses a vkey and checks that its key id is the right one for its type (for Ed25519: of either form). Only for ML-DSA-44
 * the printed one is not compared: early tools printed other ids and, like here, used the right one. Faults:
 * `field-invalid`, `base64-invalid`, `algorithm-unsupported`, and those of the key itself.
 */
export function parseVkey(text: string, crypto: Hasher): Result<Vkey, Fault> {
  // Split at the first two plus signs: the base64 text may have more of them.
  const parts = /^(?<name>[^+]+)\+(?<id>[0-9a-f]{8})\+(?<data>.+)$/u.exec(text)?.groups
  if (parts === undefined) return fault("field-invalid")
  const { name, id, data } = parts as { name: string; id: string; data: string }
  if (!isKeyName(name)) return fault("field-invalid")
  const bytes = fromBase64(data)
  if (bytes === undefined) return fault("base64-invalid")
  const type = TYPES.find(t => equalBytes(bytes.subarray(0, PREFIX[t].length), PREFIX[t]))
  if (type === undefined) return fault("algorithm-unsupported")
  const key = parseMaterial(type, bytes.subarray(PREFIX[type].length))
  if (!key.ok) return key
  const keyBytes = material(type, key.value)
  if (keyBytes === undefined) return fault("algorithm-unsupported")
  const standard = standardKeyId(crypto, name, type, key.value, keyBytes)
  const printedId = Number.parseInt(id, 16)
  const isRekorV1 = type === "ed25519" && printedId === spkiKeyId(crypto, key.value)
  if (printedId !== standard && !isRekorV1 && type !== "ml-dsa-44") return fault("field-invalid")
  const keyId = isRekorV1 ? printedId : standard
  return ok({ name, keyId, type, key: key.value, text })
}

/** Prints a vkey: the exact inverse of `parseVkey`. */
export function printVkey(vkey: Vkey): string {
  return vkey.text
}

/** A key id as eight hexadecimal digits. */
export function printKeyId(keyId: number): string {
  return keyId.toString(16).padStart(8, "0")
}
