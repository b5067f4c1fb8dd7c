/**
 * Commits to a site until it is killed, importing three pieces of evidence each time. Prints a line for each commit that
 * was acknowledged. Arguments: the directory, the state directory, and how many commits to make at most.
 */
import { writeSync } from "node:fs"
import { nodeSitePorts } from "../../../appliance/ports.node.ts"
import { openSite, initSite } from "../../../appliance/store/site.ts"
import { nodeCrypto } from "../../../mirror/crypto/index.ts"
import { unwrap } from "../../../src/kernel/result.ts"
import { auditOf, evidenceOf, importEvidence } from "../../support/evidence.ts"

const [directory = "", state = "", most = "1000000"] = process.argv.slice(2)
const ports = nodeSitePorts(nodeCrypto(), { STELLA_STATE_DIR: state })
const opened = await openSite(directory, ports)
const site =
  !opened.ok && opened.error.code === "STORE_MISSING"
    ? unwrap(await initSite(directory, ports, auditOf("init")))
    : unwrap(opened)
writeSync(1, `${site.commitNumber}\n`)
for (let i = 0; i < Number(most); i++) {
  const next = site.commitNumber + 1
  await importEvidence(
    site,
    [1, 2, 3].map(n => evidenceOf(3 * next + n, 2000)),
  )
  writeSync(1, `${next}\n`)
}
await site.close()
