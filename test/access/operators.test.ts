/** Who is enrolled: what must hold of all operators together, also when two ask at once, and rows that are damaged. */
import { createPublicKey } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { parseOperator, printOperator } from "../../appliance/access/operator-row.ts"
import { allOperators, enrol, operatorById } from "../../appliance/access/operator-store.ts"
import { parseSession } from "../../appliance/access/session-store.ts"
import { compose } from "../../appliance/compose.ts"
import { runOperation, type World } from "../../appliance/operations/run-operation.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { err, ok, unwrap } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import type { OperationName } from "../../ui/contract/operations.ts"
import {
  accessTo,
  after,
  credential,
  crypto,
  disableOperator,
  enrolPerson,
  logIn,
  OWNER_ACTOR,
  peopledSite,
  person,
  START,
} from "../support/access.ts"
import { auditOf, realSite } from "../support/store.ts"

const rejection = (code: string): unknown => expect.objectContaining({ code })

describe("operators", () => {
  it("are in order of their names, with those that were disabled", async () => {
    const { site } = await peopledSite()
    await disableOperator(site, "rita", after(60))
    const all = await allOperators(site, crypto)
    expect(all.map(({ name, disabledAt }) => [name, disabledAt])).toEqual([
      ["ada", null],
      ["kim", null],
      ["rita", "2031-04-02T10:01:00Z"],
      ["sam", null],
    ])
    expect(await operatorById(site, "0".repeat(64), crypto)).toBeUndefined()
  })

  it("keep one administrator, whoever else there is", async () => {
    const { site } = await peopledSite()
    await disableOperator(site, "kim")
    await expect(disableOperator(site, "ada")).rejects.toEqual(rejection("LAST_ADMINISTRATOR"))
    await disableOperator(site, "sam")
    await disableOperator(site, "rita")
    await expect(disableOperator(site, "ada")).rejects.toEqual(rejection("LAST_ADMINISTRATOR"))
  })

  it("may all go from a site that never had an administrator", async () => {
    const { site } = await realSite()
    await enrolPerson(site, person("lee"), ["auditor"])
    await disableOperator(site, "lee")
    await expect(disableOperator(site, "lee")).rejects.toEqual(rejection("OPERATOR_MISSING"))
  })

  it("have a key that can be written in one way only, so that nobody is enrolled twice with it", () => {
    const { spki, privateKey } = person("sam", "P-256")
    const { x = "", y = "" } = privateKey.export({ format: "jwk" })
    const sign = Buffer.from(y, "base64url").at(-1) ?? 0
    const point = Buffer.concat([Buffer.of(2 + (sign & 1)), Buffer.from(x, "base64url")])
    // The same key with its point compressed (RFC 5480 §2.2): header, then BIT STRING of 34 bytes.
    const head = Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex")
    expect(parsePublicKey(spki).ok).toBe(true)
    expect(createPublicKey({ key: Buffer.concat([head, point]), format: "der", type: "spki" }).type).toBe("public")
    expect(parsePublicKey(new Uint8Array(Buffer.concat([head, point]))).ok).toBe(false)
  })

  it("are enrolled once: of two at the same time with one name, or one key, one is refused and nothing breaks", async () => {
    const { site } = await realSite()
    const [a, b] = [person("kim"), person("kim")]
    const outcomes = await Promise.allSettled([enrolPerson(site, a, ["auditor"]), enrolPerson(site, b, ["operator"])])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
    await expect(enrolPerson(site, { ...a, name: "lee" }, ["auditor"])).rejects.toEqual(rejection("OPERATOR_EXISTS"))
    await disableOperator(site, "kim")
    await expect(enrolPerson(site, a, ["auditor"])).rejects.toEqual(rejection("OPERATOR_EXISTS"))
    await enrolPerson(site, person("kim"), ["auditor"])
    expect(unwrap(await site.audit.verify()).n).toBe(4)
  })
})

describe("two administrators who disable each other at the same time", () => {
  it("leave one, and both askings have their record", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stella-duel-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const { world: real } = compose({ STELLA_STATE_DIR: join(folder, "state") })
    const path = join(folder, "site")
    const actor = OWNER_ACTOR
    const run = async (
      operation: OperationName,
      input: Record<string, unknown>,
      world: World,
    ): Promise<OperationEvent> => {
      let last: OperationEvent | undefined
      const { signal } = new AbortController()
      for await (const event of runOperation({ operation, input, actor, site: path }, world, signal)) last = event
      if (last === undefined) throw new Error("no answer")
      return last
    }
    await run("init", { dir: path }, real)
    const site = unwrap(await real.openSite(path))
    onTestFinished(() => site.close())
    // Both handlers look before either commits: a shared site whose commits wait until two are there.
    let waiting = 0
    const both = Promise.withResolvers<undefined>()
    const view = Object.assign(Object.create(site) as typeof site, {
      close: () => Promise.resolve(),
      commit: async (...given: Parameters<typeof site.commit>) => {
        if (given[1].operation === "operator.disable" && ++waiting <= 2) {
          if (waiting === 2) both.resolve(undefined)
          await both.promise
        }
        return site.commit(...given)
      },
    })
    const world: World = { ...real, openSite: () => Promise.resolve(ok(view)) }
    for (const name of ["kim", "ada"]) {
      const pub = join(folder, `${name}.pub`)
      writeFileSync(pub, person(name).spki)
      expect(await run("operator.add", { name, role: ["administrator"], publicKey: pub }, world)).toMatchObject({
        code: null,
      })
    }
    const before = site.audit.head.n
    const answers = await Promise.all(["kim", "ada"].map(name => run("operator.disable", { name }, world)))
    expect(answers.map(answer => (answer.type === "progress" ? "" : answer.code)).sort()).toEqual([
      "LAST_ADMINISTRATOR",
      null,
    ])
    const records = unwrap(await site.audit.list({ after: before, limit: 10 }))
    expect(records.map(({ operation, outcome }) => `${operation} ${outcome}`).sort()).toEqual([
      "operator.disable LAST_ADMINISTRATOR",
      "operator.disable done",
    ])
    expect((await allOperators(site, crypto)).filter(({ disabledAt }) => disabledAt === null)).toHaveLength(1)
  })
})

