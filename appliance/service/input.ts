/** Inputs as they come over HTTP: a JSON body or a query, checked against the operation's own schema. */
import { StellaError } from "../../src/kernel/errors.ts"
import { isObject, readJson, type JsonObject } from "../../src/kernel/json.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { checkInput, membersOf } from "../../ui/contract/input.ts"
import type { Operation } from "../../ui/contract/operation.ts"
import { SERVICE_LIMITS } from "./limits.ts"

const usage = (message: string): { ok: false; error: StellaError } => err(new StellaError("USAGE", message))

/** Reads a body, as strictly as every document: UTF-8, no repeated members, bounded depth. Failures: USAGE. */
export function readBody(bytes: Uint8Array): Result<JsonObject> {
  const read = readJson(bytes, { maxBytes: SERVICE_LIMITS.inputBytes, maxDepth: SERVICE_LIMITS.inputDepth })
  if (!read.ok) return usage(`the body is no acceptable JSON: ${read.error}`)
  return isObject(read.value) ? ok(read.value) : usage("the body is not a JSON object")
}

/** Checks an input. A list that is left out is empty, as on the command line. */
export async function checkedInput(
  operation: Operation,
  given: Readonly<Record<string, unknown>>,
): Promise<Result<Readonly<Record<string, unknown>>>> {
  const schemas = await operation.schemas()
  const lists = membersOf(operation, schemas).filter(member => member.many && member.positional)
  const input: Record<string, unknown> = Object.fromEntries(lists.map(({ name }) => [name, []]))
  return checkInput(schemas, { ...input, ...given })
}

/** The query of an address as texts. */
export function queryOf(text: string): Result<readonly (readonly [name: string, value: string])[]> {
  const pairs: (readonly [string, string])[] = []
  for (const part of text.replaceAll("+", " ").split("&")) {
    if (part === "") continue
    const at = part.indexOf("=")
    try {
      const name = decodeURIComponent(at < 0 ? part : part.slice(0, at))
      pairs.push([name, at < 0 ? "" : decodeURIComponent(part.slice(at + 1))])
    } catch {
      return usage("the query is not percent-encoded UTF-8")
    }
  }
  return ok(pairs)
}

/** A query as the input of an operation. Failures: USAGE. */
export async function inputOfQuery(operation: Operation, text: string): Promise<Result<Record<string, unknown>>> {
  const pairs = queryOf(text)
  if (!pairs.ok) return pairs
  const members = new Map(membersOf(operation, await operation.schemas()).map(member => [member.name, member]))
  const input = new Map<string, unknown>()
  for (const [name, value] of pairs.value) {
    const member = members.get(name)
    if (member === undefined) return usage(`no such parameter: ${name.slice(0, 64)}`)
    const before = input.get(name)
    if (member.many) input.set(name, [...((before as unknown[] | undefined) ?? []), value])
    else if (before !== undefined) return usage(`the parameter ${name} is given more than once`)
    else if (member.kind === "boolean" && value !== "true" && value !== "false")
      return usage(`the parameter ${name} is true or false`)
    else if (member.kind === "boolean") input.set(name, value === "true")
    else if (member.kind === "number") input.set(name, /^(0|[1-9][0-9]{0,14})$/.test(value) ? Number(value) : value)
    else input.set(name, value)
  }
  return ok(Object.fromEntries(input))
}
