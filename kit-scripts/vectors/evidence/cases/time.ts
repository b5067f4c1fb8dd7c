/** Timestamp tokens: over what, by whom, when, and how often one counts. */
import { utf8 } from "../../crypto/derive.ts"
import { ARTIFACT, statement, type Plan, type TokenPlan } from "../evidence.ts"
import { emptyAttribute, OTHER_CONTENT_TYPE } from "../timestamp.ts"
import type { Others } from "../roots.ts"
import { rfc3339 } from "../trusted-root.ts"
import { asked, failed, malformed, proven, PUBLIC_GOOD, unproven, type Ask, type Case } from "../vector.ts"
import { DAY, type World } from "../world.ts"

const GITHUB: Ask = { profile: "github-internal", identities: [asked] }

/** Evidence whose only time is a token. */
function stamped(...tokens: readonly TokenPlan[]): Plan {
  return { payload: statement(), entries: [], tokens, leaf: { scts: () => [] } }
}

function tokens(world: World, others: Others): Case[] {
  const signature = failed({ "timestamp/0": "timestamp-signature" })
  const form = failed({ "timestamp/0": "timestamp-malformed" })
  const untrusted = failed({ "timestamp/0": "timestamp-untrusted" })
  const outside = failed({ "timestamp/0": "time-outside-authority" })
  const token = (id: string, desc: string, plan: TokenPlan, expected: Case["expected"], root = "timestamps"): Case => ({
    id: `token-${id}`,
    desc,
    plan: stamped(plan),
    roots: [root],
    ask: GITHUB,
    expected,
  })
  const imprint = failed({ "timestamp/0": "timestamp-imprint" })
  return [
    token("sha512", "an imprint by SHA-512", { hash: "sha512" }, proven(1, 0)),
    token(
      "without-certificate",
      "no certificate in the token: the trusted root has it",
      { certificates: [] },
      proven(1, 0),
    ),
    token("root-only", "the trusted root has the issuer, the token its certificate", {}, proven(1, 0), "tsa-root-only"),
    token("unsigned-attribute", "an unsigned attribute", { unsigned: emptyAttribute() }, proven(1, 0)),
    token("last-second", "in the last second of the trusted authority", {}, proven(1, 0), "tsa-last-second"),
    token("of-artifact", "over the artifact instead of the signature", { over: utf8(ARTIFACT) }, imprint),
    token("of-another-signature", "over another signature", { over: utf8("another signature") }, imprint),
    token("untrusted", "by an authority that is not trusted, with its certificates", { tsa: others.tsa }, untrusted),
    token(
      "untrusted-chain",
      "by an authority that is not trusted, with its root and the trusted one's certificate",
      { tsa: others.tsa, certificates: [others.tsa.der, others.tsa.rootDer, world.tsa.der] },
      untrusted,
    ),
    token(
      "forged",
      "signed by another key in the name of the authority",
      { signer: world.key("p384", "forger") },
      signature,
    ),
    token("other-content", "signed over the digest of another content", { digested: utf8("another time") }, signature),
    token(
      "other-certificate",
      "names another certificate than the one that signed",
      { named: world.tsa.rootDer },
      signature,
    ),
    token("no-certificate-named", "names no certificate", { named: null }, form),
    token("refused", "the authority refused", { status: 2 }, form),
    token("two-signers", "two signers", { twice: true }, form),
    token("content-type", "content of another type than it was signed as", { eContentType: OTHER_CONTENT_TYPE }, form),
    token("code-signing", "a trusted certificate that is for code", { tsa: others.codeTsa }, untrusted, "tsa-code"),
    token(
      "mixed-usage",
      "a trusted certificate that is not for timestamps alone",
      { tsa: others.mixedTsa },
      untrusted,
      "tsa-mixed",
    ),
    token(
      "certificate-ended",
      "after the end of the signing certificate",
      { tsa: others.shortTsa },
      outside,
      "tsa-short",
    ),
    token("authority-ended", "after the trusted window of the authority", {}, outside, "tsa-ended"),
    token("none", "no token", {}, unproven(["timestamp"], { "policy/timestamp": "timestamp-missing" })),
  ].map(c => (c.id === "token-none" ? { ...c, plan: stamped() } : c))
}

