/** What a Rekor entry body says, whichever kind and version it is: the shapes that `rekor-entry.ts` gives out. */
import type { Digest } from "./hash-names.ts"
import { refuse } from "./refusal.ts"

/** A certificate or SubjectPublicKeyInfo in DER, exactly as logged. */
export interface EntryVerifier {
  readonly kind: "certificate" | "public-key"
  readonly der: Uint8Array
}

/** One logged signature and what it was checked with when it was logged. */
export interface EntrySignature {
  readonly signature: Uint8Array
  readonly verifier: EntryVerifier
  /** `PublicKeyDetails` name of the verifier's key; Rekor v2 only. */
  readonly keyDetails?: string | undefined
}

/** What a log entry says was logged. `signature`, `verifier` and `keyDetails` are those of the first signature. */
export interface EntryBody extends EntrySignature {
  readonly kind: "hashedrekord" | "dsse" | "intoto"
  readonly version: "0.0.1" | "0.0.2"
  /** All signatures, at least one; more than one in `dsse` and `intoto` entries only. */
  readonly signatures: readonly EntrySignature[]
  readonly digest: Digest
  /** What `digest` is of: the signed bytes (an artifact, or the PAE of an envelope), or an envelope's payload. */
  readonly digestOf: "artifact-or-pae" | "payload"
  /** The envelope's payload type; `intoto` only. */
  readonly payloadType?: string | undefined
  /** True for `dsse` 0.0.2, which the client specification does not ask verifiers to accept: policy decides. */
  readonly legacy: boolean
}

/** The members of a body that come from its signatures; refuses a body without any. */
export function withSignatures(
  signatures: readonly EntrySignature[],
  where: string,
): EntrySignature & Pick<EntryBody, "signatures"> {
  const [first] = signatures
  return first === undefined ? refuse("signature-count", where) : { ...first, signatures }
}
