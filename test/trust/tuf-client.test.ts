import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createHash } from "node:crypto"
import { verifyTufRepository, type TufStart } from "../../appliance/trust/tuf-client.ts"
import { trustFromTuf } from "../../appliance/trust/tuf-import.ts"
import { builtinFiles } from "../../kit-scripts/trust/builtin-root.ts"
import { parseTufState, printTufState, type TufState } from "../../appliance/trust/tuf-state.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import type { ErrorCode } from "../../src/kernel/errors.ts"
import { ok, unwrap } from "../../src/kernel/result.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import {
  contentFiles,
  LATER,
  memorySource,
  rootBody,
  signed,
  testKey,
  type ContentOptions,
  type RootOptions,
} from "./tuf-repository.ts"

const crypto = nodeCrypto()
const NOW = new Date("2026-06-01T00:00:00Z")
const EARLIER = "2026-05-31T23:59:59Z"

const rootKeys = [testKey(), testKey(), testKey()]
const online = testKey()
const otherOnline = testKey()
const targetKeys = [testKey(), testKey()]
const stranger = testKey()

const roles: RootOptions["roles"] = {
  root: { keys: rootKeys, threshold: 2 },
  timestamp: { keys: [online], threshold: 1 },
  snapshot: { keys: [online], threshold: 1 },
  targets: { keys: targetKeys, threshold: 2 },
}
const signers: ContentOptions["signers"] = { timestamp: [online], snapshot: [online], targets: targetKeys }
const root1 = signed(rootBody({ version: 1, roles }), rootKeys)
const pinned: TufStart = { kind: "pinned", root: root1 }

function repository(options: Partial<ContentOptions> = {}, roots: Record<string, Buffer> = {}) {
  return new Map([...contentFiles({ signers, ...options }), ...Object.entries(roots)])
}

async function run(files: ReadonlyMap<string, Buffer>, start: TufStart = pinned, at = NOW) {
  return verifyTufRepository(memorySource(files), { start, at, target: "trusted_root.json" }, crypto)
}

async function code(files: ReadonlyMap<string, Buffer>, start: TufStart = pinned, at = NOW): Promise<ErrorCode | "ok"> {
  const result = await run(files, start, at)
  return result.ok ? "ok" : result.error.code
}

async function stateOf(files: ReadonlyMap<string, Buffer>, start: TufStart = pinned): Promise<TufState> {
  return unwrap(await run(files, start)).state
}

function without(files: ReadonlyMap<string, Buffer>, name: string): Map<string, Buffer> {
  return new Map([...files].filter(([n]) => n !== name))
}

function changed(files: ReadonlyMap<string, Buffer>, name: string, bytes: Buffer): Map<string, Buffer> {
  expect(files.has(name)).toBe(true)
  return new Map([...files, [name, bytes]])
}

describe("a TUF repository", () => {
  it("gives the target, its versions and expiries, and what to remember", async () => {
    const update = unwrap(await run(repository({ versions: { timestamp: 7, snapshot: 5, targets: 3 } })))
    expect(Buffer.from(update.target).toString()).toBe("trusted")
    expect(update.roles.targets).toEqual({ version: 3, expires: LATER })
    expect(update.state).toEqual({
      v: 1,
      pin: createHash("sha256").update(root1).digest("hex"),
      root: root1.toString("base64"),
      timestamp: 7,
      snapshot: 5,
      meta: { "targets.json": 3 },
    })
    expect(parseTufState(utf8(printTufState(update.state)))).toEqual(ok(update.state))
  })

  it("is the same when imported again", async () => {
    const files = repository()
    const state = await stateOf(files)
    expect(await stateOf(files, { kind: "state", state })).toEqual(state)
  })

  it("lacks a file", async () => {
    const files = repository()
    for (const name of ["timestamp.json", "1.snapshot.json", "1.targets.json", "targets/trusted_root.json"]) {
      expect(await code(without(files, name)), name).toBe("TRUST_MISSING")
    }
  })

  it("lacks the target in its metadata", async () => {
    const result = await verifyTufRepository(
      memorySource(repository()),
      { start: pinned, at: NOW, target: "toString" },
      crypto,
    )
    expect(result.ok ? "ok" : result.error.code).toBe("TRUST_MISSING")
  })
})

