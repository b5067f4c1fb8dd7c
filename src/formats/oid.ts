/**
 * Object identifiers (X.690 §8.19) as dotted text. The identifiers that certificates and timestamp tokens are made of
 * are recognised by their bytes, so that the common path builds no strings; all others are spelled out and only
 * compared.
 */

/** The object identifiers that are known by name, in dotted decimal. */
// prettier-ignore
export const OID = {
  // keys
  ecPublicKey: "1.2.840.10045.2.1",
  p256: "1.2.840.10045.3.1.7",
  p384: "1.3.132.0.34",
  p521: "1.3.132.0.35",
  ed25519: "1.3.101.112",
  rsaEncryption: "1.2.840.113549.1.1.1",
  rsassaPss: "1.2.840.113549.1.1.10",
  mgf1: "1.2.840.113549.1.1.8",
  mlDsa44: "2.16.840.1.101.3.4.3.17",
  mlDsa65: "2.16.840.1.101.3.4.3.18",
  mlDsa87: "2.16.840.1.101.3.4.3.19",
  // digests and signatures
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
  ecdsaSha256: "1.2.840.10045.4.3.2",
  ecdsaSha384: "1.2.840.10045.4.3.3",
  ecdsaSha512: "1.2.840.10045.4.3.4",
  rsaSha256: "1.2.840.113549.1.1.11",
  rsaSha384: "1.2.840.113549.1.1.12",
  rsaSha512: "1.2.840.113549.1.1.13",
  // certificate extensions (RFC 5280 §4.2, RFC 6962 §3.3)
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  certificatePolicies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  sctList: "1.3.6.1.4.1.11129.2.4.2",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  // names
  commonName: "2.5.4.3",
  country: "2.5.4.6",
  locality: "2.5.4.7",
  state: "2.5.4.8",
  organization: "2.5.4.10",
  // CMS and timestamps (RFC 5652, RFC 3161, RFC 5816)
  signedData: "1.2.840.113549.1.7.2",
  tstInfo: "1.2.840.113549.1.9.16.1.4",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
} as const

/** Fulcio's own extensions and name form are `FULCIO_ARC` followed by one number (sigstore/fulcio, docs/oid-info.md). */
export const FULCIO_ARC = "1.3.6.1.4.1.57264.1."

const FULCIO_EXTENSIONS = 24

/** Spells out the contents octets of an OBJECT IDENTIFIER that `isOidContent` accepts. */
function spell(bytes: Uint8Array, start: number, end: number): string {
  let out = ""
  let value = 0n
  for (let i = start; i < end; i++) {
    const octet = bytes[i] as number
    value = (value << 7n) | BigInt(octet & 0x7f)
    if (octet >= 0x80) continue
    if (out === "") {
      // X.690 §8.19.4: the first two arcs share one number, 40 * first + second, and the first is 0, 1 or 2.
      const first = value < 80n ? value / 40n : 2n
      out = `${String(first)}.${String(value - 40n * first)}`
    } else {
      out += `.${String(value)}`
    }
    value = 0n
  }
  return out
}

/** X.690 §8.19.2: a sequence of numbers in base 128, each without leading zeros and each complete. */
function isOidContent(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end || (bytes[end - 1] as number) >= 0x80) return false
  let first = true
  for (let i = start; i < end; i++) {
    const octet = bytes[i] as number
    if (first && octet === 0x80) return false
    first = octet < 0x80
  }
  return true
}

/** Contents octets of a dotted identifier whose text is well-formed. */
function contentOf(oid: string): Uint8Array {
  const arcs = oid.split(".").map(BigInt) as [bigint, bigint, ...bigint[]]
  const octets: number[] = []
  for (const arc of [arcs[0] * 40n + arcs[1], ...arcs.slice(2)]) {
    const groups = [Number(arc & 0x7fn)]
    for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) groups.unshift(Number(rest & 0x7fn) | 0x80)
    octets.push(...groups)
  }
  return Uint8Array.from(octets)
}

interface Known {
  readonly content: Uint8Array
  readonly text: string
}

/** The well-known identifiers by a small hash of their octets: a few candidates each, compared byte for byte. */
const SLOTS = 1024
const known: Known[][] = Array.from({ length: SLOTS }, () => [])

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let h = end - start
  for (let i = start; i < end; i++) h = (h * 31 + (bytes[i] as number)) & 0xffffff
  return h & (SLOTS - 1)
}

for (const text of [
  ...Object.values(OID),
  ...Array.from({ length: FULCIO_EXTENSIONS }, (_, i) => FULCIO_ARC + String(i + 1)),
]) {
  const content = contentOf(text)
  ;(known[slotOf(content, 0, content.length)] as Known[]).push({ content, text })
}

function sameRange(content: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (content.length !== end - start) return false
  for (let i = 0; i < content.length; i++) if (content[i] !== bytes[start + i]) return false
  return true
}

/** The dotted text of the contents octets `bytes[start..end)`, or undefined when they are no OBJECT IDENTIFIER. */
export function readOid(bytes: Uint8Array, start: number, end: number): string | undefined {
  for (const k of known[slotOf(bytes, start, end)] as Known[]) {
    if (sameRange(k.content, bytes, start, end)) return k.text
  }
  return isOidContent(bytes, start, end) ? spell(bytes, start, end) : undefined
}

/** The contents octets of a well-known identifier, for building a structure from parts. */
export function oidContent(oid: (typeof OID)[keyof typeof OID]): Uint8Array {
  return contentOf(oid)
}
