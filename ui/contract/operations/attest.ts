/** Schemas of `attest verify|inspect|list|fetch|replay|import`. */
import * as z from "zod"
import type { Report } from "../../../src/formats/report.ts"
import { count, field, instant, path, sha256, text } from "../fields.ts"
import { failure, result, summary, type Types } from "../events.ts"
import { pageEnd, pageFlags } from "../paging.ts"

const artifactDigest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be sha256: and 64 lowercase hexadecimal digits")
/** The Report (docs/formats/report.md); its own format is checked where it is made. */
export const report = z.custom<Report>(value => typeof value === "object" && value !== null)
const verdict = z.enum(["proven", "failed", "unproven"])

/** The flags that say what is trusted and what is asked for; `gap report` and `conformance` share them. */
export const trustFlags = {
  trustedRoot: field(
    "FILE",
    "trusted_root.json, or JSON lines of several; replaces the site's and the built-in one",
    path.optional(),
  ),
  trustedRootSha256: field("SHA256", "refuse --trusted-root when its digest is another one", sha256.optional()),
  key: field("FILE", "public key (PEM or DER) of the signer; logs still come from the trusted root", path.optional()),
}

export const identityFlags = {
  certificateIdentity: field("ID", "the signer's subject alternative name, compared whole", text.optional()),
  certificateIdentityPattern: field(
    "PATTERN",
    "the same as a pattern for the whole of it, in which * stands for any run of characters",
    text.optional(),
  ),
  certificateOidcIssuer: field("URL", "the issuer that vouched for the signer, compared whole", text.optional()),
}

/** How everything that judges can be told when, and by how many. */
export const judgingFlags = {
  at: field("TIME", "judge as at this time instead of now", instant.optional()),
  jobs: field("N", "worker threads; default: one per processor", count(1, 64).optional(), "advanced"),
}

export const verify = {
  input: z.strictObject({
    artifacts: field(
      "ARTIFACT",
      "file, folder or sha256:… digest; none: everything in the store",
      z.array(path).max(100_000),
    ),
    bundle: field(
      "FILE",
      "the evidence: bundle, envelope, attestation list, or JSON lines of them; else ARTIFACT.sigstore.json, ARTIFACT.sigstore, or the store",
      path.optional(),
    ),
    ...identityFlags,
    ...trustFlags,
    policy: field(
      "FILE",
      "policy document or profile: public-good, github-internal, keyed, model-signing, custom; the flags add requirements",
      path.optional(),
    ),
    at: judgingFlags.at,
    saveCase: field(
      "DIR",
      "keep what the verdict depends on, for replay: DIR/case.json, report.json, blobs/",
      path.optional(),
      "advanced",
    ),
    jobs: judgingFlags.jobs,
  }),
  output: z.union([
    result({
      artifact: z.strictObject({ name: z.string(), sha256: sha256.nullable() }),
      evidence: z.strictObject({ name: z.string(), sha256: sha256.nullable(), item: z.int() }),
      verdict,
      /** Null when there was nothing to judge. */
      report: report.nullable(),
      reportSha256: sha256.nullable(),
    }),
    summary({ proven: z.int(), failed: z.int(), unproven: z.int(), total: z.int() }),
    failure,
  ]),
}

const inspectedSigner = z.union([
  z.strictObject({
    kind: z.literal("certificate"),
    sha256,
    names: z.array(z.strictObject({ type: z.string(), value: z.string() })),
    issuer: z.string().nullable(),
    notBefore: z.string(),
    notAfter: z.string(),
    chain: z.int(),
  }),
  z.strictObject({ kind: z.literal("key"), hint: z.string() }),
  /** A bare envelope: signatures with key ids, and nothing about the signer. */
  z.strictObject({ kind: z.literal("envelope"), keyIds: z.array(z.string()) }),
  z.strictObject({ kind: z.literal("malformed"), reason: z.string(), where: z.string() }),
])