describe("signatures", () => {
  it("must reach the threshold in every role", async () => {
    const few: Partial<ContentOptions>[] = [
      { signers: { ...signers, timestamp: [stranger] } },
      { signers: { ...signers, snapshot: [stranger] } },
      { signers: { ...signers, targets: targetKeys.slice(1) } },
      { signers: { ...signers, targets: [...targetKeys.slice(1), stranger] } },
    ]
    for (const options of few) expect(await code(repository(options))).toBe("TRUST_UNVERIFIED")
  })

  it("must reach it in the pinned root itself", async () => {
    const lonely = signed(rootBody({ version: 1, roles }), rootKeys.slice(0, 1))
    expect(await code(repository(), { kind: "pinned", root: lonely })).toBe("TRUST_UNVERIFIED")
  })

  it("must not be given twice for a key", async () => {
    const [a] = targetKeys
    if (a === undefined) throw new Error("no key")
    expect(await code(repository({ signers: { ...signers, targets: [a, a] } }))).toBe("TRUST_MALFORMED")
  })

  it("must be over what is there", async () => {
    const files = repository()
    const timestamp = files.get("timestamp.json")?.toString("utf8") ?? ""
    const later = Buffer.from(timestamp.replace(LATER, "2031-01-01T00:00:00Z"))
    expect(await code(changed(files, "timestamp.json", later))).toBe("TRUST_UNVERIFIED")
  })
})

describe("tampering below the signed metadata", () => {
  it("is seen in snapshot, targets and target", async () => {
    const files = repository()
    const names = ["1.snapshot.json", "1.targets.json", "targets/trusted_root.json"]
    for (const name of names) {
      const bytes = Buffer.from(files.get(name) ?? "")
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
      expect(await code(changed(files, name, bytes)), name).toBe("TRUST_UNVERIFIED")
      expect(await code(changed(files, name, Buffer.concat([bytes, bytes]))), name).toBe("TRUST_UNVERIFIED")
    }
  })

  it("is seen when files of two snapshots are mixed", async () => {
    const old = repository({ versions: { targets: 1 } })
    const files = repository({ versions: { targets: 2, snapshot: 2 } })
    const mixed = changed(files, "2.targets.json", old.get("1.targets.json") ?? Buffer.alloc(0))
    expect(await code(mixed)).toBe("TRUST_UNVERIFIED")
  })
})

describe("roots", () => {
  const next = { ...roles, root: { keys: [stranger, testKey()], threshold: 2 } }
  const nextKeys = next.root.keys

  it("are followed one by one, each signed by the one before and by itself", async () => {
    const root2 = signed(rootBody({ version: 2, roles: next }), [...rootKeys, ...nextKeys])
    const root3 = signed(rootBody({ version: 3, roles: next }), nextKeys)
    const files = repository({}, { "2.root.json": root2, "3.root.json": root3 })
    const update = unwrap(await run(files))
    expect(update.roles.root.version).toBe(3)
    expect(update.state.root).toBe(root3.toString("base64"))
    expect(await code(without(files, "2.root.json"))).toBe("ok") // stops at 1: 3 cannot be reached
    expect(unwrap(await run(without(files, "2.root.json"))).roles.root.version).toBe(1)
  })

  it("are refused when only the old or only the new keys signed", async () => {
    const root2 = (keys: typeof rootKeys) => ({ "2.root.json": signed(rootBody({ version: 2, roles: next }), keys) })
    expect(await code(repository({}, root2(rootKeys)))).toBe("TRUST_UNVERIFIED")
    expect(await code(repository({}, root2(nextKeys)))).toBe("TRUST_UNVERIFIED")
  })

  it("are refused when the version is another than the name says", async () => {
    const root = (version: number) => ({ "2.root.json": signed(rootBody({ version, roles }), rootKeys) })
    expect(await code(repository({}, root(1)))).toBe("TRUST_ROLLBACK")
    expect(await code(repository({}, root(3)))).toBe("TRUST_ROLLBACK")
  })

  it("may have expired in between, not at the end", async () => {
    const expired = signed(rootBody({ version: 2, roles, expires: EARLIER }), rootKeys)
    const fresh = signed(rootBody({ version: 3, roles }), rootKeys)
    expect(await code(repository({}, { "2.root.json": expired, "3.root.json": fresh }))).toBe("ok")
    expect(await code(repository({}, { "2.root.json": expired }))).toBe("TRUST_EXPIRED")
  })

  it("that follow each other without end are refused", async () => {
    const roots = Object.fromEntries(
      Array.from({ length: 258 }, (_, i) => [
        `${String(i + 2)}.root.json`,
        signed(rootBody({ version: i + 2, roles }), rootKeys),
      ]),
    )
    expect(await code(repository({}, roots))).toBe("TRUST_MALFORMED")
  })

  it("start at the newest one that was verified", async () => {
    const root2 = signed(rootBody({ version: 2, roles }), rootKeys)
    const state = await stateOf(repository({}, { "2.root.json": root2 }))
    const root3 = signed(rootBody({ version: 3, roles }), rootKeys)
    const later = repository({}, { "3.root.json": root3 })
    expect(unwrap(await run(later, { kind: "state", state })).roles.root.version).toBe(3)
    expect(unwrap(await run(later)).roles.root.version).toBe(1)
  })
})

