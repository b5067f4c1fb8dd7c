/** Digests as people paste them. */

/** A SHA-256 with or without its prefix, in any case, with white space: as lowercase hexadecimal; undefined for anything else. */
export function readDigest(text: string): string | undefined {
  const hex = text
    .replace(/^\s*sha-?256:/i, "")
    .replace(/\s+/g, "")
    .toLowerCase()
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined
}
