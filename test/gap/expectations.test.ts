import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { EXPECTATION_LIMITS } from "../../src/formats/limits.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { detectExpectations, parseExpectations, type ExpectationFormat } from "../../src/gap/expectations.ts"

const runs = { numRuns: process.env["SLOW"] ? 5_000 : 150 }
const A = "a".repeat(64)
const B = "b".repeat(64)
const L = "c".repeat(96)
const X = "d".repeat(128)

function parse(text: string, format?: ExpectationFormat, predicateTypes: string[] = []) {
  const parsed = parseExpectations(utf8(text), { format, predicateTypes })
  if (!parsed.ok) throw new Error(`${parsed.error.reason} at ${parsed.error.where}`)
  return parsed.value
}

/** The fault as `reason at where`. */
function faultOf(input: string | Uint8Array, format?: ExpectationFormat): string {
  const parsed = parseExpectations(typeof input === "string" ? utf8(input) : input, { format })
  return parsed.ok ? "none" : `${parsed.error.reason} at ${parsed.error.where}`
}

const csv = (...lines: string[]) => lines.map(line => line + "\r\n").join("")
const ours = (expectations: unknown, scope: unknown = "s") => JSON.stringify({ v: 1, scope, expectations })
const bom = (components: unknown, more: object = {}) =>
  JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components, ...more })

describe("CSV", () => {
  it("is read as RFC 4180 says", () => {
    // RFC 4180 §2: CRLF or no end on the last line (2), quoted commas, quotes and line breaks (6, 7).
    const text = `name,digest,predicate\r\n"a, ""the"" first\r\none",sha256:${A},p:1;p:2\r\nb,sha256:${B};sha512:${X},`
    const [a, b] = parse(text).artifacts
    expect(a).toEqual({
      subject: `sha256:${A}`,
      digests: { sha256: A },
      weak: {},
      names: ['a, "the" first\r\none'],
      purls: [],
      predicateTypes: ["p:1", "p:2"],
    })
    expect(b).toMatchObject({ names: ["b"], digests: { sha256: B, sha512: X }, predicateTypes: [] })
  })

  it.each([
    ["LF", `name,digest\na,sha256:${A}\n`],
    ["a byte order mark", `\ufeffname,digest\na,sha256:${A}\n`],
    ["no end of the last line", `name,digest\na,sha256:${A}`],
    ["a quoted header", `"name","digest"\n"a","sha256:${A}"\n`],
    ["several predicate columns", `name,digest,predicate,predicate\na,sha256:${A},,\n`],
  ])("may have %s", (_, text) => {
    expect(parse(text)).toMatchObject({ format: "csv", scope: undefined, artifacts: [{ names: ["a"] }] })
  })

  it("takes predicate types of every column and part, each once", () => {
    const [a] = parse(csv("name,digest,predicate,predicate", `a,sha256:${A},q;p,p;r`)).artifacts
    expect(a?.predicateTypes).toEqual(["p", "q", "r"])
  })

  const row = `a,sha256:${A}`
  it.each([
    ["", "field-invalid at line 1: the header is name,digest,predicate"],
    ["digest,name\n", "field-invalid at line 1: the header is name,digest,predicate"],
    ["name,digest,predicates\n", "field-invalid at line 1: the header is name,digest,predicate"],
    ["name;digest;predicate\n", "field-invalid at line 1: the header is name,digest,predicate"],
    ["name,digest\n", "field-missing at artifacts"],
    [csv("name,digest", `${row},`), "field-invalid at line 2: 3 fields"],
    [csv("name,digest", row, "", row), "field-invalid at line 3: 1 fields"],
    [csv("name,digest", `,sha256:${A}`), "field-missing at line 2: name"],
    [csv("name,digest", "a,"), "field-missing at line 2: digest"],
    [csv("name,digest", `a,${A}`), "field-invalid at line 2: digest"],
    [csv("name,digest", `a, sha256:${A}`), "field-invalid at line 2: digest"],
    [csv("name,digest", `a,SHA256:${A}`), "field-invalid at line 2: digest"],
    [csv("name,digest", `a,sha256:${A.toUpperCase()}`), "field-invalid at line 2: digest"],
    [csv("name,digest", `a,sha256:${A}a`), "field-invalid at line 2: digest"],
    [csv("name,digest", `a,sha256:${A};sha256:${B}`), "field-invalid at line 2: digest"],
    [csv("name,digest", `a,sha256:${A};`), "field-invalid at line 2: digest"],
    [csv("name,digest", `a,sha3-256:${A}`), "field-invalid at line 2: digest"],
    [csv("name,digest,predicate", `a,sha256:${A},has space`), "field-invalid at line 2: predicate"],
    [csv("name,digest,predicate", `a,sha256:${A},p;;q`), "field-invalid at line 2: predicate"],
    [csv("name,digest", `a"b,sha256:${A}`), "field-invalid at line 2"],
    [csv("name,digest", `"a"b,sha256:${A}`), "field-invalid at line 2"],
    [`name,digest\na\rb,sha256:${A}`, "field-invalid at line 2"],
    [`name,digest\n"a\n\nb,sha256:${A}\n`, "field-invalid at line 2: the quote is not closed"],
    // The line of a fault is the physical one.
    [`name,digest\n"a\n\nb",sha256:${A}\nc,x\n`, "field-invalid at line 5: digest"],
    [csv("name,digest", `${"n".repeat(4097)},sha256:${A}`), "too-large at line 2: name"],
    [csv("name,digest,predicate", `a,sha256:${A},${"p".repeat(4097)}`), "too-large at line 2: predicate"],
    [csv("name,digest,predicate", `a,sha256:${A},${"p;".repeat(64)}p`), "too-large at line 2: predicate"],
    [csv(`name,digest${",predicate".repeat(63)}`), "too-large at line 1"],
  ])("%j is refused", (text, fault) => {
    expect(faultOf(text, "csv")).toBe(fault)
  })

  it("must be UTF-8", () => {
    expect(faultOf(Uint8Array.of(0x6e, 0xff))).toBe("utf8-invalid at ")
  })

  it("is bounded in rows", () => {
    const lines = "a,b\n".repeat(EXPECTATION_LIMITS.artifacts)
    // The first row that is wrong is told first, so only the count of good ones is bounded.
    expect(faultOf(`name,digest\n${lines}`)).toBe("field-invalid at line 2: digest")
    const good = `a,sha256:${A}\n`.repeat(EXPECTATION_LIMITS.artifacts)
    expect(parse(`name,digest\n${good}`).artifacts).toHaveLength(1)
    expect(faultOf(`name,digest\n${good}a,sha256:${A}\n`)).toBe("too-large at line 200002")
  })
})

