/**
 * One GET, as a port: what answers at the other end is hostile, so every answer is bounded in bytes and in time.
 */

/** A request. */
export interface HttpRequest {
  readonly url: string
  /** The body of an answer, decoded, has at most this many bytes. */
  readonly maxBytes: number
  /** True to ask every cache on the way to look at the origin again. */
  readonly fresh: boolean
  readonly signal: AbortSignal | undefined
}

/** What came of a request. */
export type HttpAnswer =
  | {
      readonly kind: "answered"
      readonly status: number
      /** The decoded body of a 200; empty for others, whose bodies say nothing to us. */
      readonly body: Uint8Array
      readonly location: string | undefined
      readonly retryAfter: string | undefined
    }
  /** The line broke, or was too slow: the same request may succeed later. */
  | { readonly kind: "broken"; readonly what: string; readonly cause?: unknown }
  /** Asking again changes nothing: a certificate that is not trusted, a body that is too long or cannot be decoded. */
  | { readonly kind: "refused"; readonly what: string; readonly cause?: unknown }

/** Asks a server. */
export interface Http {
  /** Never rejects; an aborted request is `broken`. Redirects are answers like any other: it follows none. */
  get(request: HttpRequest): Promise<HttpAnswer>
}
