/**
 * The scene of the rehearsal: a small world like sigstore's, made this minute, that releases a few tools. Most of its
 * evidence has one fault, the kind that other verifiers have let pass.
 */
import { createHash, randomBytes } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { utf8 } from "../vectors/crypto/derive.ts"
import { hashedrekord2 } from "../vectors/evidence/bodies.ts"
import { makeEvidence, PREDICATE, statement, type Plan } from "../vectors/evidence/evidence.ts"
import { changed, valueAt, type Json, type JsonObject } from "../vectors/evidence/json.ts"
import type { Log } from "../vectors/evidence/rekor.ts"
import { logFiles } from "../vectors/evidence/tiles.ts"
import { ISSUER, SIGNER, World } from "../vectors/evidence/world.ts"

/** What the commands of the rehearsal need to know of the scene. */
export interface Scene {
  readonly folder: string
  readonly identity: string
  readonly issuer: string
  /** SHA-256 of the trusted root. */
  readonly rootSha256: string
  /** Names of the released files that have evidence, in order. */
  readonly tools: readonly string[]
  readonly origin: string
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** A released file and the plan of its evidence; `change` breaks the finished bundle. */
interface Tool {
  readonly name: string
  readonly plan?: (file: Uint8Array) => Plan
  readonly change?: (bundle: JsonObject) => Json
}

function tools(world: World, log: Log): readonly Tool[] {
  const somebodyElse = { type: "email", value: "mallory@forger.example" } as const
  const otherCertificate = world.ca.issue({
    key: world.key("p256", "mallory"),
    san: somebodyElse,
    issuer: ISSUER,
    at: world.at - 5,
  })
  return [
    { name: "anvil" },
    // Nobody says when it was signed, so nobody knows whether the certificate was valid then.
    { name: "bellows", plan: () => ({ tokens: [] }) },
    // The checkpoint is that of another log, which is trusted as well.
    {
      name: "chisel",
      plan: () => ({
        entries: [
          { log, give: { checkpoint: (l, size) => world.rekor1().checkpoint(size, { root: l.tree.root(size) }) } },
        ],
      }),
    },
    // Good evidence, for another file.
    { name: "hammer", plan: () => ({ payload: about("hammer", utf8("another hammer")) }) },
    // Signed by somebody else, properly.
    { name: "rasp", plan: () => ({ leaf: { san: somebodyElse } }) },
    // The log entry was made for somebody else's certificate.
    {
      name: "tongs",
      plan: () => ({
        entries: [{ log, body: p => hashedrekord2({ ...p, verifier: { ...p.verifier, der: otherCertificate } }) }],
      }),
    },
    // The log entry is there twice, to be counted twice.
    {
      name: "vise",
      change: bundle => {
        const path = "verificationMaterial.tlogEntries"
        const entries = valueAt(bundle, path) as Json[]
        return changed(bundle, path, [...entries, ...entries])
      },
    },
  ]
}

/** A statement about a released file. */
function about(name: string, file: Uint8Array): JsonObject {
  return statement(file, { subject: [{ name: fileName(name), digest: { sha256: sha256(file) } }] })
}

const fileName = (tool: string): string => `${tool}-1.0.tar`

/** Requirements of a careful site: beside the usual ones, it must itself hold a recent tree of the log. */
function sitePolicy(origin: string): Json {
  const rule = (id: string, require: Json): Json => ({ id, severity: "high", controls: [], require })
  const day = 86_400
  return {
    v: 1,
    id: "careful-site",
    version: 1,
    scope: {},
    waivers: [],
    rules: [
      rule("identity", { signers: { identities: [], keys: [], distinct: 1 } }),
      rule("sct", { sct: { count: 1 } }),
      rule("time", { time: { count: 1 } }),
      rule("log", { log: { origins: [origin], count: 1, promises: false, maxCheckpointAge: 7 * day } }),
    ],
  }
}

/** Writes the scene into an empty folder. Everything was signed an hour before `now`, which is in epoch seconds. */
export function setScene(folder: string, now: number): Scene {
  const world = new World({ seed: randomBytes(16).toString("hex"), at: now - 3600 })
  const write = (path: string, bytes: Uint8Array | string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  const print = (value: Json): string => JSON.stringify(value, null, 2) + "\n"
  const root = utf8(print(world.trustedRoot()))
  write("trusted_root.json", root)

  const log = world.rekor2().fill(250)
  const released = tools(world, log)
  for (const { name, plan, change } of released) {
    const file = utf8(`The files of ${name}, release 1.0.\n`)
    const usual: Plan = { payload: about(name, file), entries: [{ log, before: 0, after: 2 }], tokens: [{}] }
    const { bundle } = makeEvidence(world, { ...usual, ...plan?.(file) })
    write(`release/${fileName(name)}`, file)
    write(`release/${fileName(name)}.sigstore.json`, print(change?.(bundle) ?? bundle))
  }
  const writeLog = (medium: string, source: Log): void => {
    for (const [path, bytes] of logFiles(source)) write(`${medium}/log/${path}`, bytes)
  }
  writeLog("medium-1", log)
  // The log goes on, and somebody keeps another tree of it under the same key.
  writeLog("medium-2", log.fill(40))
  writeLog("medium-3", world.rekor2().fill(log.tree.size))

  const row = (name: string): string => {
    const digest = sha256(utf8(`The files of ${name}, release 1.0.\n`))
    return `${fileName(name)},sha256:${digest},${PREDICATE}\n`
  }
  write("expected.csv", `name,digest,predicate\n${["anvil", "bellows", "tongs", "swage"].map(row).join("")}`)
  write("site-policy.json", print(sitePolicy(log.origin)))
  return {
    folder,
    identity: SIGNER.value,
    issuer: ISSUER,
    rootSha256: sha256(root),
    tools: released.map(t => fileName(t.name)),
    origin: log.origin,
  }
}