describe("our JSON", () => {
  it("is read", () => {
    const whole = { name: "a", digests: { sha256: A, sha384: L }, predicates: ["q", "p", "q"], purl: "pkg:generic/a@1" }
    expect(parse(ours([whole], "acme 4.2"))).toEqual({
      format: "json",
      scope: "acme 4.2",
      artifacts: [
        {
          subject: `sha256:${A}`,
          digests: { sha256: A, sha384: L },
          weak: {},
          names: ["a"],
          purls: ["pkg:generic/a@1"],
          predicateTypes: ["p", "q"],
        },
      ],
    })
  })

  const entry = { name: "a", digests: { sha256: A }, predicates: [] }
  it.each([
    ["{", "json-invalid at "],
    [`{"v":1,"v":1,"scope":"s","expectations":[]}`, "json-duplicate-key at "],
    [`{"v":1,"scope":"s","expectations":${"[".repeat(70)}${"]".repeat(70)}}`, "json-too-deep at "],
    [JSON.stringify({ v: 2, scope: "s", expectations: [] }), "field-invalid at v"],
    [ours([entry], ""), "field-invalid at scope"],
    [ours([entry], 1), "field-invalid at scope"],
    [ours([]), "field-missing at artifacts"],
    [ours({}), "field-invalid at expectations"],
    [JSON.stringify({ v: 1, scope: "s" }), "field-missing at expectations"],
    [JSON.stringify({ v: 1, scope: "s", expectations: [entry], more: 1 }), "field-invalid at more"],
    [ours([{ ...entry, more: 1 }]), "field-invalid at expectations[0].more"],
    [ours([{ name: "a", digests: { sha256: A } }]), "field-missing at expectations[0].predicates"],
    [ours([{ ...entry, name: "" }]), "field-missing at expectations[0].name"],
    [ours([entry, { ...entry, digests: {} }]), "field-missing at expectations[1].digests"],
    [ours([{ ...entry, digests: { sha256: B.toUpperCase() } }]), "field-invalid at expectations[0].digests"],
    [ours([{ ...entry, digests: { sha512: A } }]), "field-invalid at expectations[0].digests"],
    [ours([{ ...entry, digests: { blake3: A } }]), "field-invalid at expectations[0].digests"],
    [ours([{ ...entry, digests: { "sha-256": A } }]), "field-invalid at expectations[0].digests.sha-256"],
    [ours([{ ...entry, digests: { ["__proto__"]: A } }]), "field-invalid at expectations[0].digests.__proto__"],
    [ours([{ ...entry, predicates: ["p", "a b"] }]), "field-invalid at expectations[0].predicates[1]"],
    [ours([{ ...entry, predicates: [""] }]), "field-invalid at expectations[0].predicates[0]"],
    [ours([{ ...entry, predicates: null }]), "field-invalid at expectations[0].predicates"],
    [ours([{ ...entry, purl: "generic/a" }]), "field-invalid at expectations[0].purl"],
  ])("%j is refused", (text, fault) => {
    expect(faultOf(text, "json")).toBe(fault)
  })
})

