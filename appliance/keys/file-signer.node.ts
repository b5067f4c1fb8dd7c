/**
 * The development signer: a private key in a file (PKCS#8 PEM, plain or encrypted). A file can be copied without a
 * trace, so the production profile refuses this driver; keys that matter stay in a token.
 *
 * The key's bytes pass through memory while it is loaded and are overwritten as far as JavaScript allows; afterwards
 * only OpenSSL's key object holds them.
 */
import { constants as cryptoConstants, createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto"
import { constants } from "node:fs"
import { open } from "node:fs/promises"
import { promisify } from "node:util"
import { REGISTRY, schemeFitsKey } from "../../src/formats/algorithm-registry.ts"
import { readPem } from "../../src/formats/pem.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { fromUtf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Signer } from "../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Secret } from "../../src/kernel/secret.ts"
import type { PublicKey, SignatureScheme } from "../../src/kernel/signature-scheme.ts"

/** What a file signer is opened with. */
export interface FileSignerOptions {
  readonly path: string
  /** The profile of the installation; `production` refuses this driver. */
  readonly profile: "development" | "production"
  /** Needed when the key is encrypted; used up by the call. */
  readonly passphrase?: Secret
  /** The scheme to sign with; by default the registry's first for the key. */
  readonly scheme?: SignatureScheme
}

/** Longest key file in bytes: an RSA-8192 key is about 6.5 kB of PEM. */
const MAX_BYTES = 64 * 1024

/** Reads the file after checking, on the open descriptor, that nobody but its owner can. */
async function readKeyFile(path: string): Promise<Result<Uint8Array>> {
  try {
    await using file = await open(path, constants.O_RDONLY)
    const { mode, size } = await file.stat()
    if ((mode & 0o177) !== 0)
      return err(
        new StellaError("KEY_REFUSED", `${path}: a private key file must have mode 0600; run chmod 600`, { path }),
      )
    if (size > MAX_BYTES) return err(new StellaError("KEY_MALFORMED", `${path}: too long for a private key`, { path }))
    return ok(await file.readFile())
  } catch (error) {
    return err(new StellaError("KEY_UNAVAILABLE", `${path}: the key file cannot be read`, { path }, error))
  }
}

/** Exactly one PKCS#8 block (RFC 5958), plain or encrypted; `der` is a copy that the caller overwrites. */
function pkcs8(pem: Uint8Array): { der: Uint8Array; encrypted: boolean } | undefined {
  const text = fromUtf8(pem)
  if (text === undefined) return undefined
  for (const encrypted of [false, true]) {
    const blocks = readPem(text, encrypted ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY")
    if (blocks?.length === 1 && blocks[0] !== undefined) return { der: blocks[0], encrypted }
  }
  return undefined
}

async function loadKey(path: string, passphrase: Secret | undefined): Promise<Result<KeyObject>> {
  const read = await readKeyFile(path)
  if (!read.ok) return read
  const block = pkcs8(read.value)
  read.value.fill(0)
  if (block === undefined)
    return err(new StellaError("KEY_MALFORMED", `${path}: not one PKCS#8 private key in PEM`, { path }))
  const { der, encrypted } = block
  if (encrypted && passphrase === undefined)
    return err(new StellaError("KEY_UNAVAILABLE", `${path}: the key is encrypted and no passphrase is given`, { path }))
  const load = (secret?: Uint8Array): KeyObject =>
    createPrivateKey({
      key: Buffer.from(der.buffer, der.byteOffset, der.length),
      format: "der",
      type: "pkcs8",
      ...(secret === undefined ? {} : { passphrase: Buffer.from(secret.buffer, secret.byteOffset, secret.length) }),
    })
  try {
    return ok(encrypted && passphrase !== undefined ? await passphrase.use(load) : load())
  } catch (error) {
    // OpenSSL does not tell a wrong passphrase from damage under encryption.
    return encrypted
      ? err(new StellaError("KEY_UNAVAILABLE", `${path}: the passphrase does not open this key`, { path }, error))
      : err(new StellaError("KEY_MALFORMED", `${path}: the private key cannot be read`, { path }, error))
  } finally {
    der.fill(0)
  }
}

/** The scheme to use: asked for or the default, and one that is still to be used for signing. */
function chooseScheme(key: PublicKey, asked: SignatureScheme | undefined): SignatureScheme | undefined {
  const same = (a: SignatureScheme, b: SignatureScheme): boolean =>
    a.kind === b.kind && ("hash" in a ? a.hash : "") === ("hash" in b ? b.hash : "")
  return REGISTRY.find(
    row =>
      !row.deprecated &&
      schemeFitsKey(row.scheme, key) &&
      (key.kind !== "rsa" || row.rsaBits === key.bits) &&
      (asked === undefined || same(row.scheme, asked)),
  )?.scheme
}

type SignArguments = readonly [
  digest: string | null,
  options: { dsaEncoding?: "der"; padding?: number; saltLength?: number },
]

/** How OpenSSL is asked for a scheme; undefined for those it cannot do with a file key here. */
function signArguments(scheme: SignatureScheme): SignArguments | undefined {
  switch (scheme.kind) {
    case "ecdsa":
      return [scheme.hash, { dsaEncoding: "der" }]
    case "ed25519":
      return [null, {}]
    case "rsa-pkcs1":
      return [scheme.hash, { padding: cryptoConstants.RSA_PKCS1_PADDING }]
    case "rsa-pss":
      return [
        scheme.hash,
        { padding: cryptoConstants.RSA_PKCS1_PSS_PADDING, saltLength: cryptoConstants.RSA_PSS_SALTLEN_DIGEST },
      ]
    case "ed25519ph":
    case "ml-dsa":
      return undefined
  }
}

const signInPool = promisify(sign)

/**
 * Opens a private key file. Failures: KEY_REFUSED (production, or a file that others can read), KEY_UNAVAILABLE (not
 * readable, passphrase missing or wrong), KEY_MALFORMED, KEY_ALGORITHM_UNSUPPORTED.
 */
export async function openFileSigner(options: FileSignerOptions): Promise<Result<Signer>> {
  const { path } = options
  if (options.profile === "production")
    return err(new StellaError("KEY_REFUSED", `${path}: key files are for development; this is production`, { path }))
  const loaded = await loadKey(path, options.passphrase)
  if (!loaded.ok) return loaded
  const privateKey = loaded.value
  const spki = new Uint8Array(createPublicKey(privateKey).export({ format: "der", type: "spki" }))
  const parsed = parsePublicKey(spki)
  const scheme = parsed.ok ? chooseScheme(parsed.value, options.scheme) : undefined
  const how = scheme === undefined ? undefined : signArguments(scheme)
  if (!parsed.ok || scheme === undefined || how === undefined)
    return err(new StellaError("KEY_ALGORITHM_UNSUPPORTED", `${path}: no scheme for this kind of key`, { path }))
  const [digest, settings] = how
  return ok({
    publicKey: parsed.value,
    scheme,
    custody: "file",
    sign: async message => {
      try {
        return ok(new Uint8Array(await signInPool(digest, message, { key: privateKey, ...settings })))
      } catch (error) {
        return err(new StellaError("KEY_UNAVAILABLE", `${path}: signing failed`, { path }, error))
      }
    },
  })
}
