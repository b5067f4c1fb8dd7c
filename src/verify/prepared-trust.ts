/**
 * Trust, parsed once and kept by digest: roots with their authorities, logs and timestamp authorities, bare keys and
 * witnesses. Signatures between the certificates of one authority are checked at first use and remembered; nothing
 * remembered here comes from evidence.
 */
import { fromBase64, toHex } from "../kernel/bytes.ts"
import { StellaError } from "../kernel/errors.ts"
import type { Crypto } from "../kernel/ports.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import type { PublicKey, SignatureScheme } from "../kernel/signature-scheme.ts"
import { allowedSchemes, registeredKey, registeredScheme } from "../formats/algorithm-registry.ts"
import type { Ref } from "../formats/case.ts"
import type { Certificate } from "../formats/certificate.ts"
import { parseInstant } from "../formats/instant.ts"
import { parseTrust, type Trust } from "../formats/trust.ts"
import { parseTrustedRoot, type TransparencyLog } from "../formats/trusted-root.ts"
import { cosignatureVkey, logVkeys, parseVkey, type Vkey } from "../formats/vkey.ts"
import { isIssuedBy } from "./certificate-path.ts"
import type { Window } from "./window.ts"

/** A transparency log of a trusted root. `name` is its checkpoint name: the base URL without its scheme. */
export interface TrustedLog {
  readonly name: string
  /** Who runs it: thresholds over logs count operators. The log's name where the root names nobody. */
  readonly operator: string
  readonly key: PublicKey
  readonly scheme: SignatureScheme
  readonly logId: Uint8Array
  readonly checkpointKeyId: Uint8Array | undefined
  readonly validFor: Window
  /** Under which of its keys' ids a log may sign checkpoints. */
  readonly vkeys: readonly Vkey[]
  /** The names of all logs of the trust, which are nobody else's. */
  readonly trustedNames: ReadonlySet<string>
}

/** A certificate authority of a trusted root: the issuer of leaves first, the anchor last. */
export interface TrustedAuthority {
  readonly chain: readonly [Certificate, ...Certificate[]]
  readonly validFor: Window
  /**
   * Whether each certificate of the chain is signed by the next; the anchor is trusted as it is. Checked by the provider
   * that trust was prepared with: what one piece of evidence may spend has no say in what is remembered for all. A run of
   * the judge asks `CountingCrypto.linked`, which pays for it.
   */
  linked(): Promise<boolean>
}

/** A key trusted by itself. */
export interface TrustedKey {
  readonly key: PublicKey
  /** SHA-256 of the SPKI. */
  readonly id: string
  readonly schemes: readonly SignatureScheme[]
  readonly encoding: "der" | "p1363"
  /** When the key may have signed: in any of these; undefined: at any time. */
  readonly windows: readonly Window[] | undefined
}

/** A witness whose cosignatures count. */
export interface TrustedWitness {
  readonly vkey: Vkey
}

/** One trusted root, ready for checks. */
export interface PreparedRoot {
  readonly ref: Ref
  readonly authorities: readonly TrustedAuthority[]
  readonly timestampAuthorities: readonly TrustedAuthority[]
  readonly logs: readonly TrustedLog[]
  readonly ctLogs: readonly TrustedLog[]
}

export interface PreparedTrust {
  readonly document: Trust
  readonly roots: readonly PreparedRoot[]
  readonly keys: readonly TrustedKey[]
  readonly witnesses: readonly TrustedWitness[]
}

