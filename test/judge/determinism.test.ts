/**
 * Equal closures give byte-equal Reports: on repeat, under either crypto provider, and in other processes with another
 * time zone and locale; and the digests are the golden ones that gate a change of the judge.
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { portableCrypto } from "../../mirror/crypto/portable.ts"
import { JUDGE_VERSION } from "../../src/judge/judge.ts"
import { goldenReports, type GoldenReport } from "../support/golden.ts"

const file = new URL("../vectors/golden/reports.json", import.meta.url)
const { judgeVersion, reports } = JSON.parse(readFileSync(file, "utf8")) as {
  judgeVersion: string
  reports: readonly GoldenReport[]
}
const crypto = nodeCrypto()
const ids = reports.map(r => r.id)

test("the golden digests are of this version and enough to mean something", () => {
  expect(judgeVersion).toBe(JUDGE_VERSION)
  expect(reports.length).toBeGreaterThan(40)
})

test("the judge gives the golden digests, twice", async () => {
  expect(await goldenReports(crypto)).toEqual(reports)
  expect(await goldenReports(crypto, ids.toReversed())).toEqual(reports.toReversed())
})

test("the portable provider gives the same Reports", async () => {
  expect(await goldenReports(portableCrypto())).toEqual(reports)
})

test.each([
  ["Pacific/Kiritimati", "de_DE.UTF-8"],
  ["America/St_Johns", "tr_TR.UTF-8"],
  ["Asia/Kathmandu", "C"],
])("another process in %s with %s gives the same Reports", (TZ, locale) => {
  const program = new URL("../support/golden-run.ts", import.meta.url).pathname
  const env = { ...process.env, TZ, LANG: locale, LC_ALL: locale }
  const child = spawnSync(process.execPath, [program], { encoding: "utf8", env })
  expect(child.status, child.stderr).toBe(0)
  expect(JSON.parse(child.stdout)).toEqual(reports)
})
