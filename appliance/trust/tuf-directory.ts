/**
 * A TUF repository as files, as it is served or as its source is kept:
 *
 * ```
 * 16.root.json 17.root.json … timestamp.json 165.snapshot.json 14.targets.json      or under metadata/, root_history/
 * targets/6494…66.trusted_root.json                                                or targets/trusted_root.json
 * ```
 *
 * Nothing read here is believed: the client checks versions, hashes and signatures. So where a file has two possible
 * names the first that is there is taken.
 */
import { fromHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Files } from "../operations/files.ts"

/** Where a TUF client gets its files from. */
export interface TufSource {
  /** The metadata file, or undefined when there is none. `version` undefined: the newest, which has no number. */
  metadata(role: string, version: number | undefined, maxBytes: number): Promise<Result<Uint8Array | undefined>>
  /** The target file under one of its hashes (lowercase hex) or its plain name, or undefined when there is none. */
  target(name: string, hashes: readonly string[], maxBytes: number): Promise<Result<Uint8Array | undefined>>
}

const METADATA_FOLDERS = ["", "metadata/"]
const ROOT_FOLDERS = ["", "metadata/", "root_history/", "metadata/root_history/"]
const TARGET_FOLDERS = ["targets/", ""]

/** A source over a folder. Failures: INPUT_UNREADABLE; TRUST_MISSING when the folder is none. */
export async function tufDirectory(folder: string, files: Pick<Files, "kind" | "read">): Promise<Result<TufSource>> {
  if ((await files.kind(folder)) !== "folder")
    return err(new StellaError("TRUST_MISSING", `${folder}: no folder with a TUF repository`, { path: folder }))

  async function first(names: readonly string[], maxBytes: number): Promise<Result<Uint8Array | undefined>> {
    for (const name of names) {
      const path = `${folder}/${name}`
      if ((await files.kind(path)) === "file") return files.read(path, maxBytes)
    }
    return ok(undefined)
  }

  return ok({
    metadata(role, version, maxBytes) {
      const folders = role === "root" ? ROOT_FOLDERS : METADATA_FOLDERS
      const numbered = version === undefined ? [] : [`${String(version)}.${role}.json`]
      // Only a root is asked for by number alone: the plain root.json may be any version.
      const plain = role === "root" && version !== undefined ? [] : [`${role}.json`]
      return first(
        [...numbered, ...plain].flatMap(name => folders.map(f => f + name)),
        maxBytes,
      )
    },
    target(name, hashes, maxBytes) {
      const slash = name.lastIndexOf("/") + 1
      const hashed = hashes
        .filter(h => fromHex(h) !== undefined)
        .map(h => `${name.slice(0, slash)}${h}.${name.slice(slash)}`)
      return first(
        [...hashed, name].flatMap(n => TARGET_FOLDERS.map(f => f + n)),
        maxBytes,
      )
    },
  })
}
