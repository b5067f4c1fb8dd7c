/** Every JSON example on the pages of formats is read by the parser of what it is an example of. */
import { describe, expect, it } from "vitest"
import { parseOperator } from "../../appliance/access/operator-row.ts"
import { parseSession } from "../../appliance/access/session-store.ts"
import { parseHead as parseStoreHead } from "../../appliance/store/head.ts"
import { parseRecord } from "../../appliance/store/audit-record.ts"
import { parseStoreFile } from "../../appliance/store/store-file.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { parseCase } from "../../src/formats/case.ts"
import { readChecks } from "../../src/formats/check.ts"
import { parseCheckpoint } from "../../src/formats/checkpoint.ts"
import { readValue } from "../../src/formats/document.ts"
import { detectForm, parseEvidence } from "../../src/formats/evidence.ts"
import { parseFacts } from "../../src/formats/facts.ts"
import { parseLogProof } from "../../src/formats/log-proof.ts"
import { parsePolicy } from "../../src/formats/policy.ts"
import { parseReport } from "../../src/formats/report.ts"
import { parseHead, parseRevocations } from "../../src/formats/site-documents.ts"
import { parseTrust } from "../../src/formats/trust.ts"
import { parseVkey } from "../../src/formats/vkey.ts"
import { parseExpectations } from "../../src/gap/expectations.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { canonicalJson, readJson, type JsonValue } from "../../src/kernel/json.ts"
import { PROFILES } from "../../src/policy/profiles.ts"
import { verifyConsistency } from "../../src/tlog/consistency.ts"
import { rootFromInclusion } from "../../src/tlog/inclusion.ts"
import { isSigned, verifyCheckpoint } from "../../src/tlog/verify-note.ts"
import { job, problem } from "../../ui/contract/service.ts"
import * as wire from "../../ui/contract/session.ts"
import { filesBelow, readText } from "../support/tree.ts"
import { fencesOf } from "./fences.ts"

type Outcome = { readonly ok: boolean; readonly error?: unknown }
const hex = (text: string): Uint8Array => Buffer.from(text, "hex")
const found = (value: unknown): Outcome => ({ ok: value !== undefined })

/** Parsers by what the pages call their documents. All but policies and third-party documents are canonical. */
const PARSERS: Readonly<Record<string, (shown: Uint8Array, canonical: Uint8Array, value: JsonValue) => Outcome>> = {
  case: (_, bytes) => parseCase(bytes),
  trust: (_, bytes) => parseTrust(bytes),
  policy: shown => parsePolicy(shown, { authored: true }),
  checks: (_, __, value) => readValue(value, readChecks),
  facts: (_, bytes) => parseFacts(bytes),
  report: (_, bytes) => parseReport(bytes),
  "log-proof": (_, bytes) => parseLogProof(bytes),
  head: (_, bytes) => parseHead(bytes),
  revocations: (_, bytes) => parseRevocations(bytes),
  expectations: shown => parseExpectations(shown),
  evidence: shown => {
    const form = detectForm(shown)
    return form.ok ? parseEvidence(form.value.form, 0, shown) : form
  },
  "store.json": (_, bytes) => parseStoreFile(bytes),
  HEAD: (_, bytes) => found(parseStoreHead(bytes)),
  problem: (_, __, value) => ({ ok: problem.safeParse(value).success }),
  job: (_, __, value) => ({ ok: job.safeParse(value).success }),
  "audit record": (_, bytes) => found(parseRecord(bytes)),
  operator: (_, bytes) => found(parseOperator(bytes, nodeCrypto())),
  "stored session": (_, bytes) => found(parseSession("00".repeat(16), bytes)),
  challenge: (_, __, value) => ({ ok: wire.challenge.safeParse(value).success }),
  login: (_, __, value) => ({ ok: wire.login.safeParse(value).success }),
  session: (_, __, value) => ({ ok: wire.session.safeParse(value).success }),
}

const pages = filesBelow("docs/formats", [".md"])
const examples = pages.flatMap(page => fencesOf(page, readText(page)).filter(f => f.language === "json"))
const kindOf = (mark: string) => /^parsed as (.+)$/.exec(mark)?.[1] ?? ""
const valueOf = (text: string): JsonValue => {
  const read = readJson(text, { maxBytes: 1_000_000, maxDepth: 16 })
  if (!read.ok) throw new Error(read.error)
  return read.value
}

describe("examples on the pages of formats", () => {
  it.each(examples.map(e => [`${e.page}:${String(e.line)}`, kindOf(e.mark), e.text]))("%s is a %s", (_, kind, text) => {
    const parse = PARSERS[kind]
    if (parse === undefined) return expect.fail("a comment before the fence has to say what parses it")
    const value = valueOf(text)
    expect(parse(utf8(text), utf8(canonicalJson(value)), value)).toMatchObject({ ok: true })
  })

  it("are of every kind there is a parser for", () => {
    expect(new Set(examples.map(e => kindOf(e.mark)))).toEqual(new Set(Object.keys(PARSERS)))
  })

  it("show the profile as it is", () => {
    const shown = examples.filter(e => kindOf(e.mark) === "policy").map(e => valueOf(e.text))
    expect(shown).toContainEqual(PROFILES["github-internal"])
    const page = readText("docs/formats/policy.md")
    for (const name of Object.keys(PROFILES)) expect(page).toContain(`| \`${name}\``)
  })

  it("hold as a log proof, root and signature", async () => {
    const crypto = nodeCrypto()
    const example = examples.find(e => kindOf(e.mark) === "log-proof")
    const parsed = parseLogProof(utf8(canonicalJson(valueOf(example?.text ?? ""))))
    if (!parsed.ok) throw new Error(parsed.error.where)
    const { document, leafHash, index, hashes } = parsed.value
    const checkpoint = parseCheckpoint(document.checkpoint)
    if (!checkpoint.ok) throw new Error(checkpoint.error.where)
    const { size, root } = checkpoint.value
    expect(rootFromInclusion(crypto, { index, size, leaf: leafHash, proof: hashes })).toStrictEqual(root)
    const vkey = parseVkey(document.log.vkey, crypto)
    if (!vkey.ok) throw new Error(vkey.error.where)
    const signatures = await verifyCheckpoint(crypto, checkpoint.value, [vkey.value])
    expect(isSigned(signatures)).toBe(true)
    const { from, hashes: grown } = document.consistency ?? { from: { size: "0", root: "" }, hashes: [] }
    const claim = { size1: BigInt(from.size), root1: hex(from.root), size2: size, root2: root, proof: grown.map(hex) }
    expect(verifyConsistency(crypto, claim)).toBe(true)
  })
})

describe("the index of formats", () => {
  it("names every page", () => {
    const index = readText("docs/formats/README.md")
    const names = pages.map(p => p.slice("docs/formats/".length)).filter(n => n !== "README.md")
    expect(names.filter(name => !index.includes(`(${name})`))).toEqual([])
  })
})
