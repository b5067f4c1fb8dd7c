/**
 * Headers of every response, whoever gives it: the service on its own origin, and the shell's own scheme. They close what a
 * browser leaves open. A page of the console has the content policy of its manifest instead of this one.
 */
export const RESPONSE_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
} as const satisfies Readonly<Record<string, string>>

/** The headers of a file of the console. */
export function consoleHeaders(policy: string): Readonly<Record<string, string>> {
  return { ...RESPONSE_HEADERS, "cache-control": "no-cache", "content-security-policy": policy }
}
