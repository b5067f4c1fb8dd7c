/** Schemas of `audit list|verify`. */
import * as z from "zod"
import { failure, result, type Types } from "../events.ts"
import { count, field, instant, sha256, text } from "../fields.ts"
import { pageEnd, pageFlags } from "../paging.ts"
import { actor } from "../service.ts"

/** The number of a record, from 1. */
const number = count(1, Number.MAX_SAFE_INTEGER)

/** A record as it is kept (docs/formats/store.md), with the digest that the next one names. */
const record = z.strictObject({
  n: z.int(),
  at: z.string(),
  actor,
  operation: z.string(),
  outcome: z.string(),
  input: sha256,
  output: sha256,
  prev: sha256,
  sha256,
})

export const list = {
  input: z.strictObject({
    actor: field(
      "NAME",
      "only what this one asked for, by name as it stands in the record",
      text.optional(),
      "selection",
    ),
    operation: field(
      "NAME",
      "only this operation, such as attest.import, or session.start for logging in",
      text.optional(),
      "selection",
    ),
    outcome: field("CODE", "only what ended so: done, or a code", text.optional(), "selection"),
    since: field("TIME", "only from this time on", instant.optional(), "selection"),
    until: field("TIME", "only before this time", instant.optional(), "selection"),
    ...pageFlags("records", "record", "N", number),
  }),
  output: z.union([result({ record }), pageEnd(z.int()), failure]),
}

export const verify = {
  input: z.strictObject({}),
  output: z.union([result({ records: z.int(), head: sha256 }), failure]),
}

export type List = Types<typeof list>
export type Verify = Types<typeof verify>
/** An audit record as it is shown. */
export type ShownRecord = z.output<typeof record>
