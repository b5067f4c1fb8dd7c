/** Keys of the corpus in the form of the Trust document: the algorithm is named, never guessed by a verifier. */
import { createPublicKey, type KeyObject } from "node:crypto"
import { readFileSync } from "node:fs"
import type { TrustedKey } from "../../src/formats/trust.ts"

export interface CorpusKey extends TrustedKey {
  /** The name evidence calls the key by, where its registry publishes one. */
  readonly hint: string | undefined
}

const BY_CURVE: Readonly<Record<string, string>> = {
  prime256v1: "PKIX_ECDSA_P256_SHA_256",
  secp384r1: "PKIX_ECDSA_P384_SHA_384",
  secp521r1: "PKIX_ECDSA_P521_SHA_512",
}

function algorithmOf(key: KeyObject): string {
  const name = BY_CURVE[key.asymmetricKeyDetails?.namedCurve ?? ""]
  if (name === undefined)
    throw new Error(`the corpus has a key of an unexpected type: ${String(key.asymmetricKeyType)}`)
  return name
}

/** A key from PEM or SubjectPublicKeyInfo DER. */
export function corpusKey(
  bytes: Buffer,
  encoding: TrustedKey["encoding"],
  validFor: TrustedKey["validFor"],
  hint?: string,
): CorpusKey {
  const pem = bytes.toString("latin1").includes("-----BEGIN")
  const key = pem ? createPublicKey(bytes) : createPublicKey({ key: bytes, format: "der", type: "spki" })
  const spki = key.export({ format: "der", type: "spki" }).toString("base64")
  return { spki, algorithm: algorithmOf(key), encoding, validFor, hint }
}

interface NpmKey {
  readonly keyId: string
  readonly keyUsage: string
  readonly publicKey: {
    readonly rawBytes: string
    readonly validFor: { readonly start: string; readonly end?: string }
  }
}

const seconds = (time: string): string => time.replace(/\.\d+Z$/, "Z")

/** The npm registry's keys for attestations (it lists each key a second time for package signatures). */
export function npmKeys(path: string): readonly CorpusKey[] {
  const { keys } = JSON.parse(readFileSync(path, "utf8")) as { keys: readonly NpmKey[] }
  return keys
    .filter(k => k.keyUsage === "npm:attestations")
    .map(k => {
      const { start, end } = k.publicKey.validFor
      const validFor = end === undefined ? { start: seconds(start) } : { start: seconds(start), end: seconds(end) }
      return corpusKey(Buffer.from(k.publicKey.rawBytes, "base64"), "der", validFor, k.keyId)
    })
}
