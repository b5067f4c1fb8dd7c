/**
 * The retained judge: the file that is kept is what the tree builds, it says what the tree's judge says, and nothing is
 * loaded that is not the listed bytes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { retainedJudge } from "../../appliance/operations/judging/retained-judges.node.ts"
import { judgeText, retainedJudges, rowOf } from "../../kit-scripts/build-judge.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { createJudge, JUDGE_VERSION } from "../../src/judge/judge.ts"
import { closureOf, evidenceVectors } from "../support/evidence-vectors.ts"

const crypto = nodeCrypto()

describe("the judge of this version", () => {
  test("is kept as the tree builds it", async () => {
    const [row] = retainedJudges().filter(r => r.judgeVersion === JUDGE_VERSION)
    expect(row, "run node kit-scripts/build-judge.ts").toEqual(
      rowOf(JUDGE_VERSION, await judgeText(), row?.frozen === true),
    )
  })

  test("builds to the same bytes twice, and to a program of no machine", async () => {
    const text = await judgeText()
    expect(await judgeText()).toBe(text)
    expect(text).not.toMatch(/from "node:|require\(|process\.|Date\.now|Math\.random|import\.meta/)
  })

  test("says of every evidence vector what the tree's judge says", async () => {
    const kept = await retainedJudge(JUDGE_VERSION, crypto)
    if (!kept.ok) throw kept.error
    const judge = createJudge(crypto)
    for (const vector of evidenceVectors) {
      const closure = closureOf(vector, crypto)
      const ours = await judge.judge(closure)
      // The retained judge hashes loose bytes by itself: a set of blobs is the tree's own class.
      const blobs = closure.blobs instanceof Object && "entries" in closure.blobs ? loose(closure.blobs) : closure.blobs
      const theirs = await kept.value.judge({ case: closure.case, blobs }, crypto)
      expect(theirs, vector.id).toEqual(
        ours.ok ? { report: ours.value.text } : { error: { code: ours.error.code, message: ours.error.message } },
      )
    }
  })
})

function loose(blobs: { entries(): Iterable<readonly [string, Uint8Array]> }): Uint8Array[] {
  return [...blobs.entries()].map(([, bytes]) => bytes)
}

describe("a retained judge", () => {
  let folder = ""
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stella-judges-"))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  /** Keeps a judge that says a fixed Report, and gives the folder's address. */
  function keep(version: string, text: string): URL {
    const row = rowOf(version, text, true)
    writeFileSync(join(folder, row.file), text)
    writeFileSync(join(folder, "index.json"), JSON.stringify({ v: 1, judges: [row] }))
    return pathToFileURL(`${folder}/`)
  }

  const program = (version: string, port = 1) =>
    `export const judgeVersion = "${version}"; export const cryptoPort = ${String(port)};
     export async function judge(blobs) { return { report: "judged " + blobs.case.length } }`

  test("is loaded by its version and judges", async () => {
    const kept = await retainedJudge("7", crypto, keep("7", program("7")))
    if (!kept.ok) throw kept.error
    expect(await kept.value.judge({ case: new Uint8Array(3), blobs: [] }, crypto)).toEqual({ report: "judged 3" })
  })

  test("is NOT_COMPARABLE when it is not kept, altered, missing or of another port", async () => {
    const refused = async (version: string, at: URL) => {
      const kept = await retainedJudge(version, crypto, at)
      return kept.ok ? "loaded" : kept.error.code
    }
    const at = keep("7", program("7"))
    expect(await refused("8", at)).toBe("NOT_COMPARABLE")
    const [name] = readFileSync(new URL("index.json", at), "utf8").match(/7-[0-9a-f]{64}\.mjs/) ?? []
    const path = join(folder, String(name))
    writeFileSync(path, `${program("7")}\n`)
    expect(await refused("7", at)).toBe("NOT_COMPARABLE")
    rmSync(path)
    expect(await refused("7", at)).toBe("NOT_COMPARABLE")
    rmSync(join(folder, "index.json"))
    expect(await refused("7", at)).toBe("NOT_COMPARABLE")
    expect(await refused("7", keep("7", program("7", 2)))).toBe("NOT_COMPARABLE")
    expect(await refused("7", keep("7", program("6")))).toBe("NOT_COMPARABLE")
  })
})
