/** Attacks on what the judge is handed: Cases, blobs, saved Reports, remembered Facts. */
import { describe, expect, test } from "vitest"
import { factsCache } from "../../appliance/store/facts-cache.ts"
import { hmacFactsMac } from "../../appliance/store/facts-key.node.ts"
import { memoryKeyValue } from "../../appliance/store/memory-key-value.ts"
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { createBasis } from "../../src/judge/assemble.ts"
import { BlobSet, type CaseClosure } from "../../src/judge/closure.ts"
import { createJudge, judge, JUDGE_VERSION, type FactsCache, type Judgement } from "../../src/judge/judge.ts"
import { cryptoPort, judge as judgeRetained, judgeVersion } from "../../src/judge/retained.ts"
import { replay } from "../../src/judge/replay.ts"
import { ARTIFACT } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { rfc3339 } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { PROFILES } from "../../src/policy/profiles.ts"
import { crypto } from "../support/judge-corpus.ts"
import { ask, closeCase, IDENTITY, made, open, world, type Ask } from "./ask.ts"

/** A mutable view of a Case. */
interface Editable {
  judgeVersion: string
  core: {
    evidence: RefLike
    trust: RefLike
    item: number
    artifact: { digests: Record<string, string>; bytes?: RefLike }
    signerRecords: RefLike[]
  }
  context: { policy: RefLike; moment: Record<string, unknown>; heads: RefLike[]; revocations: RefLike[] }
}
interface RefLike {
  sha256: string
  bytes: number
}

const closure = closeCase(made().bundle)
const loose = (c: typeof closure): Uint8Array[] => Array.from(c.blobs.entries(), ([, bytes]) => bytes)
const codeOf = async (c: CaseClosure): Promise<string> => {
  const result = await judge(c, crypto)
  return result.ok ? result.value.report.verdict : result.error.code
}

/** The closure with its Case edited, printed canonically again. */
function edited(c: typeof closure, edit: (document: Editable) => void): CaseClosure {
  const document = JSON.parse(Buffer.from(c.case).toString("utf8")) as Editable
  edit(document)
  return { case: utf8(canonicalJson(document)), blobs: c.blobs }
}

