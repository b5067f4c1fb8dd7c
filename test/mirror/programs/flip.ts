/**
 * Examines every n-th flip of a plan and prints a line for each. Arguments: the file with the work, the first flip, and the
 * step to the next.
 */
import { readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { examineFlip, lookUp, type FlipWork, type Form } from "../../support/flips.ts"
import { nodeSitePorts } from "../../../appliance/ports.node.ts"
import { nodeCrypto } from "../../../mirror/crypto/index.ts"

const [file = "", first = "0", step = "1"] = process.argv.slice(2)
const work = JSON.parse(readFileSync(file, "utf8")) as FlipWork
lookUp(work.known)
const ports = nodeSitePorts(nodeCrypto(), { STELLA_STATE_DIR: join(work.parent, "state") })
const own = join(work.parent, `work-${Number(first) % Number(step)}`)
for (let i = Number(first); i < work.plan.length; i += Number(step)) {
  const flip = work.plan[i]
  if (flip === undefined) break
  const examined = await examineFlip(work.forms[flip.form] as Form, flip, own, ports)
  writeSync(1, `${JSON.stringify({ i, ...examined })}\n`)
}
