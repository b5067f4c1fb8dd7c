/** A small site with something of everything, and a reader that asks it for all of that and judges each answer. */
import { join } from "node:path"
import { fsckStore, type FsckDamage } from "../../appliance/store/fsck.ts"
import { initSite, openSite, type Site, type SitePorts } from "../../appliance/store/site.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap, type Result } from "../../src/kernel/result.ts"
import { auditOf, evidenceOf, importEvidence, NOW, reportOf, sha256 } from "./evidence.ts"

const EVIDENCE = 8
const isHead = (key: Uint8Array) => key[0] === 0x68
const put = (key: string, value: string) => ({ type: "put" as const, key: utf8(key), value: utf8(value) })

/** Makes the site and closes it. */
export async function makeFullSite(directory: string, ports: SitePorts): Promise<void> {
  const site = unwrap(await initSite(directory, ports, auditOf("init")))
  await importEvidence(
    site,
    Array.from({ length: EVIDENCE }, (_, n) => evidenceOf(n)),
  )
  const reports = unwrap(await site.reports.stage([reportOf(1), reportOf(2)]))
  unwrap(await site.commit(reports.changes, auditOf("attest.verify")))
  for (const version of ["one", "two"]) {
    const staged = unwrap(await site.generations.stage("trust", "root", utf8(version), NOW))
    unwrap(await site.commit(staged.changes, auditOf("trust.import")))
  }
  const stage = site.stage("log-1", isHead)
  await stage.rows.batch([put("t", "tile"), put("h", "head")], { sync: true })
  unwrap(await site.commit([stage.changes()], auditOf("mirror.ingest")))
  await site.facts.put([{ key: "f".repeat(64), facts: utf8("facts") }])
  await site.close()
}

/** Questions with their right answers, as canonical JSON. */
const QUESTIONS: readonly (readonly [name: string, ask: (site: Site) => Promise<unknown>])[] = [
  ["identities", async site => [site.commitNumber, site.storeId, site.siteId, site.epoch.n, site.epoch.id]],
  ...Array.from({ length: EVIDENCE + 2 }, (_, n) => {
    const ask = async (site: Site) => answer(await site.evidence.get(sha256(evidenceOf(n).bytes)))
    return [`evidence ${n}`, ask] as const
  }),
  ["all evidence", async site => answer(await site.evidence.list({ limit: 100 }))],
  [
    "evidence by subject",
    async site => answer(await site.evidence.bySubject(`sha256:${"1".repeat(64)}`, { limit: 9 })),
  ],
  ["evidence of nobody", async site => answer(await site.evidence.bySubject(`sha256:${"9".repeat(64)}`, { limit: 9 }))],
  ...[1, 2, 3].map(n => {
    const ask = async (site: Site) => answer(await site.reports.get(sha256(reportOf(n).report)))
    return [`report ${n}`, ask] as const
  }),
  ["all reports", async site => answer(await site.reports.list({ limit: 9 }))],
  ["reports by artifact", async site => answer(await site.reports.byArtifact("1".repeat(64), { limit: 9 }))],
  ["active root", async site => answer(await site.generations.active("trust", "root"))],
  ["history of roots", async site => answer(await site.generations.history("trust", "root"))],
  ["active policy", async site => answer(await site.generations.active("policy", "none"))],
  ["log head", async site => site.rows("log-1").get(utf8("h"))],
  ["other log head", async site => site.rows("log-2").get(utf8("h"))],
  ["audit records", async site => answer(await site.audit.list({ limit: 100 }))],
  ["audit chain", async site => answer(await site.audit.verify())],
]

function answer(result: Result<unknown>): unknown {
  if (result.ok) return result.value
  if (result.error.code === "EVIDENCE_MISSING") return "EVIDENCE_MISSING"
  throw result.error
}

function text(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value ?? null)))
}

/** The answers of an intact site. */
export async function rightAnswers(directory: string, ports: SitePorts): Promise<ReadonlyMap<string, string>> {
  await using site = unwrap(await openSite(directory, ports))
  const answers = new Map<string, string>()
  for (const [name, ask] of QUESTIONS) answers.set(name, text(await ask(site)))
  return answers
}

/** Codes by which a store may refuse an answer. */
const REFUSALS: ReadonlySet<string> = new Set(["STORE_CORRUPT", "STORE_ROLLED_BACK", "AUDIT_BROKEN"])

/** What came of asking everything: names of wrong answers, of refusals, and what fsck finds. */
export interface Examination {
  readonly wrong: readonly string[]
  readonly refused: readonly string[]
  readonly damage: readonly FsckDamage[]
}

function refusal(error: unknown, name: string): string {
  if (error instanceof StellaError && REFUSALS.has(error.code)) return `${name}: ${error.code}`
  throw error
}

/** Asks a site, which may be damaged, all questions and then runs fsck. */
export async function examine(
  directory: string,
  ports: SitePorts,
  right: ReadonlyMap<string, string>,
): Promise<Examination> {
  const wrong: string[] = []
  const refused: string[] = []
  const opened = await openSite(directory, ports)
  if (!opened.ok) refused.push(refusal(opened.error, "open"))
  else {
    await using site = opened.value
    for (const [name, ask] of QUESTIONS) {
      try {
        const given = text(await ask(site))
        if (given !== right.get(name)) wrong.push(`${name}: ${given}`)
      } catch (error) {
        refused.push(refusal(error, name))
      }
    }
    const facts = await site.facts.get("f".repeat(64))
    if (facts !== undefined && text(facts) !== text(utf8("facts"))) wrong.push("facts")
  }
  const damage: FsckDamage[] = []
  for await (const event of fsckStore(directory, ports)) if (event.type === "damage") damage.push(event)
  return { wrong, refused, damage }
}

/** The database's folder. */
export function databaseFolder(directory: string): string {
  return join(directory, "db")
}
