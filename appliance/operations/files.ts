/**
 * The files an operation reads and writes for its user. On the command line these are the files of the machine; behind
 * the service they are what was uploaded. Every reading has a ceiling, and nothing is ever overwritten.
 */
import type { Result } from "../../src/kernel/result.ts"

/** Digests of a file's bytes in lowercase hexadecimal, and their number. */
export interface FileDigests {
  readonly sha256: string
  readonly sha384: string
  readonly sha512: string
  readonly bytes: number
}

/** One line of a file, without its end; `number` counts from 1. */
export interface Line {
  readonly number: number
  readonly bytes: Uint8Array
}

export interface Files {
  /** What is at the path; symbolic links are followed, as for every path that the user names. */
  kind(path: string): Promise<"file" | "folder" | "missing">
  /** The whole file. INPUT_UNREADABLE when it is missing, no file, not allowed, or longer than `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Result<Uint8Array>>
  /** Digests of a file of any size, read once. INPUT_UNREADABLE as for `read`. */
  digest(path: string, signal: AbortSignal): Promise<Result<FileDigests>>
  /**
   * The lines of a file of any size, empty ones left out. A failure is the last thing yielded: INPUT_UNREADABLE, also
   * for a line longer than `maxLineBytes`.
   */
  lines(path: string, maxLineBytes: number, signal: AbortSignal): AsyncIterable<Result<Line>>
  /** Paths of the plain files under a folder, in byte order. Symbolic links inside it are neither files nor followed. */
  walk(folder: string, signal: AbortSignal): AsyncIterable<Result<string>>
  /**
   * A file below the root of a medium that holds a log, or undefined when there is none. Links are not followed below the
   * root. MEDIA_UNREADABLE when it cannot be read, is no plain file, or is longer than `maxBytes`.
   */
  readMedium(root: string, path: string, maxBytes: number): Promise<Result<Uint8Array | undefined>>
  /** Makes a folder and its parents; one that is there is fine. OUTPUT_REFUSED, DISK_FULL. */
  makeFolder(path: string): Promise<Result<void>>
  /**
   * Writes a new file, whole and durable or not at all. A `private` one is for its owner only. OUTPUT_REFUSED when
   * something is there; DISK_FULL.
   */
  create(path: string, bytes: Uint8Array, access?: "private"): Promise<Result<void>>
}
