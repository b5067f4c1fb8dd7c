/**
 * A log made up on the spot: its tiles are computed by the recursive definition (`naive-tree.ts`), its checkpoints signed
 * with a key of its own. Files are computed when they are asked for, at whatever size the log has then.
 */
import { generateKeyPairSync, sign } from "node:crypto"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import type { LogKeys } from "../../mirror/ingest-checkpoint.ts"
import type { LogFiles } from "../../mirror/sources/log-files.ts"
import { printCheckpointText } from "../../src/formats/checkpoint.ts"
import { printNote } from "../../src/formats/note.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { printEntryBundle } from "../../src/formats/tile.ts"
import { makeVkey, type Vkey } from "../../src/formats/vkey.ts"
import { concatBytes, utf8 } from "../../src/kernel/bytes.ts"
import { naiveLeaf, naiveRoot } from "./naive-tree.ts"

const TILE = /^tile\/(?<level>entries|[0-9]+)\/(?<row>[x0-9/]+?)(?:\.p\/(?<width>[0-9]+))?$/

/** Signs as one log. Its forks sign with the same key. */
export class LogSigner {
  readonly keys: LogKeys
  readonly #vkey: Vkey
  readonly #sign: (bytes: Uint8Array) => Uint8Array

  constructor(origin: string) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519")
    const parsed = parsePublicKey(new Uint8Array(publicKey.export({ format: "der", type: "spki" })))
    const vkey = parsed.ok ? makeVkey(nodeCrypto(), origin, "ed25519", parsed.value) : undefined
    if (vkey === undefined) throw new Error("vkey")
    this.#vkey = vkey
    this.#sign = bytes => new Uint8Array(sign(null, bytes, privateKey))
    this.keys = { origin, vkeys: [vkey] }
  }

  checkpoint(size: number, root: Uint8Array): Uint8Array {
    const text = printCheckpointText({ origin: this.keys.origin, size: BigInt(size), root })
    const { name, keyId } = this.#vkey
    return utf8(printNote({ text, signatures: [{ name, keyId, signature: this.#sign(utf8(text)) }] }))
  }
}

/** A log with all of its past. */
export class MadeLog implements LogFiles {
  readonly entries: readonly Uint8Array[]
  readonly leaves: readonly Uint8Array[]
  readonly #signer: LogSigner
  readonly #rows: Uint8Array[][]
  readonly #roots = new Map<number, Uint8Array>()
  /** The size that the log has now; what is beyond is not there. */
  size: number

  constructor(signer: LogSigner, entries: readonly Uint8Array[]) {
    this.#signer = signer
    this.entries = entries
    this.leaves = entries.map(naiveLeaf)
    this.size = entries.length
    this.#rows = [[...this.leaves]]
    for (let below = this.#rows[0] ?? []; below.length >= 256;) {
      const row: Uint8Array[] = []
      for (let at = 0; at + 256 <= below.length; at += 256) row.push(naiveRoot(below.slice(at, at + 256)))
      this.#rows.push(row)
      below = row
    }
  }

  root(size = this.size): Uint8Array {
    const root = this.#roots.get(size) ?? naiveRoot(this.leaves.slice(0, size))
    this.#roots.set(size, root)
    return root
  }

  checkpoint(size = this.size): Uint8Array {
    return this.#signer.checkpoint(size, this.root(size))
  }

  /** A file of the log at its present size. */
  file(path: string): Uint8Array | undefined {
    if (path === "checkpoint") return this.checkpoint()
    const groups = TILE.exec(path)?.groups
    if (groups === undefined) return undefined
    const level = groups["level"] === "entries" ? 0 : Number(groups["level"])
    const width = groups["width"] === undefined ? 256 : Number(groups["width"])
    const from = Number(groups["row"]?.replace(/[x/]/g, "")) * 256
    const there = Math.floor(this.size / 256 ** level)
    if (from + width > there) return undefined
    if (groups["level"] === "entries") return printEntryBundle(this.entries.slice(from, from + width))
    return concatBytes(...(this.#rows[level] ?? []).slice(from, from + width))
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.file(path)
  }
}

/** Entries that are all different, of lengths that are not all the same. */
export function madeEntries(count: number, salt = ""): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => utf8(`${salt}${i} ${"x".repeat(i % 97)}`))
}
