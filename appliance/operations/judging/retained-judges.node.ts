/**
 * The judges of released versions, as single files kept by digest (kit-scripts/judges). A Report is replayed by the
 * judge that made it: a later one may rightly say something else.
 */
import { readFile } from "node:fs/promises"
import { toHex } from "../../../src/kernel/bytes.ts"
import { StellaError } from "../../../src/kernel/errors.ts"
import type { Crypto } from "../../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../../src/kernel/result.ts"
import { boolean, hexDigest, list, oneOf, pattern, readDocument, record } from "../../../src/formats/document.ts"
import type { RetainedJudge } from "../../../src/judge/retained.ts"

/** Where the judges are, in the tree and in what is emitted from it. */
const JUDGES = new URL("../../../kit-scripts/judges/", import.meta.url)

/** The version of the Crypto port that this program offers to a judge. */
const CRYPTO_PORT = 1

const readIndex = record({
  v: oneOf(1),
  judges: list(
    record({
      judgeVersion: pattern(/^[1-9][0-9]{0,5}$/),
      file: pattern(/^[0-9]{1,6}-[0-9a-f]{64}\.mjs$/),
      sha256: hexDigest,
      frozen: boolean,
    }),
    1024,
  ),
})

/**
 * The judge of that version. Its file is rehashed before it is loaded, and what is loaded are the hashed bytes.
 * Failures: NOT_COMPARABLE when it is not kept here, has another digest or expects another Crypto port.
 */
export async function retainedJudge(
  version: string,
  crypto: Pick<Crypto, "hash">,
  folder: URL = JUDGES,
): Promise<Result<RetainedJudge>> {
  const refused = (why: string) =>
    err(new StellaError("NOT_COMPARABLE", `judge version ${version} ${why}`, { judgeVersion: version }))
  const index = await readFile(new URL("index.json", folder)).then(
    bytes => readDocument(bytes, readIndex, { canonical: "any" }),
    () => undefined,
  )
  if (index?.ok !== true) return refused("cannot be looked up: the list of retained judges is missing")
  const row = index.value.judges.find(j => j.judgeVersion === version)
  if (row === undefined) return refused("is not kept here")
  const bytes = await readFile(new URL(row.file, folder)).catch(() => undefined)
  if (bytes === undefined) return refused("is listed here, but its file is missing")
  if (toHex(crypto.hash("sha256", bytes)) !== row.sha256) return refused("is kept here with another digest")
  // Loaded from the bytes that were hashed: the file could be another one by the time a loader opens it.
  const judge = (await import(`data:text/javascript;base64,${bytes.toString("base64")}`)) as RetainedJudge
  if (judge.judgeVersion !== version || judge.cryptoPort !== CRYPTO_PORT) return refused("expects another program")
  return ok(judge)
}
