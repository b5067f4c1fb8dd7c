/** Attacks on the identity of the signer: texts that match too much, and names of another kind. */
import { describe, expect, test } from "vitest"
import { ISSUER, SIGNER } from "../../kit-scripts/vectors/evidence/world.ts"
import type { San } from "../../kit-scripts/vectors/evidence/certificate.ts"
import type { IdentityMatch, TextMatch } from "../../src/formats/policy.ts"
import { basisFor, caseFor, crypto } from "../support/judge-corpus.ts"
import { shared } from "../support/shared.ts"
import { createJudge } from "../../src/judge/judge.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { matchesText } from "../../src/policy/text-match.ts"
import { cpythonReleases, type CpythonRelease } from "../corpus/corpus.ts"
import { ask, made, open } from "./ask.ts"

/** Texts that unanchored expressions, prefixes or careless comparisons take for `text`, and that are not it. */
function lookalikes(text: string): readonly string[] {
  return [
    ".",
    ".*",
    "^.*$",
    "",
    " ",
    text.slice(1),
    text.slice(0, -1),
    text.slice(3, 12),
    `${text} `,
    `${text}\n`,
    `${text}\u0000`,
    `x${text}`,
    `${text}x`,
    text.toUpperCase(),
    text.replaceAll(".", "?"),
    `${text}|.*`,
    // Cyrillic a and o
    text.replaceAll("a", "\u0430").replaceAll("o", "\u043e"),
  ].filter(t => t !== text)
}

describe.skipIf(shared === undefined)("real signers", () => {
  const judge = createJudge(crypto)
  const roots = [`${String(shared)}/corpus/_roots/public-good.trusted_root.json`]
  // Digest mode is slow, so a few releases: one of each issuer.
  const releases = [...new Map(Array.from(cpythonReleases(), r => [r.issuer, r])).values()]

  async function verdict(r: CpythonRelease, identities: readonly IdentityMatch[]): Promise<string> {
    const basis = basisFor({ profile: "public-good", identities, roots })
    const closure = caseFor(basis, "bundle", Buffer.from(r.bundle), { sha256: r.sha256 })
    const { report } = unwrap(await judge.judge(closure))
    return `${report.verdict} ${String(report.code)}`
  }

  test.each(releases.map(r => [r.issuer, r] as const))("of %s are nobody else, whatever is asked for", async (_, r) => {
    const issuer = { exact: r.issuer }
    const san = { exact: r.identity }
    expect(await verdict(r, [{ issuer, san }])).toBe("proven null")
    for (const text of lookalikes(r.identity)) {
      expect(await verdict(r, [{ issuer, san: { exact: text } }]), text).toBe("failed IDENTITY_MISMATCH")
    }
    for (const text of lookalikes(r.issuer)) {
      expect(await verdict(r, [{ issuer: { exact: text }, san }]), text).toBe("failed IDENTITY_MISMATCH")
    }
  })

  test("are matched by a star only where a pattern is asked for", async () => {
    for (const r of releases) {
      const issuer = { exact: r.issuer }
      expect(await verdict(r, [{ issuer, san: { exact: "*" } }])).toBe("failed IDENTITY_MISMATCH")
      expect(await verdict(r, [{ issuer, san: { pattern: "*" } }])).toBe("proven null")
      expect(await verdict(r, [{ issuer, san: { pattern: `${r.identity.slice(0, 4)}*` } }])).toBe("proven null")
      for (const pattern of [".", ".*x", r.identity.slice(0, -1), r.identity.slice(1), `*${r.identity}*x`, ""]) {
        expect(await verdict(r, [{ issuer, san: { pattern } }]), pattern).toBe("failed IDENTITY_MISMATCH")
      }
    }
  })

  test("are not made of the issuer of one identity and the name of another", async () => {
    const [a, b] = releases
    if (a === undefined || b === undefined) throw new Error("two issuers are meant")
    const crossed = [
      { issuer: { exact: a.issuer }, san: { exact: b.identity } },
      { issuer: { exact: b.issuer }, san: { exact: a.identity } },
    ]
    expect(await verdict(a, crossed)).toBe("failed IDENTITY_MISMATCH")
    expect(await verdict(b, crossed)).toBe("failed IDENTITY_MISMATCH")
  })
})

