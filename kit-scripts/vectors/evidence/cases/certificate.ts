/** The certificate: its path to a trusted authority, its profile, and the time of signing in every window. */
import { utf8 } from "../../crypto/derive.ts"
import { name } from "../asn1.ts"
import type { LeafExtensions, LeafSpec } from "../authority.ts"
import {
  ANY_USAGE,
  basicConstraints,
  certificate,
  DIGITAL_SIGNATURE,
  extendedKeyUsage,
  KEY_CERT_SIGN,
  keyUsage,
  SERVER_AUTH,
  subjectAltName,
} from "../certificate.ts"
import { brokenAuthorities, type Others } from "../roots.ts"
import { rfc3339 } from "../trusted-root.ts"
import { failed, proven, type Case } from "../vector.ts"
import { DAY, type World } from "../world.ts"
import { signatureAlgorithm } from "../keys.ts"

const UNTRUSTED = failed({ certificate: "certificate-untrusted" })
const PROFILE = failed({ certificate: "certificate-profile" })
const MALFORMED = failed({ certificate: "certificate-malformed" })

/** A leaf that somebody signed who has a certificate for code signing, but no authority. */
function issuedByLeaf(world: World, issuerName: Uint8Array): (spec: LeafSpec) => Uint8Array {
  return spec =>
    certificate({
      serial: "issued by a leaf",
      issuer: issuerName,
      subject: name(),
      notBefore: spec.at,
      notAfter: spec.at + 600,
      spki: spec.key.spki,
      signer: world.key("p256", "customer"),
      extensions: [keyUsage(DIGITAL_SIGNATURE), extendedKeyUsage(["1.3.6.1.5.5.7.3.3"]), subjectAltName([spec.san])],
    })
}

function paths(world: World, others: Others): Case[] {
  const customer = name("vectors.example", "customer")
  const customerLeaf = world.ca.issue({
    key: world.key("p256", "customer"),
    san: { type: "email", value: "customer@vectors.example" },
    issuer: "https://token.vectors.example",
    at: world.at - 5,
    subject: customer,
  })
  const flipped = (spec: LeafSpec): Uint8Array => {
    const der = world.ca.issue(spec)
    const last = der.length - 1
    der[last] = (der[last] ?? 0) ^ 1
    return der
  }
  return [
    {
      id: "certificate-self-signed",
      desc: "made without any authority",
      plan: { version: "0.2", chain: [], certificate: spec => world.ca.selfSigned(spec) },
      expected: failed({ certificate: "chain-has-root" }),
      // A self-signed leaf is its own root; see also certificate-impostor.
    },
    {
      id: "certificate-impostor",
      desc: "issued by another authority of the same name",
      plan: { certificate: spec => others.ca.issue(spec) },
      expected: UNTRUSTED,
    },
    {
      id: "certificate-impostor-chain",
      desc: "issued by another authority of the same name, whose certificate travels in the chain",
      plan: { version: "0.2", chain: [others.ca.intermediateDer], certificate: spec => others.ca.issue(spec) },
      expected: UNTRUSTED,
    },
    {
      id: "certificate-issued-by-leaf",
      desc: "issued by a customer of the authority, whose leaf travels in the chain",
      plan: { version: "0.2", chain: [customerLeaf], certificate: issuedByLeaf(world, customer) },
      expected: UNTRUSTED,
    },
    {
      id: "certificate-issued-by-leaf-as-authority",
      desc: "signed by a customer's key in the name of the authority",
      plan: { certificate: issuedByLeaf(world, name("vectors.example", "vectors intermediate")) },
      expected: UNTRUSTED,
    },
    {
      id: "certificate-signature",
      desc: "one bit of its signature is turned",
      plan: { certificate: flipped },
      expected: UNTRUSTED,
    },
    {
      id: "ca-other",
      desc: "the trusted root knows another authority of the same name",
      roots: ["other-ca"],
      expected: UNTRUSTED,
    },
    {
      id: "ca-unlinked",
      desc: "the trusted chain is no chain: its anchor did not sign the issuer",
      roots: ["ca-unlinked"],
      expected: UNTRUSTED,
    },
    {
      id: "ca-rotated",
      desc: "two authorities of one name, one after the other",
      roots: ["ca-rotated"],
      expected: proven(),
    },
    {
      id: "root-second",
      desc: "two trusted roots, and only the second knows the authority",
      roots: ["other-ca", "main"],
      expected: proven(),
    },
  ]
}

