/** Reading inputs: how the members of an input schema look as flags, and the strict check of an input. */
import type * as z from "zod"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { fieldHelp, type FieldHelp } from "./fields.ts"
import type { Operation, OperationSchemas } from "./operation.ts"

/** One member of an operation's input. */
export interface Member {
  /** Its name in the input: `trustedRoot`. */
  readonly name: string
  /** Its name on the command line: `--trusted-root`, or its placeholder when it is given by position. */
  readonly shown: string
  readonly kind: "text" | "number" | "boolean"
  readonly many: boolean
  readonly required: boolean
  readonly positional: boolean
  /** Whether its texts can name files. */
  readonly path: boolean
  readonly help: FieldHelp
}

/** Placeholders of values that are the names of files, or can be. */
const NAMES_FILES: ReadonlySet<string> = new Set(["FILE", "DIR", "ARTIFACT", "EVIDENCE", "FILE_OR_DIGEST", "SOURCE"])

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => "-" + letter.toLowerCase())
}

function inner(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod
  return def.type === "optional" ? inner((schema as z.core.$ZodOptional)._zod.def.innerType) : schema
}

/** The members of an operation's input, positionals first and in their order. */
export function membersOf(operation: Operation, schemas: OperationSchemas): Member[] {
  const shape = schemas.input.shape
  const names = Object.keys(shape)
  const flags = names.filter(name => !operation.positionals.includes(name))
  return [...operation.positionals, ...flags].map(name => {
    const schema = shape[name] as z.ZodType | undefined
    const help = schema === undefined ? undefined : fieldHelp(schema)
    if (schema === undefined || help === undefined)
      throw new StellaError("INTERNAL", `${operation.name}: the input member ${name} has no schema or no help`)
    const bare = inner(schema)
    const type = bare._zod.def.type
    const positional = operation.positionals.includes(name)
    return {
      name,
      shown: positional ? help.value : "--" + kebab(name),
      kind: type === "boolean" ? "boolean" : type === "number" || type === "int" ? "number" : "text",
      many: type === "array",
      required: bare === schema && type !== "array",
      positional,
      path: NAMES_FILES.has(help.value),
      help,
    }
  })
}

/**
 * Checks an input against its schema. `named` says how a member is called where the input came from, so that the
 * message speaks the user's language: a flag on the command line, a member of a document elsewhere.
 */
export function checkInput(
  schemas: OperationSchemas,
  input: unknown,
  named: (member: string) => string = member => member,
): Result<Readonly<Record<string, unknown>>> {
  return checkMembers(schemas.input, input, named)
}

/** Checks members against any schema of an object, and says what is wrong as `checkInput` does. */
export function checkMembers<T extends z.ZodObject>(
  schema: T,
  input: unknown,
  named: (member: string) => string = member => member,
): Result<z.output<T>> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return ok(parsed.data)
  const says = parsed.error.issues.map(issue => {
    const member = typeof issue.path[0] === "string" ? named(issue.path[0]) : "input"
    const missing = issue.code === "invalid_type" && issue.input === undefined && issue.message.endsWith("undefined")
    return `${member} ${missing ? "is missing" : issue.message}`
  })
  return err(new StellaError("USAGE", says.join("; ")))
}