describe("CycloneDX", () => {
  const hash = (alg: string, content: string) => ({ alg, content })
  const component = (name: string, ...hashes: object[]) => ({ type: "library", name, hashes })

  it.each(["1.4", "1.5", "1.6", "1.7"])("of version %s is read", specVersion => {
    const list = [{ ...component("left-pad", hash("SHA-256", A.toUpperCase())), version: "1.3.0", group: "@acme" }]
    expect(parse(bom(list, { specVersion }), undefined, ["p"]).artifacts).toEqual([
      {
        subject: `sha256:${A}`,
        digests: { sha256: A },
        weak: {},
        names: ["@acme/left-pad@1.3.0"],
        purls: [],
        predicateTypes: ["p"],
      },
    ])
  })

  it("has components inside components, and one that it is about", () => {
    const inner = { ...component("inner", hash("SHA-512", X)), purl: "pkg:npm/inner@1" }
    const outer = { ...component("outer", hash("SHA-384", L)), components: [inner] }
    const about = { ...component("product", hash("SHA-256", A)), components: [component("part", hash("SHA-256", B))] }
    const { artifacts } = parse(bom([outer], { metadata: { component: about } }))
    expect(artifacts.map(({ subject, names, purls }) => [subject, names, purls])).toEqual([
      [`sha256:${A}`, ["product"], []],
      [`sha256:${B}`, ["part"], []],
      [`sha384:${L}`, ["outer"], []],
      [`sha512:${X}`, ["inner"], ["pkg:npm/inner@1"]],
    ])
  })

  it("may be about something without hashes, which then is not expected", () => {
    const metadata = { component: { type: "application", name: "product" } }
    expect(parse(bom([component("a", hash("SHA-256", A))], { metadata })).artifacts).toHaveLength(1)
    expect(faultOf(bom([], { metadata }))).toBe("field-missing at artifacts")
    expect(parse(bom([component("a", hash("SHA-256", A))], { metadata: {} })).artifacts).toHaveLength(1)
  })

  it("keeps components that cannot be told by a safe digest in the count", () => {
    const list = [
      component("b", hash("MD5", "1".repeat(32)), hash("SHA-1", "2".repeat(40))),
      component("c", hash("BLAKE3", "3".repeat(64))),
      component("d"),
      { type: "library", name: "d", version: "" },
      component("e", hash("MD5", "1".repeat(32)), hash("SHA-256", A)),
    ]
    expect(
      parse(bom(list)).artifacts.map(({ subject, digests, weak, names }) => [subject, digests, weak, names]),
    ).toEqual([
      [`blake3:${"3".repeat(64)}`, {}, { blake3: "3".repeat(64) }, ["c"]],
      [`sha1:${"2".repeat(40)}`, {}, { md5: "1".repeat(32), sha1: "2".repeat(40) }, ["b"]],
      [`sha256:${A}`, { sha256: A }, {}, ["e"]],
      ["site", {}, {}, ["d"]],
    ])
  })

  const one = component("a", hash("SHA-256", A))
  it.each([
    ["[]", "field-invalid at "],
    [JSON.stringify({ specVersion: "1.6" }), "field-missing at bomFormat"],
    [JSON.stringify({ bomFormat: "SPDX", specVersion: "1.6" }), "field-invalid at bomFormat"],
    [bom([one], { specVersion: "1.3" }), "field-invalid at specVersion"],
    [bom([one], { specVersion: "2.0" }), "field-invalid at specVersion"],
    [bom([one], { specVersion: 1.6 }), "field-invalid at specVersion"],
    [bom({}), "field-invalid at components"],
    [bom([one, 7]), "field-invalid at components[1]"],
    [bom([{ type: "library" }]), "field-missing at components[0].name"],
    [bom([{ ...one, hashes: {} }]), "field-invalid at components[0].hashes"],
    [bom([{ ...one, hashes: ["x"] }]), "field-invalid at components[0].hashes[0]"],
    [bom([component("a", { alg: "SHA-256" })]), "field-missing at components[0].hashes[0].content"],
    [bom([component("a", hash("SHA-999", A))]), "field-invalid at components[0].hashes[0].alg"],
    [bom([component("a", hash("sha256", A))]), "field-invalid at components[0].hashes[0].alg"],
    [bom([component("a", hash("SHA-256", A.slice(1)))]), "field-invalid at components[0].hashes[0].content"],
    [bom([component("a", hash("SHA-256", X))]), "field-invalid at components[0].hashes[0].content"],
    [bom([component("a", hash("BLAKE3", "zz"))]), "field-invalid at components[0].hashes[0].content"],
    [bom([component("a", hash("SHA-256", A), hash("SHA-256", B))]), "field-invalid at components[0].hashes[1].content"],
    [bom([{ ...one, components: [{ ...one, name: 1 }] }]), "field-invalid at components[0].components[0].name"],
    [bom([{ ...one, version: "v".repeat(4096) }]), "too-large at components[0].name"],
    [bom([{ ...one, purl: "" }]), "field-missing at components[0].purl"],
    [
      bom([component("a", ...Array.from({ length: 17 }, () => hash("SHA-256", A)))]),
      "too-large at components[0].hashes",
    ],
    [bom([one], { metadata: [] }), "field-invalid at metadata"],
    [bom([one], { metadata: { component: 1 } }), "field-invalid at metadata.component"],
  ])("%j is refused", (text, fault) => {
    expect(faultOf(text, "cyclonedx")).toBe(fault)
  })

  it("is bounded in components, also over all places together", () => {
    const many = Array.from({ length: EXPECTATION_LIMITS.artifacts }, () => ({ name: "a" }))
    expect(faultOf(bom([...many, { name: "a" }]))).toBe("too-large at components")
    expect(faultOf(bom(many, { metadata: { component: one } }))).toBe("too-large at components[199999]")
  })
})

