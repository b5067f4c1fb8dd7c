/** Dates in HTTP headers (RFC 9110 §5.6.7), in the one form that is still sent: `Sun, 06 Nov 1994 08:49:37 GMT`. */

const IMF_FIXDATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/

/** Milliseconds since 1970, or undefined when the text is no such date. */
export function instantOfHttpDate(text: string): number | undefined {
  const at = IMF_FIXDATE.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? undefined : at
}
