/** `mirror find`: the entries of a mirrored log that say what is asked for, each confirmed by its own bytes. */
import { fromHex, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { findEntries, notSearched, type FindQuery } from "../../mirror/index/find.ts"
import type { Term, TermKind } from "../../mirror/index/terms.ts"
import { readRanges } from "../../mirror/range-rows.ts"
import type { Find } from "../../ui/contract/operations/mirror.ts"
import type { SiteContext, StreamHandler } from "./context.ts"
import { requireLog } from "./site-logs.ts"

type Input = Find["input"]

/** Which term each flag asks for. What an entry has signed is an artifact or an envelope's PAE; it does not say which. */
const ASKED = {
  artifact: "digest",
  pae: "digest",
  payload: "payload",
  identity: "identity",
  issuer: "issuer",
  keySha256: "key",
} as const satisfies Partial<Record<keyof Input, TermKind>>

function queryOf(input: Input): FindQuery {
  const terms = (Object.keys(ASKED) as (keyof typeof ASKED)[]).flatMap((flag): Term[] => {
    const value = input[flag]
    return value === undefined ? [] : [{ kind: ASKED[flag], value }]
  })
  const leaf = input.leaf === undefined ? undefined : fromHex(input.leaf)
  if (terms.length === 0 && leaf === undefined) {
    const flags = "--artifact, --pae, --payload, --identity, --issuer, --key-sha256 and --leaf"
    throw new StellaError("USAGE", `say what to find: one or more of ${flags}`)
  }
  return { terms, leaf, from: input.after === undefined ? 0n : BigInt(input.after) + 1n }
}

/** A word of a command line as a POSIX shell takes it. */
function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

export const mirrorFind: StreamHandler<Input, Find["output"], SiteContext> = async function* (input, context) {
  const { site, crypto, signal } = context
  const query = queryOf(input)
  const { head, stage, reader } = await requireLog(site, input.origin, crypto)
  const { origin } = head
  const index = { rows: stage.rows, crypto }
  const gaps = await notSearched(index, query, head.size, await readRanges(index))
  let total = 0
  let last: string | undefined
  let more = false
  for await (const entry of findEntries(index, reader, query, signal)) {
    if (total === input.limit) {
      more = true
      break
    }
    total++
    last = entry.index.toString()
    yield {
      v: 1,
      type: "result",
      code: null,
      message: null,
      origin,
      index: last,
      leaf: toHex(entry.leaf),
      kind: entry.kind ?? null,
      matched: [...query.terms],
      prove: `stella mirror prove ${shellWord(origin)} --index ${last}`,
    }
  }
  yield {
    v: 1,
    type: "summary",
    code: null,
    message: null,
    total,
    next: more && last !== undefined ? last : null,
    size: head.size.toString(),
    notSearched: gaps.map(({ start, end, reason }) => ({ from: start.toString(), to: end.toString(), reason })),
  }
}
