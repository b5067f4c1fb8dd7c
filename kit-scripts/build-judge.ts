/**
 * Builds the judge of this tree into one file and keeps it by digest: `kit-scripts/judges/<version>-<H>.mjs`, listed in
 * `kit-scripts/judges/index.json`. While a version is not frozen its file is replaced; once it is, a change of the judge
 * needs a new version.
 *
 *     node kit-scripts/build-judge.ts            build, and replace the file of an unfrozen version
 *     node kit-scripts/build-judge.ts --check    fail when the kept file is not what the tree builds
 *     node kit-scripts/build-judge.ts --freeze   build, and freeze the version by its digest
 */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { build } from "esbuild"

const root = resolve(import.meta.dirname, "..")
const folder = join(import.meta.dirname, "judges")
const indexFile = join(folder, "index.json")

/** One retained judge. */
export interface JudgeRow {
  readonly judgeVersion: string
  readonly file: string
  readonly sha256: string
  readonly frozen: boolean
}

/** The list of retained judges. */
export function retainedJudges(): readonly JudgeRow[] {
  if (!existsSync(indexFile)) return []
  return (JSON.parse(readFileSync(indexFile, "utf8")) as { judges: readonly JudgeRow[] }).judges
}

/** The single file of the tree's judge. Equal sources give equal bytes: nothing of the machine goes into it. */
export async function judgeText(): Promise<string> {
  const result = await build({
    entryPoints: [join(root, "src/judge/retained.ts")],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    charset: "utf8",
    legalComments: "none",
    banner: { js: "// A retained judge of Stella Attestor (Apache-2.0). Generated; kept by digest, never edited." },
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error("the judge built to nothing")
  return file.text
}

/** The row of a judge of this version with this text. */
export function rowOf(judgeVersion: string, text: string, frozen: boolean): JudgeRow {
  const sha256 = createHash("sha256").update(text).digest("hex")
  return { judgeVersion, file: `${judgeVersion}-${sha256}.mjs`, sha256, frozen }
}

async function main(flags: readonly string[]): Promise<void> {
  const { judgeVersion } = await import("../src/judge/retained.ts")
  const text = await judgeText()
  const kept = retainedJudges()
  const old = kept.find(row => row.judgeVersion === judgeVersion)
  const row = rowOf(judgeVersion, text, flags.includes("--freeze") || old?.frozen === true)
  if (old?.sha256 === row.sha256 && old.frozen === row.frozen) return
  if (flags.includes("--check") || old?.frozen === true) {
    throw new Error(
      old?.frozen === true
        ? `judge ${judgeVersion} is frozen: give the changed judge a new version`
        : `judge ${judgeVersion} is not what the tree builds: run node kit-scripts/build-judge.ts`,
    )
  }
  if (old !== undefined) rmSync(join(folder, old.file), { force: true })
  writeFileSync(join(folder, row.file), text)
  const judges = [...kept.filter(r => r.judgeVersion !== judgeVersion), row]
  writeFileSync(indexFile, `${JSON.stringify({ v: 1, judges }, null, 2)}\n`)
}

if (import.meta.main) await main(process.argv.slice(2))
