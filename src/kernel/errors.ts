/**
 * The closed table of errors: one row is a code, the exit status of the command line, the HTTP status of the service
 * and the remedy shown to a person. Codes are API: rows are added, never renumbered, renamed or reused.
 *
 * Families of exit statuses: 1 a bug · 2 usage and configuration · 3 done, with findings · 10-19 verification ·
 * 20-29 media · 30-39 store · 40-49 keys · 50-59 service · 60-69 trust · 130 interrupted. Codes share a status only in
 * family 2 and where the table says `sharesExit`.
 */
interface ErrorRow {
  readonly exit: number
  readonly http: number
  readonly hint: string
  readonly sharesExit?: true
}

/** The table itself. Its rows are printed by `stella help exit-codes` and in `docs/reference/exit-codes.md`. */
// prettier-ignore
export const ERRORS = {
  INTERNAL:                  { exit: 1,   http: 500, hint: "this is a defect in Stella; keep the message and the input and report it" },
  USAGE:                     { exit: 2,   http: 400, hint: "see `stella help` for the commands and their flags", sharesExit: true },
  CONFIG_INVALID:            { exit: 2,   http: 400, hint: "correct the named setting and try again", sharesExit: true },
  POLICY_INVALID:            { exit: 2,   http: 400, hint: "correct the policy document; docs/formats/policy.md describes every member", sharesExit: true },
  INPUT_UNREADABLE:          { exit: 2,   http: 400, hint: "check that the named file exists, can be read and is within the stated size", sharesExit: true },
  INPUT_MALFORMED:           { exit: 2,   http: 400, hint: "the named document is not in the form it claims; ask its producer for a correct copy", sharesExit: true },
  OUTPUT_REFUSED:            { exit: 2,   http: 400, hint: "name a place that can be written and holds no such file; nothing is ever overwritten", sharesExit: true },
  NOT_FOUND:                 { exit: 2,   http: 404, hint: "there is nothing at this address; /api/v1/openapi.json lists what there is", sharesExit: true },
  METHOD_REFUSED:            { exit: 2,   http: 405, hint: "this address is asked in another way; /api/v1/openapi.json says how", sharesExit: true },
  BODY_TYPE_REFUSED:         { exit: 2,   http: 415, hint: "send application/json, or multipart/form-data when files go with it", sharesExit: true },
  BODY_TOO_LARGE:            { exit: 2,   http: 413, hint: "send less at once; the limits are in docs/formats/http-api.md", sharesExit: true },
  BODY_TOO_SLOW:             { exit: 2,   http: 408, hint: "the request did not arrive in time; send it again over a better line", sharesExit: true },
  ORIGIN_REFUSED:            { exit: 2,   http: 403, hint: "ask under the service's own address; it answers no page of another origin", sharesExit: true },
  IDEMPOTENCY_CONFLICT:      { exit: 2,   http: 409, hint: "this Idempotency-Key was used for another request; choose a new one", sharesExit: true },
  SHELL_UNAVAILABLE:         { exit: 2,   http: 501, hint: "no window can be opened here; name an Electron in STELLA_ELECTRON, or use the console in a browser: npm start", sharesExit: true },
  FINDINGS:                  { exit: 3,   http: 200, hint: "the work is done; read the findings, each names what would close it" },
  NOT_PROVEN:                { exit: 10,  http: 422, hint: "a required check did not run or its evidence is missing; see the report's unmet requirements" },
  SIGNATURE_INVALID:         { exit: 11,  http: 422, hint: "do not install; ask the producer to sign again and to send the evidence again" },
  SIGNER_UNTRUSTED:          { exit: 12,  http: 422, hint: "the signing key or certificate is not trusted here; check that the trusted root is the right one and recent enough" },
  IDENTITY_MISMATCH:         { exit: 13,  http: 422, hint: "signed by somebody else than asked for; compare the identity and issuer in the report with what you expect" },
  SUBJECT_MISMATCH:          { exit: 14,  http: 422, hint: "this evidence is about another artifact; compare the digests in the report" },
  PROOF_INVALID:             { exit: 15,  http: 422, hint: "the transparency log proof does not hold; fetch the evidence again and keep this copy for investigation" },
  TIME_INVALID:              { exit: 16,  http: 422, hint: "a time proof does not hold, or lies outside the validity of a key or certificate" },
  SPLIT_VIEW:                { exit: 17,  http: 409, hint: "the log has shown two faces; stop relying on it and hand the equivocation file to your security officer" },
  EVIDENCE_MALFORMED:        { exit: 18,  http: 422, hint: "the evidence breaks the rules of its own format; ask the producer for a correct copy" },
  REPLAY_DIFFERS:            { exit: 19,  http: 409, hint: "the saved Report is not what judging the saved Case gives; treat the stored copy as altered" },
  NOT_COMPARABLE:            { exit: 19,  http: 409, hint: "the Report was made by a judge version that is not kept here; bring that judge on the next medium", sharesExit: true },
  MEDIA_UNREADABLE:          { exit: 20,  http: 422, hint: "the medium cannot be read; clean or replace it, or ask for a repair set" },
  MEDIA_TAMPERED:            { exit: 21,  http: 422, hint: "the content differs from what its manifest or checkpoint says; quarantine the medium, or leave the server that sent it" },
  MEDIA_ROLLBACK:            { exit: 22,  http: 409, hint: "this medium or server has an older state than the last one accepted" },
  DISK_FULL:                 { exit: 23,  http: 507, hint: "free space on the named file system, then run the command again; a service whose /readyz says store-failed must be started again first" },
  SOURCE_UNAVAILABLE:        { exit: 28,  http: 502, hint: "the log's server is away or busy; what was written stays, so ask again later and the collection continues" },
  SOURCE_REFUSED:            { exit: 29,  http: 502, hint: "the log's server does not answer as a log does; check its address, the proxy and the certificates" },
  STORE_LOCKED:              { exit: 30,  http: 423, hint: "another process owns this store; stop it, or wait until it is done" },
  STORE_CORRUPT:             { exit: 31,  http: 500, hint: "stored bytes do not match their digests; run `stella mirror fsck`, then restore a backup" },
  STORE_ROLLED_BACK:         { exit: 32,  http: 409, hint: "the store is older than its HEAD file; do not delete HEAD, restore the newest backup" },
  STORE_TOO_NEW:             { exit: 33,  http: 409, hint: "the store was written by a newer Stella; upgrade this installation" },
  STORE_MISSING:             { exit: 34,  http: 404, hint: "no site here; create one with `stella init <dir>`" },
  STORE_EXISTS:              { exit: 35,  http: 409, hint: "a site is there already; choose an empty directory" },
  AUDIT_BROKEN:              { exit: 36,  http: 409, hint: "the audit chain was cut or edited; keep the disk as it is and call your security officer" },
  CLOSURE_BROKEN:            { exit: 37,  http: 409, hint: "a document named by the Case is missing or has another digest; fetch the whole saved Case again" },
  EVIDENCE_MISSING:          { exit: 38,  http: 404, hint: "no such evidence in the store; `stella attest list` shows what is there" },
  LOG_MISSING:               { exit: 39,  http: 404, hint: "this log is not mirrored here; bring its snapshot and run `stella mirror ingest`" },
  KEY_UNAVAILABLE:           { exit: 40,  http: 503, hint: "the signing key cannot be used now; check the token or the key file" },
  KEY_ALGORITHM_UNSUPPORTED: { exit: 41,  http: 400, hint: "this module or driver cannot make that kind of signature; choose a listed algorithm" },
  KEY_REFUSED:               { exit: 42,  http: 403, hint: "this profile refuses the driver or key; development keys never sign in production" },
  KEY_MALFORMED:             { exit: 43,  http: 400, hint: "the key is not in a supported form; give a PEM or DER SubjectPublicKeyInfo, or PKCS#8 for a private key" },
  SERVICE_UNAVAILABLE:       { exit: 50,  http: 503, hint: "the service does not answer or has too much to do; check that it runs, and ask again" },
  NOT_AUTHENTICATED:         { exit: 51,  http: 401, hint: "log in; a session ends by itself after a while, and what was wrong is not said" },
  LAUNCH_OVER:               { exit: 51,  http: 403, hint: "this window was opened for a service that has ended, or its launch has; close it and start the shell again", sharesExit: true },
  FORBIDDEN:                 { exit: 52,  http: 403, hint: "none of your roles allows this; ask somebody who has the named scope" },
  RATE_LIMITED:              { exit: 53,  http: 429, hint: "too much at once from one identity; wait as long as Retry-After says, or a minute" },
  OPERATOR_MISSING:          { exit: 58,  http: 404, hint: "nobody of that name is enrolled and enabled; `stella operator list` shows who is" },
  OPERATOR_EXISTS:           { exit: 59,  http: 409, hint: "a name is held by one person at a time and a key is enrolled once; choose another name, or make another key" },
  LAST_ADMINISTRATOR:        { exit: 59,  http: 409, hint: "a site keeps an administrator; enrol another one first", sharesExit: true },
  SERVICE_RUNNING:           { exit: 54,  http: 409, hint: "a service answers at this socket already; use it, or stop it first" },
  LISTEN_REFUSED:            { exit: 55,  http: 409, hint: "the address cannot be listened on; choose a free port, or a socket path that is yours" },
  SERVICE_UNTRUSTED:         { exit: 57,  http: 403, hint: "do not use this service; the site's folder and socket must be yours alone, see `ls -l`" },
  JOB_MISSING:               { exit: 56,  http: 404, hint: "no such job of yours; /api/v1/jobs lists those that are kept" },
  TRUST_MISSING:             { exit: 60,  http: 404, hint: "no trusted root; give --trusted-root, or import one with `stella trust import`" },
  TRUST_MALFORMED:           { exit: 61,  http: 422, hint: "the trusted root is not a correct trusted_root.json or TUF repository" },
  TRUST_DIGEST_MISMATCH:     { exit: 62,  http: 422, hint: "the trusted root is not the one pinned by --trusted-root-sha256; do not use it" },
  TRUST_EXPIRED:             { exit: 63,  http: 422, hint: "the TUF metadata has expired at the reference time; bring newer metadata" },
  TRUST_ROLLBACK:            { exit: 64,  http: 409, hint: "the TUF metadata is older than what this site has already accepted" },
  TRUST_UNVERIFIED:          { exit: 65,  http: 422, hint: "the TUF metadata is not signed by the pinned root's threshold; do not use it" },
  INTERRUPTED:               { exit: 130, http: 499, hint: "stopped on request; nothing half-done was kept, run the command again" },
} as const satisfies Record<string, ErrorRow>

/** A row's name; what scripts and programs compare. */
export type ErrorCode = keyof typeof ERRORS

/** Structured detail of an error: small, printable and free of secrets. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean | null>>

/**
 * The only error class of the product. `message` says what happened; what to do next is in the code's row of `ERRORS`, which
 * belongs to the faces: the judge carries codes alone, so that a new hint makes no new judge.
 */
export class StellaError extends Error {
  readonly code: ErrorCode
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = "StellaError"
    this.code = code
    this.detail = detail
  }
}

/** For the default branch of a switch over a closed union: a new member breaks the build here. */
export function unreachable(value: never): never {
  throw new StellaError("INTERNAL", `unreachable value: ${String(value)}`)
}
