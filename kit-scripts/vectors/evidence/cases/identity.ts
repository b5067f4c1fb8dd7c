/** Who signed: names and issuers that look like the ones asked for. */
import type { IdentityMatch } from "../../../../src/formats/policy.ts"
import { name } from "../asn1.ts"
import { fulcio, subjectAltName, type San } from "../certificate.ts"
import { asked, failed, proven, unproven, type Ask, type Case } from "../vector.ts"
import { ISSUER, SIGNER } from "../world.ts"

const ask = (...identities: readonly IdentityMatch[]): Ask => ({ profile: "public-good", identities })
const san = (value: string): IdentityMatch => ({ ...asked, san: { exact: value } })
const pattern = (value: string): IdentityMatch => ({ ...asked, san: { pattern: value } })
const issuer = (value: string): IdentityMatch => ({ ...asked, issuer: { exact: value } })

const OTHER_NAME = failed({ "policy/identity": "identity-mismatch" })
const OTHER_ISSUER = failed({ "policy/identity": "issuer-mismatch" })

/** Certificate with this name, asked for by it. */
function named(id: string, desc: string, name: San): Case {
  return { id: `signer-${id}`, desc, plan: { leaf: { san: name } }, ask: ask(san(name.value)), expected: proven() }
}

/** Asked for by something that is not the name, or not the issuer. */
function askedAs(id: string, desc: string, identity: IdentityMatch, expected: Case["expected"]): Case {
  return { id: `identity-${id}`, desc, ask: ask(identity), expected }
}

function names(): Case[] {
  const { value } = SIGNER
  return [
    named("email", "an e-mail address", { type: "email", value: "smith@vectors.example" }),
    named("other-name", "a user name in Fulcio's otherName", { type: "other", value: "smith!vectors.example" }),
    askedAs("dot", "a dot: a regular expression for any name that has a character", san("."), OTHER_NAME),
    askedAs("any-expression", "a regular expression for everything", san(".*"), OTHER_NAME),
    askedAs("own-expression", "the name between anchors of a regular expression", san(`^${value}$`), OTHER_NAME),
    askedAs("prefix", "the beginning of the name", san(value.slice(0, -1)), OTHER_NAME),
    askedAs("inside", "the middle of the name", san("anvil/release"), OTHER_NAME),
    askedAs("longer", "the name and one character more", san(`${value}2`), OTHER_NAME),
    askedAs("case", "another case", san(value.replace("main", "Main")), OTHER_NAME),
    askedAs("line-end", "a line feed at the end", san(`${value}\n`), OTHER_NAME),
    askedAs("empty", "the empty name", san(""), OTHER_NAME),
    askedAs(
      "pattern",
      "a pattern with a star in the middle",
      pattern("https://git.vectors.example/anvil/*@refs/heads/main"),
      proven(),
    ),
    askedAs("pattern-not-anchored", "a pattern for the middle of the name", pattern("anvil/*.yml"), OTHER_NAME),
    askedAs(
      "pattern-expression",
      "a regular expression in place of a pattern",
      pattern("https://git.vectors.example/.*"),
      OTHER_NAME,
    ),
    askedAs("pattern-overlap", "a pattern whose two ends overlap in the name", pattern(`${value}*n`), OTHER_NAME),
    {
      id: "identity-embedded",
      desc: "the expected name at the end of another one",
      plan: { leaf: { san: { type: "uri", value: `https://forger.example/${value}` } } },
      expected: OTHER_NAME,
    },
    {
      id: "identity-none",
      desc: "nobody said who should have signed",
      ask: { profile: "public-good" },
      expected: unproven(["identity"], { "policy/identity": "identity-not-asked" }),
    },
    {
      id: "identity-any",
      desc: "any identity, said aloud",
      ask: { profile: "public-good", identities: "any" },
      expected: proven(),
    },
    {
      id: "identity-second-of-two",
      desc: "two identities are accepted and the second one signed",
      ask: ask(san("nobody"), asked),
      expected: proven(),
    },
    {
      id: "identity-crossed",
      desc: "the name of one accepted identity with the issuer of another",
      ask: ask(san("nobody"), issuer("https://other.vectors.example")),
      expected: OTHER_ISSUER,
    },
  ]
}

function issuers(): Case[] {
  return [
    askedAs("issuer-other", "another issuer", issuer("https://other.vectors.example"), OTHER_ISSUER),
    askedAs("issuer-prefix", "the beginning of the issuer", issuer(ISSUER.slice(0, -1)), OTHER_ISSUER),
    askedAs("issuer-slash", "the issuer and a slash", issuer(`${ISSUER}/`), OTHER_ISSUER),
    askedAs("issuer-dot", "a dot as issuer", issuer("."), OTHER_ISSUER),
    {
      id: "issuer-old-extension",
      desc: "the issuer only in the old extension .1",
      plan: { leaf: { edit: e => void e.delete("issuerV2") } },
      expected: proven(),
    },
    {
      id: "issuer-both-extensions",
      desc: "the extensions .1 and .8 differ, and .8 is asked for: it goes first",
      plan: { leaf: { edit: e => void e.set("issuer", fulcio(1, "https://old.vectors.example")) } },
      expected: proven(),
    },
    {
      id: "issuer-only-old-fits",
      desc: "the extensions .1 and .8 differ, and .1 is asked for",
      plan: { leaf: { edit: e => void e.set("issuerV2", fulcio(8, "https://new.vectors.example")) } },
      expected: OTHER_ISSUER,
    },
    {
      id: "issuer-none",
      desc: "no issuer in the certificate",
      plan: { leaf: { edit: e => (e.delete("issuer"), void e.delete("issuerV2")) } },
      expected: OTHER_ISSUER,
    },
  ]
}

function alternativeNames(): Case[] {
  const profile = failed({ certificate: "certificate-profile" })
  const sans = (id: string, desc: string, names: readonly San[], expected = profile): Case => ({
    id: `san-${id}`,
    desc,
    plan: { leaf: { edit: e => void e.set("san", subjectAltName(names)) } },
    expected,
  })
  return [
    sans("two", "two names, the first one expected", [SIGNER, { type: "email", value: "forger@vectors.example" }]),
    sans("dns", "the expected text as DNS name", [{ type: "dns", value: SIGNER.value }]),
    sans("empty-name", "an empty name", [{ type: "uri", value: "" }], failed({ certificate: "certificate-malformed" })),
    sans(
      "control-character",
      "the expected name, a NUL and more: readers of C strings stop at the NUL",
      [{ type: "uri", value: `${SIGNER.value}\0.forger.example` }],
      failed({ certificate: "certificate-malformed" }),
    ),
    {
      id: "san-missing",
      desc: "the expected name only as common name of the subject",
      plan: { leaf: { subject: name(undefined, SIGNER.value), edit: e => void e.delete("san") } },
      expected: profile,
    },
    {
      id: "san-not-critical",
      desc: "no subject and an alternative name that is not critical (RFC 5280 §4.2.1.6)",
      plan: { leaf: { edit: e => void e.set("san", subjectAltName([SIGNER], false)) } },
      expected: profile,
    },
    {
      id: "san-not-critical-with-subject",
      desc: "a subject and an alternative name that is not critical",
      plan: {
        leaf: { subject: name("vectors.example"), edit: e => void e.set("san", subjectAltName([SIGNER], false)) },
      },
      expected: proven(),
    },
  ]
}

/** Names and issuers. */
export function identityCases(): Case[] {
  return [...names(), ...issuers(), ...alternativeNames()]
}
