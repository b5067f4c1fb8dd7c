/**
 * Writes the evidence vectors: `node kit-scripts/vectors/evidence-vectors.ts [folder]`, by default to
 * test/vectors/evidence. A second run writes the same bytes.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { evidenceVectors } from "./evidence/vectors.ts"

const [folder = join(import.meta.dirname, "../../test/vectors/evidence")] = process.argv.slice(2)
mkdirSync(resolve(folder, "roots"), { recursive: true })
const files = evidenceVectors()
for (const [name, text] of files) writeFileSync(join(folder, name), text)
const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0)
console.log(`${files.size} files, ${bytes} bytes`)
