/**
 * Room on the disk for what requests bring and leave. It is claimed before it is written to, so that the sum of all
 * uploads stops, by name, before the disk is full: what the store needs for its commits is never given away.
 */
import { statfs } from "node:fs/promises"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { ServiceLimits } from "./limits.ts"
import type { Shares } from "./shares.ts"

/** Room is claimed in steps, so that the disk is not asked for every piece. */
const STEP_BYTES = 8 * 1024 * 1024

/** Free bytes of the file system that holds a folder. */
export type FreeBytes = (folder: string) => Promise<number>

/** What an unprivileged process may still write. */
export const freeBytesOf: FreeBytes = async folder => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** The room of all requests together. */
export class SpoolSpace {
  readonly #folder: string
  readonly #shares: Shares
  readonly #reservedBytes: number
  readonly #freeBytes: FreeBytes
  /** Claimed, and not written yet. */
  #outstanding = 0

  constructor(
    folder: string,
    shares: Shares,
    { reservedBytes }: Pick<ServiceLimits, "reservedBytes">,
    freeBytes: FreeBytes,
  ) {
    this.#folder = folder
    this.#shares = shares
    this.#reservedBytes = reservedBytes
    this.#freeBytes = freeBytes
  }

  /** Whether so many bytes more would leave enough. The failure is DISK_FULL. */
  async fits(bytes: number): Promise<Result<void>> {
    const free = (await this.#freeBytes(this.#folder)) - this.#outstanding
    if (free - bytes >= this.#reservedBytes) return ok(undefined)
    const kept = String(this.#reservedBytes)
    return err(new StellaError("DISK_FULL", `no room for this: ${kept} bytes are kept free for the site`, {}))
  }

  /** The room of one request. */
  roomFor(identity: string): Room {
    let taken = 0
    let allowance = 0
    const grant = async (bytes: number): Promise<Result<void>> => {
      const shared = this.#shares.take(identity, "bytes", bytes)
      if (!shared.ok) return shared
      this.#outstanding += bytes
      const fits = await this.fits(0)
      if (!fits.ok) {
        this.#outstanding -= bytes
        this.#shares.give(identity, "bytes", bytes)
        return fits
      }
      taken += bytes
      allowance += bytes
      return ok(undefined)
    }
    return {
      declare: async bytes => {
        const shared = this.#shares.take(identity, "bytes", bytes)
        if (!shared.ok) return shared
        this.#shares.give(identity, "bytes", bytes)
        return this.fits(bytes)
      },
      claim: async bytes => {
        if (bytes > allowance) {
          const more = bytes - allowance
          const granted = await grant(Math.max(more, STEP_BYTES))
          // Near the end of a share what is needed may still fit where a whole step does not.
          const exact = granted.ok || more >= STEP_BYTES ? granted : await grant(more)
          if (!exact.ok) return exact
        }
        allowance -= bytes
        this.#outstanding -= bytes
        return ok(undefined)
      },
      release: () => {
        this.#outstanding -= allowance
        this.#shares.give(identity, "bytes", taken)
        taken = 0
        allowance = 0
      },
    }
  }
}

/** The room of one request; released when its files are gone. */
export interface Room {
  /** Looks ahead, at what a client says it will send. Failures: as `claim`. */
  declare(bytes: number): Promise<Result<void>>
  /** Before so many bytes are written. Failures: DISK_FULL, and RATE_LIMITED beyond the share of the identity. */
  claim(bytes: number): Promise<Result<void>>
  release(): void
}
