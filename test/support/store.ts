/** Sites on LevelDB in temporary directories, gone after the test. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { nodeSitePorts } from "../../appliance/ports.node.ts"
import { initSite, type Site, type SitePorts } from "../../appliance/store/site.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { auditOf } from "./evidence.ts"

export { auditOf, evidenceOf, importEvidence, NOW, reportOf, sha256 } from "./evidence.ts"

/** A directory that is removed after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "stella-store-"))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Ports of this machine; local state goes beside the store. */
export function realPorts(directory: string): SitePorts {
  return nodeSitePorts(nodeCrypto(), { STELLA_STATE_DIR: join(directory, "state") })
}

/** A new site on LevelDB, closed after the test. */
export async function realSite(): Promise<{ site: Site; directory: string; ports: SitePorts }> {
  const parent = await temporaryDirectory()
  const directory = join(parent, "site")
  const ports = realPorts(parent)
  const site = unwrap(await initSite(directory, ports, auditOf("init")))
  onTestFinished(() => site.close())
  return { site, directory, ports }
}