describe("rows", () => {
  const key = unwrap0(person("kim"))
  const row = printOperator({
    id: "",
    name: "kim",
    roles: ["auditor"],
    key,
    enrolledAt: "2031-04-02T10:00:00Z",
    disabledAt: null,
  })
  const text = Buffer.from(row).toString()

  function unwrap0(who: ReturnType<typeof person>) {
    return { kind: "ed25519", spki: who.spki, raw: who.spki.subarray(-32) } as const
  }

  it("of operators are read as they are printed, and in no other form", () => {
    expect(parseOperator(row, crypto)).toMatchObject({ name: "kim", roles: ["auditor"], disabledAt: null })
    for (const altered of [
      text.replace("kim", "Kim"),
      text.replace("kim", "k"),
      text.replace('["auditor"]', "[]"),
      text.replace('["auditor"]', '["operator","auditor"]'),
      text.replace('["auditor"]', '["auditor","auditor"]'),
      text.replace('["auditor"]', '["owner"]'),
      text.replace("MCow", "MCox"),
      text.replace(/"spki":"[^"]*"/, '"spki":"AAAA="'),
      text.replace("null", "0"),
      text.replace('"v":1', '"v":2'),
      text.replace("{", "{ "),
      text.replace("10:00:00Z", "25:00:00Z"),
    ]) {
      expect(altered).not.toBe(text)
      expect(parseOperator(utf8(altered), crypto), altered).toBeUndefined()
    }
    // RSA keys are no keys of operators.
    const p384 = "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE"
    expect(parseOperator(utf8(text.replace(/"spki":"[^"]*"/, `"spki":"${p384}"`)), crypto)).toBeUndefined()
  })

  it("of sessions are read as they are printed, and in no other form", () => {
    const good = `{"by":"operator-key","endsAt":"2031-04-02T22:00:00Z","operator":"${"a".repeat(64)}","startedAt":"2031-04-02T10:00:00Z","v":1}`
    expect(parseSession("0", utf8(good))).toMatchObject({ by: "operator-key" })
    for (const altered of [
      good.replace("operator-key", "none"),
      good.replace("aaa", "AAA"),
      good.replace(',"v":1', ""),
    ])
      expect(parseSession("0", utf8(altered))).toBeUndefined()
  })

  it("that are damaged, or under another's id, let nobody in", async () => {
    const { site, directory, people, access } = await peopledSite()
    const { token } = await logIn(access, people.kim)
    const rows = (sublevel: string, value: Uint8Array) => ({
      ...site.rows(sublevel),
      get: () => Promise.resolve(value),
      async *entries() {
        yield await Promise.resolve([new Uint8Array(sublevel === "sessions" ? 16 : 32), value] as const)
      },
    })
    for (const [sublevel, value] of [
      ["operators", utf8("{}")],
      ["operators", row],
      ["sessions", utf8("{}")],
    ] as const) {
      const damaged = Object.assign(Object.create(site) as typeof site, {
        rows: (name: string) => (name === sublevel ? rows(name, value) : site.rows(name)),
      })
      const over = await accessTo(damaged, directory, "damaged")
      expect(await over.authenticate(credential(token), START)).toMatchObject(err({ code: "STORE_CORRUPT" }))
      const code = await over.oneTimeCode("kim", START)
      expect(code.ok).toBe(sublevel === "sessions")
    }
  })

  it("cannot be written but by a commit", async () => {
    const { site } = await realSite()
    for (const sublevel of ["operators", "sessions"]) {
      const changes = [{ sublevel, changes: [{ type: "put", key: new Uint8Array(32), value: row }] }] as const
      expect(await site.write(changes, { sync: true })).toMatchObject(err({ code: "INTERNAL" }))
    }
    const nameless = { id: "short", name: "kim", roles: ["auditor"], key, enrolledAt: "", disabledAt: null } as const
    expect(await enrol(site, nameless, crypto)).toMatchObject(err({ code: "INTERNAL" }))
    unwrap(await site.commit([], auditOf()))
  })
})
