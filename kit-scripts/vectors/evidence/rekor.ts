/**
 * Transparency logs like Rekor: version 1 with its promises and a tree id in the origin, version 2 with Ed25519
 * checkpoints and tiles. A log here holds what was appended and answers with proofs in any of its trees.
 */
import { utf8 } from "../crypto/derive.ts"
import { base64, hex, type JsonObject } from "./json.ts"
import { makeKey, type Key } from "./keys.ts"
import { sha256, Tree } from "./merkle.ts"
import { checkpointText, ed25519KeyId, ed25519Signer, note, spkiSigner, type NoteSigner } from "./note.ts"

/** How the checkpoint of a tree is written; every member has a good default. */
export interface CheckpointOptions {
  readonly origin?: string
  readonly size?: number
  readonly root?: Uint8Array
  readonly extensions?: string[]
  /** All who sign, in the order of their lines. */
  readonly signers?: readonly NoteSigner[]
}

/** How an entry is given out; every member has a good default. */
export interface EntryOptions {
  /** The tree that it is proven in, by default the newest one. */
  readonly size?: number
  /** Epoch seconds of integration. */
  readonly at?: number
  /** Whether a promise goes with it; only version 1 makes any. */
  readonly promise?: boolean
  readonly proof?: boolean
  readonly checkpoint?: CheckpointOptions | ((log: Log, size: number) => string)
}

export interface LogOptions {
  readonly version: 1 | 2
  readonly url: string
  readonly label: string
}

const TREE_ID = "3904496407287907123"
/** Where this shard begins in the global numbering of a version 1 log: beyond 2^31, as the public one is. */
const SHARD_OFFSET = 4_163_431_000

/** One log. */
export class Log {
  readonly version: 1 | 2
  readonly url: string
  /** Host name of the log, which its checkpoints are signed under. */
  readonly name: string
  readonly key: Key
  readonly tree = new Tree()
  readonly entries: Uint8Array[] = []

  constructor({ version, url, label }: LogOptions) {
    this.version = version
    this.url = url
    this.name = url.replace(/^https:\/\//, "")
    this.key = makeKey(version === 1 ? "p256" : "ed25519", label)
  }

  /** What trusted roots and entries call it: all of the key id, or for version 1 the SHA-256 of the key. */
  get logId(): Uint8Array {
    return this.version === 1 ? sha256(this.key.spki) : ed25519KeyId(this.name, this.key)
  }

  get origin(): string {
    return this.version === 1 ? `${this.name} - ${TREE_ID}` : this.name
  }

  get signer(): NoteSigner {
    return this.version === 1 ? spkiSigner(this.name, this.key) : ed25519Signer(this.name, this.key)
  }

  /** Adds an entry and gives its index in the tree. */
  append(body: Uint8Array): number {
    this.entries.push(body)
    return this.tree.append(body)
  }

  /** Adds entries that nobody looks at, so that proofs have something to prove. */
  fill(count: number): this {
    for (let i = 0; i < count; i++) this.append(utf8(`entry ${String(this.tree.size)} of somebody else`))
    return this
  }

  /** A checkpoint of the tree of this size. */
  checkpoint(size: number, options: CheckpointOptions = {}): string {
    const { origin = this.origin, root = this.tree.root(size), extensions, signers = [this.signer] } = options
    return note(checkpointText(origin, options.size ?? size, root, extensions), signers)
  }

  /** The signed entry timestamp over an entry as it is given out. */
  promise(bodyBase64: string, at: number, logIndex: number): Uint8Array {
    const text =
      `{"body":"${bodyBase64}","integratedTime":${String(at)},` +
      `"logID":"${hex(this.logId)}","logIndex":${String(logIndex)}}`
    return this.key.sign(utf8(text))
  }

  /** The global index of an entry; in version 2 the index in the tree is all there is. */
  globalIndex(index: number): number {
    return this.version === 1 ? SHARD_OFFSET + index : index
  }

  /** An entry in the form of bundles (TransparencyLogEntry). */
  entry(index: number, kind: string, kindVersion: string, options: EntryOptions = {}): JsonObject {
    const body = this.entries[index]
    if (body === undefined) throw new Error(`no entry ${String(index)}`)
    const { size = this.tree.size, at = 0, promise = this.version === 1, proof = true, checkpoint = {} } = options
    const logIndex = this.globalIndex(index)
    const note = typeof checkpoint === "function" ? checkpoint(this, size) : this.checkpoint(size, checkpoint)
    return {
      logIndex: String(logIndex),
      logId: { keyId: base64(this.logId) },
      kindVersion: { kind, version: kindVersion },
      integratedTime: String(promise ? at : 0),
      ...(promise
        ? { inclusionPromise: { signedEntryTimestamp: base64(this.promise(base64(body), at, logIndex)) } }
        : {}),
      ...(proof
        ? {
            inclusionProof: {
              logIndex: String(index),
              rootHash: base64(this.tree.root(size)),
              treeSize: String(size),
              hashes: this.tree.path(index, size).map(base64),
              checkpoint: { envelope: note },
            },
          }
        : {}),
      canonicalizedBody: base64(body),
    }
  }
}
