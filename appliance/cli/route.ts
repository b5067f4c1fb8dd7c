/** From the first words of a command line to the operation they name. */
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Operation } from "../../ui/contract/operation.ts"
import { COMMANDS, type CommandName } from "../../ui/contract/commands.ts"
import { OPERATIONS, type OperationName } from "../../ui/contract/operations.ts"
import { printable } from "./printable.ts"

/** The operation, and what was written after its noun and verb. */
export interface Route {
  readonly operation: Operation & { readonly name: OperationName | CommandName }
  readonly rest: readonly string[]
}

/** Everything that the command line knows: the operations, then the commands that are none. */
export const KNOWN: readonly Route["operation"][] = [...OPERATIONS, ...COMMANDS]

/** How an operation is called on the command line: `attest verify`. */
export function wordsOf(operation: Pick<Operation, "name">): string {
  return operation.name.replace(".", " ")
}

/** Edits (insert, delete, replace) that turn one word into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The nearest known word, when it is near enough to be a slip of the hand. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 40) return undefined
  const ranked = known.map(k => ({ k, d: distance(word, k) })).sort((x, y) => x.d - y.d)
  const best = ranked[0]
  return best !== undefined && best.d <= Math.max(1, Math.floor(word.length / 3)) ? best.k : undefined
}

function unknown(word: string, known: readonly string[], what: string): StellaError {
  const near = nearest(word, known)
  const meant = near === undefined ? "" : `; did you mean \`${near}\`?`
  return new StellaError("USAGE", `no such ${what}: ${printable(word)}${meant}`)
}

/** Finds the operation of a command line. The failure is USAGE and names the nearest known word. */
export function route(argv: readonly string[]): Result<Route> {
  const [noun, verb] = argv
  if (noun === undefined) return err(new StellaError("USAGE", "no command given"))
  if (noun.startsWith("-"))
    return err(new StellaError("USAGE", `flags come after the command; ${printable(noun)} came before it`))
  const alone = KNOWN.find(row => row.name === noun)
  if (alone !== undefined) return ok({ operation: alone, rest: argv.slice(1) })
  const siblings = KNOWN.filter(row => row.name.startsWith(noun + "."))
  if (siblings.length === 0) {
    const nouns = [...new Set(KNOWN.map(row => row.name.split(".")[0] ?? ""))]
    return err(unknown(noun, [...nouns, "help"], "command"))
  }
  const verbs = siblings.map(row => row.name.slice(noun.length + 1))
  if (verb === undefined || verb.startsWith("-"))
    return err(new StellaError("USAGE", `\`stella ${noun}\` needs one of: ${verbs.join(", ")}`))
  const found = siblings.find(row => row.name === `${noun}.${verb}`)
  return found === undefined
    ? err(unknown(verb, verbs, `verb of ${noun}`))
    : ok({ operation: found, rest: argv.slice(2) })
}
