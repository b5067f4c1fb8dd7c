/**
 * The flags of one command, read by yargs with every kind of guessing off: no numbers out of text (`0012` is a serial),
 * no negations, no dots, no abbreviations, no camel case, and no flag twice. The last one would otherwise win in
 * silence, and with it whoever could add to the end of a command line.
 */
import yargs from "yargs"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { checkInput, membersOf, type Member } from "../../ui/contract/input.ts"
import type { Operation, OperationSchemas } from "../../ui/contract/operation.ts"
import { printable } from "./printable.ts"
import { nearest } from "./route.ts"

/** What a command line asks for. */
export interface Command {
  readonly input: Readonly<Record<string, unknown>>
  readonly json: boolean
  /** The site named by `--store`. */
  readonly store: string | undefined
}

const usage = (message: string): StellaError => new StellaError("USAGE", message)

const PARSER = {
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "dot-notation": false,
  "boolean-negation": false,
  "camel-case-expansion": false,
  "short-option-groups": false,
  // Left on, so that a repeated flag becomes a list, which is then refused; off, the last one would win in silence.
  "duplicate-arguments-array": true,
  "greedy-arrays": false,
  "unknown-options-as-args": false,
}

/** Flags of the command line itself, beside the operation's own: `--json`, and `--store` where a site can be named. */
function commonFlags(operation: Operation): Record<string, "boolean" | "string"> {
  return operation.site === "none" || operation.site === "new"
    ? { json: "boolean" }
    : { json: "boolean", store: "string" }
}

/** Booleans carry no value and come once; the parser would take `--json=no` and `--json --json`. */
function refuseBooleanValues(rest: readonly string[], booleans: readonly string[]): StellaError | undefined {
  const seen = new Set<string>()
  const end = rest.indexOf("--")
  for (const word of end < 0 ? rest : rest.slice(0, end)) {
    const flag = booleans.find(name => word === "--" + name || word.startsWith(`--${name}=`))
    if (flag === undefined) continue
    if (word !== "--" + flag) return usage(`--${flag} takes no value`)
    if (seen.has(flag)) return usage(`--${flag} is given more than once`)
    seen.add(flag)
  }
  return undefined
}

/** Positional words to members: one each, the last takes the others when it is a list. */
function takePositionals(words: readonly string[], members: readonly Member[]): Result<Record<string, unknown>> {
  const out: Record<string, unknown> = {}
  let at = 0
  for (const member of members) {
    if (member.many) {
      out[member.name] = words.slice(at)
      at = words.length
    } else if (at < words.length) out[member.name] = words[at++]
  }
  const extra = words[at]
  return extra === undefined ? ok(out) : err(usage(`one argument too many: ${printable(extra)}`))
}

async function parse(
  rest: readonly string[],
  options: Record<string, "boolean" | "string">,
): Promise<Result<Record<string, unknown>>> {
  let failure: string | undefined
  const parser = yargs([])
    .parserConfiguration(PARSER)
    .locale("en")
    .detectLocale(false)
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail((message: string, error: Error | undefined) => {
      failure ??= error?.message ?? message
    })
  for (const [name, type] of Object.entries(options))
    parser.option(name, type === "boolean" ? { type } : { type, requiresArg: true })
  const argv: Record<string, unknown> = await parser.parseAsync([...rest])
  if (failure !== undefined) return err(usage(printable(failure)))
  for (const name of Object.keys(argv)) {
    if (name === "_" || name === "$0" || Object.hasOwn(options, name)) continue
    const near = nearest(name, Object.keys(options))
    const shown = printable((name.length === 1 ? "-" : "--") + name)
    return err(usage(`no such flag: ${shown}${near === undefined ? "" : `; did you mean \`--${near}\`?`}`))
  }
  return ok(argv)
}

/** Reads the words after noun and verb. Every failure is USAGE. */
export async function readCommand(
  operation: Operation,
  schemas: OperationSchemas,
  rest: readonly string[],
): Promise<Result<Command>> {
  const members = membersOf(operation, schemas)
  const flags = members.filter(member => !member.positional)
  const options = commonFlags(operation)
  for (const member of flags) options[member.shown.slice(2)] = member.kind === "boolean" ? "boolean" : "string"
  const booleans = Object.keys(options).filter(name => options[name] === "boolean")
  const refused = refuseBooleanValues(rest, booleans)
  if (refused !== undefined) return err(refused)
  const parsed = await parse(rest, options)
  if (!parsed.ok) return parsed
  const argv = parsed.value
  const words = (argv["_"] as readonly (string | number)[]).map(String)
  const input = takePositionals(
    words,
    members.filter(member => member.positional),
  )
  if (!input.ok) return input
  if (Array.isArray(argv["store"])) return err(usage("--store is given more than once"))
  for (const member of flags) {
    const given = argv[member.shown.slice(2)]
    if (given === undefined) continue
    if (Array.isArray(given) && !member.many) return err(usage(`${member.shown} is given more than once`))
    const value: unknown = member.many && !Array.isArray(given) ? [given] : given
    // A number that is not plainly decimal stays text and is refused by the schema with its own message.
    const number = member.kind === "number" && typeof value === "string" && /^(0|[1-9][0-9]{0,14})$/.test(value)
    input.value[member.name] = number ? Number(value) : value
  }
  const shown = new Map(members.map(member => [member.name, member.shown]))
  const checked = checkInput(schemas, input.value, name => shown.get(name) ?? name)
  if (!checked.ok) return checked
  const store = argv["store"]
  if (store === "") return err(usage("--store must not be empty"))
  return ok({ input: checked.value, json: argv["json"] === true, store: typeof store === "string" ? store : undefined })
}
