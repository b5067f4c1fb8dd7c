/** What entries can be found by, told by Node's own readers of JSON and X.509: the expectation of the index's tests. */
import { createHash, createPublicKey, X509Certificate } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** OID 1.3.6.1.4.1.57264.1.1, Fulcio's older issuer claim: an extension whose value is the bare text. */
const ISSUER = Buffer.from("060a2b0601040183bf300101", "hex")

function verifierTerms(bytes: Buffer): string[] {
  const isPem = bytes.toString("latin1").startsWith("-----BEGIN")
  const isCertificate = isPem ? bytes.includes("BEGIN CERTIFICATE") : undefined
  try {
    if (isCertificate === false) throw new Error("a key")
    const certificate = new X509Certificate(bytes)
    const spki = certificate.publicKey.export({ format: "der", type: "spki" })
    const names = (certificate.subjectAltName ?? "").split(", ").flatMap(name => {
      const [, type, value] = /^(URI|email|DNS):(.*)$/.exec(name) ?? []
      return type === undefined || value === undefined ? [] : [`identity ${value}`]
    })
    const at = certificate.raw.indexOf(ISSUER)
    const length = certificate.raw[at + ISSUER.length + 1] ?? 0
    const from = at + ISSUER.length + 2
    const issuer = at < 0 ? [] : [`issuer ${certificate.raw.subarray(from, from + length).toString("utf8")}`]
    return [...names, ...issuer, `key ${sha256(spki)}`]
  } catch {
    const key = createPublicKey(isPem ? bytes.toString() : { key: bytes, format: "der", type: "spki" })
    return [`key ${sha256(key.export({ format: "der", type: "spki" }))}`]
  }
}

interface PlainDigest {
  readonly algorithm: string
  readonly value: string
}
interface ProtoDigest {
  readonly algorithm: string
  readonly digest: string
}
interface ProtoSignature {
  readonly verifier: { readonly x509Certificate?: { rawBytes: string }; readonly publicKey?: { rawBytes: string } }
}

/** The specs of all kinds, of which each body has the members of its own. */
interface Body {
  readonly kind: string
  readonly apiVersion: string
  readonly spec: {
    readonly data: { readonly hash: PlainDigest }
    readonly signature: { readonly publicKey: { readonly content: string } }
    readonly payloadHash: PlainDigest
    readonly signatures: readonly { readonly verifier: string }[]
    readonly hashedRekordV002: { readonly data: ProtoDigest; readonly signature: ProtoSignature }
    readonly dsseV002: { readonly payloadHash: ProtoDigest; readonly signatures: readonly ProtoSignature[] }
    readonly content: {
      readonly payloadHash: PlainDigest
      readonly envelope: { readonly signatures: readonly { readonly publicKey: string }[] }
    }
  }
}

const PROTO: Readonly<Record<string, string>> = { SHA2_256: "sha256", SHA2_384: "sha384", SHA2_512: "sha512" }
const base64 = (value: string): Buffer => Buffer.from(value, "base64")
const plain = ({ algorithm, value }: PlainDigest): string => `${algorithm}:${value}`
const proto = ({ algorithm, digest }: ProtoDigest): string => `${PROTO[algorithm]}:${base64(digest).toString("hex")}`
const protoTerms = ({ verifier }: ProtoSignature): string[] =>
  verifierTerms(base64((verifier.x509Certificate ?? verifier.publicKey)?.rawBytes ?? ""))

function bodyTerms({ kind, apiVersion, spec }: Body): string[] {
  switch (`${kind} ${apiVersion}`) {
    case "hashedrekord 0.0.1":
      return [`digest ${plain(spec.data.hash)}`, ...verifierTerms(base64(spec.signature.publicKey.content))]
    case "hashedrekord 0.0.2":
      return [`digest ${proto(spec.hashedRekordV002.data)}`, ...protoTerms(spec.hashedRekordV002.signature)]
    case "dsse 0.0.1":
      return [
        `payload ${plain(spec.payloadHash)}`,
        ...spec.signatures.flatMap(({ verifier }) => verifierTerms(base64(verifier))),
      ]
    case "dsse 0.0.2":
      return [`payload ${proto(spec.dsseV002.payloadHash)}`, ...spec.dsseV002.signatures.flatMap(protoTerms)]
    case "intoto 0.0.2":
      return [
        `payload ${plain(spec.content.payloadHash)}`,
        ...spec.content.envelope.signatures.flatMap(({ publicKey }) => verifierTerms(base64(publicKey))),
      ]
    default:
      return []
  }
}

/** The terms of an entry as `kind value`, or none for entries that are not of a kind we read. */
export function oracleTerms(entry: Uint8Array): string[] {
  const text = Buffer.from(entry).toString("utf8")
  if (!text.startsWith('{"')) return []
  return [...new Set(bodyTerms(JSON.parse(text) as Body))]
}

/** True for a body that these readers can read: some of the corpus are broken on purpose. */
function isReadable(entry: Uint8Array): boolean {
  try {
    return oracleTerms(entry).length > 0
  } catch {
    return false
  }
}

/** The bodies of the log entries that lie in the bundles of the shared corpus, each once. */
export function corpusEntries(shared: string): Uint8Array[] {
  const bodies = new Set<string>()
  for (const file of readdirSync(join(shared, "corpus"), { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || !/\.jsonl?$/.test(file.name)) continue
    const text = readFileSync(join(file.parentPath, file.name), "utf8")
    for (const [, body] of text.matchAll(/"canonicalizedBody": ?"([A-Za-z0-9+/=]+)"/g)) if (body) bodies.add(body)
  }
  return [...bodies]
    .sort()
    .map(body => new Uint8Array(Buffer.from(body, "base64")))
    .filter(isReadable)
}
