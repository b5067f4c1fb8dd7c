/**
 * Matching of identities. Equality unless a policy says otherwise; patterns know one sign, `*`, are anchored at both
 * ends and need linear time, so neither a forgotten anchor nor a hostile certificate can do harm. (Known verifiers take
 * the expected identity as an unanchored regular expression: `.` then matches everybody.)
 */
import type { IdentityMatch, TextMatch } from "../formats/policy.ts"
import type { SignerFact } from "../formats/facts.ts"

/** True when the whole of `value` is what `match` asks for. */
export function matchesText(match: TextMatch, value: string): boolean {
  if ("exact" in match) return match.exact === value
  const [head = "", ...rest] = match.pattern.split("*")
  const tail = rest.pop()
  if (tail === undefined) return head === value
  if (value.length < head.length + tail.length || !value.startsWith(head) || !value.endsWith(tail)) return false
  // Between head and tail the fixed parts must occur in order; taking each at its first place loses no match.
  const end = value.length - tail.length
  let at = head.length
  for (const part of rest) {
    const found = value.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** Forms of names that only one kind of alternative name has: a URI with its authority, a mailbox, Fulcio's user name. */
const FORMS = [
  { form: /^[A-Za-z][A-Za-z0-9+.-]*:\/\//, type: "uri" },
  { form: /^[^@!/]+@[A-Za-z0-9.-]+$/, type: "email" },
  { form: /^[^!]+![A-Za-z0-9.-]+$/, type: "other" },
] as const

/**
 * The text of an identity says what kind of name it is. The same text in another kind is another identity, about which
 * an authority has checked something else: an e-mail address that reads like the URI of a workflow names no workflow.
 */
function isKindAsked(match: TextMatch, type: string): boolean {
  const text = "exact" in match ? match.exact : match.pattern
  const asked = FORMS.find(({ form }) => form.test(text))
  return asked === undefined || asked.type === type
}

/** True when a certificate signer is the asked-for identity: both issuer and subject alternative name. */
export function matchesIdentity(match: IdentityMatch, signer: SignerFact): "match" | "issuer" | "san" {
  const { san } = signer
  if (san === null || !isKindAsked(match.san, san.type) || !matchesText(match.san, san.value)) return "san"
  if (signer.issuer === null || !matchesText(match.issuer, signer.issuer)) return "issuer"
  return "match"
}
