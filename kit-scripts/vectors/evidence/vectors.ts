/** All evidence vectors and the trusted roots they name, as files. */
import { certificateCases } from "./cases/certificate.ts"
import { checkpointCases } from "./cases/checkpoint.ts"
import { entryCases } from "./cases/entry.ts"
import { formCases } from "./cases/forms.ts"
import { identityCases } from "./cases/identity.ts"
import { jsonTextCases } from "./cases/json-text.ts"
import { keyCases } from "./cases/keys.ts"
import { keyedCases } from "./cases/keyed.ts"
import { listCases } from "./cases/lists.ts"
import { logCases } from "./cases/log.ts"
import { sctCases } from "./cases/sct.ts"
import { siteCases } from "./cases/site.ts"
import { subjectCases } from "./cases/subject.ts"
import { timeCases } from "./cases/time.ts"
import { Others, trustedRoots } from "./roots.ts"
import { vectorOf } from "./vector.ts"
import { World } from "./world.ts"

/** When everything in the vectors was signed: 2026-03-02T10:00:00Z. */
const SIGNED_AT = 1_772_445_600

const print = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`

/** Texts by file name, below the folder of the vectors. */
export function evidenceVectors(): ReadonlyMap<string, string> {
  const world = new World({ seed: "evidence vectors", at: SIGNED_AT })
  const others = new Others(world)
  const cases = [
    ...formCases(world),
    ...jsonTextCases(world),
    ...keyCases(world),
    ...identityCases(),
    ...certificateCases(world, others),
    ...sctCases(world),
    ...entryCases(world),
    ...logCases(world, others),
    ...checkpointCases(world, others),
    ...timeCases(world, others),
    ...subjectCases(),
    ...keyedCases(world),
    ...listCases(world),
    ...siteCases(world),
  ]
  const files = new Map<string, string>()
  for (const [name, root] of Object.entries(trustedRoots(world, others))) files.set(`roots/${name}.json`, print(root))
  const firstWith = new Map<string, string>()
  for (const each of cases) {
    const { evidence, ...vector } = vectorOf(world, each)
    const missing = vector.roots.filter(name => !files.has(`roots/${name}.json`))
    if (missing.length > 0) throw new Error(`${vector.id} names no root: ${missing.join(", ")}`)
    if (files.has(`${vector.id}.json`)) throw new Error(`two vectors are called ${vector.id}`)
    const document = JSON.stringify(evidence)
    const first = firstWith.get(document)
    if (evidence !== undefined && first === undefined) firstWith.set(document, vector.id)
    const own = evidence === undefined ? {} : first === undefined ? { evidence } : { evidenceOf: first }
    files.set(`${vector.id}.json`, print({ ...vector, ...own }))
  }
  return files
}
