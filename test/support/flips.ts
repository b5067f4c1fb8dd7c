/**
 * A mirror with a flipped byte, asked everything: what came of it. Damage can make LevelDB end the whole process (its own
 * assertions), so this is done in processes of their own: `test/mirror/programs/flip.ts`.
 */
import { cp, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fsckStore } from "../../appliance/store/fsck.ts"
import { initSite, openSite, type Site, type SitePorts } from "../../appliance/store/site.ts"
import { readCheckpoints } from "../../mirror/checkpoint-rows.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { isSuperfluous } from "../../mirror/index/ingest-index.ts"
import { proveEntry, proveGrowth } from "../../mirror/prove.ts"
import { readRanges } from "../../mirror/range-rows.ts"
import { isCommittedRow, logSublevel, parseKey } from "../../mirror/rows.ts"
import { fromHex, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { KeyValue } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { auditOf, sha256 } from "./evidence.ts"
import { collect, fsckAll, GENERATED, generatedLog, ingestAll, readerOf } from "./mirror.ts"

const crypto = nodeCrypto()

const rowsOf = (site: Site): KeyValue => site.stage(logSublevel(sha256(utf8(GENERATED))), isCommittedRow).rows

/** Everything that is asked, each as text. */
const QUESTIONS: readonly (readonly [name: string, ask: (rows: KeyValue) => Promise<unknown>])[] = [
  ["head", rows => readerOf(rows).head()],
  ["checkpoint", rows => readerOf(rows).checkpoint()],
  ["checkpoints", rows => collect(readCheckpoints({ rows, crypto }))],
  ["ranges", rows => readRanges({ rows, crypto })],
  ...[0n, 255n, 256n, 300n, 510n].map(
    index => [`entry ${index}`, async (rows: KeyValue) => unwrap(await proveEntry(readerOf(rows), { index }))] as const,
  ),
  ...[1n, 256n, 257n, 500n].map(
    from => [`growth ${from}`, async (rows: KeyValue) => unwrap(await proveGrowth(readerOf(rows), from))] as const,
  ),
  ["entries 0", rows => readerOf(rows).entries(0n, 256)],
  ["entries 1", rows => readerOf(rows).entries(1n, 255)],
  ["lookups", rows => lookups(rows)],
]

/** Indexes of the leaves that are looked up by their hash. */
const LOOKED_UP = [0n, 300n, 510n]
let known: readonly Uint8Array[] = []

/** Where leaves are, by their hash; the last is in no log. */
async function lookups(rows: KeyValue): Promise<(bigint | undefined)[]> {
  const reader = readerOf(rows)
  const found: (bigint | undefined)[] = []
  for (const leaf of [...known, new Uint8Array(32).fill(7)]) found.push(await reader.indexOf(leaf))
  return found
}

function text(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return part.toString()
    return part instanceof Uint8Array ? toHex(part) : part
  })
}

/**
 * One digest of all rows that the mirror's part of the database gives, but those that wait to be swept: the index of the
 * smaller tree, which nothing names any more, may lose a row without loss.
 */
async function contentOf(rows: KeyValue): Promise<string> {
  const parts: string[] = []
  for await (const [key, value] of rows.entries({})) {
    const parsed = parseKey(key)
    if (parsed?.kind !== "index" || !isSuperfluous(parsed.chunk, parsed.count, 511n))
      parts.push(toHex(key), toHex(value))
  }
  return sha256(utf8(parts.join(" ")))
}

const REFUSALS: ReadonlySet<string> = new Set(["STORE_CORRUPT", "STORE_ROLLED_BACK", "AUDIT_BROKEN"])

function refusal(error: unknown): string {
  if (error instanceof StellaError && REFUSALS.has(error.code)) return error.code
  throw error
}

/** A site as it was before any flip: where it is, the right answers, and a digest of its rows. */
export interface Form {
  readonly directory: string
  readonly right: readonly string[]
  readonly content: string
}

