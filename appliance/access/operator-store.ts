/**
 * The operators of a site: who is enrolled, and the changes that enrol and disable. What must hold of all of them
 * together (a name is held by one enabled operator, a key is enrolled once, an administrator is left) is looked at when
 * the commit's turn has come, so that two requests at the same time cannot both be right.
 */
import { printInstant } from "../../src/formats/instant.ts"
import { fromHex, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"
import { attempt } from "../store/attempt.ts"
import { damagedRow } from "../store/committed-rows.ts"
import type { ReadableRows, SublevelChanges } from "../store/database.ts"
import { OPERATOR_SUBLEVEL, parseOperator, printOperator, type Operator } from "./operator-row.ts"

/** The part of a site that operators are read from. */
export interface OperatorSite {
  rows(sublevel: string): ReadableRows
}

function keyOf(id: string): Uint8Array {
  const key = fromHex(id)
  if (key?.length === 32) return key
  throw new StellaError("INTERNAL", "an operator is named by 64 hexadecimal digits")
}

function read(key: Uint8Array, value: Uint8Array, crypto: Pick<Crypto, "hash">): Operator {
  const operator = parseOperator(value, crypto)
  if (operator?.id !== toHex(key)) throw damagedRow(OPERATOR_SUBLEVEL, key, "cannot be read")
  return operator
}

/** The operator of an id, or undefined. @throws StellaError STORE_CORRUPT */
export async function operatorById(
  site: OperatorSite,
  id: string,
  crypto: Pick<Crypto, "hash">,
): Promise<Operator | undefined> {
  const key = keyOf(id)
  const value = await site.rows(OPERATOR_SUBLEVEL).get(key)
  return value === undefined ? undefined : read(key, value, crypto)
}

/** Every operator, disabled ones too, by name and then by the time of enrolment. @throws StellaError STORE_CORRUPT */
export async function allOperators(site: OperatorSite, crypto: Pick<Crypto, "hash">): Promise<readonly Operator[]> {
  const found: Operator[] = []
  for await (const [key, value] of site.rows(OPERATOR_SUBLEVEL).entries({})) found.push(read(key, value, crypto))
  const order = (a: Operator): string => `${a.name} ${a.enrolledAt} ${a.id}`
  return found.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** The enabled operator of a name, or undefined: no two have the same. @throws StellaError STORE_CORRUPT */
export async function enabledOperator(
  site: OperatorSite,
  name: string,
  crypto: Pick<Crypto, "hash">,
): Promise<Operator | undefined> {
  return (await allOperators(site, crypto)).find(operator => operator.name === name && operator.disabledAt === null)
}

function put(operator: Operator): SublevelChanges {
  const change = { type: "put", key: keyOf(operator.id), value: printOperator(operator) } as const
  return { sublevel: OPERATOR_SUBLEVEL, changes: [change] }
}

/** Whole seconds of an instant, as documents write them. */
export function wholeSeconds(at: Date): string {
  return printInstant(Math.floor(at.getTime() / 1000))
}

/** The changes that enrol an operator. Fails with OPERATOR_EXISTS, STORE_CORRUPT. */
export function enrol(
  site: OperatorSite,
  operator: Operator,
  crypto: Pick<Crypto, "hash">,
): Promise<Result<readonly SublevelChanges[]>> {
  return attempt(async () => {
    const { id, name } = operator
    for (const other of await allOperators(site, crypto)) {
      if (other.id === id)
        throw new StellaError("OPERATOR_EXISTS", `this key is enrolled already, for ${other.name}`, {
          name: other.name,
        })
      if (other.name === name && other.disabledAt === null)
        throw new StellaError("OPERATOR_EXISTS", `an operator named ${name} is enrolled already`, { name })
    }
    return [put(operator)]
  })
}

/** Finds the enabled operator of a name and says whether they may be disabled. @throws StellaError as `disable` */
export async function mayDisable(site: OperatorSite, name: string, crypto: Pick<Crypto, "hash">): Promise<Operator> {
  const enabled = (await allOperators(site, crypto)).filter(operator => operator.disabledAt === null)
  const operator = enabled.find(one => one.name === name)
  if (operator === undefined)
    throw new StellaError("OPERATOR_MISSING", `no operator named ${name} is enabled`, { name })
  const administrators = enabled.filter(one => one.roles.includes("administrator"))
  if (administrators.length === 1 && administrators[0] === operator)
    throw new StellaError("LAST_ADMINISTRATOR", `${name} is the only administrator that is enabled`, { name })
  return operator
}

/** The changes that disable an operator. Fails with OPERATOR_MISSING, LAST_ADMINISTRATOR, STORE_CORRUPT. */
export function disable(
  site: OperatorSite,
  name: string,
  at: Date,
  crypto: Pick<Crypto, "hash">,
): Promise<Result<readonly SublevelChanges[]>> {
  return attempt(async () => [put({ ...(await mayDisable(site, name, crypto)), disabledAt: wholeSeconds(at) })])
}
