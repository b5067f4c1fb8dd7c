/**
 * What a body says that it is: `Content-Type`, read by the platform's own parser of media types. Three kinds are taken, each
 * with the parameters that belong to it; anything else in the header would be ignored by somebody, and is refused.
 *
 * ```
 * application/json; charset=UTF-8 -> json        application/json; charset=utf-16 -> refused
 * ```
 */
import { MIMEType } from "node:util"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { TYPES } from "../../ui/contract/routes.ts"

/** The kinds of bodies that are taken. */
export type BodyKind = "json" | "form" | "conversation"

const KINDS: ReadonlyMap<string, BodyKind> = new Map([
  [TYPES.json, "json"],
  [TYPES.form, "form"],
  [TYPES.conversation, "conversation"],
])

/** Whether a parameter belongs to a kind. */
const PARAMETERS: Readonly<Record<BodyKind, (name: string, value: string) => boolean>> = {
  json: (name, value) => name === "charset" && value.toLowerCase() === "utf-8",
  form: name => name === "boundary",
  conversation: () => false,
}

/** The kind of a body; undefined without a header. Failure: BODY_TYPE_REFUSED. */
export function bodyKind(header: string | undefined): Result<BodyKind | undefined> {
  const refuse = (what: string, cause?: unknown): { ok: false; error: StellaError } =>
    err(new StellaError("BODY_TYPE_REFUSED", what, {}, cause))
  if (header === undefined) return ok(undefined)
  let type: MIMEType
  try {
    type = new MIMEType(header)
  } catch (error) {
    return refuse("this is no media type", error)
  }
  const kind = KINDS.get(type.essence)
  if (kind === undefined) return refuse("this media type is not taken here")
  for (const [name, value] of type.params)
    if (!PARAMETERS[kind](name, value)) return refuse(`${type.essence} has no parameter ${name} here, or not this one`)
  return ok(kind)
}