/** What a process that examines flips is told. */
export interface FlipWork {
  readonly parent: string
  readonly forms: readonly Form[]
  /** The leaves that are looked up, in hex. */
  readonly known: readonly string[]
  readonly plan: readonly Flip[]
}

/** One byte to flip; `form` is an index into the forms. */
export interface Flip {
  readonly form: number
  readonly name: string
  readonly position: number
}

/** Answers of an intact site, in the order of the questions. */
async function formOf(directory: string, ports: SitePorts): Promise<Form> {
  await using site = unwrap(await openSite(directory, ports))
  const rows = rowsOf(site)
  const right: string[] = []
  for (const [, ask] of QUESTIONS) right.push(text(await ask(rows)))
  return { directory, right, content: await contentOf(rows) }
}

/**
 * Makes the site, closes it, and gives it in two forms: with its rows in LevelDB's log, as it was closed, and in a table,
 * which opening makes of that.
 */
export async function makeForms(parent: string, ports: SitePorts): Promise<Pick<FlipWork, "forms" | "known">> {
  const made = join(parent, "made")
  const site = unwrap(await initSite(made, ports, auditOf("init")))
  for (const size of [257, 511]) {
    const stage = site.stage(logSublevel(sha256(utf8(GENERATED))), isCommittedRow)
    await ingestAll(stage.rows, generatedLog(size))
    unwrap(await site.commit([stage.changes()], auditOf("mirror.ingest")))
  }
  const reader = readerOf(rowsOf(site))
  known = await Promise.all(LOOKED_UP.map(async index => (await reader.leaf(index)) as Uint8Array))
  await site.close()
  const forms: Form[] = []
  for (const name of ["log", "table"]) {
    const directory = join(parent, name)
    await cp(made, directory, { recursive: true })
    if (name === "table") await unwrap(await openSite(directory, ports)).close()
    const asked = join(parent, "asked")
    await cp(directory, asked, { recursive: true })
    forms.push({ ...(await formOf(asked, ports)), directory })
    await rm(asked, { recursive: true })
  }
  return { forms, known: known.map(toHex) }
}

/** What came of one flip. */
export interface Examined {
  /** Questions that were answered differently. */
  readonly wrong: readonly string[]
  readonly isRefused: boolean
  /** True when the database gives other rows than before. */
  readonly isChanged: boolean
  /** Findings of fsck. */
  readonly damage: number
}

/** Flips a byte in a copy of the site, asks everything, and then runs fsck. */
export async function examineFlip(
  form: Form,
  { name, position }: Flip,
  work: string,
  ports: SitePorts,
): Promise<Examined> {
  await rm(work, { recursive: true, force: true })
  await cp(form.directory, work, { recursive: true })
  const path = join(work, "db", name)
  const bytes = await readFile(path)
  bytes[position] = (bytes[position] ?? 0) ^ (1 << (position % 8))
  await writeFile(path, bytes)
  const wrong: string[] = []
  let isRefused = false
  let isChanged = false
  let damage = 0
  const opened = await openSite(work, ports)
  if (opened.ok) {
    await using site = opened.value
    const rows = rowsOf(site)
    for (const [i, [question, ask]] of QUESTIONS.entries()) {
      try {
        if (text(await ask(rows)) !== form.right[i]) wrong.push(question)
      } catch (error) {
        refusal(error)
        isRefused = true
      }
    }
    try {
      isChanged = (await contentOf(rows)) !== form.content
      const { damage: named, done } = await fsckAll(rows)
      // The key of a version that was overwritten can come up as a row of its own, beyond the head: it is counted there.
      damage += named.length + done.pending
    } catch (error) {
      refusal(error)
      damage++
    }
  } else {
    refusal(opened.error)
    isRefused = true
  }
  for await (const event of fsckStore(work, ports)) if (event.type === "damage") damage++
  return { wrong, isRefused, isChanged, damage }
}

/** Takes the leaves to look up from whoever made the forms. */
export function lookUp(leaves: readonly string[]): void {
  known = leaves.map(leaf => fromHex(leaf) as Uint8Array)
}
