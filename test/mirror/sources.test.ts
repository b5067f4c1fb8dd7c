/** The parts of a collection by themselves: addresses, waits, the gate before a host, reading ahead, foreign layouts. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { lookAhead } from "../../mirror/look-ahead.ts"
import { backoffMs, RETRY_LIMITS, retryAfterMs } from "../../mirror/sources/backoff.ts"
import { bundleOfDataTile } from "../../mirror/sources/ct-data-tile.ts"
import { HostGate, HostGates } from "../../mirror/sources/host-gate.ts"
import { hostOf, parseLogPrefix, redirectWithin } from "../../mirror/sources/log-prefix.ts"
import { bundleOfRecords } from "../../mirror/sources/sumdb-records.ts"
import { staticCt, sumdb, tiledLog, tlogTiles } from "../../mirror/sources/tiled-log.ts"
import { parseEntryBundle, printEntryBundle } from "../../src/formats/tile.ts"
import { concatBytes, utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { leafHashesOfBundle } from "../../src/tlog/entry-hashes.ts"
import { InstantTimer, NOW } from "../support/collecting.ts"
import { vectorFiles } from "../support/logs.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()

describe("a log's address", () => {
  it.each([
    ["https://log2025-1.rekor.sigstore.dev/api/v2", "https://log2025-1.rekor.sigstore.dev/api/v2/"],
    ["https://log2025-1.rekor.sigstore.dev/api/v2/", "https://log2025-1.rekor.sigstore.dev/api/v2/"],
    ["https://sum.golang.org", "https://sum.golang.org/"],
    ["HTTP://Log.Example:8080/a/./b/../c", "http://log.example:8080/a/c/"],
  ])("%s", (text, whole) => {
    expect(unwrap(parseLogPrefix(text))).toBe(whole)
    expect(hostOf(unwrap(parseLogPrefix(text)))).toBe(new URL(whole).origin)
  })

  it.each([
    "",
    "log.example",
    "ftp://log.example",
    "file:///log",
    "https://",
    "https://u:p@log.example",
    "https://u@log.example",
    "https://log.example/?a",
    "https://log.example/#a",
    "https://log.example/?",
    "https://log.example/a%2f..%2fb",
  ])("is not %j", text => {
    expect(parseLogPrefix(text)).toMatchObject({ ok: false, error: { code: "CONFIG_INVALID" } })
  })

  it("is never left by a redirect, whatever it says", () => {
    const prefix = unwrap(parseLogPrefix("https://log.example/api/v2"))
    const segment = fc.constantFrom(
      "..",
      ".",
      "%2e%2e",
      "api",
      "v2",
      "tile",
      "x",
      "",
      "..%2f",
      "@other.example",
      "\\",
      "/",
      "?",
      "#",
      ":8443",
      "%",
    )
    const location = fc
      .tuple(
        fc.constantFrom(
          "",
          "/",
          "//",
          "https://log.example",
          "https:",
          "https://log.example.other",
          "http://log.example",
          "//other.example",
        ),
        fc.array(segment, { maxLength: 8 }),
      )
      .map(([start, parts]) => start + parts.join("/"))
    fc.assert(
      fc.property(fc.oneof(location, fc.string()), text => {
        const to = redirectWithin(prefix, `${prefix}tile/0/000`, text)
        if (to === undefined) return
        // What a client makes of it, decoded until nothing is left to decode.
        const url = new URL(to)
        expect([url.protocol, url.host, url.username]).toEqual(["https:", "log.example", ""])
        expect(new URL(url.pathname.replace(/%2f/gi, "/").replace(/%5c/gi, "/"), url).pathname).toMatch(/^\/api\/v2\//)
      }),
      { numRuns: 2000 },
    )
  })

  it("is not the beginning of a longer host", () => {
    const prefix = unwrap(parseLogPrefix("https://log.example"))
    expect(redirectWithin(prefix, `${prefix}checkpoint`, "https://log.example.other/checkpoint")).toBeUndefined()
    expect(redirectWithin(prefix, `${prefix}checkpoint`, "/other")).toBe("https://log.example/other")
  })
})

describe("a wait", () => {
  const random = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) })

  it("lies below a ceiling that doubles and then stays", () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 8, 9, 60].map(failed => backoffMs(random(255), RETRY_LIMITS, failed))
    expect(ceilings).toEqual([499, 999, 1999, 3999, 7999, 15_999, 31_999, 59_999, 59_999, 59_999])
    expect(backoffMs(random(0), RETRY_LIMITS, 5)).toBe(0)
    expect(backoffMs(random(0x80), RETRY_LIMITS, 1)).toBe(250)
  })

  it.each([
    ["120", 120_000],
    ["0", 0],
    ["Wed, 04 Mar 2026 05:06:17 GMT", 10_000],
    ["Wed, 04 Mar 2026 05:06:00 GMT", 0],
    ["-5", undefined],
    ["1e3", undefined],
    ["12345678901", undefined],
    ["2026-03-04T05:06:17Z", undefined],
    ["Wed, 99 Mar 2026 05:06:17 GMT", undefined],
    ["soon", undefined],
    [undefined, undefined],
  ])("of Retry-After %s", (value, ms) => {
    expect(retryAfterMs(value, NOW)).toBe(ms)
  })
})

describe("the gate before a host", () => {
  it("begins no more requests a second than the host stands", async () => {
    const timer = new InstantTimer()
    const gate = new HostGate(timer, { inFlight: 1, perSecond: 10 })
    const begun: number[] = []
    for (let i = 0; i < 5; i++) await gate.pass(async () => begun.push(timer.monotonicMs()))
    expect(begun).toEqual([0, 100, 200, 300, 400])
  })

  it("lets no more pass at a time than the host stands, and the next when one is done", async () => {
    const gate = new HostGate(new InstantTimer(), { inFlight: 2, perSecond: Infinity })
    const ends: (() => void)[] = []
    const all = [0, 1, 2, 3, 4].map(() => gate.pass(() => new Promise<void>(resolve => ends.push(resolve))))
    for (const begun of [2, 3, 4, 5]) {
      await expect.poll(() => ends.length).toBe(begun)
      ends[begun - 2]?.()
    }
    ends.at(-1)?.()
    await Promise.all(all)
  })

  it("is shared by all logs of a host, and closed while it wants quiet", async () => {
    const timer = new InstantTimer()
    const gates = new HostGates(timer, { inFlight: 4, perSecond: Infinity })
    expect(gates.of("https://a.example")).not.toBe(gates.of("https://b.example"))
    gates.of("https://a.example").quiet(5000)
    gates.of("https://a.example").quiet(1000)
    await gates.of("https://b.example").pass(async () => expect(timer.monotonicMs()).toBe(0))
    await gates.of("https://a.example").pass(async () => expect(timer.monotonicMs()).toBe(5000))
  })

  it("opens again after work that failed", async () => {
    const gate = new HostGate(new InstantTimer(), { inFlight: 1, perSecond: Infinity })
    await expect(gate.pass(() => Promise.reject(new Error("no")))).rejects.toThrow("no")
    expect(await gate.pass(async () => "yes")).toBe("yes")
  })
})

describe("reading ahead", () => {
  const bounds = { items: 4, bytes: 100 }

  it("keeps the order, whatever ends first, and never has more under way than it may", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 20 }), async turns => {
        let now = 0
        let most = 0
        const work = async (turn: number): Promise<number> => {
          most = Math.max(most, ++now)
          for (let i = 0; i < turn; i++) await Promise.resolve()
          now--
          return turn
        }
        const all: number[] = []
        for await (const turn of lookAhead(turns, work, () => 1, bounds, new AbortController())) all.push(turn)
        expect(all).toEqual(turns)
        expect(most).toBeLessThanOrEqual(4)
      }),
      { numRuns: 100 },
    )
  })

  it("begins nothing while too many bytes wait for their turn", async () => {
    const begun: number[] = []
    let release: () => void = () => undefined
    const first = new Promise<void>(resolve => (release = resolve))
    const work = async (item: number): Promise<number> => {
      begun.push(item)
      if (item === 0) await first
      return item
    }
    const run = lookAhead([0, 1, 2, 3, 4, 5, 6, 7], work, () => 60, { items: 3, bytes: 100 }, new AbortController())
    const next = run.next()
    await expect.poll(() => begun).toEqual([0, 1, 2])
    release()
    expect((await next).value).toBe(0)
    // Two results of 60 bytes wait: one has to be taken before another is begun.
    const second = await run.next()
    expect([second.value, begun]).toEqual([1, [0, 1, 2]])
    expect([(await run.next()).value, begun]).toEqual([2, [0, 1, 2, 3, 4]])
    await run.return(undefined)
  })

  it.each(["fails", "is left"])("ends what is under way when it %s", async how => {
    const ended: number[] = []
    const ending = new AbortController()
    const first = (): Promise<number> => (how === "fails" ? Promise.reject(new Error("no")) : Promise.resolve(0))
    const untilEnded = (item: number): Promise<number> =>
      new Promise((_, reject) =>
        ending.signal.addEventListener("abort", () => {
          ended.push(item)
          reject(new Error("ended"))
        }),
      )
    const work = (item: number): Promise<number> => (item === 0 ? first() : untilEnded(item))
    const run = lookAhead([0, 1, 2, 3, 4, 5], work, () => 0, bounds, ending)
    if (how === "fails") await expect(run.next()).rejects.toThrow("no")
    else {
      await run.next()
      await run.return(undefined)
    }
    expect(ended).toEqual([1, 2, 3])
  })

  it("leaves the work's signal alone when all of it is done", async () => {
    const ending = new AbortController()
    const all: number[] = []
    for await (const item of lookAhead(
      [1, 2, 3],
      async n => n,
      () => 0,
      bounds,
      ending,
    ))
      all.push(item)
    expect([all, ending.signal.aborted]).toEqual([[1, 2, 3], false])
  })
})

describe("a layout", () => {
  const of = (row: bigint, width: number) => ({ kind: "entries", row, width }) as const
  const tile = { kind: "hashes", level: 1, row: 1_234_067n, width: 256 } as const

  it("has its own paths", () => {
    expect([tlogTiles, staticCt, sumdb].map(layout => layout.path(tile))).toEqual([
      "tile/1/x001/x234/067",
      "tile/1/x001/x234/067",
      "tile/8/1/x001/x234/067",
    ])
    expect([tlogTiles, staticCt, sumdb].map(layout => layout.path(of(3n, 10)))).toEqual([
      "tile/entries/003.p/10",
      "tile/data/003.p/10",
      "tile/8/data/003.p/10",
    ])
  })

  it.skipIf(!shared)("static-ct gives all 1,034 leaves of navigli2025h2 as its tiles have them", async () => {
    const log = tiledLog(vectorFiles("static-ct-navigli2025h2"), staticCt)
    let seen = 0
    for (const [row, width] of [
      [0n, 256],
      [1n, 256],
      [2n, 256],
      [3n, 256],
      [3n, 10],
    ] as const) {
      const bundle = (await log.entries(row, width))?.bytes ?? new Uint8Array()
      const hashes = (await log.tile(0, row, width))?.bytes
      expect(leafHashesOfBundle(crypto, bundle, width)).toEqual(hashes)
      seen += width
    }
    expect(seen).toBe(1034)
    // Of a partial file that is gone, the full one gives the beginning.
    const part = (await log.entries(2n, 77))?.bytes ?? new Uint8Array()
    expect(leafHashesOfBundle(crypto, part, 77)).toEqual((await log.tile(0, 2n, 77))?.bytes)
  })

  /** TimestampedEntry of a certificate, as RFC 6962 §3.4 has it, and what static-ct puts behind. */
  function tileLeaf(certificate: number): Uint8Array {
    const length = Uint8Array.of(certificate >> 16, (certificate >> 8) & 255, certificate & 255)
    return concatBytes(
      new Uint8Array(8),
      Uint8Array.of(0, 0),
      length,
      new Uint8Array(certificate),
      Uint8Array.of(0, 0),
      Uint8Array.of(0, 0),
    )
  }

  it("static-ct leaves a row without entries where a leaf is longer than a bundle can hold", () => {
    const limit = 65_535 - 2 - 8 - 2 - 3 - 2
    const fits = parseEntryBundle(bundleOfDataTile(tileLeaf(limit)) ?? new Uint8Array(), 1)
    expect(fits.ok && fits.value.map(leaf => leaf.length)).toEqual([65_535])
    expect(bundleOfDataTile(concatBytes(tileLeaf(5), tileLeaf(limit + 1)))).toBeUndefined()
  })

  it("static-ct gives bytes that are no data tile as they are, whatever they say of their lengths", () => {
    const right = concatBytes(tileLeaf(40), tileLeaf(3))
    for (let cut = 1; cut < right.length; cut++) {
      if (cut === tileLeaf(40).length) continue
      expect(bundleOfDataTile(right.subarray(0, cut))).toEqual(right.subarray(0, cut))
    }
    const unknownType = tileLeaf(3)
    unknownType[9] = 7
    expect(bundleOfDataTile(unknownType)).toBe(unknownType)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        expect(bundleOfDataTile(bytes)?.length).toBeLessThanOrEqual(bytes.length + 4 * bytes.length)
      }),
    )
  })

  it("sumdb splits records at empty lines, the last one's being there or not", () => {
    const records = ["a v1 h1:x=\na v1/go.mod h1:y=\n", "b v1 h1:z=\n", "c\n"]
    const bundle = printEntryBundle(records.map(utf8))
    expect(bundleOfRecords(utf8(records.join("\n")))).toEqual(bundle)
    expect(bundleOfRecords(utf8(`${records.join("\n")}\n`))).toEqual(bundle)
    expect(bundleOfRecords(new Uint8Array())).toEqual(new Uint8Array())
    expect(bundleOfRecords(utf8("no end"))).toEqual(printEntryBundle([utf8("no end")]))
    expect(bundleOfRecords(utf8(`${"x".repeat(65_535)}\n`))).toBeUndefined()
  })
})
