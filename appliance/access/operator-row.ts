/**
 * An operator as the store keeps them: a committed row of the sublevel `operators`, under their id.
 *
 * ```
 * SHA-256 of the SubjectPublicKeyInfo (32 bytes) ->
 *   {"disabledAt":null,"enrolledAt":"2026-01-02T03:04:05Z","name":"kim","roles":["auditor"],"spki":"MCow…","v":1}
 * ```
 *
 * A row is never removed: audit records name the operator, and a key that was disabled is never enrolled again.
 */
import { inOrderOf, instant, list, nullable, oneOf, pattern, readDocument, record } from "../../src/formats/document.ts"
import type { Reader } from "../../src/formats/document.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { fromBase64, toBase64, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { PublicKey, SignatureScheme } from "../../src/kernel/signature-scheme.ts"
import { ROLE_NAMES, type RoleName } from "../../ui/contract/roles.ts"

/** An operator: enrolled, and perhaps disabled since. */
export interface Operator {
  /** SHA-256 of the key's SubjectPublicKeyInfo, lowercase hex. */
  readonly id: string
  readonly name: string
  /** Sorted, at least one. */
  readonly roles: readonly RoleName[]
  readonly key: PublicKey
  readonly enrolledAt: string
  /** Null while enabled. */
  readonly disabledAt: string | null
}

/** The operators' sublevel. */
export const OPERATOR_SUBLEVEL = "operators"

const MAX_BYTES = 4096

const readRow = record({
  v: oneOf(1),
  name: pattern(/^[a-z][a-z0-9._-]{0,62}[a-z0-9]$/),
  roles: inOrderOf(list(oneOf(...ROLE_NAMES) satisfies Reader<RoleName>, ROLE_NAMES.length), name => name),
  spki: pattern(/^[A-Za-z0-9+/]{4,512}={0,2}$/),
  enrolledAt: instant,
  disabledAt: nullable(instant),
})

/** The scheme that an operator's key signs with; undefined for keys that operators cannot have. */
export function operatorScheme(key: PublicKey): SignatureScheme | undefined {
  if (key.kind === "ed25519") return { kind: "ed25519" }
  if (key.kind === "ec" && key.curve === "P-256") return { kind: "ecdsa", curve: "P-256", hash: "sha256" }
  return undefined
}

/** The id that goes with a key. */
export function operatorIdOf(key: PublicKey, crypto: Pick<Crypto, "hash">): string {
  return toHex(crypto.hash("sha256", key.spki))
}

/** The bytes of a row. */
export function printOperator({ name, roles, key, enrolledAt, disabledAt }: Operator): Uint8Array {
  return utf8(canonicalJson({ v: 1, name, roles, spki: toBase64(key.spki), enrolledAt, disabledAt }))
}

/** Reads exactly what `printOperator` prints; undefined for anything else. */
export function parseOperator(bytes: Uint8Array, crypto: Pick<Crypto, "hash">): Operator | undefined {
  const read = readDocument(bytes, readRow, { maxBytes: MAX_BYTES })
  if (!read.ok || read.value.roles.length === 0) return undefined
  const { name, roles, enrolledAt, disabledAt } = read.value
  const spki = fromBase64(read.value.spki)
  const parsed = spki === undefined ? undefined : parsePublicKey(spki)
  if (parsed?.ok !== true || operatorScheme(parsed.value) === undefined) return undefined
  return { id: operatorIdOf(parsed.value, crypto), name, roles, key: parsed.value, enrolledAt, disabledAt }
}
