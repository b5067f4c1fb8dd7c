/** The closed table of errors: its shape, its numbers as published, and that every code is provoked by some test. */
import { describe, expect, it } from "vitest"
import { ERRORS, StellaError, unreachable, type ErrorCode } from "../../src/kernel/errors.ts"
import { codeOf, REASONS, type Reason } from "../../src/kernel/reasons.ts"
import { unwrap, err, ok } from "../../src/kernel/result.ts"
import { filesBelow, readText } from "../support/tree.ts"

/**
 * Code and exit status as published. A row is added here together with its row in the table, and never changed or
 * removed afterwards: scripts of other people compare these.
 */
// prettier-ignore
const PUBLISHED: Readonly<Record<ErrorCode, number>> = {
  INTERNAL: 1,
  USAGE: 2, CONFIG_INVALID: 2, POLICY_INVALID: 2, INPUT_UNREADABLE: 2, INPUT_MALFORMED: 2,
  OUTPUT_REFUSED: 2, NOT_FOUND: 2, METHOD_REFUSED: 2, BODY_TYPE_REFUSED: 2, BODY_TOO_LARGE: 2, BODY_TOO_SLOW: 2,
  ORIGIN_REFUSED: 2, IDEMPOTENCY_CONFLICT: 2, SHELL_UNAVAILABLE: 2,
  FINDINGS: 3,
  NOT_PROVEN: 10, SIGNATURE_INVALID: 11, SIGNER_UNTRUSTED: 12, IDENTITY_MISMATCH: 13, SUBJECT_MISMATCH: 14,
  PROOF_INVALID: 15, TIME_INVALID: 16, SPLIT_VIEW: 17, EVIDENCE_MALFORMED: 18, REPLAY_DIFFERS: 19, NOT_COMPARABLE: 19,
  MEDIA_UNREADABLE: 20, MEDIA_TAMPERED: 21, MEDIA_ROLLBACK: 22, DISK_FULL: 23,
  SOURCE_UNAVAILABLE: 28, SOURCE_REFUSED: 29,
  STORE_LOCKED: 30, STORE_CORRUPT: 31, STORE_ROLLED_BACK: 32, STORE_TOO_NEW: 33, STORE_MISSING: 34, STORE_EXISTS: 35,
  AUDIT_BROKEN: 36, CLOSURE_BROKEN: 37, EVIDENCE_MISSING: 38, LOG_MISSING: 39,
  KEY_UNAVAILABLE: 40, KEY_ALGORITHM_UNSUPPORTED: 41, KEY_REFUSED: 42, KEY_MALFORMED: 43,
  SERVICE_UNAVAILABLE: 50, NOT_AUTHENTICATED: 51, LAUNCH_OVER: 51, FORBIDDEN: 52, RATE_LIMITED: 53, SERVICE_RUNNING: 54,
  LISTEN_REFUSED: 55,SERVICE_UNTRUSTED: 57,  JOB_MISSING: 56, OPERATOR_MISSING: 58, OPERATOR_EXISTS: 59, LAST_ADMINISTRATOR: 59,
  TRUST_MISSING: 60, TRUST_MALFORMED: 61, TRUST_DIGEST_MISMATCH: 62, TRUST_EXPIRED: 63, TRUST_ROLLBACK: 64,
  TRUST_UNVERIFIED: 65,
  INTERRUPTED: 130,
}

/** Codes that no test provokes yet. The list only shrinks: a code that is provoked must leave it. */
// prettier-ignore
const PENDING: readonly ErrorCode[] = []

interface Row {
  readonly exit: number
  readonly http: number
  readonly hint: string
  readonly sharesExit?: true
}
const rows = Object.entries(ERRORS) as (readonly [ErrorCode, Row])[]