function counting(world: World, others: Others): Case[] {
  const { at } = world
  const two = { profile: "github-internal", identities: [asked], timestamps: 2 } as const
  return [
    {
      id: "token-two",
      desc: "two tokens of one authority, and two are asked for: authorities are counted",
      plan: stamped({}, { at: at + 3 }),
      roots: ["timestamps"],
      ask: two,
      expected: unproven(["+timestamp"], { "policy/+timestamp": "timestamp-missing" }),
    },
    {
      id: "token-two-authorities",
      desc: "tokens of two authorities, and two are asked for",
      plan: stamped({}, { tsa: others.tsa }),
      roots: ["two-tsas"],
      ask: two,
      expected: proven(2, 0),
    },
    {
      id: "token-two-asked",
      desc: "one token, and two are asked for",
      plan: stamped({}),
      roots: ["timestamps"],
      ask: two,
      expected: unproven(["+timestamp"], { "policy/+timestamp": "timestamp-missing" }),
    },
    {
      id: "token-twice",
      desc: "one token twice",
      plan: stamped({}, {}),
      roots: ["timestamps"],
      ask: two,
      expected: malformed("timestamp-duplicate"),
    },
    {
      id: "token-twice-without-certificate",
      desc: "one token twice, once without the certificate, which nobody signed",
      plan: stamped({}, { certificates: [] }),
      roots: ["timestamps"],
      ask: two,
      expected: failed({ "timestamp/1": "timestamp-duplicate" }),
    },
    {
      id: "token-twice-unsigned-attribute",
      desc: "one token twice, once with an unsigned attribute",
      plan: stamped({}, { unsigned: emptyAttribute() }),
      roots: ["timestamps"],
      ask: two,
      expected: failed({ "timestamp/1": "timestamp-duplicate" }),
    },
    {
      id: "token-bad-beside-promise",
      desc: "a token over something else beside a promise that holds: one time is asked for and there",
      plan: { tokens: [{ over: utf8("another signature") }] },
      expected: { ...proven(), excused: { "timestamp/0": "timestamp-imprint" } },
    },
    {
      id: "promise-bad-beside-token",
      desc: "a promise that does not hold is never counted out, whatever the token says",
      plan: { tokens: [{}], entries: [{ give: { at: at + 2 } }] },
      change: b => {
        const text = JSON.stringify(b).replace(
          `"integratedTime":"${String(at + 2)}"`,
          `"integratedTime":"${String(at)}"`,
        )
        return JSON.parse(text) as typeof b
      },
      expected: failed({ "promise/0": "promise-signature" }),
    },
  ]
}

function moments(world: World): Case[] {
  const { at } = world
  const rules = (id: string, require: { freshness: { maxAge: number } } | { staleness: { trust: number } }) => ({
    ...PUBLIC_GOOD,
    rules: [{ id, severity: "high", controls: [], require } as const],
  })
  return [
    {
      id: "moment-before-token",
      desc: "judged a day before it was stamped",
      plan: { entries: [{ log: world.rekor2() }], tokens: [{}] },
      moment: rfc3339(at - DAY),
      expected: failed({ "future/timestamp/0": "time-in-future" }),
    },
    {
      id: "moment-before-promise",
      desc: "judged a day before it was logged",
      moment: rfc3339(at - DAY),
      expected: failed({ "future/promise/0": "time-in-future" }),
    },
    {
      id: "moment-tolerance",
      desc: "judged by a clock that is four minutes slow",
      moment: rfc3339(at - 240),
      expected: proven(),
    },
    {
      id: "moment-fresh",
      desc: "signed within the asked-for month",
      ask: rules("fresh", { freshness: { maxAge: 31 * DAY } }),
      expected: proven(),
    },
    {
      id: "moment-too-old",
      desc: "signed longer ago than asked for",
      ask: rules("fresh", { freshness: { maxAge: 7 * DAY } }),
      expected: unproven(["fresh"], { "policy/fresh": "evidence-too-old" }),
    },
    {
      id: "moment-trust-of-unknown-age",
      desc: "the age of the trusted root is asked for, and a bare file has none",
      ask: rules("recent-trust", { staleness: { trust: 90 * DAY } }),
      expected: unproven(["recent-trust"], { "policy/recent-trust": "trust-root-stale" }),
    },
  ]
}

/** Tokens and moments. */
export function timeCases(world: World, others: Others): Case[] {
  return [...tokens(world, others), ...counting(world, others), ...moments(world)]
}
