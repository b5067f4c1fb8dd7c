/** Makes small TUF repositories in memory, right or wrong on purpose. Its canonical JSON is its own. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { ok, type Result } from "../../src/kernel/result.ts"
import type { TufSource } from "../../appliance/trust/tuf-directory.ts"

export interface TestKey {
  readonly id: string
  readonly secret: KeyObject
  readonly json: object
}

export function testKey(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex")
  const json = { keytype: "ed25519", scheme: "ed25519", keyval: { public: raw } }
  return { id: createHash("sha256").update(canonical(json)).digest("hex"), secret: privateKey, json }
}

/** OLPC canonical JSON of values with plain ASCII texts and integers. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(",")}}`
}

export function signed(body: object, keys: readonly TestKey[]): Buffer {
  const signatures = keys.map(k => ({
    keyid: k.id,
    sig: sign(null, Buffer.from(canonical(body)), k.secret).toString("hex"),
  }))
  return Buffer.from(JSON.stringify({ signatures, signed: body }))
}

export interface RoleKeys {
  readonly keys: readonly TestKey[]
  readonly threshold: number
}

export interface RootOptions {
  readonly version: number
  readonly expires?: string
  readonly roles: Readonly<Record<"root" | "timestamp" | "snapshot" | "targets", RoleKeys>>
}

export const LATER = "2030-01-01T00:00:00Z"

export function rootBody({ version, expires = LATER, roles }: RootOptions): object {
  const keys = Object.fromEntries(Object.values(roles).flatMap(r => r.keys.map(k => [k.id, k.json])))
  const named = Object.fromEntries(
    Object.entries(roles).map(([name, r]) => [name, { keyids: r.keys.map(k => k.id), threshold: r.threshold }]),
  )
  return { _type: "root", spec_version: "1.0.31", version, expires, consistent_snapshot: true, keys, roles: named }
}

export interface ContentOptions {
  readonly versions?: { readonly timestamp?: number; readonly snapshot?: number; readonly targets?: number }
  readonly expires?: { readonly timestamp?: string; readonly snapshot?: string; readonly targets?: string }
  readonly target?: Buffer
  readonly signers: Readonly<Record<"timestamp" | "snapshot" | "targets", readonly TestKey[]>>
  /** More files that the snapshot lists. */
  readonly meta?: Readonly<Record<string, { readonly version: number }>>
}

const sha = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest("hex")

/** All files below the root: timestamp, snapshot, targets and the target, by name. */
export function contentFiles(options: ContentOptions): Map<string, Buffer> {
  const { versions = {}, expires = {}, signers, target = Buffer.from("trusted"), meta = {} } = options
  const [t, s, g] = [versions.timestamp ?? 1, versions.snapshot ?? 1, versions.targets ?? 1]
  const common = (type: string, version: number, until = LATER) => ({
    _type: type,
    spec_version: "1.0.31",
    version,
    expires: until,
  })
  const hashes = { sha256: sha("sha256", target), sha512: sha("sha512", target) }
  const targets = signed(
    {
      ...common("targets", g, expires.targets),
      targets: { "trusted_root.json": { length: target.length, hashes } },
    },
    signers.targets,
  )
  const snapshot = signed(
    {
      ...common("snapshot", s, expires.snapshot),
      meta: {
        ...meta,
        "targets.json": { version: g, length: targets.length, hashes: { sha256: sha("sha256", targets) } },
      },
    },
    signers.snapshot,
  )
  const timestamp = signed(
    {
      ...common("timestamp", t, expires.timestamp),
      meta: { "snapshot.json": { version: s, length: snapshot.length, hashes: { sha256: sha("sha256", snapshot) } } },
    },
    signers.timestamp,
  )
  return new Map([
    ["timestamp.json", timestamp],
    [`${String(s)}.snapshot.json`, snapshot],
    [`${String(g)}.targets.json`, targets],
    ["targets/trusted_root.json", target],
  ])
}

/** A source over files by name; targets under their plain name. */
export function memorySource(files: ReadonlyMap<string, Buffer>): TufSource {
  const get = (name: string): Result<Uint8Array | undefined> => ok(files.get(name))
  return {
    metadata: async (role, version) => get(version === undefined ? `${role}.json` : `${String(version)}.${role}.json`),
    target: async name => get(`targets/${name}`),
  }
}
