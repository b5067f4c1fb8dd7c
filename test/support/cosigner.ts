/** Cosigners for tests: real keys behind the Signer port. */
import { generateKeyPairSync, sign } from "node:crypto"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { makeCosigner, type Cosigner, type CosignerRole } from "../../mirror/witness/cosigner.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Signer } from "../../src/kernel/ports.ts"
import { err, ok, unwrap } from "../../src/kernel/result.ts"

/** A signer that can be taken away, and that counts. */
export interface TestSigner extends Signer {
  isAway: boolean
  signed: number
}

/** A key pair behind the port. */
export function testSigner(kind: "ed25519" | "ml-dsa-44" | "ec" = "ed25519"): TestSigner {
  const { publicKey, privateKey } =
    kind === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : kind === "ed25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("ml-dsa-44")
  const parsed = parsePublicKey(new Uint8Array(publicKey.export({ format: "der", type: "spki" })))
  if (!parsed.ok) throw new Error(parsed.error.reason)
  const scheme = {
    ed25519: { kind: "ed25519" },
    "ml-dsa-44": { kind: "ml-dsa", set: "ML-DSA-44" },
    ec: { kind: "ecdsa", curve: "P-256", hash: "sha256" },
  } as const
  const signer: TestSigner = {
    publicKey: parsed.value,
    scheme: scheme[kind],
    custody: "file",
    isAway: false,
    signed: 0,
    async sign(message) {
      if (signer.isAway) return err(new StellaError("KEY_UNAVAILABLE", "the token is away"))
      signer.signed++
      return ok(new Uint8Array(sign(null, message, privateKey)))
    },
  }
  return signer
}

/** A cosigner with a key of its own. */
export function testCosigner(role: CosignerRole, name: string, signer: Signer = testSigner()): Cosigner {
  return unwrap(makeCosigner(nodeCrypto(), role, name, signer))
}
