/**
 * Takes the generated log into a site at the sizes given, printing a line with the size once a commit was acknowledged.
 * Arguments: the directory, the state directory, and the sizes; those that the mirror has already are left out.
 */
import { writeSync } from "node:fs"
import { nodeSitePorts } from "../../../appliance/ports.node.ts"
import { initSite, openSite } from "../../../appliance/store/site.ts"
import { nodeCrypto } from "../../../mirror/crypto/index.ts"
import { readHead } from "../../../mirror/head-row.ts"
import { isCommittedRow, logSublevel } from "../../../mirror/rows.ts"
import { toHex, utf8 } from "../../../src/kernel/bytes.ts"
import { unwrap } from "../../../src/kernel/result.ts"
import { auditOf } from "../../support/evidence.ts"
import { GENERATED, generatedLog, ingestAll } from "../../support/mirror.ts"

const [directory = "", state = "", ...sizes] = process.argv.slice(2)
const crypto = nodeCrypto()
const ports = nodeSitePorts(crypto, { STELLA_STATE_DIR: state })
const opened = await openSite(directory, ports)
const site =
  !opened.ok && opened.error.code === "STORE_MISSING"
    ? unwrap(await initSite(directory, ports, auditOf("init")))
    : unwrap(opened)
const stage = () => site.stage(logSublevel(toHex(crypto.hash("sha256", utf8(GENERATED)))), isCommittedRow)
writeSync(1, `${(await readHead({ rows: stage().rows, crypto }))?.size ?? 0n}\n`)
for (const size of sizes.map(Number)) {
  const staged = stage()
  const { rows } = staged
  if (BigInt(size) <= ((await readHead({ rows, crypto }))?.size ?? 0n)) continue
  await ingestAll(rows, generatedLog(size), { batchBytes: 16_384 })
  unwrap(await site.commit([staged.changes()], auditOf("mirror.ingest")))
  writeSync(1, `${size}\n`)
}
await site.close()
