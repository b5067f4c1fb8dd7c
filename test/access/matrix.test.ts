/**
 * The authorisation matrix, made from the list of operations: every operation for every role, with a valid identity and
 * with none, an expired, a foreign and a disabled one. What each role may do stands here a second time, by hand, so that
 * a new operation or a changed scope has to be thought about twice.
 */
import { describe, expect, it } from "vitest"
import { mayCall, type Credential } from "../../appliance/access/access.ts"
import type { Result } from "../../src/kernel/result.ts"
import type { Scope } from "../../ui/contract/operation.ts"
import { OPERATIONS, operationOf, type OperationName } from "../../ui/contract/operations.ts"
import { OWNER, printRoles, ROLE_NAMES, scopesOf, type RoleName } from "../../ui/contract/roles.ts"
import { readText } from "../support/tree.ts"
import {
  accessTo,
  after,
  credential,
  disableOperator,
  enrolPerson,
  logIn,
  peopledSite,
  person,
  START,
} from "../support/access.ts"

/** Everybody who is enrolled may do these. */
// prettier-ignore
const READING: readonly OperationName[] = [
  "status", "attest.verify", "attest.inspect", "attest.list", "attest.fetch", "attest.replay", "trust.show", "trust.status",
  "mirror.head", "mirror.prove", "mirror.find", "mirror.fsck", "gap.report", "audit.list", "audit.verify", "operator.key",
  "conformance.verify-bundle",
]
const ONLY: Readonly<Record<RoleName, readonly OperationName[]>> = {
  administrator: ["init", "trust.import", "operator.add", "operator.disable", "operator.list"],
  auditor: ["operator.list"],
  operator: ["attest.import", "mirror.ingest"],
}
/** Operations of the service itself, which is not asked for them. */
const OF_THE_OWNER: readonly string[] = ["serve"]
const names = OPERATIONS.map(row => row.name).filter(name => !OF_THE_OWNER.includes(name))
const codeOf = (result: Result<unknown>): string => (result.ok ? "ok" : result.error.code)

/** Every combination of roles. */
const combinations = [1, 2, 3, 4, 5, 6, 7].map(bits => ROLE_NAMES.filter((_, i) => (bits >> i) & 1))

describe("the table of this test", () => {
  it("knows every operation", () => {
    const known = new Set([...READING, ...Object.values(ONLY).flat()])
    expect(names.filter(name => !known.has(name))).toEqual([])
  })

  it("is what the format page says of the roles", () => {
    const page = readText("docs/formats/session.md")
    for (const name of ROLE_NAMES) {
      const row = page.split("\n").find(line => line.startsWith(`| \`${name}\` `)) ?? ""
      const common: readonly Scope[] = [...scopesOf("auditor")].filter(scope => scope !== "operator.read")
      const own = [...scopesOf(name)].filter(scope => !common.includes(scope))
      expect(
        [...row.matchAll(/`([a-z.]+)`/g)]
          .map(match => match[1])
          .slice(1)
          .sort(),
      ).toEqual(own.sort())
      for (const scope of common) expect(page).toContain(`\`${scope}\``)
    }
  })
})

describe.each(combinations.map(roles => [printRoles(roles), roles] as const))("%s", (role, roles) => {
  it.each(names)("%s", name => {
    const may = READING.includes(name) || roles.some(one => ONLY[one].includes(name))
    const answer = mayCall({ role }, name)
    expect(codeOf(answer)).toBe(may ? "ok" : "FORBIDDEN")
    if (!answer.ok) expect(operationOf(name)?.scopes).toContain(answer.error.detail["scope"])
  })
})

describe("the owner of the files", () => {
  it.each(names)("may %s", name => {
    expect(codeOf(mayCall({ role: OWNER }, name))).toBe("ok")
  })
})

describe.each([
  "",
  "-",
  "king",
  "Administrator",
  "administrator,operator",
  "owner+auditor",
  "__proto__",
  "constructor",
])("the role %j, which there is not", role => {
  it("may do nothing that needs a scope", () => {
    const allowed = names.filter(name => mayCall({ role }, name).ok)
    const without = names.filter(name => operationOf(name)?.scopes.length === 0)
    const auditor = names.filter(name => mayCall({ role: "auditor" }, name).ok)
    expect(allowed).toEqual(role === "owner+auditor" ? auditor : without)
  })
})

describe("an identity", () => {
  it("that is missing, expired, foreign, ended or disabled is refused in every role; a valid one is its operator", async () => {
    const { access, site, directory } = await peopledSite()
    const foreign = await peopledSite("foreign")
    for (const roles of combinations) {
      const name = `op-${printRoles(roles).replaceAll("+", "-")}`
      const [who, gone] = [person(name), person(`${name}-gone`)]
      await enrolPerson(site, who, roles)
      await enrolPerson(site, gone, roles)
      await enrolPerson(foreign.site, who, roles)
      const [valid, ended, disabled] = [await logIn(access, who), await logIn(access, who), await logIn(access, gone)]
      const other = await logIn(foreign.access, who)
      await access.logout(credential(ended.token), START)
      await disableOperator(site, gone.name)
      const identities: Readonly<Record<string, readonly [Credential | undefined, Date, string]>> = {
        none: [undefined, START, "NOT_AUTHENTICATED"],
        expired: [credential(valid.token), after(900), "NOT_AUTHENTICATED"],
        foreign: [credential(other.token), START, "NOT_AUTHENTICATED"],
        ended: [credential(ended.token), START, "NOT_AUTHENTICATED"],
        disabled: [credential(disabled.token), START, "NOT_AUTHENTICATED"],
        valid: [credential(valid.token), START, "ok"],
      }
      for (const [kind, [asked, now, code]] of Object.entries(identities)) {
        // Each under access of its own: an expired token is asked at a later time than the others.
        const answer = await (await accessTo(site, directory, `${name} ${kind}`)).authenticate(asked, now)
        expect(codeOf(answer), `${name} ${kind}`).toBe(code)
        if (answer.ok) expect(answer.value.actor).toMatchObject({ id: who.id, role: printRoles(roles) })
        else expect(answer.error).toMatchObject({ message: "nobody was recognised", detail: {} })
      }
    }
  })
})
