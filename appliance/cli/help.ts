/**
 * `stella help`: what there is, in plain text. It reads only the list of operations and the table of errors, so that
 * it answers before any schema or parser library is loaded; the flags of one command are in `command-help.ts`.
 */
import { ERRORS, type ErrorCode } from "../../src/kernel/errors.ts"
import { KNOWN, wordsOf } from "./route.ts"

/** Breaks a text at spaces so that no line is longer than `width`, and indents every line. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width - indent.length) {
      lines.push(indent + line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, indent + line].join("\n")
}

/** Two columns; the right one is wrapped under itself. */
export function columns(rows: readonly (readonly [string, string])[], width: number): string {
  const left = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows
    .map(([name, says]) => "  " + name.padEnd(left) + wrap(says, width, " ".repeat(left + 2)).trimStart())
    .join("\n")
}

const WIDTH = 100

/** The page of `stella help`. */
export function overview(): string {
  const rows = KNOWN.map(row => [wordsOf(row), row.summary] as const)
  return `stella: verify attestations on machines without a network

Examples
  stella attest inspect app.sigstore.json       what a piece of evidence claims
  stella attest verify app.tar.gz --key k.pub   what is proven about a file
  stella init /srv/stella                       make a site that keeps evidence, logs and an audit chain

Commands
${columns(rows, WIDTH)}

  stella help COMMAND      examples, flags and exit codes of one command
  stella help exit-codes   every exit status and what to do about it
  stella help reference    the whole manual as Markdown
  stella help openapi      the OpenAPI document of the service
  stella help parity       every operation on the command line, over HTTP and in the console
  stella --version

Words for verdicts: proven, failed, unproven. Status 0 means done, and proven where proof was asked.
The result goes to standard output, everything else to standard error; --json makes it one JSON document, or JSON
lines for long work. The site is named by --store DIR or by STELLA_STORE.
`
}

/** Codes in the order of their statuses. */
function sortedCodes(): ErrorCode[] {
  return (Object.keys(ERRORS) as ErrorCode[]).sort((a, b) => ERRORS[a].exit - ERRORS[b].exit)
}

/** The page of `stella help exit-codes`. */
export function exitCodes(): string {
  const rows = sortedCodes().map(
    code => [`${String(ERRORS[code].exit).padStart(3)}  ${code}`, ERRORS[code].hint] as const,
  )
  return `Exit statuses of stella

${columns([["  0", "done, and proven where proof was asked"], ...rows], WIDTH)}

Families: 1 a bug · 2 usage and configuration · 3 done, with findings · 10-19 verification · 20-29 media · 30-39 store
40-49 keys · 50-59 service · 60-69 trust · 130 interrupted. Treat any other status as a failure.
`
}
