/**
 * Reads the corpus of real attestations: its cases with everything a judgement needs, and the CPython releases.
 * Synchronous and lazy in bytes: cases carry paths, not content.
 */
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { shared } from "../support/shared.ts"
import { corpusKey, npmKeys, type CorpusKey } from "./corpus-keys.ts"
import { GCB_US_WEST2_SPKI } from "./gcb-key.ts"

/** The input form of a case, and the file that holds it. */
export type CorpusForm =
  | "bundle"
  | "envelope"
  | "pep740"
  | "npm"
  | "gcb"
  | "trusted-root"
  | "checkpoint"
  | "timestamp"
  | "certificate"
  | "other"

export interface CorpusArtifact {
  /** `path`: the bytes are there; `digests`: the corpus names digests; `own-subject`: neither, so the first subject. */
  readonly from: "path" | "digests" | "own-subject" | "none"
  readonly path?: string
  /** Lower-case algorithm names as in statements (`sha256`, `sha512`) to lower-case hex, or as the statement has it. */
  readonly digests: Readonly<Record<string, string>>
}

/** Who must have signed: `any` where the corpus asks for nobody. */
export type CorpusSigner =
  | { readonly kind: "any" }
  | { readonly kind: "exact"; readonly identity: string }
  | { readonly kind: "prefix"; readonly prefix: string }

export interface CorpusCase {
  readonly id: string
  readonly kind: string
  readonly outcome: "pass" | "fail" | "data" | "needs-rekor-lookup" | "client-choice"
  readonly why: string
  readonly directory: string
  readonly form: CorpusForm
  /** The file of the evidence or document. */
  readonly path: string
  readonly artifact: CorpusArtifact
  readonly signer: CorpusSigner
  readonly issuer: string | undefined
  /** Keys that replace signer trust; empty for keyless cases. */
  readonly keys: readonly CorpusKey[]
  /** The trusted root's file; the public-good one where the case names none. */
  readonly trustedRoot: string
}

interface Expect {
  readonly artifact?: string
  readonly artifact_sha256?: string
  readonly artifact_sha512?: string
  readonly identity?: string
  readonly identity_prefix?: string
  readonly issuer?: string
  readonly key?: string
  readonly sig_encoding?: string
  readonly trusted_root?: string
}

const FILES: readonly (readonly [string, CorpusForm])[] = [
  ["bundle.sigstore.json", "bundle"],
  ["envelope.dsse.json", "envelope"],
  ["attestation.json", "pep740"],
  ["npm-attestations.json", "npm"],
  ["provenance.json", "gcb"],
  ["checkpoint.txt", "checkpoint"],
  ["timestamp.tsr", "timestamp"],
  ["cert.pem", "certificate"],
  ["trusted_root.json", "trusted-root"],
]

function parseFile(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"))
}

function formOf(directory: string): { form: CorpusForm; path: string } {
  for (const [name, form] of FILES) {
    const path = join(directory, name)
    if (existsSync(path)) return { form, path }
  }
  return { form: "other", path: directory }
}

interface Envelope {
  readonly payload: string
}

/** The envelope of a case, wherever its form keeps it; of the first item where there are several. */
function envelopeOf(form: CorpusForm, document: unknown): Envelope | undefined {
  switch (form) {
    case "bundle":
      return (document as { dsseEnvelope?: Envelope }).dsseEnvelope
    case "envelope":
      return document as Envelope
    case "npm":
      return (document as { attestations: { bundle: { dsseEnvelope: Envelope } }[] }).attestations[0]?.bundle
        .dsseEnvelope
    case "gcb":
      return (document as { provenance_summary: { provenance: { envelope: Envelope }[] } }).provenance_summary
        .provenance[0]?.envelope
    default:
      return undefined
  }
}

function ownSubject(form: CorpusForm, path: string): Readonly<Record<string, string>> | undefined {
  try {
    const envelope = envelopeOf(form, parseFile(path))
    if (envelope === undefined) return undefined
    const payload = Buffer.from(envelope.payload, "base64").toString("utf8")
    const statement = JSON.parse(payload) as { subject: { digest: Record<string, string> }[] }
    return statement.subject[0]?.digest
  } catch {
    // The broken cases: no document, or no statement in it, and so nothing to name an artifact by.
    return undefined
  }
}

