/**
 * PEM, the textual encoding of RFC 7468:
 *
 * ```text
 * -----BEGIN PUBLIC KEY-----
 * MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…
 * -----END PUBLIC KEY-----
 * ```
 *
 * A text is one or more blocks of one label and nothing else: no explanatory text (§5.2 would allow it), no headers, no
 * white space inside lines. Lines end with LF or CRLF and may have any length (§2); blank lines may stand between blocks.
 */
import { fromBase64 } from "../kernel/bytes.ts"

/**
 * Contents of the blocks in order, at least one.
 * @returns undefined when the text is anything but blocks of that label with canonical base64
 */
export function readPem(text: string, label: string): Uint8Array[] | undefined {
  const begin = `-----BEGIN ${label}-----`
  const end = `-----END ${label}-----`
  const blocks: Uint8Array[] = []
  let body: string[] | undefined
  for (const line of text.split(/\r?\n/)) {
    if (body === undefined) {
      if (line === begin) body = []
      else if (line !== "") return undefined
    } else if (line === end) {
      const bytes = fromBase64(body.join(""))
      if (bytes === undefined || bytes.length === 0) return undefined
      blocks.push(bytes)
      body = undefined
    } else {
      body.push(line)
    }
  }
  return body === undefined && blocks.length > 0 ? blocks : undefined
}