describe("the error table", () => {
  it("has exactly the published rows with the published exits", () => {
    expect(rows).toHaveLength(Object.keys(PUBLISHED).length)
    expect(Object.fromEntries(rows.map(([code, row]) => [code, row.exit]))).toEqual(PUBLISHED)
  })

  it("gives every code that does not share its exit an exit of its own", () => {
    const own = rows.filter(([, row]) => row.sharesExit === undefined).map(([, row]) => row.exit)
    expect(new Set(own).size).toBe(own.length)
  })

  it("lets a code share its exit only with a code of the same number", () => {
    for (const [code, row] of rows) {
      if (row.sharesExit === undefined) continue
      expect(rows.filter(([other, r]) => other !== code && r.exit === row.exit).length, code).toBeGreaterThan(0)
    }
  })

  it("keeps every exit inside a documented family", () => {
    const families = [
      [1, 3],
      [10, 19],
      [20, 29],
      [30, 39],
      [40, 49],
      [50, 59],
      [60, 69],
      [130, 130],
    ] as const
    for (const [code, { exit }] of rows) {
      expect(families.filter(([from, to]) => exit >= from && exit <= to).length, `${code} ${exit}`).toBe(1)
    }
    const prefixes: readonly (readonly [string, number])[] = [
      ["MEDIA_", 20],
      ["STORE_", 30],
      ["KEY_", 40],
      ["SERVICE_", 50],
      ["TRUST_", 60],
    ]
    for (const [prefix, family] of prefixes) {
      const named = rows.filter(([code]) => code.startsWith(prefix))
      expect(named.length).toBeGreaterThan(0)
      for (const [code, { exit }] of named) expect(exit - (exit % 10), code).toBe(family)
    }
  })

  it("gives every row a name, a status that says failure, and a hint to act on", () => {
    for (const [code, row] of rows) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
      if (code === "FINDINGS") expect(row.http).toBe(200)
      else expect(row.http, code).toBeGreaterThanOrEqual(400)
      expect(row.http).toBeLessThan(600)
      expect(row.hint.length, code).toBeGreaterThan(15)
      expect(row.hint, code).not.toMatch(/[.!]$|^[A-Z]/)
    }
    expect(new Set(rows.map(([, row]) => row.hint)).size).toBe(rows.length)
  })

  it("is provoked row by row in some test", () => {
    // These name codes without provoking them.
    const naming = ["test/kernel/errors.test.ts", "test/docs/commands.test.ts"]
    const texts = filesBelow("test", [".ts", ".txt", ".json"])
      .filter(path => !naming.includes(path))
      .map(readText)
    const provoked = rows.map(([code]) => code).filter(code => texts.some(t => new RegExp(`\\b${code}\\b`).test(t)))
    const missing = rows.map(([code]) => code).filter(code => !provoked.includes(code) && !PENDING.includes(code))
    expect(missing, "codes that no test provokes").toEqual([])
    expect(
      PENDING.filter(code => provoked.includes(code)),
      "provoked by now: take them off PENDING",
    ).toEqual([])
  })
})

describe("the reasons", () => {
  it("belong to verification codes and every such code but the replay ones has one", () => {
    const used = new Set(Object.values(REASONS))
    for (const code of used) expect(ERRORS[code].exit, code).toSatisfy((e: number) => e >= 10 && e <= 18)
    for (const [code, { exit }] of rows) if (exit >= 10 && exit <= 18) expect(used).toContain(code)
  })

  it("are named in kebab-case and give their code", () => {
    for (const reason of Object.keys(REASONS) as Reason[]) {
      expect(reason).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(codeOf(reason)).toBe(REASONS[reason])
    }
  })
})

describe("StellaError", () => {
  it("carries code, detail and cause", () => {
    const cause = new Error("disk says no")
    const error = new StellaError("STORE_LOCKED", "the store is taken", { pid: 7 }, cause)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: "StellaError", code: "STORE_LOCKED", detail: { pid: 7 } })
    expect(error.cause).toBe(cause)
    expect("cause" in new StellaError("USAGE", "no such flag")).toBe(false)
  })

  it("is what unwrap throws, and unwrap gives the value otherwise", () => {
    const error = new StellaError("USAGE", "no such flag")
    expect(unwrap(ok(5))).toBe(5)
    expect(() => unwrap(err(error))).toThrow(error)
  })

  it("marks a case that cannot happen as a defect", () => {
    expect(() => unreachable("surprise" as never)).toThrow(
      expect.objectContaining({ code: "INTERNAL", message: "unreachable value: surprise" }),
    )
  })
})
