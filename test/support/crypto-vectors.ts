/** Our own signature vectors (test/vectors/crypto), read for the tests. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { CryptoVector, CryptoVectorFile } from "../../kit-scripts/vectors/crypto/vector.ts"
import type { SignedData } from "../../src/kernel/signature-scheme.ts"

const folder = join(import.meta.dirname, "../vectors/crypto")

export const vectorFiles: readonly (CryptoVectorFile & { readonly name: string })[] = readdirSync(folder)
  .filter(name => name.endsWith(".json"))
  .sort()
  .map(name => ({
    ...(JSON.parse(readFileSync(join(folder, name), "utf8")) as CryptoVectorFile),
    name: name.slice(0, -".json".length),
  }))

export function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"))
}

/** Message or digest of a vector. */
export function dataOf(vector: CryptoVector): SignedData {
  return "message" in vector ? { message: bytes(vector.message) } : { digest: bytes(vector.digest) }
}

/** SubjectPublicKeyInfo of a vector. */
export function spkiOf(file: CryptoVectorFile, vector: CryptoVector): Uint8Array {
  const hex = file.keys[vector.key]
  if (hex === undefined) throw new Error(`${vector.id} names no key`)
  return bytes(hex)
}
