/**
 * Who may do what: the roles that an operator can be enrolled with, and the scopes of each. An operation names the
 * scopes that it needs; somebody may call it when their roles together have all of them. This is the only such table:
 * the service asks it, the console shows it, the tests of authorisation are made from it.
 */
import type { Scope } from "./operation.ts"

/** What a role is for, and what it may do. */
export interface Role {
  readonly says: string
  readonly scopes: readonly Scope[]
}

const READS = ["site.read", "evidence.read", "trust.read", "log.read", "audit.read", "verify"] as const

/**
 * The roles. Whoever enrols operators and chooses what is trusted does not bring in the evidence, and the other way
 * round; a person who does both on a small site is enrolled with both roles.
 */
export const ROLES = {
  administrator: {
    says: "enrols operators and chooses what is trusted",
    scopes: [...READS, "site.create", "trust.write", "operator.read", "operator.write"],
  },
  auditor: {
    says: "reads everything and changes nothing",
    scopes: [...READS, "operator.read"],
  },
  operator: {
    says: "brings in evidence and logs, and verifies",
    scopes: [...READS, "evidence.write", "log.write"],
  },
} as const satisfies Readonly<Record<string, Role>>

/** The name of a role. */
export type RoleName = keyof typeof ROLES

/** The names of all roles, in order. */
export const ROLE_NAMES = Object.keys(ROLES) as [RoleName, ...RoleName[]]

/**
 * The role of whoever owns the files of a site: on the command line it is the operating system that lets them in. Nobody
 * is enrolled with it, and it may do everything, because whoever can write the files can do everything anyway.
 */
export const OWNER = "owner"

const ALL_SCOPES: ReadonlySet<Scope> = new Set(ROLE_NAMES.flatMap((name): readonly Scope[] => ROLES[name].scopes))

/** How several roles are written as one text, as the audit record has them: sorted, with `+` between. */
export function printRoles(roles: readonly RoleName[]): string {
  return [...roles].sort().join("+")
}

/** The scopes of the roles in a text of `printRoles`, or of `owner`. A word that is no role has none. */
export function scopesOf(roles: string): ReadonlySet<Scope> {
  if (roles === OWNER) return ALL_SCOPES
  const known = roles.split("+").filter((name): name is RoleName => Object.hasOwn(ROLES, name))
  return new Set(known.flatMap((name): readonly Scope[] => ROLES[name].scopes))
}
