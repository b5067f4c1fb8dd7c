/** Changes collected into bounded, synced batches, so that a long ingest loses little when it is cut and needs little memory. */
import type { KeyValue, KeyValueChange } from "../src/kernel/ports.ts"

/** Bytes after which a batch is written. */
const BATCH_BYTES = 4 * 1024 * 1024

/**
 * Collects changes and writes them when there are enough, one batch after the other. While one is written the next is
 * collected, so that neither the disk nor the hashing waits for the other; twice the bytes are held at most.
 */
export class RowBatches {
  readonly #rows: KeyValue
  readonly #maxBytes: number
  #changes: KeyValueChange[] = []
  #bytes = 0
  #written: Promise<void> = Promise.resolve()

  constructor(rows: KeyValue, maxBytes: number = BATCH_BYTES) {
    this.#rows = rows
    this.#maxBytes = maxBytes
  }

  /**
   * Adds changes that belong together: they are written in one batch.
   * @throws what writing an earlier batch has thrown: nothing is written after it
   */
  async add(changes: readonly KeyValueChange[]): Promise<void> {
    for (const change of changes) {
      this.#changes.push(change)
      this.#bytes += change.key.length + (change.type === "put" ? change.value.length : 0)
    }
    if (this.#bytes >= this.#maxBytes) await this.#begin()
  }

  /** Begins to write what has been collected, once the batch before is on stable storage. */
  async #begin(): Promise<void> {
    await this.#written
    const changes = this.#changes
    this.#changes = []
    this.#bytes = 0
    this.#written = this.#rows.batch(changes, { sync: true })
    // Whoever adds or flushes next is told; until then a failure is not an unhandled one.
    this.#written.catch(() => undefined)
  }

  /** Writes what is left; resolves when all of it is on stable storage. */
  async flush(): Promise<void> {
    if (this.#changes.length > 0) await this.#begin()
    await this.#written
  }
}