const inspectedContent = z.union([
  z.strictObject({ kind: z.literal("message"), digest: z.string().nullable() }),
  z.strictObject({
    kind: z.literal("statement"),
    payloadType: z.string(),
    predicateType: z.string(),
    subjects: z.array(z.strictObject({ name: z.string().nullable(), digests: z.array(z.string()) })),
  }),
  z.strictObject({ kind: z.literal("payload"), payloadType: z.string(), bytes: z.int() }),
  z.strictObject({ kind: z.literal("malformed"), reason: z.string(), where: z.string() }),
])

/** One attestation as it describes itself. Nothing in it has been verified. */
const inspected = z.strictObject({
  bundleVersion: z.string().nullable(),
  signer: inspectedSigner,
  content: inspectedContent,
  signatures: z.int(),
  entries: z.array(
    z.strictObject({
      kind: z.string(),
      version: z.string(),
      index: z.string(),
      logId: z.string(),
      integratedTime: z.string().nullable(),
      promise: z.boolean(),
      proofOfSize: z.string().nullable(),
    }),
  ),
  timestamps: z.int(),
})

export const inspect = {
  input: z.strictObject({
    evidence: field("EVIDENCE", "file, or sha256:… of evidence in the store", path),
  }),
  output: z.union([
    result({
      /** SHA-256 of the document. */
      sha256,
      bytes: z.int(),
      form: z.string(),
      /** Nothing shown by inspect has been verified; this member says so to programs. */
      verified: z.literal(false),
      items: z.array(inspected),
    }),
    failure,
  ]),
}

const listed = z.strictObject({
  sha256,
  bytes: z.int(),
  form: z.string(),
  items: z.int(),
  /** Digests of what it claims to be about. */
  subjects: z.array(z.string()),
  predicateTypes: z.array(z.string()),
  importedAt: z.string(),
  source: z.string(),
})

export const list = {
  input: z.strictObject({
    subject: field("DIGEST", "only evidence about this artifact", artifactDigest.optional(), "selection"),
    ...pageFlags("pieces", "piece", "DIGEST", artifactDigest),
  }),
  output: z.union([result({ evidence: listed }), pageEnd(artifactDigest), failure]),
}

export const fetch = {
  input: z.strictObject({
    digest: field("DIGEST", "sha256:… of the evidence, or of an artifact it is about", artifactDigest),
    out: field(
      "DIR",
      "write every match there as <sha256>.json; else the only match goes to standard output",
      path.optional(),
    ),
  }),
  output: z.union([
    result({
      evidence: z.array(
        z.strictObject({ sha256, bytes: z.int(), file: z.string().nullable(), base64: z.string().nullable() }),
      ),
    }),
    failure,
  ]),
}

export const replay = {
  input: z.strictObject({
    case: field("DIR", "folder made by `attest verify --save-case`", path),
  }),
  output: z.union([result({ case: sha256, report: sha256, judgeVersion: z.string(), verdict }), failure]),
}

export const importEvidence = {
  input: z.strictObject({
    files: field(
      "FILE",
      "bundle, envelope, attestation list, JSON lines of them, or a folder",
      z.array(path).min(1, "name at least one file or folder").max(100_000),
    ),
  }),
  output: z.union([
    result({
      file: z.string(),
      line: z.int().nullable(),
      sha256: sha256.nullable(),
      form: z.string().nullable(),
      known: z.boolean(),
    }),
    summary({ added: z.int(), known: z.int(), rejected: z.int(), total: z.int() }),
    failure,
  ]),
}

export type Verify = Types<typeof verify>
export type Inspect = Types<typeof inspect>
export type List = Types<typeof list>
export type Fetch = Types<typeof fetch>
export type Replay = Types<typeof replay>
export type Import = Types<typeof importEvidence>
/** One attestation as `attest inspect` shows it. */
export type InspectedItem = z.output<typeof inspected>