describe("a closure", () => {
  const head = { v: 1, log: "log.example", size: "9", root: "0".repeat(64), at: rfc3339(world.at) } as const
  const full = closeCase(made().bundle, {
    heads: [head],
    revocations: [[{ spki: "0".repeat(64), effective: rfc3339(world.at), reason: "lost" }]],
    input: {
      artifact: utf8(ARTIFACT),
      logProofs: [utf8("{}")],
    },
  })

  test("is judged from loose blobs in any order, with others beside them", async () => {
    const blobs = loose(closure)
    expect(await codeOf(closure)).toBe("proven")
    expect(await codeOf({ case: closure.case, blobs: blobs.toReversed() })).toBe("proven")
    expect(await codeOf({ case: closure.case, blobs: [...blobs, ...blobs, utf8("another")] })).toBe("proven")
  })

  test("without any one of its blobs is broken", async () => {
    const blobs = loose(full)
    expect(blobs.length).toBe(8)
    for (const left of blobs) {
      expect(await codeOf({ case: full.case, blobs: blobs.filter(b => b !== left) })).toBe("CLOSURE_BROKEN")
    }
  })

  test("with any one of its blobs changed, cut or longer is broken", async () => {
    const blobs = loose(full)
    for (const [i, blob] of blobs.entries()) {
      const flipped = Uint8Array.from(blob)
      flipped[blob.length >> 1] = (flipped[blob.length >> 1] ?? 0) ^ 1
      for (const other of [flipped, blob.subarray(1), Buffer.concat([blob, Buffer.of(0x20)]), new Uint8Array()]) {
        expect(await codeOf({ case: full.case, blobs: blobs.with(i, other) })).toBe("CLOSURE_BROKEN")
      }
    }
  })

  test("with a reference that states another length is broken, for trust that is remembered too", async () => {
    const longer = (ref: RefLike) => {
      ref.bytes += 1
    }
    const warm = createJudge(crypto)
    unwrap(await warm.judge(closure))
    for (const edit of [
      (c: Editable) => longer(c.core.evidence),
      (c: Editable) => longer(c.core.trust),
      (c: Editable) => longer(c.context.policy),
    ]) {
      const broken = edited(closure, edit)
      expect(await codeOf(broken)).toBe("CLOSURE_BROKEN")
      const again = await warm.judge(broken)
      expect(again.ok ? "judged" : again.error.code).toBe("CLOSURE_BROKEN")
    }
    // The roots behind remembered trust have to be in this closure, too.
    const root = utf8(JSON.stringify(world.trustedRoot()))
    const without = loose(closure).filter(b => toHex(b) !== toHex(root))
    expect(without.length).toBe(loose(closure).length - 1)
    const again = await warm.judge({ case: closure.case, blobs: without })
    expect(again.ok ? "judged" : again.error.code).toBe("CLOSURE_BROKEN")
  })

  test("keeps what it hashed, whatever becomes of the memory it was given", async () => {
    for (const make of [(text: string) => Buffer.from(text), (text: string) => Uint8Array.from(Buffer.from(text))]) {
      const set = new BlobSet(crypto)
      const given = make("what was hashed")
      const ref = set.add(given)
      given.fill(0)
      expect(Buffer.from(set.get(ref.sha256) ?? []).toString()).toBe("what was hashed")
    }
  })

  test("over an artifact that has other digests than the Case says is broken", async () => {
    const artifact = utf8(ARTIFACT)
    const digests = { sha256: toHex(crypto.hash("sha256", artifact)), sha512: toHex(crypto.hash("sha512", artifact)) }
    const of = (input: Ask["input"]) => codeOf(closeCase(made().bundle, { input: { artifact, digests, ...input } }))
    expect(await of({})).toBe("proven")
    expect(await of({ digests: { ...digests, sha512: "0".repeat(128) } })).toBe("CLOSURE_BROKEN")
    expect(await of({ digests: { sha512: digests.sha512 } })).toBe("CLOSURE_BROKEN")
    expect(await of({ artifact: utf8("another") })).toBe("CLOSURE_BROKEN")
    // Longer than what may be embedded: known by its digests only, and still the one that they say.
    const large = new Uint8Array(1024 * 1024 + 1)
    expect(await of({ artifact: large })).toBe("CLOSURE_BROKEN")
    expect(await of({ artifact: large, digests: { sha256: toHex(crypto.hash("sha256", large)) } })).toBe("failed")
  })

  test("with documents of its context that are not theirs is broken", async () => {
    const swap = (edit: (c: Editable, other: RefLike) => void, bytes: Uint8Array): Promise<string> => {
      const blobs = new BlobSet(crypto, full.blobs)
      const ref = blobs.add(bytes)
      return codeOf({
        case: edited(full, c => {
          edit(c, ref)
        }).case,
        blobs,
      })
    }
    for (const bytes of [utf8("{}"), utf8("[]"), utf8('{"v":2}'), utf8("not JSON"), new Uint8Array()]) {
      for (const edit of [
        (c: Editable, r: RefLike) => (c.context.policy = r),
        (c: Editable, r: RefLike) => (c.context.heads = [r]),
        (c: Editable, r: RefLike) => (c.context.revocations = [r]),
      ]) {
        expect(await swap(edit, bytes)).toBe("CLOSURE_BROKEN")
      }
      expect(await swap((c, r) => (c.core.trust = r), bytes)).toBe("TRUST_MALFORMED")
    }
    const policy = closeCase(made().bundle)
    const { context } = JSON.parse(Buffer.from(policy.case).toString()) as Editable
    const text = Buffer.from(policy.blobs.get(context.policy.sha256) ?? []).toString()
    expect(await swap((c, r) => (c.context.policy = r), utf8(` ${text}`))).toBe("CLOSURE_BROKEN")
  })

  test("has its signer records, which this version leaves open", async () => {
    const record = utf8("a signer record")
    const named = (bytes: number) =>
      edited(closure, c => {
        c.core.signerRecords = [{ bytes, sha256: toHex(crypto.hash("sha256", record)) }]
      })
    expect(await codeOf(named(record.length))).toBe("CLOSURE_BROKEN")
    const blobs = [...loose(closure), record]
    expect(await codeOf({ case: named(record.length + 1).case, blobs })).toBe("CLOSURE_BROKEN")
    const { report } = unwrap(await judge({ case: named(record.length).case, blobs }, crypto))
    expect(open(report)).toEqual({ verdict: "proven", "signer-record/0": "skip signer-record-unsupported" })
  })

  test("is refused when its Case is not canonical, has another member, or an impossible moment", async () => {
    const text = Buffer.from(closure.case).toString()
    const cases = [
      ` ${text}`,
      text.replace("{", '{"z":1,'),
      text.replace('"v":1', '"v":2'),
      text.replace('"item":0', '"item":-1'),
      text.replace('"item":0', '"item":0.5'),
      text.replace(/"sha256":"[0-9a-f]/, m => m.slice(0, -1) + "G"),
      text.slice(0, -1),
      "",
    ]
    for (const c of cases) expect(await codeOf({ case: utf8(c), blobs: closure.blobs })).toBe("CLOSURE_BROKEN")
    const backwards = edited(closure, c => {
      c.context.moment["latest"] = "2000-01-01T00:00:00Z"
    })
    expect(await codeOf(backwards)).toBe("CLOSURE_BROKEN")
  })

  test("for another version of the judge is not comparable", async () => {
    for (const version of ["2", "999999"]) {
      const other = edited(closure, c => {
        c.judgeVersion = version
      })
      expect(await codeOf(other)).toBe("NOT_COMPARABLE")
    }
  })
})

test("a judge forgets the oldest of what it remembers, and judges it again alike", async () => {
  const remembering = createJudge(crypto)
  const { bundle } = made()
  const first = unwrap(await remembering.judge(closure)).text
  for (let i = 0; i < 70; i++) {
    const trust = { takenAt: rfc3339(world.at - i) }
    const rules = [{ id: `r${String(i)}`, severity: "low", controls: [], require: { time: { count: 1 } } } as const]
    expect(unwrap(await remembering.judge(closeCase(bundle, { trust, rules }))).report.verdict).toBe("proven")
  }
  expect(unwrap(await remembering.judge(closure)).text).toBe(first)
})

test("a basis needs neither heads nor revocations", () => {
  const moment = { earliest: rfc3339(world.at), latest: rfc3339(world.at), basis: [] }
  const trust = { keys: [], witnesses: [], takenAt: null, expires: null, basis: "argument" } as const
  const { context } = createBasis({ roots: [], trust, policy: PROFILES.custom, moment }, crypto)
  expect([context.heads, context.revocations]).toEqual([[], []])
})

test("the judge that is kept for replay answers with the Report's text, or with a code", async () => {
  const { text } = unwrap(await judge(closure, crypto))
  expect(await judgeRetained(closure, crypto)).toEqual({ report: text })
  const broken = await judgeRetained({ case: closure.case, blobs: [] }, crypto)
  expect("error" in broken && broken.error.code).toBe("CLOSURE_BROKEN")
  expect([judgeVersion, cryptoPort]).toEqual([JUDGE_VERSION, 1])
})

describe("replay", () => {
  const verdictOf = async (report: string | Uint8Array, of: CaseClosure = closure): Promise<string> => {
    const result = await replay(of, typeof report === "string" ? utf8(report) : report, crypto)
    return result.ok ? "the same" : result.error.code
  }

  test("finds every edit of a Report, also one that says the same", async () => {
    const { text } = unwrap(await judge(closure, crypto))
    expect(await verdictOf(text)).toBe("the same")
    const edits = [
      text.replace('"verdict":"proven"', '"verdict":"failed"'),
      text.replace('"outcome":"pass"', '"outcome":"skip"'),
      text.replace(/"case":"[0-9a-f]/, m => m.slice(0, -1) + (m.endsWith("0") ? "1" : "0")),
      `${text}\n`,
      ` ${text}`,
      JSON.stringify(JSON.parse(text), null, 1),
      text.replace("{", '{"added":1,'),
      text.replace(/"judgeVersion":"1"/, '"judgeVersion":"2"'),
      "{}",
      "null",
      "",
      "not JSON",
    ]
    for (const edit of edits) expect(await verdictOf(edit), edit.slice(0, 80)).toBe("REPLAY_DIFFERS")
    expect(await verdictOf(Uint8Array.of(0xff, 0xfe))).toBe("REPLAY_DIFFERS")
  })

  test("finds that a proven Report was made for another Case", async () => {
    const { text } = unwrap(await judge(closure, crypto))
    const wrong = closeCase(made().bundle, { input: { digests: { sha256: "0".repeat(64) } } })
    expect(await verdictOf(text, wrong)).toBe("REPLAY_DIFFERS")
  })

  test("does not compare across versions, and needs the whole closure", async () => {
    const { text } = unwrap(await judge(closure, crypto))
    const newer = edited(closure, c => {
      c.judgeVersion = "2"
    })
    expect(await verdictOf(text, newer)).toBe("NOT_COMPARABLE")
    expect(await verdictOf(text, { case: closure.case, blobs: [] })).toBe("CLOSURE_BROKEN")
  })
})

describe("remembered Facts", () => {
  const bad = closeCase(made().bundle, { input: { digests: { sha256: "0".repeat(64) } } })
  const run = async (c: CaseClosure, cache: FactsCache): Promise<Judgement> =>
    unwrap(await createJudge(crypto).judge(c, cache))

  /** A cache over rows as the store keeps them: nothing in them is trusted but what carries the tag. */
  function authenticated(rows = memoryKeyValue(), secret = 1) {
    const inner = factsCache(rows, crypto, async () => hmacFactsMac(new Uint8Array(32).fill(secret), true))
    const cache: FactsCache = {
      get: async key => {
        const bytes = await inner.get(key)
        return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8")
      },
      put: (key, facts) => inner.put([{ key, facts: utf8(facts) }]),
    }
    return { cache, rows, counts: inner.counts }
  }

  test("give the same Report as judging, byte for byte", async () => {
    const { cache } = authenticated()
    for (const c of [closure, bad]) {
      const fresh = unwrap(await judge(c, crypto))
      const first = await run(c, cache)
      const second = await run(c, cache)
      expect([first.cached, second.cached]).toEqual([false, true])
      expect([first.text, second.text]).toEqual([fresh.text, fresh.text])
    }
  })

  test("of another Case would be believed, which is why they carry a tag under a key that the store does not have", async () => {
    // The judge takes the word of its cache, so a cache that anybody can write to proves anything.
    let kept = ""
    await run(closure, { get: () => undefined, put: (_key, facts) => void (kept = facts) })
    const lying = await run(bad, { get: () => kept, put: () => undefined })
    expect(lying.report.verdict).toBe("proven")

    // The same exchange in the rows of the store changes nothing.
    const { cache, rows, counts } = authenticated()
    const good = await run(closure, cache)
    const refused = await run(bad, cache)
    expect([good.report.verdict, refused.report.verdict]).toEqual(["proven", "failed"])
    const key = (j: Judgement) => Buffer.from(j.factsKey, "hex")
    const row = await rows.get(key(good))
    if (row === undefined) throw new Error("nothing was kept")
    await rows.batch([{ type: "put", key: key(refused), value: row }], { sync: true })
    const again = await run(bad, cache)
    expect([again.cached, again.report.verdict]).toEqual([false, "failed"])
    expect(counts.rejected).toBe(1)
  })

  test("that were edited, written under another key or cut are made anew", async () => {
    const { cache, rows } = authenticated()
    const { factsKey } = await run(bad, cache)
    const key = Buffer.from(factsKey, "hex")
    const row = Buffer.from((await rows.get(key)) ?? [])
    const forged = Buffer.from(row.toString("latin1").replace('"outcome":"fail"', '"outcome":"pass"'), "latin1")
    expect(forged.equals(row)).toBe(false)
    for (const value of [forged, row.subarray(0, -1), row.subarray(0, 32), Buffer.alloc(0)]) {
      await rows.batch([{ type: "put", key, value }], { sync: true })
      const again = await run(bad, cache)
      expect([again.cached, again.report.verdict]).toEqual([false, "failed"])
    }
    const thief = authenticated(rows, 2)
    await run(bad, thief.cache)
    expect((await run(bad, cache)).cached).toBe(false)
  })

  test("that cannot be read are made anew and throw nothing", async () => {
    const fresh = unwrap(await judge(closure, crypto))
    for (const text of ["", "null", "[]", "{}", "not JSON", '{"v":1}', '{"v":2,"checks":[]}', "[".repeat(100_000)]) {
      const again = await run(closure, { get: () => text, put: () => undefined })
      expect([again.cached, again.text]).toEqual([false, fresh.text])
    }
  })

  test("do not depend on the day or the policy, which are applied every time", async () => {
    const { cache } = authenticated()
    const { bundle } = made()
    const before = rfc3339(world.at - 86_400)
    expect((await run(closeCase(bundle), cache)).cached).toBe(false)
    const past = await run(closeCase(bundle, { moment: { earliest: before, latest: before } }), cache)
    expect([past.cached, past.report.code]).toEqual([true, "TIME_INVALID"])
    const strict = { issuer: IDENTITY.issuer, san: { exact: "https://git.example/other" } }
    const other = await run(closeCase(bundle, { wishes: { identities: [strict] } }), cache)
    expect([other.cached, other.report.code]).toEqual([true, "IDENTITY_MISMATCH"])
  })
})

describe("the site's own knowledge", () => {
  const log = world.rekor1()
  const { bundle, entries } = made({ entries: [{ log }] })
  const size = String(log.tree.size)
  const root = toHex(log.tree.root(log.tree.size))
  const head = { v: 1, log: log.origin, size, root, at: rfc3339(world.at) } as const
  const SPLIT = { verdict: "failed" }

  test("of the same tree agrees, of another root for its size it is a split view", async () => {
    expect(entries.length).toBe(1)
    expect(open(await ask(bundle, { heads: [head] }))).toEqual({ verdict: "proven" })
    const other = { ...head, root: "0".repeat(64) }
    const report = await ask(bundle, { heads: [other] })
    expect(open(report)).toMatchObject(SPLIT)
    expect(report.code).toBe("SPLIT_VIEW")
    // One face that agrees does not help against another.
    expect((await ask(bundle, { heads: [head, other] })).code).toBe("SPLIT_VIEW")
  })

  test("outweighs everything else that is wrong", async () => {
    const stranger = { issuer: IDENTITY.issuer, san: { exact: "https://git.example/other" } }
    const before = rfc3339(world.at - 86_400)
    const report = await ask(bundle, {
      heads: [{ ...head, root: "0".repeat(64) }],
      moment: { earliest: before, latest: before },
      wishes: { identities: [stranger] },
    })
    expect(open(report)).toMatchObject({
      "policy/identity": "fail identity-mismatch",
      "future/promise/0": "fail time-in-future",
    })
    expect(report.code).toBe("SPLIT_VIEW")
  })

  test("of the time bounds what may be stated: both ends of the moment count", async () => {
    const at = (seconds: number) => rfc3339(world.at + seconds)
    const verdict = async (earliest: number, latest: number) =>
      (await ask(bundle, { moment: { earliest: at(earliest), latest: at(latest) } })).code
    // The promise says world.at + 2; clocks may differ by five minutes.
    expect(await verdict(-298, -298)).toBeNull()
    expect(await verdict(-299, -299)).toBe("TIME_INVALID")
    expect(await verdict(-299, 10_000)).toBe("TIME_INVALID")
    expect(await verdict(0, 10_000_000)).toBeNull()
  })

  test("of the trusted root's age counts only where a policy asks for it, and then unknown is too old", async () => {
    const rules = [{ id: "fresh", severity: "high", controls: [], require: { staleness: { trust: 3600 } } } as const]
    const at = rfc3339(world.at + 10_000)
    const verdict = async (trust: object, asked: boolean) =>
      open(await ask(bundle, { trust, rules: asked ? rules : [], moment: { earliest: at, latest: at } }))
    const stale = { verdict: "unproven", "policy/fresh": "skip trust-root-stale" }
    expect(await verdict({ takenAt: rfc3339(world.at + 6400) }, true)).toEqual({ verdict: "proven" })
    expect(await verdict({ takenAt: rfc3339(world.at + 6399) }, true)).toEqual(stale)
    expect(await verdict({ takenAt: null }, true)).toEqual(stale)
    expect(await verdict({ takenAt: rfc3339(world.at + 50_000) }, true)).toEqual(stale)
    expect(await verdict({ takenAt: null }, false)).toEqual({ verdict: "proven" })
    expect(await verdict({ expires: rfc3339(world.at) }, false)).toEqual({
      verdict: "proven",
      "trust-age": "skip trust-root-stale",
    })
  })
})