describe("the form", () => {
  it.each<[string, ExpectationFormat]>([
    ["name,digest\n", "csv"],
    ["", "csv"],
    ["\ufeffname", "csv"],
    ["[]", "csv"],
    [" \n{}", "json"],
    ["{", "json"],
    ['{"components":{"bomFormat":1}}', "json"],
    ['{"bomFormat":1}', "cyclonedx"],
  ])("of %j is %s", (text, format) => {
    expect(detectExpectations(utf8(text))).toBe(format)
  })

  it("that is named is the one that is read", () => {
    expect(faultOf(bom([]), "csv")).toMatch(/^field-invalid at line 1/)
    expect(faultOf(bom([]), "json")).toBe("field-missing at v")
    expect(faultOf(ours([]), "cyclonedx")).toBe("field-missing at bomFormat")
  })

  it("is not looked for in what is too large", () => {
    expect(faultOf(new Uint8Array(EXPECTATION_LIMITS.documentBytes + 1))).toBe("too-large at ")
  })
})

describe("rows about one artifact", () => {
  it("become one, also through a third row", () => {
    const rows = [`a,sha256:${A},p`, `b,sha512:${X},q`, `c,sha256:${A};sha512:${X},`]
    const merged = parse(csv("name,digest,predicate", ...rows)).artifacts
    expect(merged).toMatchObject([
      { names: ["a", "b", "c"], digests: { sha256: A, sha512: X }, predicateTypes: ["p", "q"] },
    ])
  })

  it("may not give it two digests of one algorithm", () => {
    const rows = [`a,sha256:${A};sha512:${X}`, `b,sha256:${B};sha512:${X}`]
    expect(faultOf(csv("name,digest", ...rows))).toBe("field-invalid at line 3: two sha256 digests of one artifact")
    const weak = [`a,sha1:${"1".repeat(40)};md5:${"2".repeat(32)}`, `a,sha1:${"1".repeat(40)};md5:${"3".repeat(32)}`]
    expect(faultOf(csv("name,digest", ...weak))).toBe("field-invalid at line 3: two md5 digests of one artifact")
  })

  it("are not told by a digest that collisions are made for", () => {
    const rows = [
      `a,sha256:${A};sha1:${"1".repeat(40)}`,
      `b,sha256:${B};sha1:${"1".repeat(40)}`,
      `c,sha1:${"1".repeat(40)}`,
    ]
    const { artifacts } = parse(csv("name,digest", ...rows))
    expect(artifacts.map(({ subject, names }) => [subject, names])).toEqual([
      [`sha1:${"1".repeat(40)}`, ["c"]],
      [`sha256:${A}`, ["a"]],
      [`sha256:${B}`, ["b"]],
    ])
  })

  it("take the predicate types of the reader only where they name none", () => {
    const rows = [`a,sha256:${A},p`, `b,sha256:${B},`, `b,sha256:${B},r`]
    const { artifacts } = parse(csv("name,digest,predicate", ...rows), undefined, ["q"])
    expect(artifacts.map(a => a.predicateTypes)).toEqual([["p"], ["q", "r"]])
  })

  it("give the same in every order", () => {
    const digests = ["sha256", "sha384", "sha512"].flatMap((name, i) =>
      ["1", "2", "3"].map(digit => `${name}:${digit.repeat([64, 96, 128][i] ?? 0)}`),
    )
    const rowOf = fc.tuple(fc.constantFrom("x", "y", "z"), fc.subarray(digests, { minLength: 1, maxLength: 2 }))
    const shuffled = fc
      .array(rowOf, { minLength: 1, maxLength: 8 })
      .chain(rows => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })))
    const list = (rows: [string, string[]][]) => csv("name,digest", ...rows.map(([n, d]) => `${n},${d.join(";")}`))
    fc.assert(
      fc.property(shuffled, ([rows, other]) => {
        const [a, b] = [parseExpectations(utf8(list(rows))), parseExpectations(utf8(list(other)))]
        expect(b.ok).toBe(a.ok)
        if (a.ok) expect(b).toEqual(a)
      }),
      runs,
    )
  })
})

