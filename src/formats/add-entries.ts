/**
 * The upload of entries to a mirror (c2sp.org/tlog-mirror, "add-entries"). A header:
 *
 * ```text
 * 2 bytes   length of the log's origin, big-endian      00 0f
 *           origin                                      example.com/log
 * 8 bytes   upload start: index of the first entry      00 00 00 00 00 00 01 00
 * 8 bytes   upload end: size of a pending checkpoint    00 00 00 00 00 00 02 2c
 * 2 bytes   length of the ticket                        00 00
 *           ticket, opaque
 * ```
 *
 * and then packages, one for each row of 256 entries that the interval touches: the entries as in an entry bundle
 * (16-bit length and bytes each), a byte that counts hashes, and that many hashes of 32 bytes: the subtree consistency
 * proof from [first index of the row, end of the package) to the tree of the upload's end.
 */
import { concatBytes, fromUtf8, toBase64, u64be, utf8 } from "../kernel/bytes.ts"
import { MAX_TREE_SIZE } from "./checkpoint.ts"
import { LIMITS } from "./limits.ts"

/** The head of an upload. */
export interface UploadHead {
  readonly origin: string
  /** Entries [start, end) are what the upload is of; a request may carry a beginning of it. */
  readonly start: bigint
  readonly end: bigint
  readonly ticket: Uint8Array
}

/** The entries of one row that an upload brings. */
export interface EntryPackage {
  /** The row of 256 entries. */
  readonly row: bigint
  /** Index of the first entry; above `row` * 256 only in the first package. */
  readonly start: bigint
  /** Index behind the last entry. */
  readonly end: bigint
  /** The entries, encoded as a bundle. */
  readonly bundle: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Most hashes of a package's proof. */
export const MAX_PACKAGE_HASHES = 63
/** Longest ticket that is read, in bytes. */
export const MAX_TICKET_BYTES = 4096
/** What an upload is read from: exactly `length` bytes, or undefined when it ends before. */
export interface UploadBytes {
  take(length: number): Promise<Uint8Array | undefined>
}

function u16(bytes: Uint8Array): number {
  return ((bytes[0] as number) << 8) | (bytes[1] as number)
}

function u64(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
}

/** Bytes with a 16-bit length before them, not longer than `most`. */
async function vector16(from: UploadBytes, most: number): Promise<Uint8Array | undefined> {
  const length = await from.take(2)
  return length === undefined || u16(length) > most ? undefined : from.take(u16(length))
}

/** Reads the head; `undefined` when it is cut or malformed: an interval out of order, or sizes beyond 2^63 - 1. */
export async function readUploadHead(from: UploadBytes): Promise<UploadHead | undefined> {
  const name = await vector16(from, LIMITS.nameLength)
  const interval = name && (await from.take(16))
  const ticket = interval && (await vector16(from, MAX_TICKET_BYTES))
  if (name === undefined || interval === undefined || ticket === undefined) return undefined
  const origin = fromUtf8(name)
  const [start, end] = [u64(interval), u64(interval.subarray(8))]
  if (origin === undefined || start > end || end > MAX_TREE_SIZE) return undefined
  return { origin, start, end, ticket }
}

/** Prints a head: the exact inverse of `readUploadHead`. */
export function printUploadHead({ origin, start, end, ticket }: UploadHead): Uint8Array {
  const name = utf8(origin)
  const length = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 255)
  return concatBytes(length(name.length), name, u64be(start), u64be(end), length(ticket.length), ticket)
}

/** The intervals of an upload's packages, in order. */
export function* packageIntervals(
  start: bigint,
  end: bigint,
): Generator<Pick<EntryPackage, "row" | "start" | "end">, void> {
  for (let at = start; at < end;) {
    const row = at >> 8n
    const next = (row + 1n) * 256n
    yield { row, start: at, end: next < end ? next : end }
    at = next
  }
}

/** Reads the package of an interval; `undefined` when it is cut or has too many hashes. */
export async function readPackage(
  from: UploadBytes,
  interval: Pick<EntryPackage, "row" | "start" | "end">,
): Promise<EntryPackage | undefined> {
  const parts: Uint8Array[] = []
  for (let left = Number(interval.end - interval.start); left > 0; left--) {
    const length = await from.take(2)
    const entry = length && (await from.take(u16(length)))
    if (length === undefined || entry === undefined) return undefined
    parts.push(length, entry)
  }
  const count = (await from.take(1))?.[0]
  if (count === undefined || count > MAX_PACKAGE_HASHES) return undefined
  const hashes = await from.take(count * 32)
  if (hashes === undefined) return undefined
  const proof = Array.from({ length: count }, (_, i) => hashes.slice(i * 32, (i + 1) * 32))
  return { ...interval, bundle: concatBytes(...parts), proof }
}

/** Prints a package: the exact inverse of `readPackage`. */
export function printPackage({ bundle, proof }: Pick<EntryPackage, "bundle" | "proof">): Uint8Array {
  return concatBytes(bundle, Uint8Array.of(proof.length), ...proof)
}

/** What a mirror tells a client that has to go on from elsewhere: content type `text/x.tlog.mirror-info`. */
export interface MirrorInfo {
  /** Size of a pending checkpoint. */
  readonly size: bigint
  /** Index of the first entry that is missing. */
  readonly next: bigint
  readonly ticket: Uint8Array
}

/** Prints the three lines. */
export function printMirrorInfo({ size, next, ticket }: MirrorInfo): string {
  return `${size.toString()}\n${next.toString()}\n${toBase64(ticket)}\n`
}