describe("an older repository", () => {
  it("is refused by timestamp, snapshot or listed file", async () => {
    const state = await stateOf(repository({ versions: { timestamp: 9, snapshot: 9, targets: 9 } }))
    const start: TufStart = { kind: "state", state }
    expect(await code(repository({ versions: { timestamp: 8, snapshot: 9, targets: 9 } }), start)).toBe(
      "TRUST_ROLLBACK",
    )
    expect(await code(repository({ versions: { timestamp: 9, snapshot: 8, targets: 9 } }), start)).toBe(
      "TRUST_ROLLBACK",
    )
    expect(await code(repository({ versions: { timestamp: 9, snapshot: 9, targets: 8 } }), start)).toBe(
      "TRUST_ROLLBACK",
    )
    expect(await code(repository({ versions: { timestamp: 9, snapshot: 9, targets: 9 } }), start)).toBe("ok")
  })

  it("is refused when a file that was listed is listed no more", async () => {
    const state = await stateOf(repository({ meta: { "keys.json": { version: 4 } } }))
    expect(await code(repository(), { kind: "state", state })).toBe("TRUST_ROLLBACK")
  })

  it("is accepted again after the online keys changed: recovery from a fast-forward attack", async () => {
    const state = await stateOf(repository({ versions: { timestamp: 900, snapshot: 900 } }))
    const changedRoles = {
      ...roles,
      timestamp: { keys: [otherOnline], threshold: 1 },
      snapshot: { keys: [otherOnline], threshold: 1 },
    }
    const root2 = signed(rootBody({ version: 2, roles: changedRoles }), rootKeys)
    const files = repository(
      { signers: { ...signers, timestamp: [otherOnline], snapshot: [otherOnline] } },
      { "2.root.json": root2 },
    )
    expect(await code(files, { kind: "state", state })).toBe("ok")
    expect(await code(repository(), { kind: "state", state })).toBe("TRUST_ROLLBACK")
  })
})

describe("a frozen repository", () => {
  it("is refused at the reference time, to the second, whichever role expired", async () => {
    const at = new Date("2026-06-01T00:00:00.999Z")
    for (const role of ["timestamp", "snapshot", "targets"]) {
      expect(await code(repository({ expires: { [role]: "2026-06-01T00:00:00Z" } }), pinned, at), role).toBe(
        "TRUST_EXPIRED",
      )
      expect(await code(repository({ expires: { [role]: "2026-06-01T00:00:01Z" } }), pinned, at), role).toBe("ok")
    }
  })

  it("names role, version and expiry", async () => {
    const result = await run(repository({ expires: { timestamp: EARLIER } }))
    expect(result.ok ? undefined : result.error.detail).toMatchObject({
      role: "timestamp",
      version: 1,
      expires: EARLIER,
    })
  })
})

