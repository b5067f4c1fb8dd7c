/** The index of a mirror: every answer is compared with a map over all entries, made by other readers than ours. */
import { join } from "node:path"
import fc from "fast-check"
import { beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { levelDatabase } from "../../../appliance/store/level-key-value.node.ts"
import { zstdCodec } from "../../../mirror/entry-codec.node.ts"
import { readHead } from "../../../mirror/head-row.ts"
import { buildIndex, dropIndex, type BuildOptions } from "../../../mirror/index/build.ts"
import { findEntries, notSearched, type FindQuery } from "../../../mirror/index/find.ts"
import { readRuns } from "../../../mirror/index/run.ts"
import { TERM_KINDS, type Term, type TermKind } from "../../../mirror/index/terms.ts"
import { readRanges } from "../../../mirror/range-rows.ts"
import { parseKey } from "../../../mirror/rows.ts"
import { utf8 } from "../../../src/kernel/bytes.ts"
import { StellaError } from "../../../src/kernel/errors.ts"
import type { KeyValue } from "../../../src/kernel/ports.ts"
import { unwrap } from "../../../src/kernel/result.ts"
import { flipped } from "../../support/logs.ts"
import { LogSigner, MadeLog } from "../../support/made-log.ts"
import { nodeCrypto } from "../../../mirror/crypto/index.ts"
import { collect, failingAfter, fsckAll, hashesOnly, ingestAll, MemoryRows, readerOf } from "../../support/mirror.ts"
import { shared } from "../../support/shared.ts"
import { temporaryDirectory } from "../../support/store.ts"
import { corpusEntries, oracleTerms } from "./entry-oracle.ts"

const crypto = nodeCrypto()
const signer = new LogSigner("index.example/log")
const { keys } = signer

async function levelRows(): Promise<KeyValue> {
  const database = unwrap(await levelDatabase(join(await temporaryDirectory(), "db"), { create: true }))
  onTestFinished(() => database.close())
  return database.sublevel("log")
}

function term(text: string): Term {
  const at = text.indexOf(" ")
  return { kind: text.slice(0, at) as TermKind, value: text.slice(at + 1) }
}

async function found(rows: KeyValue, query: Partial<FindQuery>): Promise<number[]> {
  const all = await collect(findEntries({ rows, crypto }, readerOf(rows), { terms: [], from: 0n, ...query }))
  return all.map(hit => Number(hit.index))
}

/** Makes the index anew, in runs of so few leaves that they are merged. */
async function rebuilt(rows: KeyValue, more: Partial<BuildOptions> = {}): Promise<void> {
  await dropIndex({ rows, crypto })
  await built(rows, more)
}

async function built(rows: KeyValue, more: Partial<BuildOptions> = {}): Promise<void> {
  const head = await readHead({ rows, crypto })
  if (head === undefined) throw new Error("no head")
  const tree = { ...head, ranges: await readRanges({ rows, crypto }) }
  await buildIndex({ rows, crypto, codec: zstdCodec, ...more }, tree, head.size)
}

/** Where each term stands. */
function oracle(entries: readonly Uint8Array[]): Map<string, number[]> {
  const map = new Map<string, number[]>()
  for (const [i, entry] of entries.entries()) {
    for (const text of oracleTerms(entry)) map.set(text, [...(map.get(text) ?? []), i])
  }
  return map
}

describe.skipIf(!shared)("the entries of the corpus, as a log on LevelDB", () => {
  let real: Uint8Array[]
  let entries: Uint8Array[]
  beforeAll(() => {
    real = corpusEntries(shared as string).filter((_, i) => i % 8 === 0)
    const hostile = [utf8("{"), utf8("{}"), new Uint8Array(), utf8('{"apiVersion":"0.0.1","kind":"rpm","spec":{}}')]
    // Every entry stands in the log twice, so that each term is asked for more than once.
    entries = [...real, ...hostile, ...real]
  })

  it("are found by everything that Node reads in them, and by nothing else", async () => {
    const rows = await levelRows()
    await ingestAll(rows, new MadeLog(signer, entries), { keys })
    const right = oracle(entries)
    expect(real.length).toBeGreaterThan(50)
    for (const kind of Object.keys(TERM_KINDS)) {
      expect([...right.keys()].filter(text => text.startsWith(`${kind} `)).length).toBeGreaterThan(2)
    }
    for (const runLeaves of [65_536n, 5n]) {
      await rebuilt(rows, { runLeaves })
      for (const [text, indexes] of right)
        expect([text, await found(rows, { terms: [term(text)] })]).toEqual([text, indexes])
    }
    // Runs of five leaves have been merged.
    expect((await readRuns({ rows, crypto }))[0]?.level).toBeGreaterThan(0)
    for (const [text] of [...right].slice(0, 20)) {
      const { kind, value } = term(text)
      const other = kind === "payload" ? "digest" : "payload"
      const asOther = { kind: other, value } as const
      if (!right.has(`${other} ${value}`)) expect(await found(rows, { terms: [asOther] })).toEqual([])
      expect(await found(rows, { terms: [{ kind, value: `${value} ` }] })).toEqual([])
    }
    expect((await fsckAll(rows, keys)).damage).toEqual([])
  })

  it("are found by several terms at once, from any index on", async () => {
    const rows = await levelRows()
    await ingestAll(rows, new MadeLog(signer, entries), { keys })
    await rebuilt(rows, { runLeaves: 7n })
    const right = oracle(entries)
    const texts = [...right.keys()]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.constantFrom(...texts),
        fc.nat(entries.length),
        fc.boolean(),
        async (a, b, from, isOwn) => {
          const own = texts.find(
            text => text !== a && right.get(text)?.includes((right.get(a) as number[])[0] as number),
          )
          const second = isOwn && own !== undefined ? own : b
          const both = (right.get(a) ?? []).filter(i => i >= from && right.get(second)?.includes(i))
          expect(await found(rows, { terms: [term(a), term(second)], from: BigInt(from) })).toEqual(both)
        },
      ),
      { numRuns: 50 },
    )
  })

  it("never give a wrong answer out of a damaged index", async () => {
    const rows = new MemoryRows()
    await ingestAll(rows, new MadeLog(signer, entries), { keys })
    await rebuilt(rows, { runLeaves: 64n })
    const right = [...oracle(entries)].filter((_, i) => i % 17 === 0)
    let corrupt = 0
    for await (const [key, value] of rows.entries({})) {
      const kind = parseKey(key)?.kind
      if (kind !== "run" && kind !== "block") continue
      const changes = [
        undefined,
        flipped(value, 1),
        flipped(value, value.length >> 1),
        flipped(value, value.length - 1),
      ]
      for (const changed of changes) {
        const copy = rows.copy()
        await copy.batch([changed === undefined ? { type: "del", key } : { type: "put", key, value: changed }], {
          sync: true,
        })
        expect((await fsckAll(copy, keys)).damage.length).toBeGreaterThan(0)
        if (kind === "run" && changed === undefined) continue
        for (const [text, indexes] of right) {
          const answer = await found(copy, { terms: [term(text)] }).catch((error: unknown) => {
            if (!(error instanceof StellaError)) throw error
            expect(error.detail["row"]).toMatch(/^(run|block) /)
            corrupt++
            return error.code
          })
          expect([indexes, "STORE_CORRUPT"]).toContainEqual(answer)
        }
        // It is made anew out of the entries.
        if (kind === "run") {
          await built(copy)
          expect((await fsckAll(copy, keys)).damage).toEqual([])
        }
      }
    }
    expect(corrupt).toBeGreaterThan(0)
  })

  it("are looked for where they are held, and the answer says where they are not", async () => {
    const rows = await levelRows()
    const log = new MadeLog(signer, entries)
    log.size = real.length
    await ingestAll(rows, hashesOnly(log), { keys })
    const right = oracle(entries)
    const [text, indexes] = [...right][0] as [string, number[]]
    const query = { terms: [term(text)] }
    const missing = async () => {
      const { size } = (await readHead({ rows, crypto })) as { size: bigint }
      return notSearched({ rows, crypto }, query, size, await readRanges({ rows, crypto }))
    }
    expect(await found(rows, query)).toEqual([])
    expect(await missing()).toEqual([{ start: 0n, end: BigInt(real.length), reason: "data-unavailable" }])
    expect(await found(rows, { leaf: log.leaves[3] })).toEqual([3])
    log.size = entries.length
    await ingestAll(rows, log, { keys })
    expect(await found(rows, query)).toEqual(indexes)
    expect(await missing()).toEqual([])
    await dropIndex({ rows, crypto })
    expect(await missing()).toEqual([{ start: 0n, end: BigInt(entries.length), reason: "not-indexed" }])
    expect((await fsckAll(rows, keys)).damage).toHaveLength(1)
    expect(await readerOf(rows).indexOf(log.leaves[3] as Uint8Array)).toBe(3n)
  })

  it("killed at any batch are indexed by the next run, and no block is left over", async () => {
    const start = new MemoryRows()
    await ingestAll(start, new MadeLog(signer, entries), { keys })
    await dropIndex({ rows: start, crypto })
    const right = [...oracle(entries)].filter((_, i) => i % 23 === 0)
    for (let budget = 0, ended = false; !ended; budget += 7) {
      const rows = start.copy()
      const more = { runLeaves: 9n, batchBytes: 10_000 }
      ended = await built(failingAfter(rows, budget), more).then(
        () => true,
        () => false,
      )
      if (!ended) {
        // What counts already is whole, whatever was cut.
        const { damage } = await fsckAll(rows, keys)
        expect(damage.filter(text => !text.includes("is missing up to"))).toEqual([])
      }
      await built(rows, more)
      for (const [text, indexes] of right) expect(await found(rows, { terms: [term(text)] })).toEqual(indexes)
      const check = await fsckAll(rows, keys)
      expect(check).toMatchObject({ damage: [], done: { pending: 0 } })
    }
  })
})
