/**
 * The names that sigstore documents give to hash functions: the `HashAlgorithm` enumeration of sigstore_common.proto
 * and the lower-case names of Rekor v1 entries. Only SHA-2 of 256 bits or more is known here; anything else is refused.
 */
import type { HashAlgorithm } from "../kernel/signature-scheme.ts"

/** A digest and the function it was made with; the length always fits. */
export interface Digest {
  readonly hash: HashAlgorithm
  readonly digest: Uint8Array
}

const PROTO_NAMES: ReadonlyMap<string, HashAlgorithm> = new Map([
  ["SHA2_256", "sha256"],
  ["SHA2_384", "sha384"],
  ["SHA2_512", "sha512"],
])

/** Digest length of each hash function, in bytes. */
export const DIGEST_BYTES: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, sha384: 48, sha512: 64 }

/** The hash function of an enumeration name, or undefined for an unknown one. */
export function hashOfProtoName(name: string): HashAlgorithm | undefined {
  return PROTO_NAMES.get(name)
}

/** The hash function of a lower-case name (`sha256`), or undefined for an unknown one. */
export function hashOfPlainName(name: string): HashAlgorithm | undefined {
  return name === "sha256" || name === "sha384" || name === "sha512" ? name : undefined
}
