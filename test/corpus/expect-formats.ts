/**
 * Documents that are no evidence on their own: trusted roots, checkpoints, timestamp tokens, and the certificate
 * fixtures. Without a verdict here: kinds `statement`, `predicate` and `policy-witness` (examples of content, read by
 * the parsers' tests), `dsse` and `sigstore-bundle/dsse` with outcome `data` (no key or policy comes with them), and
 * `encrypted-key` (private keys, which belong to key handling, not to verification).
 */
import { type Expectation, failed, proven } from "./expectation.ts"

const parse = { scope: "parse" } as const
const trustMalformed = (note: string): Expectation => ({
  ...proven(note, parse),
  verdict: "failed",
  code: "TRUST_MALFORMED",
})

export const FORMATS: Readonly<Record<string, Expectation>> = {
  "trusted-root/trustedroot.badtype.json": trustMalformed("mediaType is `bad-media-type`"),
  "trusted-root/trustedroot.v1.local_tlog_ed25519_rekor-tiles.json": proven("one Ed25519 log on localhost", parse),
  "trusted-root/certificate_authority.empty.json": trustMalformed(
    "a certificate authority alone, with an empty chain: no media type, and no anchor even where it is a member",
  ),
  "trusted-root/certificate_authority.missingroot.json": trustMalformed(
    "a certificate authority alone (a TSA leaf and its intermediate), not a trusted root: no media type",
  ),
  "checkpoint/error_no_signatures.txt": failed("checkpoint-malformed", "the note ends after the empty line", parse),
  "checkpoint/error_signature_format_invalid.txt": failed(
    "checkpoint-malformed",
    "a signature line without em dash and space",
    parse,
  ),
  "checkpoint/error_signature_length_insufficient.txt": failed(
    "checkpoint-malformed",
    "the signature is `wNI9aj`: no base64, and no room for anything behind a key hint",
    parse,
  ),
  "checkpoint/valid_multi_sig.txt": proven("two signature lines and an extension line", parse),
  "rfc3161/issue1482-no-embedded-cert": proven(
    "token over `message` by the staging TSA, whose certificate comes from the trusted root; 2025-07-25T19:53:04Z",
    { scope: "timestamp" },
  ),
  "rfc3161/java_invalid_sigstore_tsa_response_invalid.tsr": failed(
    "timestamp-malformed",
    "SignerInfos: wrong tag; openssl cannot read it either",
    parse,
  ),
}

/** What `openssl ts -reply -text` reads in the tokens of outcome `data`: they must parse to exactly this. */
export const TIMESTAMP_TOKENS: Readonly<
  Record<string, { readonly at: string; readonly policy: string; readonly serial: string; readonly hash: "SHA2_256" }>
> = {
  "rfc3161/java_valid_freetsa_response.tsr": {
    at: "2025-05-02T13:21:07Z",
    policy: "1.2.3.4.1",
    serial: "0679b933",
    hash: "SHA2_256",
  },
  "rfc3161/java_valid_sigstage_tsa_response_with_embedded_certs.tsr": {
    at: "2025-05-28T15:15:55Z",
    policy: "1.2.3.4",
    serial: "67116ac816d7c767a329380c8fd326c2b5910f5d",
    hash: "SHA2_256",
  },
  "rfc3161/java_valid_sigstage_tsa_response_without_embedded_certs.tsr": {
    at: "2025-05-28T15:17:58Z",
    policy: "1.2.3.4",
    serial: "2a6c02450c9bcde2d631130aa2c688817843ac96",
    hash: "SHA2_256",
  },
  "rfc3161/java_valid_sigstore_tsa_response_with_embedded_certs.tsr": {
    at: "2025-04-22T14:59:52Z",
    policy: "1.2.3.4",
    serial: "aff04354a0ce5b59a86e3196cc82b431a8887166",
    hash: "SHA2_256",
  },
  "rfc3161/java_valid_sigstore_tsa_response_without_embedded_certs.tsr": {
    at: "2025-05-02T19:04:34Z",
    policy: "1.2.3.4",
    serial: "df62c792b6e5edc5928a96b282e034d22529f030",
    hash: "SHA2_256",
  },
}

/** The rules of the certificate profile (RFC 5280, and Fulcio's certificate specification for leaves). */
export type CertificateRule =
  | "basic-constraints" // a CA needs it critical with CA:TRUE; a leaf must not be a CA
  | "key-usage" // a CA needs keyCertSign, a leaf digitalSignature
  | "extended-key-usage" // a leaf needs codeSigning
  | "subject-alternative-name" // a leaf needs exactly one e-mail, URI or OtherName
  | "subject" // a leaf's subject is empty

/**
 * The fixtures are made so that the name says what is wrong. All have a DNS name, which no signer has, and a subject;
 * so `asLeaf` always holds these two.
 */
export const CERTIFICATES: Readonly<
  Record<string, { readonly asLeaf: readonly CertificateRule[]; readonly asCa: readonly CertificateRule[] }>
> = {
  "x509/bogus-root.pem": certificate(["basic-constraints", "extended-key-usage"], []),
  "x509/bogus-root-invalid-ku.pem": certificate(["basic-constraints", "extended-key-usage"], ["key-usage"]),
  "x509/bogus-root-missing-ku.pem": certificate(
    ["basic-constraints", "key-usage", "extended-key-usage"],
    ["key-usage"],
  ),
  "x509/bogus-root-noncritical-bc.pem": certificate(["basic-constraints", "extended-key-usage"], ["basic-constraints"]),
  "x509/bogus-intermediate.pem": certificate(["basic-constraints", "extended-key-usage"], []),
  "x509/bogus-intermediate-with-eku.pem": certificate(["basic-constraints"], []),
  "x509/bogus-leaf.pem": certificate([], ["basic-constraints", "key-usage"]),
  "x509/bogus-leaf-invalid-eku.pem": certificate(["extended-key-usage"], ["basic-constraints", "key-usage"]),
  "x509/bogus-leaf-missing-eku.pem": certificate(["extended-key-usage"], ["basic-constraints", "key-usage"]),
  "x509/bogus-leaf-invalid-ku.pem": certificate(["key-usage"], ["basic-constraints", "key-usage"]),
}

function certificate(asLeaf: readonly CertificateRule[], asCa: readonly CertificateRule[]) {
  return { asLeaf: [...asLeaf, "subject-alternative-name", "subject"] as readonly CertificateRule[], asCa }
}
