/** The only place that builds the real world: clock, crypto, files, stores and signers, from the process environment. */
import { createHash, webcrypto, type Hash } from "node:crypto"
import { geteuid } from "node:process"
import { availableParallelism, homedir, userInfo } from "node:os"
import { nodeCrypto } from "../mirror/crypto/node.node.ts"
import type { Signer } from "../src/kernel/ports.ts"
import type { Result } from "../src/kernel/result.ts"
import type { Secret } from "../src/kernel/secret.ts"
import type { OwnedSite } from "./service/owned-site.ts"
import { OWNER } from "../ui/contract/roles.ts"
import { nodeFiles } from "./operations/files.node.ts"
import type { Transcript, World } from "./operations/run-operation.ts"
import { nodeSitePorts, systemClock, systemRandom } from "./ports.node.ts"
import type { Access } from "./access/access.ts"
import type { Actor } from "./store/audit-record.ts"
import { nodeDurableFiles } from "./store/durable-file.node.ts"
import { stateDirectory } from "./store/facts-key.node.ts"
import type { Site } from "./store/site.ts"

/** Settings that the environment gives; a flag goes before them. */
export interface Environment {
  /** `STELLA_STORE`: the folder of the site. */
  readonly store: string | undefined
  /** `STELLA_PROFILE`: anything but `development` is production. */
  readonly profile: "development" | "production"
}

/** A composed program. */
export interface Composed {
  readonly world: World
  readonly actor: Actor
  readonly environment: Environment
  /** Opens a site for a service, which then owns it. */
  readonly own: (directory: string) => Promise<Result<OwnedSite>>
  /** Who may ask an open site for what; for a service. */
  readonly access: (site: Site) => Promise<Result<Access>>
  /** Opens a development key file; refused unless the profile is development. */
  readonly fileSigner: (path: string, passphrase?: Secret) => Promise<Result<Signer>>
}

/** A transcript that goes on from what this hash has taken so far. */
function transcriptOn(hash: Hash): Transcript {
  return {
    add: text => void hash.update(text),
    fork: () => transcriptOn(hash.copy()),
    sha256: () => hash.digest("hex"),
  }
}

/** Who runs this process, as the operating system knows them: it let them at the files, which makes them the owner. */
function osUser(): Actor {
  const id = String(geteuid?.() ?? "unknown")
  let name = `uid ${id}`
  try {
    name = userInfo().username
  } catch {
    // A user without an entry in the user database (as in small containers) has a number only.
  }
  return { kind: "os-user", id, name, role: OWNER }
}

/** A variable of the environment; an empty one counts as not set. */
function setting(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value = env[name]
  return value === "" ? undefined : value
}

/** Asks once and keeps the answer; a failure is not kept. */
function keptOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: T | undefined
  return async () => (kept ??= await ask())
}

/** Builds the real world. Nothing is opened before it is asked for. */
export function compose(env: Readonly<Record<string, string | undefined>> = process.env): Composed {
  const profile = env["STELLA_PROFILE"] === "development" ? "development" : "production"
  const crypto = nodeCrypto()
  const world: World = {
    clock: systemClock,
    crypto,
    files: nodeFiles,
    processors: availableParallelism(),
    newOperatorKey: async (source, signal) => {
      const { readPassphrase } = await import("./keys/passphrase-prompt.node.ts")
      const { makeOperatorKey } = await import("../ui/contract/operator-key.ts")
      const passphrase = await readPassphrase(source, signal)
      return passphrase.ok
        ? makeOperatorKey(passphrase.value, { subtle: webcrypto.subtle, random: systemRandom })
        : passphrase
    },
    conformanceReport: setting(env, "STELLA_CONFORMANCE_REPORT"),
    transcript: () => transcriptOn(createHash("sha256")),
    builtinTrust: keptOnce(async () => (await import("./trust/builtin-root.node.ts")).builtinTrust(crypto)),
    retainedJudge: async version =>
      (await import("./operations/judging/retained-judges.node.ts")).retainedJudge(version, crypto),
    builtinTufRoot: async () => (await import("./trust/builtin-root.node.ts")).builtinTufRoot(crypto),
    checkStore: async function* (directory, signal) {
      yield* (await import("./store/fsck.ts")).fsckStore(directory, nodeSitePorts(crypto, env), signal)
    },
    openSite: async directory => (await import("./store/open-site.ts")).openSite(directory, nodeSitePorts(crypto, env)),
    createSite: async (directory, audit) =>
      (await import("./store/open-site.ts")).initSite(directory, nodeSitePorts(crypto, env), audit),
  }
  return {
    world,
    actor: osUser(),
    environment: { store: setting(env, "STELLA_STORE"), profile },
    own: async directory =>
      (await import("./service/owned-site.ts")).ownSite(directory, world, nodeSitePorts(crypto, env)),
    access: async site => {
      const { openNodeAccess } = await import("./access/node-access.node.ts")
      const owner = osUser()
      const directory = stateDirectory(env, homedir())
      return openNodeAccess(site, {
        crypto,
        random: systemRandom,
        files: nodeDurableFiles,
        stateDirectory: directory,
        owner,
      })
    },
    fileSigner: async (path, passphrase) => {
      const { openFileSigner } = await import("./keys/file-signer.node.ts")
      return openFileSigner({ path, profile, ...(passphrase === undefined ? {} : { passphrase }) })
    },
  }
}
