/** The real world behind the ports of a site: this machine's clock, randomness, disks and LevelDB. */
import { randomBytes } from "node:crypto"
import { homedir } from "node:os"
import type { Clock, Crypto, Random } from "../src/kernel/ports.ts"
import { nodeDurableFiles } from "./store/durable-file.node.ts"
import { openFactsMac, stateDirectory } from "./store/facts-key.node.ts"
import { levelDatabase } from "./store/level-key-value.node.ts"
import type { SitePorts } from "./store/site.ts"

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() }

/** The operating system's randomness. */
export const systemRandom: Random = { bytes: length => randomBytes(length) }

/** Ports of a site on this machine. The facts key lies in the state directory that the environment names. */
export function nodeSitePorts(
  crypto: Pick<Crypto, "hash">,
  env: Readonly<Record<string, string | undefined>> = process.env,
): SitePorts {
  return {
    crypto,
    random: systemRandom,
    files: nodeDurableFiles,
    database: levelDatabase,
    factsMac: storeId => openFactsMac(nodeDurableFiles, systemRandom, stateDirectory(env, homedir()), storeId),
  }
}
