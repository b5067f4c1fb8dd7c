/**
 * Writes the signature vectors: `node kit-scripts/vectors/crypto-vectors.ts [folder [name…]]`, by default all of them to
 * test/vectors/crypto. A second run writes the same bytes.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { ecdsaVectors } from "./crypto/ecdsa.ts"
import { ed25519Vectors } from "./crypto/ed25519.ts"
import { mlDsaVectors } from "./crypto/ml-dsa.ts"
import { pkcs1Vectors } from "./crypto/rsa-pkcs1.ts"
import { pssVectors } from "./crypto/rsa-pss.ts"
import type { VectorWriter } from "./crypto/vector.ts"

const FILES: Readonly<Record<string, () => VectorWriter>> = {
  "ecdsa-p256-sha256": () => ecdsaVectors("P-256", "sha256"),
  "ecdsa-p384-sha384": () => ecdsaVectors("P-384", "sha384"),
  "ecdsa-p384-sha256": () => ecdsaVectors("P-384", "sha256"),
  "ecdsa-p521-sha512": () => ecdsaVectors("P-521", "sha512"),
  "ecdsa-p521-sha256": () => ecdsaVectors("P-521", "sha256"),
  ed25519: () => ed25519Vectors("ed25519"),
  ed25519ph: () => ed25519Vectors("ed25519ph"),
  "rsa-pkcs1-sha256": () => pkcs1Vectors("sha256"),
  "rsa-pkcs1-sha384": () => pkcs1Vectors("sha384"),
  "rsa-pkcs1-sha512": () => pkcs1Vectors("sha512"),
  "rsa-pss-sha256": () => pssVectors("sha256"),
  "rsa-pss-sha384": () => pssVectors("sha384"),
  "rsa-pss-sha512": () => pssVectors("sha512"),
  "ml-dsa-44": () => mlDsaVectors("ML-DSA-44"),
  "ml-dsa-65": () => mlDsaVectors("ML-DSA-65"),
  "ml-dsa-87": () => mlDsaVectors("ML-DSA-87"),
}

const [folder = join(import.meta.dirname, "../../test/vectors/crypto"), ...names] = process.argv.slice(2)
mkdirSync(resolve(folder), { recursive: true })
for (const [name, make] of Object.entries(FILES)) {
  if (names.length > 0 && !names.includes(name)) continue
  const text = make().print()
  writeFileSync(join(folder, `${name}.json`), text)
  console.log(`${name}.json: ${text.length} bytes`)
}
