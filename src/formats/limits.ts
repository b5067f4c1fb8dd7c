/**
 * Every bound of the parsers, by name and unit. All of them belong to the judge version: changing one changes what a
 * Case can prove, so it changes the version too.
 */

/** The limits of everything that a judge reads. Lengths of text are in UTF-16 code units where nothing else is said. */
export const LIMITS = {
  /** A sigstore bundle, DSSE envelope or attestation list, in bytes. */
  evidenceBytes: 16 * 1024 * 1024,
  /** Nesting of arrays and objects in any JSON document. */
  jsonDepth: 64,
  /**
   * A name that a document chooses, in UTF-16 code units: predicate and payload types, subject names and URIs, digest
   * values, key hints, checkpoint origins. Checks quote them.
   */
  nameLength: 4096,
  /** Kind and version of a log entry, in UTF-16 code units each. */
  entryKindLength: 64,
  /** The name of a digest algorithm in a statement, in UTF-16 code units. */
  digestNameLength: 128,
  /** A text in the evidence of a check, in UTF-16 code units; a longer one is cut and says how long it was. */
  checkTextLength: 512,
  /** Items of a list in the evidence of a check; a longer one is cut and says how many there were. */
  checkListItems: 64,
  /** The path in a fault, in UTF-16 code units: unknown members have names of the document's choice. */
  faultPathLength: 512,
  /** A trusted_root.json, in bytes. */
  trustedRootBytes: 4 * 1024 * 1024,
  /** Trusted roots in one JSONL document. */
  trustedRoots: 16,
  /** Authorities or logs of one kind in a trusted root. */
  trustedRootEntries: 256,
  /** A policy document, in bytes. */
  policyBytes: 1024 * 1024,
  /** Transparency log entries in a bundle (sigstore-go uses the same). */
  tlogEntries: 32,
  /** The identifier of a log, in bytes: SHA-256 of a key for Rekor v1, a note key id for Rekor v2. */
  logIdBytes: 64,
  /** One signature, in bytes: ML-DSA-87 is the longest scheme with 4,627; a FIDO2 one carries its client data. */
  signatureBytes: 16 * 1024,
  /** RFC 3161 tokens in a bundle (sigstore-go uses the same). */
  timestamps: 32,
  /** Certificates in a chain. */
  chainCertificates: 10,
  /** One certificate, in bytes. */
  certificateBytes: 64 * 1024,
  /** One RFC 3161 response, in bytes. */
  timestampBytes: 128 * 1024,
  /** Signatures of a DSSE envelope. */
  envelopeSignatures: 64,
  /** Subjects of a statement (sigstore-go: 1,024; SBOM-like statements in the wild carry more). */
  statementSubjects: 16_384,
  /** Digests of one subject (sigstore-go uses the same). */
  subjectDigests: 32,
  /** Hashes of one Merkle proof: a tree has at most 2^63 leaves, a consistency proof at most 2 x 63 hashes. */
  proofHashes: 126,
  /** A signed note, in bytes; ML-DSA-44 lines are 3.3 kB each. */
  noteBytes: 512 * 1024,
  /** Signature lines of a note (Go's note package uses the same). */
  noteSignatures: 100,
  /** A log entry in an entry bundle, in bytes (tlog-tiles: a 16-bit length). */
  entryBytes: 65_535,
  /** Attestations in one npm or PEP 740 document. */
  attestations: 64,
  /** SCTs in a certificate. */
  scts: 16,
  /** An artifact embedded in a Case for pure Ed25519, in bytes. */
  embeddedArtifactBytes: 1024 * 1024,
  /** Signature checks in one run of the judge. */
  signatureChecks: 512,
  /** Signed bytes that come with one signature check: a longer message counts as several. */
  signatureCheckBytes: 1024 * 1024,
} as const

/** Bounds of lists of expected artifacts. No judge reads them, so they belong to no judge version. */
export const EXPECTATION_LIMITS = {
  /** The list, in bytes. */
  documentBytes: 64 * 1024 * 1024,
  /** Rows, entries or components. */
  artifacts: 200_000,
  /** Predicate types required of one artifact. */
  predicateTypes: 64,
  /** A name, package URL or predicate type, in UTF-16 code units. */
  textLength: 4096,
  /** Digests of one artifact: CycloneDX names 14 hash functions. */
  digests: 16,
  /** Columns of a CSV list. */
  columns: 64,
} as const
