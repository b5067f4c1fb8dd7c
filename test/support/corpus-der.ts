/**
 * The certificates, CT log keys and timestamp responses of the third-party corpus, found wherever JSON or PEM hides them,
 * so that the readers meet all of them and not only those somebody thought of.
 */
import { createHash, X509Certificate } from "node:crypto"
import { globSync, readFileSync, statSync } from "node:fs"
import { dirname, join, relative } from "node:path"

function* values(value: unknown, key: string): Generator<[key: string, text: string]> {
  if (typeof value === "string") yield [key, value]
  else if (typeof value === "object" && value !== null) {
    for (const [k, v] of Object.entries(value)) yield* values(v, Array.isArray(value) ? key : k)
  }
}

/** The JSON documents of a file: one, or one a line; none when it is (on purpose) broken. */
function documents(text: string): unknown[] {
  const parse = (t: string): unknown[] => {
    try {
      return [JSON.parse(t)]
    } catch {
      return []
    }
  }
  const whole = parse(text)
  return whole.length > 0 ? whole : text.split("\n").flatMap(parse)
}

function files(shared: string, pattern: string): string[] {
  return globSync(join(shared, "corpus", pattern))
    .filter(f => statSync(f).isFile())
    .sort()
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"))

/** Where something was found, and its bytes. */
export interface Found {
  readonly path: string
  readonly der: Uint8Array
}

function collect(shared: string, pattern: string, key: string): Map<string, Found> {
  const found = new Map<string, Found>()
  for (const path of files(shared, pattern)) {
    for (const document of documents(readFileSync(path, "utf8"))) {
      for (const [k, text] of values(document, "")) {
        if (k === key && !found.has(text)) found.set(text, { path: relative(shared, path), der: bytes(text) })
      }
    }
  }
  return found
}

/** Every certificate that Node, too, takes for one. */
export function corpusCertificates(shared: string): Found[] {
  const found = collect(shared, "**/*.{json,jsonl}", "rawBytes")
  for (const path of files(shared, "**/*.pem")) {
    for (const [, base64 = ""] of readFileSync(path, "utf8").matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END/g)) {
      found.set(base64, { path: relative(shared, path), der: bytes(base64) })
    }
  }
  return [...found.values()].filter(({ der }) => {
    try {
      return new X509Certificate(der).raw.length === der.length
    } catch {
      return false
    }
  })
}

/** Every timestamp response in a bundle or a file of its own. */
export function corpusTimestamps(shared: string): Found[] {
  const inBundles = collect(shared, "**/*.{json,jsonl}", "signedTimestamp").values()
  const alone = files(shared, "rfc3161/**/*.tsr").map(path => ({
    path: relative(shared, path),
    der: new Uint8Array(readFileSync(path)),
  }))
  return [...inBundles, ...alone]
}

interface TrustedRoot {
  readonly certificateAuthorities: readonly { certChain: { certificates: readonly { rawBytes: string }[] } }[]
  readonly timestampAuthorities?: readonly { certChain: { certificates: readonly { rawBytes: string }[] } }[]
  readonly ctlogs?: readonly { publicKey: { rawBytes: string; keyDetails: string } }[]
}

/** A trusted root's certificates and CT log keys, log id in hex. */
export interface Roots {
  readonly authorities: readonly Uint8Array[]
  readonly timestampAuthorities: readonly Uint8Array[]
  readonly logs: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly keyDetails: string }>
}

export function readRoots(path: string): Roots {
  const root = JSON.parse(readFileSync(path, "utf8")) as TrustedRoot
  const chains = (list: TrustedRoot["certificateAuthorities"] | undefined) =>
    (list ?? []).flatMap(a => a.certChain.certificates.map(c => bytes(c.rawBytes)))
  const logs = (root.ctlogs ?? []).map(({ publicKey }) => {
    const key = bytes(publicKey.rawBytes)
    return [createHash("sha256").update(key).digest("hex"), { bytes: key, keyDetails: publicKey.keyDetails }] as const
  })
  return {
    authorities: chains(root.certificateAuthorities),
    timestampAuthorities: chains(root.timestampAuthorities),
    logs: new Map(logs),
  }
}

/** A bundle's leaf certificate with what its case says about it. */
export interface LeafCase {
  readonly path: string
  readonly outcome: string
  readonly identity: string | undefined
  readonly issuer: string | undefined
  readonly trustedRoot: string | undefined
  readonly leaf: Uint8Array
}

interface Expectation {
  readonly outcome: string
  readonly identity?: string
  readonly issuer?: string
  readonly trusted_root?: string
}

function leafOf(bundle: unknown): Uint8Array | undefined {
  const [first] = [...values(bundle, "")].filter(([key, text]) => key === "rawBytes" && text.startsWith("MII"))
  return first === undefined ? undefined : bytes(first[1])
}

/** The leaf certificates of all bundle cases. */
export function leafCases(shared: string): LeafCase[] {
  return files(shared, "*/*/bundle.sigstore.json").flatMap(path => {
    const expected = JSON.parse(readFileSync(join(dirname(path), "expect.json"), "utf8")) as Expectation
    const leaf = documents(readFileSync(path, "utf8")).map(leafOf)[0]
    if (leaf === undefined) return []
    const { outcome, identity, issuer, trusted_root: root } = expected
    const trustedRoot = root === undefined ? undefined : join(dirname(path), root)
    return [{ path: relative(shared, path), outcome, identity, issuer, trustedRoot, leaf }]
  })
}

/** The 600 release bundles of CPython: identity, issuer and leaf certificate. */
export function cpythonLeaves(shared: string): { identity: string; issuer: string; leaf: Uint8Array }[] {
  return documents(readFileSync(join(shared, "corpus/bulk-cpython/bundles.jsonl"), "utf8")).flatMap(line => {
    const { identity, issuer, bundle } = line as { identity: string; issuer: string; bundle: unknown }
    const leaf = leafOf(bundle)
    return leaf === undefined ? [] : [{ identity, issuer, leaf }]
  })
}
