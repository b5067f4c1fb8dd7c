/** Evidence, Reports and generations: bytes in are bytes out, listings are whole, and nothing is written twice. */
import { describe, expect, it } from "vitest"
import { openSite } from "../../appliance/store/site.ts"
import { concatBytes, u64be, utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { auditOf, evidenceOf, importEvidence, NOW, realSite, reportOf, sha256 } from "../support/store.ts"

const MISSING = "0".repeat(64)

describe("evidence", () => {
  it("comes back with exactly its bytes and a record of what it is", async () => {
    const { site } = await realSite()
    const bytes = Uint8Array.of(0xff, 0, 0x7b, 0x20, 0x0a, 0xc3)
    const input = {
      ...evidenceOf(1),
      bytes,
      subjects: ["sha256:bb", "sha256:aa", "sha256:bb"],
      predicateTypes: ["b", "a", "a"],
    }
    const [digest = ""] = await importEvidence(site, [input])
    expect(digest).toBe(sha256(bytes))
    expect(unwrap(await site.evidence.get(digest))).toEqual({
      bytes,
      record: {
        v: 1,
        sha256: digest,
        bytes: 6,
        form: "bundle",
        items: 1,
        mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
        subjects: ["sha256:aa", "sha256:bb"],
        predicateTypes: ["a", "b"],
        importedAt: "2026-01-02T03:04:05Z",
        source: "file 1",
      },
    })
    expect(unwrap(await site.evidence.record(digest)).bytes).toBe(6)
  })

  it("is not there before its commit", async () => {
    const { site } = await realSite()
    const staged = unwrap(await site.evidence.stage([evidenceOf(1)]))
    const [digest = ""] = staged.sha256
    expect(await site.evidence.get(digest)).toMatchObject({
      ok: false,
      error: { code: "EVIDENCE_MISSING", detail: { sha256: digest } },
    })
    unwrap(await site.commit(staged.changes, auditOf()))
    expect(await site.evidence.get(digest)).toMatchObject({ ok: true })
  })

  it("is stored once, and keeps its first record", async () => {
    const { site } = await realSite()
    await importEvidence(site, [evidenceOf(1)])
    const again = unwrap(
      await site.evidence.stage([{ ...evidenceOf(1), source: "elsewhere" }, evidenceOf(2), evidenceOf(2)]),
    )
    expect(again).toMatchObject({ added: 1, known: 2 })
    expect(again.sha256).toEqual([1, 2, 2].map(n => sha256(evidenceOf(n).bytes)))
    unwrap(await site.commit(again.changes, auditOf()))
    expect(unwrap(await site.evidence.record(again.sha256[0] ?? "")).source).toBe("file 1")
    expect(unwrap(await site.evidence.list({ limit: 10 })).items.length).toBe(2)
  })

  it("takes inputs as they come, in batches of bounded size", async () => {
    const { site } = await realSite()
    async function* inputs() {
      for (let n = 0; n < 6; n++) yield evidenceOf(n, 1024 * 1024)
    }
    const staged = unwrap(await site.evidence.stage(inputs()))
    unwrap(await site.commit(staged.changes, auditOf()))
    for (const digest of staged.sha256)
      expect(unwrap(await site.evidence.get(digest)).bytes.length).toBeGreaterThan(1024 * 1024)
  })

  it("is listed in pages, in the order of its digests, each once", async () => {
    const { site, directory, ports } = await realSite()
    const digests = [
      ...(await importEvidence(
        site,
        Array.from({ length: 107 }, (_, n) => evidenceOf(n)),
      )),
    ].sort()
    await site.close()
    const again = unwrap(await openSite(directory, ports))
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = unwrap(await again.evidence.list(after === undefined ? { limit: 10 } : { limit: 10, after }))
      seen.push(...page.items.map(r => r.sha256))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(seen).toEqual(digests)
    expect(unwrap(await again.evidence.list({ limit: 107 })).next).toBeNull()
    expect(unwrap(await again.evidence.list({ limit: 106 })).next).toBe(digests[105])
    await again.close()
  })

  it("is found by any digest of any subject, in pages", async () => {
    const { site } = await realSite()
    const inputs = Array.from({ length: 30 }, (_, n) => evidenceOf(n))
    await importEvidence(site, inputs)
    const about = (digest: string) =>
      inputs
        .filter(i => i.subjects.includes(digest))
        .map(i => sha256(i.bytes))
        .sort()
    for (const digest of [`sha256:${"1".repeat(64)}`, `sha512:${"7".repeat(128)}`]) {
      const first = unwrap(await site.evidence.bySubject(digest, { limit: 2 }))
      const rest =
        first.next === null
          ? []
          : unwrap(await site.evidence.bySubject(digest, { limit: 100, after: first.next })).items
      expect([...first.items, ...rest].map(r => r.sha256)).toEqual(about(digest))
    }
    for (const digest of [`sha256:${"1".repeat(63)}`, "sha256:", "", `sha1:${"1".repeat(64)}`]) {
      expect(unwrap(await site.evidence.bySubject(digest, { limit: 5 }))).toEqual({ items: [], next: null })
    }
  })

  it("cannot break the index with hostile subjects", async () => {
    const { site } = await realSite()
    const honest = `sha256:${"1".repeat(64)}`
    const subjects = [
      honest,
      `${honest}\0${"x".repeat(31)}`,
      "",
      ":",
      "sha256",
      `s\0:${"1".repeat(64)}`,
      `sha256:${"1".repeat(300)}`,
    ]
    const [digest = ""] = await importEvidence(site, [{ ...evidenceOf(1), subjects }])
    expect(unwrap(await site.evidence.record(digest)).subjects).toEqual([...subjects].sort())
    expect(unwrap(await site.evidence.bySubject(honest, { limit: 9 })).items.map(r => r.sha256)).toEqual([digest])
  })

  it("is refused where its own texts would make the record unreadable", async () => {
    const { site } = await realSite()
    for (const bad of [{ mediaType: "x".repeat(5000) }, { predicateTypes: ["x".repeat(5000)] }, { items: 0 }]) {
      const staged = await site.evidence.stage([{ ...evidenceOf(1), ...bad }])
      expect(staged).toMatchObject({ ok: false, error: { code: "EVIDENCE_MALFORMED" } })
    }
  })

  it.each(["", "abc", "A".repeat(64), "0".repeat(63), "0".repeat(66)])("is not named by %o", async name => {
    const { site } = await realSite()
    expect(await site.evidence.get(name)).toMatchObject({ ok: false, error: { code: "USAGE" } })
    expect(await site.evidence.list({ limit: 1, after: name })).toMatchObject({ ok: false, error: { code: "USAGE" } })
  })

  it("is missing by name when it was never there", async () => {
    const { site } = await realSite()
    expect(await site.evidence.record(MISSING)).toMatchObject({ ok: false, error: { code: "EVIDENCE_MISSING" } })
  })
})

describe("reports", () => {
  it("come back with Case and closure, and are found by artifact and by evidence", async () => {
    const { site } = await realSite()
    const inputs = Array.from({ length: 7 }, (_, n) => reportOf(n))
    const staged = unwrap(await site.reports.stage(inputs))
    unwrap(await site.commit(staged.changes, auditOf("attest.verify")))
    expect(staged.reports).toEqual(inputs.map(i => sha256(i.report)))
    const saved = unwrap(await site.reports.get(staged.reports[3] ?? ""))
    expect(saved?.report).toEqual(inputs[3]?.report)
    expect(saved?.case).toEqual(inputs[3]?.case)
    expect(saved?.row).toMatchObject({
      v: 1,
      verdict: "failed",
      code: "SIGNATURE_INVALID",
      savedAt: "2026-01-02T03:04:05Z",
    })
    expect(saved?.row.closure).toEqual((inputs[3]?.closure ?? []).map(sha256).sort())
    for (const blob of inputs[3]?.closure ?? []) expect(await site.blobs.get(sha256(blob))).toEqual(blob)
    const ids = (rows: { items: readonly { report: string }[] }) => rows.items.map(r => r.report)
    expect(ids(unwrap(await site.reports.list({ limit: 100 })))).toEqual([...staged.reports].sort())
    const ofArtifact = inputs
      .filter(i => i.artifact === "1".repeat(64))
      .map(i => sha256(i.report))
      .sort()
    const first = unwrap(await site.reports.byArtifact("1".repeat(64), { limit: 1 }))
    const rest = unwrap(await site.reports.byArtifact("1".repeat(64), { limit: 9, after: first.next ?? "" }))
    expect([...ids(first), ...ids(rest)]).toEqual(ofArtifact)
    expect(ids(unwrap(await site.reports.byEvidence(inputs[5]?.evidence ?? "", { limit: 9 })))).toEqual([
      staged.reports[5],
    ])
  })

  it("may be about an artifact without a SHA-256, and saving again changes nothing", async () => {
    const { site } = await realSite()
    for (let i = 0; i < 2; i++) {
      const staged = unwrap(await site.reports.stage([{ ...reportOf(2), artifact: null }]))
      unwrap(await site.commit(staged.changes, auditOf()))
    }
    const page = unwrap(await site.reports.list({ limit: 9 }))
    expect(page.items.length).toBe(1)
    expect(page.items[0]?.artifact).toBeNull()
  })

  it("are absent by an answer, not by an error", async () => {
    const { site } = await realSite()
    expect(await site.reports.get(MISSING)).toEqual({ ok: true, value: undefined })
    expect(await site.reports.get("x")).toMatchObject({ ok: false, error: { code: "USAGE" } })
    expect(await site.reports.byArtifact(MISSING, { limit: 1 })).toEqual({ ok: true, value: { items: [], next: null } })
  })
})

describe("blobs", () => {
  it("are undefined when absent, and are only named by digests", async () => {
    const { site } = await realSite()
    expect(await site.blobs.get(MISSING)).toBeUndefined()
    await expect(site.blobs.get("../HEAD")).rejects.toMatchObject({ code: "INTERNAL" })
  })
})

describe("generations", () => {
  const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

  it("say what was active when", async () => {
    const { site } = await realSite()
    const { generations } = site
    expect(await generations.current("trust", "root")).toEqual({ ok: true, value: undefined })
    expect(await generations.active("trust", "root")).toEqual({ ok: true, value: undefined })
    for (const [text, seconds] of [
      ["one", 0],
      ["two", 100],
      [undefined, 200],
      ["three", 300],
    ] as const) {
      const bytes = text === undefined ? undefined : utf8(text)
      const staged = unwrap(await generations.stage("trust", "root", bytes, at(seconds)))
      unwrap(await site.commit(staged.changes, auditOf("trust.import")))
    }
    const asOf = async (seconds: number) => unwrap(await generations.asOf("trust", "root", at(seconds)))?.n
    expect(await Promise.all([-1, 0, 99, 100, 250, 300, 9999].map(asOf))).toEqual([undefined, 1, 1, 2, 3, 4, 4])
    expect(unwrap(await generations.active("trust", "root"))?.bytes).toEqual(utf8("three"))
    expect(unwrap(await generations.asOf("trust", "root", at(250)))?.sha256).toBeNull()
    expect(unwrap(await generations.history("trust", "root")).map(g => g.n)).toEqual([1, 2, 3, 4])
  })

  it("of one kind and id do not mix with others", async () => {
    const { site } = await realSite()
    for (const [kind, id] of [
      ["trust", "a"],
      ["trust", "ab"],
      ["policy", "a"],
      ["head", "a"],
    ] as const) {
      const staged = unwrap(await site.generations.stage(kind, id, utf8(`${kind} ${id}`), NOW))
      unwrap(await site.commit(staged.changes, auditOf()))
    }
    expect(unwrap(await site.generations.active("trust", "a"))?.bytes).toEqual(utf8("trust a"))
    expect(unwrap(await site.generations.history("trust", "a")).length).toBe(1)
    expect(await site.generations.current("head", "a\0b")).toMatchObject({ ok: false, error: { code: "INTERNAL" } })
  })

  it("can end, so that nothing is active", async () => {
    const { site } = await realSite()
    for (const bytes of [utf8("one"), undefined]) {
      const staged = unwrap(await site.generations.stage("policy", "p", bytes, NOW))
      unwrap(await site.commit(staged.changes, auditOf()))
    }
    expect(await site.generations.active("policy", "p")).toEqual({ ok: true, value: undefined })
  })
})

describe("a committed row that is no record", () => {
  const row = (sublevel: string, key: Uint8Array) => ({
    sublevel,
    changes: [{ type: "put" as const, key, value: utf8("{}") }],
  })
  const CORRUPT = { ok: false, error: { code: "STORE_CORRUPT" } }

  it("is refused by every reader", async () => {
    const { site } = await realSite()
    const digest = new Uint8Array(32)
    const changes = [
      row("evidence", concatBytes(utf8("e"), digest)),
      row("reports", concatBytes(utf8("r"), digest)),
      row("reports", concatBytes(utf8("e"), digest, new Uint8Array(32).fill(1))),
      row("generations", concatBytes(utf8("trust\0root\0"), u64be(1n))),
    ]
    unwrap(await site.commit(changes, auditOf()))
    expect(await site.evidence.get(MISSING)).toMatchObject(CORRUPT)
    expect(await site.evidence.list({ limit: 1 })).toMatchObject(CORRUPT)
    expect(await site.reports.get(MISSING)).toMatchObject(CORRUPT)
    expect(await site.reports.list({ limit: 1 })).toMatchObject(CORRUPT)
    expect(await site.reports.byEvidence(MISSING, { limit: 1 })).toMatchObject(CORRUPT)
    expect(await site.generations.current("trust", "root")).toMatchObject(CORRUPT)
  })
})