function artifactOf(expect: Expect, directory: string, form: CorpusForm, path: string): CorpusArtifact {
  if (expect.artifact !== undefined) {
    const file = join(directory, expect.artifact)
    const bytes = readFileSync(file)
    const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest("hex")
    return {
      from: "path",
      path: file,
      digests: { sha256: digest("sha256"), sha384: digest("sha384"), sha512: digest("sha512") },
    }
  }
  const digests = {
    ...(expect.artifact_sha256 === undefined ? {} : { sha256: expect.artifact_sha256 }),
    ...(expect.artifact_sha512 === undefined ? {} : { sha512: expect.artifact_sha512 }),
  }
  if (Object.keys(digests).length > 0) return { from: "digests", digests }
  const subject = ownSubject(form, path)
  return subject === undefined ? { from: "none", digests: {} } : { from: "own-subject", digests: subject }
}

function keysOf(expect: Expect, directory: string, form: CorpusForm, root: string): readonly CorpusKey[] {
  if (form === "gcb") return [corpusKey(Buffer.from(GCB_US_WEST2_SPKI, "base64"), "der", null)]
  if (form === "npm") return npmKeys(join(root, "_roots/npm-registry.keys.json"))
  // The PAE vector names no key in expect.json, but brings one.
  const name = expect.key ?? (existsSync(join(directory, "key.pub")) ? "key.pub" : undefined)
  if (name === undefined) return []
  const [file = "", keyId] = name.split("#keyId=")
  const path = join(directory, file)
  if (keyId !== undefined) return npmKeys(path).filter(k => k.hint === keyId)
  const p1363 = expect.sig_encoding === "ieee-p1363" || form === "envelope"
  return [corpusKey(readFileSync(path), p1363 ? "p1363" : "der", null)]
}

function readCase(root: string, row: Pick<CorpusCase, "id" | "kind" | "outcome" | "why">): CorpusCase {
  const directory = join(root, row.id)
  const expect = parseFile(join(directory, "expect.json")) as Expect
  const { form, path } = formOf(directory)
  const signer: CorpusSigner =
    expect.identity !== undefined
      ? { kind: "exact", identity: expect.identity }
      : expect.identity_prefix !== undefined
        ? { kind: "prefix", prefix: expect.identity_prefix }
        : { kind: "any" }
  return {
    id: row.id,
    kind: row.kind,
    outcome: row.outcome,
    why: row.why,
    directory,
    form,
    path,
    artifact: artifactOf(expect, directory, form, path),
    signer,
    issuer: expect.issuer,
    keys: keysOf(expect, directory, form, root),
    trustedRoot: join(directory, expect.trusted_root ?? "../../_roots/public-good.trusted_root.json"),
  }
}

/** All cases in the corpus's own order; empty where the shared data is absent. */
export function corpusCases(): readonly CorpusCase[] {
  if (shared === undefined) return []
  const root = join(shared, "corpus")
  const rows = parseFile(join(root, "index.json")) as Pick<CorpusCase, "id" | "kind" | "outcome" | "why">[]
  return rows.map(row => readCase(root, row))
}

export interface CpythonRelease {
  readonly version: string
  readonly url: string
  readonly sha256: string
  readonly identity: string
  readonly issuer: string
  /** The bundle's own text, cut out of the line without reprinting it. */
  readonly bundle: string
}

/** The last member of a line; what stands between it and the closing brace is the bundle. */
const BUNDLE_MEMBER = '"bundle":'

/** The 600 CPython release signatures, one at a time. */
export function* cpythonReleases(): Generator<CpythonRelease> {
  if (shared === undefined) return
  for (const line of readFileSync(join(shared, "corpus/bulk-cpython/bundles.jsonl"), "utf8").split("\n")) {
    if (line === "") continue
    const { version, url, sha256, identity, issuer } = JSON.parse(line) as Omit<CpythonRelease, "bundle">
    const start = line.indexOf(BUNDLE_MEMBER) + BUNDLE_MEMBER.length
    yield { version, url, sha256, identity, issuer, bundle: line.slice(start, -1) }
  }
}