/** Parses a Trust document and the roots it names. Fails with TRUST_MALFORMED or what `blob` fails with. */
export function prepareTrust(
  bytes: Uint8Array,
  blob: (ref: Ref) => Result<Uint8Array>,
  crypto: Crypto,
): Result<PreparedTrust> {
  const parsed = parseTrust(bytes)
  if (!parsed.ok) return malformed("trust document", parsed.error.reason, parsed.error.where)
  const document = parsed.value
  const roots: PreparedRoot[] = []
  const names = new Set<string>()
  for (const ref of document.roots) {
    const found = blob(ref)
    if (!found.ok) return found
    const root = parseTrustedRoot(found.value)
    if (!root.ok) return malformed("trusted root", root.error.reason, root.error.where)
    roots.push({
      ref,
      authorities: root.value.certificateAuthorities.map(a => authority(a.chain, a.validFor, crypto)),
      timestampAuthorities: root.value.timestampAuthorities.map(a => authority(a.chain, a.validFor, crypto)),
      logs: root.value.tlogs.map(l => log(l, names, crypto)),
      ctLogs: root.value.ctlogs.map(l => log(l, names, crypto)),
    })
  }
  const keys: TrustedKey[] = []
  for (const [i, entry] of document.keys.entries()) {
    const key = trustedKey(entry, crypto)
    if (key === undefined) return malformed("trust document", "public-key-malformed", `keys[${String(i)}]`)
    addKey(keys, key)
  }
  const witnesses: TrustedWitness[] = []
  for (const [i, text] of document.witnesses.entries()) {
    const vkey = parseVkey(text, crypto)
    if (!vkey.ok) return malformed("trust document", vkey.error.reason, `witnesses[${String(i)}]`)
    const cosigner = cosignatureVkey(crypto, vkey.value)
    // c2sp.org/tlog-cosignature: witnesses sign as 0x04 or 0x06, never with a log's kinds of keys.
    if (cosigner.type !== "cosignature-v1" && cosigner.type !== "ml-dsa-44") {
      return malformed("trust document", "algorithm-unsupported", `witnesses[${String(i)}]`)
    }
    witnesses.push({ vkey: cosigner })
  }
  return ok({ document, roots, keys, witnesses })
}

function malformed(what: string, reason: string, where: string): Result<never> {
  return err(new StellaError("TRUST_MALFORMED", `the ${what} is malformed: ${reason} at ${where || "the top"}`))
}

function authority(
  chain: readonly [Certificate, ...Certificate[]],
  validFor: Window,
  crypto: Crypto,
): TrustedAuthority {
  let links: boolean | undefined
  // Kept once it is known: a provider that failed to answer is asked again.
  const linked = async (): Promise<boolean> => (links ??= await allLinked(chain, crypto))
  return { chain, validFor, linked }
}

async function allLinked(chain: readonly Certificate[], crypto: Crypto): Promise<boolean> {
  for (const [i, certificate] of chain.slice(0, -1).entries()) {
    if (!(await isIssuedBy(certificate, chain[i + 1] as Certificate, crypto))) return false
  }
  return true
}

/** A log with its keys; adds its name to those of the trust. */
function log(entry: TransparencyLog, trustedNames: Set<string>, crypto: Crypto): TrustedLog {
  const { name, key, scheme, logId, checkpointKeyId, validFor } = entry
  trustedNames.add(name)
  const vkeys = logVkeys(crypto, name, key)
  const operator = entry.operator ?? name
  return { name, operator, key, scheme, logId, checkpointKeyId, validFor, vkeys, trustedNames }
}

/** A key that is listed twice is one key, which may have signed in either window. */
function addKey(keys: TrustedKey[], key: TrustedKey): void {
  const i = keys.findIndex(k => k.id === key.id && k.encoding === key.encoding && sameSchemes(k, key))
  const known = keys[i]
  if (known === undefined) keys.push(key)
  else if (known.windows === undefined || key.windows === undefined) keys[i] = { ...known, windows: undefined }
  else keys[i] = { ...known, windows: [...known.windows, ...key.windows] }
}

function sameSchemes(a: TrustedKey, b: TrustedKey): boolean {
  return JSON.stringify(a.schemes) === JSON.stringify(b.schemes)
}

function trustedKey(entry: Trust["keys"][number], crypto: Crypto): TrustedKey | undefined {
  const row = registeredScheme(entry.algorithm)
  const spki = fromBase64(entry.spki)
  if (row === undefined || spki === undefined) return undefined
  const key = registeredKey(row, spki)
  if (!key.ok) return undefined
  return {
    key: key.value,
    id: toHex(crypto.hash("sha256", key.value.spki)),
    // The registry's Ed25519 rows are one key in two data forms: pure, and prehashed where a log wants a digest.
    schemes: row.scheme.kind === "ed25519" ? allowedSchemes(key.value) : [row.scheme],
    encoding: entry.encoding,
    windows: entry.validFor === null ? undefined : [window(entry.validFor)],
  }
}

function window(validity: NonNullable<Trust["keys"][number]["validFor"]>): Window {
  const start = parseInstant(validity.start) as number
  return validity.end === undefined ? { start } : { start, end: parseInstant(validity.end) }
}
