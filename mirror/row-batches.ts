/** Changes collected into bounded, synced batches, so that a long ingest loses little when it is cut and needs little memory. */
import type { KeyValue, KeyValueChange } from "../src/kernel/ports.ts"

/** Bytes after which a batch is written. */
const BATCH_BYTES = 4 * 1024 * 1024

/** Collects changes and writes them when there are enough. */
export class RowBatches {
  readonly #rows: KeyValue
  readonly #maxBytes: number
  #changes: KeyValueChange[] = []
  #bytes = 0

  constructor(rows: KeyValue, maxBytes: number = BATCH_BYTES) {
    this.#rows = rows
    this.#maxBytes = maxBytes
  }

  /** Adds changes that belong together: they are written in one batch. */
  async add(changes: readonly KeyValueChange[]): Promise<void> {
    for (const change of changes) {
      this.#changes.push(change)
      this.#bytes += change.key.length + (change.type === "put" ? change.value.length : 0)
    }
    if (this.#bytes >= this.#maxBytes) await this.flush()
  }

  /** Writes what is left; resolves when it is on stable storage. */
  async flush(): Promise<void> {
    if (this.#changes.length === 0) return
    const changes = this.#changes
    this.#changes = []
    this.#bytes = 0
    await this.#rows.batch(changes, { sync: true })
  }
}