function profiles(world: World): Case[] {
  const edit = (id: string, desc: string, edit: (e: LeafExtensions) => void, expected = PROFILE): Case => ({
    id: `certificate-${id}`,
    desc,
    plan: { leaf: { edit } },
    expected,
  })
  const unknown = (critical: boolean) => (e: LeafExtensions) => void e.set("unknown", world.unknownExtension(critical))
  return [
    edit("is-authority", "a leaf with the CA flag", e => void e.set("constraints", basicConstraints(true))),
    edit(
      "not-authority",
      "a leaf that says it is no CA",
      e => void e.set("constraints", basicConstraints(false)),
      proven(),
    ),
    edit("no-digital-signature", "key usage keyCertSign alone", e => void e.set("keyUsage", keyUsage(KEY_CERT_SIGN))),
    edit(
      "cert-sign",
      "key usage digitalSignature and keyCertSign",
      e => void e.set("keyUsage", keyUsage(DIGITAL_SIGNATURE, KEY_CERT_SIGN)),
    ),
    edit("no-key-usage", "no key usage", e => void e.delete("keyUsage")),
    edit("no-extended-usage", "no extended key usage", e => void e.delete("extendedKeyUsage")),
    edit(
      "server",
      "extended key usage for servers",
      e => void e.set("extendedKeyUsage", extendedKeyUsage([SERVER_AUTH])),
    ),
    edit(
      "any-usage",
      "any extended key usage: the profile asks for codeSigning by name",
      e => void e.set("extendedKeyUsage", extendedKeyUsage([ANY_USAGE])),
    ),
    edit("unknown-critical", "an unknown critical extension", unknown(true)),
    edit("unknown-extension", "an unknown extension that is not critical", unknown(false), proven()),
    edit("extension-twice", "two key usages", e => void e.set("again", keyUsage(DIGITAL_SIGNATURE)), MALFORMED),
    {
      id: "certificate-two-algorithms",
      desc: "the algorithm outside is not the one inside, which was signed",
      plan: { leaf: { outerAlgorithm: signatureAlgorithm(world.ca.key, "sha256") } },
      expected: MALFORMED,
    },
    {
      id: "certificate-truncated",
      desc: "the last octet missing",
      plan: { certificate: spec => world.ca.issue(spec).slice(0, -1) },
      expected: MALFORMED,
    },
    {
      id: "certificate-trailing",
      desc: "an octet after it",
      plan: { certificate: spec => Uint8Array.of(...world.ca.issue(spec), 0) },
      expected: MALFORMED,
    },
    {
      id: "certificate-text",
      desc: "text in place of a certificate",
      plan: { certificate: () => utf8("certificate") },
      expected: MALFORMED,
    },
  ]
}

function authorities(world: World): Case[] {
  const broken = brokenAuthorities(world)
  const by = (root: string, desc: string, expected: Case["expected"]): Case => ({
    id: root,
    desc,
    plan: { certificate: spec => (broken[root] ?? world.ca).issue(spec) },
    roots: [root],
    expected,
  })
  return [
    by("ca-constraints-not-critical", "an authority whose basic constraints are not critical", PROFILE),
    by("ca-usage", "an authority that may not sign certificates", PROFILE),
    by("ca-unknown-critical", "an authority with an unknown critical extension", PROFILE),
    by("ca-path-length", "an authority below a root that allows none", PROFILE),
    by("ca-end-entity", "a trusted authority that is no CA", { error: "TRUST_MALFORMED" }),
    by(
      "ca-expired",
      "an authority whose certificate had ended",
      failed({ "validity/promise/0": "time-outside-authority" }),
    ),
  ]
}

function times(world: World): Case[] {
  const { at } = world
  const promise = failed({ "validity/promise/0": "time-outside-certificate" })
  const ended = failed({ "validity/promise/0": "time-outside-authority" })
  return [
    {
      id: "certificate-last-second",
      desc: "logged in the last second of the certificate: windows are closed",
      plan: { leaf: { lifetime: 7 } },
      expected: proven(),
    },
    {
      id: "certificate-ended",
      desc: "logged a second after its end",
      plan: { leaf: { lifetime: 6 } },
      expected: promise,
    },
    {
      id: "certificate-not-yet",
      desc: "logged before its beginning",
      plan: { leaf: { at: at + 3 } },
      expected: promise,
    },
    {
      id: "certificate-ended-between",
      desc: "stamped before its end and logged after it: every verified time counts",
      plan: { leaf: { lifetime: 6 }, tokens: [{ at }] },
      expected: promise,
    },
    {
      id: "certificate-stamped-late",
      desc: "logged before its end and stamped after it: every verified time counts",
      plan: { tokens: [{ at: at + 700 }] },
      expected: failed({ "validity/timestamp/0": "time-outside-certificate" }),
    },
    { id: "ca-ended", desc: "signed after the authority's trusted window", roots: ["ca-ended"], expected: ended },
    { id: "ca-not-yet", desc: "signed before the authority's trusted window", roots: ["ca-not-yet"], expected: ended },
    {
      id: "certificate-ten-years-later",
      desc: "judged when every certificate has ended: the time of signing counts",
      moment: rfc3339(at + 3650 * DAY),
      expected: proven(),
    },
  ]
}

/** Path, profile and windows of certificates. */
export function certificateCases(world: World, others: Others): Case[] {
  return [...paths(world, others), ...profiles(world), ...authorities(world), ...times(world)]
}