describe("patterns", () => {
  const recursive = (pattern: string, value: string): boolean => {
    if (pattern === "") return value === ""
    if (pattern.startsWith("*")) {
      return recursive(pattern.slice(1), value) || (value !== "" && recursive(pattern, value.slice(1)))
    }
    return value !== "" && pattern[0] === value[0] && recursive(pattern.slice(1), value.slice(1))
  }

  test("match as their definition says, for all short texts", () => {
    const texts = (alphabet: readonly string[], length: number): string[] =>
      length === 0
        ? [""]
        : [...texts(alphabet, length - 1), ...texts(alphabet, length - 1).flatMap(t => alphabet.map(c => t + c))]
    const values = [...new Set(texts(["a", "b"], 4))]
    for (const pattern of new Set(texts(["a", "*", "b"], 5))) {
      for (const value of values) {
        expect(matchesText({ pattern }, value), `${pattern} on ${value}`).toBe(recursive(pattern, value))
      }
    }
  })

  test("need linear time on hostile names", () => {
    const start = performance.now()
    expect(matchesText({ pattern: "*a".repeat(1000) + "*b" }, "a".repeat(200_000))).toBe(false)
    expect(matchesText({ pattern: "a*".repeat(1000) }, "a".repeat(200_000))).toBe(true)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe("names of another kind with the text that is asked for", () => {
  const as = (type: San["type"], value: string) => made({ leaf: { san: { type, value } } }).bundle
  const verdict = async (san: TextMatch, bundle: object) =>
    open(await ask(bundle, { wishes: { identities: [{ issuer: { exact: ISSUER }, san }] } }))
  const uri = SIGNER.value
  const mail = "smith@vectors.example"
  const user = "smith!vectors.example"

  test("of the asked kind, they are the signer", async () => {
    for (const [type, text] of [
      ["uri", uri],
      ["email", mail],
      ["other", user],
    ] as const) {
      expect(await verdict({ exact: text }, as(type, text))).toEqual({ verdict: "proven" })
    }
    expect(await verdict({ exact: "smith" }, as("other", "smith"))).toEqual({ verdict: "proven" })
    expect(await verdict({ pattern: "https://git.vectors.example/anvil/*" }, as("uri", uri))).toEqual({
      verdict: "proven",
    })
    expect(await verdict({ pattern: "*@vectors.example" }, as("email", mail))).toEqual({ verdict: "proven" })
    expect(await verdict({ pattern: "*@refs/heads/main" }, as("uri", uri))).toEqual({ verdict: "proven" })
  })

  test.each([
    ["email", uri],
    ["other", uri],
    ["uri", mail],
    ["other", mail],
    ["uri", user],
    ["email", user],
  ] as const)("as %s, %s is somebody else", async (type, text) => {
    expect(await verdict({ exact: text }, as(type, text))).toEqual({
      verdict: "failed",
      "policy/identity": "fail identity-mismatch",
    })
  })

  test("as a pattern, too", async () => {
    const refused = { verdict: "failed", "policy/identity": "fail identity-mismatch" }
    expect(await verdict({ pattern: "https://git.vectors.example/*" }, as("email", uri))).toEqual(refused)
    expect(await verdict({ pattern: "*@vectors.example" }, as("other", mail))).toEqual(refused)
  })

  test("as a DNS name, it names no signer at all", async () => {
    expect(await verdict({ pattern: "*" }, as("dns", "git.vectors.example"))).toMatchObject({
      verdict: "failed",
      certificate: "fail certificate-profile",
    })
  })
})
