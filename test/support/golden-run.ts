/**
 * Prints the golden digests as this process computes them: a test runs it under other time zones and locales. With
 * `--write` it writes test/vectors/golden/reports.json, which is right only while the judge's version is not frozen.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { JUDGE_VERSION } from "../../src/judge/judge.ts"
import { goldenReports } from "./golden.ts"

const reports = await goldenReports(nodeCrypto())
if (process.argv.includes("--write")) {
  const folder = join(import.meta.dirname, "../vectors/golden")
  mkdirSync(folder, { recursive: true })
  const text = `${JSON.stringify({ v: 1, judgeVersion: JUDGE_VERSION, reports }, null, 1)}\n`
  writeFileSync(join(folder, "reports.json"), text)
} else process.stdout.write(JSON.stringify(reports))