describe("hostile documents", () => {
  const seeds = [
    csv("name,digest,predicate", `"a,""b""",sha256:${A},p;q`, `c,sha1:${"1".repeat(40)},`),
    ours([{ name: "a", digests: { sha256: A }, predicates: ["p"], purl: "pkg:x/y" }]),
    bom([{ name: "a", hashes: [{ alg: "SHA-256", content: A }], components: [{ name: "b" }] }]),
  ]

  it("never throw", () => {
    const format = fc.constantFrom<(ExpectationFormat | undefined)[]>("csv", "json", "cyclonedx", undefined)
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: "binary", maxLength: 200 }).map(text => new TextEncoder().encode(text)),
      fc.tuple(fc.constantFrom(...seeds), fc.nat(), fc.nat(255)).map(([seed, at, value]) => {
        const out = utf8(seed).slice()
        out[at % out.length] = value
        return out
      }),
      fc.tuple(fc.constantFrom(...seeds), fc.nat()).map(([seed, at]) => utf8(seed).subarray(0, at % seed.length)),
    )
    fc.assert(
      fc.property(bytes, format, (input, as) => {
        const parsed = parseExpectations(input, { format: as })
        if (parsed.ok)
          for (const { subject } of parsed.value.artifacts) expect(subject).toMatch(/^(site|[a-z0-9-]+:.+)$/)
        else expect(parsed.error.where.isWellFormed()).toBe(true)
      }),
      runs,
    )
  })

  it("that are one long field are read in one pass", () => {
    const long = "x".repeat(8 * 1024 * 1024)
    expect(faultOf(`name,digest\n"${long}`)).toBe("field-invalid at line 2: the quote is not closed")
    expect(faultOf(`name,digest\n"${'""'.repeat(1024 * 1024)}`)).toBe(
      "field-invalid at line 2: the quote is not closed",
    )
    expect(faultOf(`name,digest\n${long},${long}`)).toBe("too-large at line 2: name")
  })
})
