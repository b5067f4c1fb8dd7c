/** Repairs that a variant of a case asks for. */

const BASE64_MEMBERS = /"(signedTimestamp|sig|signature|signedEntryTimestamp)": ?"([^"]*)"/g

/**
 * The same bundle with the base64 of its signatures written canonically: without line feeds, and with the bits that
 * belong to no byte cleared. What remains wrong is what the case is about.
 */
export function withCanonicalBase64(bundle: string): string {
  return bundle.replace(BASE64_MEMBERS, (_, name: string, value: string) => {
    const bytes = Buffer.from(value.replaceAll("\\n", ""), "base64")
    return `"${name}": "${bytes.toString("base64")}"`
  })
}
