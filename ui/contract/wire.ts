/** What everybody on the wire has to know, and no operation: where the API lies, and the media types of what goes over it. */

/** Everything of version 1 lies below. */
export const API_BASE = "/api/v1"

/** Media types of what goes over the wire. */
export const TYPES = {
  json: "application/json",
  problem: "application/problem+json",
  lines: "application/x-ndjson",
  events: "text/event-stream",
  form: "multipart/form-data",
  /** Both directions at once, with the client's own files at hand; docs/formats/http-api.md. */
  conversation: "application/vnd.stella.conversation",
} as const
