/** Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), and who signs them. */
import { derive, join, utf8 } from "../crypto/derive.ts"
import { base64, hex } from "./json.ts"
import type { Key } from "./keys.ts"
import { sha256 } from "./merkle.ts"

/** A key under a name: what stands on a signature line, and what follows the key id there. */
export interface NoteSigner {
  readonly name: string
  /** Four octets. */
  readonly keyId: Uint8Array
  sign(text: string): Uint8Array
}

const raw = (key: Key): Uint8Array => key.spki.subarray(-32)

/** Rekor v1: the key id is of the SubjectPublicKeyInfo alone. */
export function spkiSigner(name: string, key: Key): NoteSigner {
  return { name, keyId: sha256(key.spki).subarray(0, 4), sign: text => key.sign(utf8(text)) }
}

/** The whole key id of an Ed25519 key under a name; its first four octets stand on the line. */
export function ed25519KeyId(name: string, key: Key, type = 1): Uint8Array {
  return sha256(utf8(`${name}\n`), Uint8Array.of(type), raw(key))
}

/** An Ed25519 log key, as Rekor v2 has. */
export function ed25519Signer(name: string, key: Key): NoteSigner {
  return { name, keyId: ed25519KeyId(name, key).subarray(0, 4), sign: text => key.sign(utf8(text)) }
}

/** A witness that saw the tree at a time (c2sp.org/tlog-cosignature, type 0x04). */
export function witness(name: string, key: Key, atSeconds: number): NoteSigner {
  const at = Buffer.alloc(8)
  at.writeBigUInt64BE(BigInt(atSeconds))
  const header = `cosignature/v1\ntime ${String(atSeconds)}\n`
  return {
    name,
    keyId: ed25519KeyId(name, key, 4).subarray(0, 4),
    sign: text => join(at, key.sign(utf8(header + text))),
  }
}

/** Somebody nobody knows: another key and another name. */
export const stranger: NoteSigner = {
  name: "stranger.example",
  keyId: Uint8Array.of(1, 2, 3, 4),
  sign: text => derive(`stranger ${text}`, 64),
}

/** The vkey under which an Ed25519 key of this type is published. */
export function vkey(name: string, key: Key, type = 1): string {
  const id = hex(ed25519KeyId(name, key, type).subarray(0, 4))
  return `${name}+${id}+${base64(join([type], raw(key)))}`
}

/** A note with one signature line for each signer. */
export function note(text: string, signers: readonly NoteSigner[]): string {
  const lines = signers.map(s => `\u2014 ${s.name} ${base64(join(s.keyId, s.sign(text)))}\n`)
  return `${text}\n${lines.join("")}`
}

/** The text of a checkpoint. */
export function checkpointText(origin: string, size: number, root: Uint8Array, extensions: string[] = []): string {
  return [origin, String(size), base64(root), ...extensions].map(line => `${line}\n`).join("")
}
