/**
 * Public keys that an operator names, as Trust carries them: SubjectPublicKeyInfo in PEM (several blocks are several
 * keys) or DER. The algorithm is written down here, once, by the registry's default for the key or by name; no check
 * guesses it later.
 */
import { allowedSchemes, REGISTRY, registeredKey, registeredScheme } from "../../src/formats/algorithm-registry.ts"
import { readPem } from "../../src/formats/pem.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import type { TrustedKey } from "../../src/formats/trust.ts"
import { fromUtf8, toBase64 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { PublicKey } from "../../src/kernel/signature-scheme.ts"

/** The most bytes of a key file. */
export const KEY_FILE_BYTES = 256 * 1024

/** How the keys of a file are to be used; what is left out is the default. */
export interface KeyOptions {
  /** A PublicKeyDetails name; default: the registry's first for the key. */
  readonly algorithm?: string
  /** How ECDSA signatures by the key are written; default: DER. */
  readonly encoding?: TrustedKey["encoding"]
  /** When the key may have signed; default: at any time. */
  readonly validFor?: TrustedKey["validFor"]
}

/** The registry's default name for a key, or undefined when it has none. */
export function defaultAlgorithm(key: PublicKey): string | undefined {
  const scheme = allowedSchemes(key)[0]
  return REGISTRY.find(row => row.scheme === scheme && row.rsaBits === (key.kind === "rsa" ? key.bits : undefined))
    ?.name
}

/**
 * The keys of a file. Fails with KEY_MALFORMED for anything but public keys, and with KEY_ALGORITHM_UNSUPPORTED when the
 * named algorithm does not go with the key or the registry has none for it. `name` says in the message which file.
 */
export function readTrustedKeys(name: string, bytes: Uint8Array, options: KeyOptions = {}): Result<TrustedKey[]> {
  const keys: TrustedKey[] = []
  for (const spki of blocks(bytes)) {
    const parsed = parsePublicKey(spki)
    if (!parsed.ok) {
      const { reason, where } = parsed.error
      return err(new StellaError("KEY_MALFORMED", `${name}: ${reason} at ${where}`, { path: name, reason, where }))
    }
    const algorithm = options.algorithm ?? defaultAlgorithm(parsed.value)
    const row = algorithm === undefined ? undefined : registeredScheme(algorithm)
    const encoding = options.encoding ?? "der"
    const fits = row?.encoding === "spki" && registeredKey(row, spki).ok
    // Only ECDSA has two ways to write a signature.
    const encodes = encoding !== "p1363" || parsed.value.kind === "ec"
    if (!fits || !encodes) {
      const says = `${algorithm ?? "no registered algorithm"} with ${encoding} signatures does not go with this key`
      return err(new StellaError("KEY_ALGORITHM_UNSUPPORTED", `${name}: ${says}`, { path: name }))
    }
    keys.push({ spki: toBase64(spki), algorithm: row.name, encoding, validFor: options.validFor ?? null })
  }
  return ok(keys)
}

/** The contents of PEM blocks; anything that is no PEM text is taken as one DER key. */
function blocks(bytes: Uint8Array): readonly Uint8Array[] {
  const text = fromUtf8(bytes)
  return (text === undefined ? undefined : readPem(text, "PUBLIC KEY")) ?? [bytes]
}
