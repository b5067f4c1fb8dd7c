/** The help of one command, and the whole manual as Markdown: both from the list of operations and its schemas. */
import { ERRORS } from "../../src/kernel/errors.ts"
import { membersOf, type Member } from "../../ui/contract/input.ts"
import type { Operation, OperationSchemas } from "../../ui/contract/operation.ts"
import { columns, wrap } from "./help.ts"
import { KNOWN, wordsOf } from "./route.ts"

const WIDTH = 100
const ALWAYS = ["INTERNAL", "USAGE", "INPUT_UNREADABLE", "INTERRUPTED"] as const

function argument(member: Member): string {
  const dots = member.many ? "…" : ""
  return member.required ? `<${member.shown}>${dots}` : `[${member.shown}]${dots}`
}

/** The usage line: `stella attest verify [ARTIFACT]… [flags]`. */
function usageLine(operation: Operation, members: readonly Member[]): string {
  const given = members.filter(member => member.positional).map(argument)
  const required = members.filter(member => !member.positional && member.required)
  const flags = required.map(member => `${member.shown} ${member.help.value}`)
  return ["stella", wordsOf(operation), ...given, ...flags, "[flags]"].join(" ")
}

/** What opening a site can end with. */
const OPENING = [
  "STORE_MISSING",
  "STORE_LOCKED",
  "STORE_CORRUPT",
  "STORE_ROLLED_BACK",
  "STORE_TOO_NEW",
  "DISK_FULL",
] as const

type Row = readonly [name: string, says: string]

/** Rows of flags in their groups; the flags of the command line itself come last in the common ones. */
function flagGroups(operation: Operation, members: readonly Member[]): readonly (readonly [string, readonly Row[]])[] {
  const flags = members.filter(member => !member.positional)
  const row = ({ shown, help }: Member): Row => [help.value === "" ? shown : `${shown} ${help.value}`, help.says]
  const own: Row[] = []
  if (operation.site === "required" || operation.site === "optional")
    own.push(["--store DIR", "the site; default: STELLA_STORE"])
  own.push(["--json", operation.answers === "events" ? "answer in JSON lines" : "answer in one JSON document"])
  own.push(["--help", "show this"])
  const pick = (group: string): Row[] => flags.filter(flag => flag.help.group === group).map(row)
  const groups: (readonly [string, readonly Row[]])[] = [
    ["Flags", [...pick("common"), ...own]],
    ["Selection", pick("selection")],
    ["Advanced", pick("advanced")],
  ]
  return groups.filter(([, rows]) => rows.length > 0)
}

function exitRows(operation: Operation): Row[] {
  const opens = operation.site === "required" || operation.site === "optional"
  const all = new Set([...operation.codes, ...ALWAYS, ...(opens ? OPENING : [])])
  const codes = [...all].sort((a, b) => ERRORS[a].exit - ERRORS[b].exit)
  return [
    ["0", "done, and proven where proof was asked"],
    ...codes.map(code => [String(ERRORS[code].exit), code] as const),
  ]
}

/** The page of `stella help COMMAND` and of `--help`: examples first. */
export function commandHelp(operation: Operation, schemas: OperationSchemas): string {
  const members = membersOf(operation, schemas)
  const parts = [
    `stella ${wordsOf(operation)}: ${operation.summary}`,
    "Examples\n" + operation.examples.map(({ command, says }) => `  # ${says}\n  ${command}`).join("\n"),
    `Usage\n  ${usageLine(operation, members)}`,
    wrap(operation.help, WIDTH, ""),
  ]
  const positionals = members.filter(member => member.positional)
  if (positionals.length > 0)
    parts.push(
      "Arguments\n" +
        columns(
          positionals.map(({ shown, help }) => [shown, help.says] as const),
          WIDTH,
        ),
    )
  for (const [title, rows] of flagGroups(operation, members)) parts.push(`${title}\n${columns(rows, WIDTH)}`)
  const exits = exitRows(operation).map(([exit, code]) => [exit.padStart(3), code] as const)
  parts.push(`Exit codes of this command (\`stella help exit-codes\` says what to do)\n${columns(exits, WIDTH)}`)
  return parts.join("\n\n") + "\n"
}

const cell = (text: string): string => text.replaceAll("|", "\\|")

function table(rows: readonly Row[]): string {
  return ["| | |", "| --- | --- |", ...rows.map(([name, says]) => `| \`${cell(name)}\` | ${cell(says)} |`)].join("\n")
}

function section(operation: Operation, schemas: OperationSchemas): string {
  const members = membersOf(operation, schemas)
  const examples = operation.examples.map(({ command, says }) => `# ${says}\n${command}`).join("\n\n")
  const rows: Row[] = members.filter(member => member.positional).map(({ shown, help }) => [shown, help.says] as const)
  rows.push(...flagGroups(operation, members).flatMap(([, flags]) => flags))
  const exits = exitRows(operation).map(([exit, code]) => (exit === "0" ? "0" : `${exit} ${code}`))
  return [
    `## stella ${wordsOf(operation)}`,
    `${operation.summary}.`,
    "<!-- run for its form -->\n\n```sh\n" + examples + "\n```",
    operation.help,
    `Usage: \`${usageLine(operation, members)}\``,
    table(rows),
    `Exit codes: ${exits.join(" · ")}`,
    `Operation \`${operation.name}\`; scopes: ${operation.scopes.join(", ") || "none"}; ${operation.changesState ? "changes the site" : "changes nothing"}; answers with ${operation.answers === "events" ? "JSON lines" : "one document"}.`,
  ].join("\n\n")
}

/** The page of `stella help reference`, which is `docs/reference/cli.md`. */
export async function reference(): Promise<string> {
  const sections = await Promise.all(KNOWN.map(async row => section(row, await row.schemas())))
  return (
    [
      "# The command line",
      "This page is printed by `stella help reference`. Exit statuses are explained in [exit-codes.md](exit-codes.md).",
      ...sections,
    ].join("\n\n") + "\n"
  )
}
