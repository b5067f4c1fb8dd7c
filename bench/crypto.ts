/**
 * Signature checks per second, one thread, for every scheme and provider: `node bench/crypto.ts [--json] [milliseconds]`.
 * Keys are parsed once, as a trust root's are; `read-key` is what a key costs that is seen for the first time.
 */
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { ed25519ph } from "@noble/curves/ed25519.js"
import { nodeCrypto } from "../mirror/crypto/index.ts"
import { portableCrypto } from "../mirror/crypto/portable.ts"
import { prehashOf } from "../src/formats/algorithm-registry.ts"
import { ed25519Key, parsePublicKey } from "../src/formats/public-key.ts"
import { checkSignature } from "../src/formats/signature.ts"
import type { Crypto } from "../src/kernel/ports.ts"
import type {
  Curve,
  HashAlgorithm,
  MlDsa,
  PublicKey,
  SignatureScheme,
  VerifyRequest,
} from "../src/kernel/signature-scheme.ts"

const MESSAGE = new Uint8Array(createHash("shake256", { outputLength: 512 }).update("message").digest())

const PROVIDERS: Readonly<Record<string, () => Crypto>> = {
  node: nodeCrypto,
  portable: portableCrypto,
  noble: () => portableCrypto(null),
}

interface Signed {
  readonly name: string
  readonly scheme: SignatureScheme
  readonly key: PublicKey
  readonly signature: Uint8Array
}

function parsed(key: KeyObject): PublicKey {
  const result = parsePublicKey(new Uint8Array(key.export({ format: "der", type: "spki" })))
  if (!result.ok) throw new Error(result.error.reason)
  return result.value
}

function ecdsa(curve: Curve, hash: HashAlgorithm): Signed {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: curve })
  const signature = new Uint8Array(sign(hash, MESSAGE, privateKey))
  return { name: `ecdsa-${curve}-${hash}`, scheme: { kind: "ecdsa", curve, hash }, key: parsed(publicKey), signature }
}

function rsa(kind: "rsa-pkcs1" | "rsa-pss", bits: number): Signed {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: bits })
  const options = kind === "rsa-pss" ? { padding: 6, saltLength: 32 } : { padding: 1 }
  const signature = new Uint8Array(sign("sha256", MESSAGE, { key: privateKey, ...options }))
  return { name: `${kind}-${bits}`, scheme: { kind, hash: "sha256" }, key: parsed(publicKey), signature }
}

function ed25519(): Signed {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const signature = new Uint8Array(sign(null, MESSAGE, privateKey))
  return { name: "ed25519", scheme: { kind: "ed25519" }, key: parsed(publicKey), signature }
}

function prehashed(): Signed {
  const { publicKey, secretKey } = ed25519ph.keygen()
  const key = ed25519Key(publicKey)
  if (!key.ok) throw new Error(key.error.reason)
  const signature = ed25519ph.sign(MESSAGE, secretKey)
  return { name: "ed25519ph", scheme: { kind: "ed25519ph" }, key: key.value, signature }
}

function mlDsa(set: MlDsa, name: "ml-dsa-44" | "ml-dsa-65" | "ml-dsa-87"): Signed {
  // One call for each name: the types have no overload for all three.
  const { publicKey, privateKey } =
    name === "ml-dsa-44"
      ? generateKeyPairSync("ml-dsa-44")
      : name === "ml-dsa-65"
        ? generateKeyPairSync("ml-dsa-65")
        : generateKeyPairSync("ml-dsa-87")
  const signature = new Uint8Array(sign(null, MESSAGE, privateKey))
  return { name, scheme: { kind: "ml-dsa", set }, key: parsed(publicKey), signature }
}

async function perSecond(milliseconds: number, once: () => unknown): Promise<number> {
  const now = (): number => Number(process.hrtime.bigint()) / 1e6
  for (let i = 0; i < 3; i++) await once()
  const start = now()
  for (let runs = 1; ; runs++) {
    await once()
    const elapsed = now() - start
    if (elapsed >= milliseconds) return Math.round((1000 * runs) / elapsed)
  }
}

async function rates(crypto: Crypto, signed: readonly Signed[], milliseconds: number): Promise<Record<string, number>> {
  const out: Record<string, number> = {}
  const measure = async (name: string, request: VerifyRequest): Promise<void> => {
    out[name] = await perSecond(milliseconds, async () => {
      const outcome = await checkSignature(crypto, request)
      if (outcome !== "valid") throw new Error(`${name}: ${outcome}`)
    })
  }
  for (const { name, scheme, key, signature } of signed) {
    await measure(name, { scheme, key, signature, data: { message: MESSAGE } })
    const hash = prehashOf(scheme)
    if (hash === undefined) continue
    await measure(`${name}-digest`, { scheme, key, signature, data: { digest: crypto.hash(hash, MESSAGE) } })
  }
  out["hash-sha256-512-bytes"] = await perSecond(milliseconds, () => crypto.hash("sha256", MESSAGE))
  return out
}

const json = process.argv.includes("--json")
const milliseconds = Number(process.argv.slice(2).find(a => !a.startsWith("--")) ?? 500)
const signed = [
  ecdsa("P-256", "sha256"),
  ecdsa("P-384", "sha384"),
  ecdsa("P-521", "sha512"),
  ed25519(),
  prehashed(),
  rsa("rsa-pkcs1", 2048),
  rsa("rsa-pkcs1", 3072),
  rsa("rsa-pkcs1", 4096),
  rsa("rsa-pss", 2048),
  mlDsa("ML-DSA-44", "ml-dsa-44"),
  mlDsa("ML-DSA-65", "ml-dsa-65"),
  mlDsa("ML-DSA-87", "ml-dsa-87"),
]

const byProvider: Record<string, Record<string, number>> = {}
for (const [name, make] of Object.entries(PROVIDERS)) byProvider[name] = await rates(make(), signed, milliseconds)

const spki = signed[0]?.key.spki ?? new Uint8Array(0)
const request = signed[0] && { ...signed[0], data: { message: MESSAGE } }
const readKeyPerSecond = await perSecond(milliseconds, () => {
  const key = parsePublicKey(spki)
  return key.ok && request && nodeCrypto().verify({ ...request, key: key.value })
})

if (json) {
  console.log(
    JSON.stringify({ v: 1, node: process.version, perSecond: byProvider, newKeyP256PerSecond: readKeyPerSecond }),
  )
} else {
  const names = Object.keys(byProvider)
  console.log(`checks per second, one thread, ${process.version}`.padEnd(32), ...names.map(n => n.padStart(10)))
  for (const scheme of Object.keys(byProvider["node"] ?? {})) {
    console.log(scheme.padEnd(32), ...names.map(n => String(byProvider[n]?.[scheme] ?? "").padStart(10)))
  }
  console.log("ecdsa-P-256-sha256, key never seen".padEnd(34), String(readKeyPerSecond).padStart(8))
}