describe("malformed metadata", () => {
  const bad: readonly (readonly [string, Buffer])[] = [
    ["no JSON", Buffer.from("{")],
    ["no object", Buffer.from("[]")],
    ["a member twice", Buffer.from('{"signed":{},"signed":{},"signatures":[]}')],
    ["no signatures", Buffer.from('{"signed":{"_type":"timestamp"}}')],
    ["another role", root1],
    ["no version", signed({ _type: "timestamp", spec_version: "1.0", expires: LATER, meta: {} }, [online])],
    [
      "a version of 0",
      signed(
        {
          _type: "timestamp",
          spec_version: "1.0",
          version: 0,
          expires: LATER,
          meta: { "snapshot.json": { version: 1 } },
        },
        [online],
      ),
    ],
    [
      "a date that is none",
      signed(
        {
          _type: "timestamp",
          spec_version: "1.0",
          version: 1,
          expires: "2030",
          meta: { "snapshot.json": { version: 1 } },
        },
        [online],
      ),
    ],
    [
      "a specification of the future",
      signed(
        {
          _type: "timestamp",
          spec_version: "2.0",
          version: 1,
          expires: LATER,
          meta: { "snapshot.json": { version: 1 } },
        },
        [online],
      ),
    ],
    ["too many bytes", Buffer.from(`"${"x".repeat(20_000)}"`)],
    ["too deep", Buffer.from("[".repeat(100) + "]".repeat(100))],
  ]
  it.each(bad)("is refused: %s", async (_, bytes) => {
    expect(await code(changed(repository(), "timestamp.json", bytes))).toBe("TRUST_MALFORMED")
  })

  it("is refused: a snapshot without targets, a version beyond the safe integers, a hash nobody knows", async () => {
    const make = (meta: object) => {
      const snapshot = signed({ _type: "snapshot", spec_version: "1.0", version: 1, expires: LATER, meta }, [online])
      const claim = { version: 1, length: snapshot.length }
      const body = {
        _type: "timestamp",
        spec_version: "1.0",
        version: 1,
        expires: LATER,
        meta: { "snapshot.json": claim },
      }
      return new Map([
        ...repository(),
        ["1.snapshot.json", snapshot],
        ["timestamp.json", signed(body, [online])],
      ] as const)
    }
    expect(await code(make({ "other.json": { version: 1 } }))).toBe("TRUST_MALFORMED")
    expect(await code(make({ "targets.json": { version: 2 ** 60 } }))).toBe("TRUST_MALFORMED")
    expect(await code(make({ "targets.json": { version: 1, hashes: { md5: "00" } } }))).toBe("TRUST_UNVERIFIED")
    expect(await code(make({ "targets.json": { version: 1, hashes: { sha256: "no hex" } } }))).toBe("TRUST_UNVERIFIED")
    expect(await code(make({ "targets.json": { version: 1 } }))).toBe("ok")
    // Found under the old version's number, and newer or older than what is vouched for.
    const targets = contentFiles({ signers, versions: { targets: 5 } }).get("5.targets.json") ?? Buffer.alloc(0)
    expect(await code(changed(make({ "targets.json": { version: 1 } }), "1.targets.json", targets))).toBe(
      "TRUST_UNVERIFIED",
    )
    const six = new Map([...make({ "targets.json": { version: 6 } }), ["6.targets.json", targets] as const])
    expect(await code(six)).toBe("TRUST_ROLLBACK")
  })

  it("is refused in what was kept", async () => {
    const state = await stateOf(repository())
    expect(await code(repository(), { kind: "state", state: { ...state, root: "=" } })).toBe("TRUST_MALFORMED")
    expect(await code(repository(), { kind: "state", state: { ...state, root: "e30=" } })).toBe("TRUST_MALFORMED")
  })
})

describe("times of expiry", () => {
  it("may have an offset and a fraction, as the first root of sigstore has", async () => {
    const same = ["2026-06-01T02:00:00.99+02:00", "2026-05-31T18:30:00-05:30", "2026-06-01T00:00:00.123456789Z"]
    for (const expires of same) {
      const files = repository({ expires: { timestamp: expires } })
      expect(await code(files, pinned, new Date("2026-05-31T23:59:59Z")), expires).toBe("ok")
      expect(await code(files, pinned, new Date("2026-06-01T00:00:00Z")), expires).toBe("TRUST_EXPIRED")
    }
  })
})

describe("trust from a repository", () => {
  const target = builtinFiles()["trusted_root.json"]
  const from = (options: Partial<ContentOptions>, at = NOW) =>
    trustFromTuf(memorySource(repository(options)), { start: pinned, at }, crypto)

  it("is dated by the reference time and expires with the first of root and targets", async () => {
    const dates = (r: Awaited<ReturnType<typeof from>>) => [
      unwrap(r).loaded.trust.takenAt,
      unwrap(r).loaded.trust.expires,
    ]
    expect(dates(await from({ target }))).toEqual(["2026-06-01T00:00:00Z", LATER])
    const early = { targets: "2029-01-01T00:00:00Z", timestamp: "2026-06-08T00:00:00Z" }
    expect(dates(await from({ target, expires: early }))).toEqual(["2026-06-01T00:00:00Z", "2029-01-01T00:00:00Z"])
  })

  it("is refused when the repository is, or when its target is no trusted root", async () => {
    const codes = [await from({ target }, new Date("2031-01-01T00:00:00Z")), await from({})]
    expect(codes.map(r => (r.ok ? "ok" : r.error.code))).toEqual(["TRUST_EXPIRED", "TRUST_MALFORMED"])
  })
})

describe("any change of a byte", () => {
  it("gives the same target or a named failure, never an exception", async () => {
    const root2 = signed(rootBody({ version: 2, roles }), rootKeys)
    const files = repository({}, { "2.root.json": root2 })
    const names = [...files.keys()]
    const change = fc.tuple(fc.constantFrom(...names), fc.nat(100_000), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(change, async ([name, at, flip]) => {
        const bytes = Buffer.from(files.get(name) ?? "")
        bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ flip, at % bytes.length)
        const result = await run(changed(files, name, bytes))
        if (result.ok) expect(Buffer.from(result.value.target).toString()).toBe("trusted")
        else expect(result.error.code).toMatch(/^TRUST_/)
      }),
      { numRuns: process.env["SLOW"] ? 5_000 : 200 },
    )
  })
})
