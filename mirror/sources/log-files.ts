/** The files of a log below a folder or prefix, by their paths, wherever they lie. */

/** How a file is wanted. */
export interface ReadHow {
  readonly signal?: AbortSignal | undefined
  /** True to have it from where it is made: what was read before did not agree with the log. */
  readonly fresh?: boolean | undefined
}

/** Reads the files of a log. */
export interface LogFiles {
  /**
   * The bytes of a file, or undefined when there is none. `path` has forward slashes and is one that a layout gives.
   * @throws StellaError MEDIA_UNREADABLE when the file cannot be read or has more than `maxBytes` bytes; a server's
   * files have SOURCE_UNAVAILABLE and SOURCE_REFUSED instead; INTERRUPTED when the signal says so
   */
  read(path: string, maxBytes: number, how?: ReadHow): Promise<Uint8Array | undefined>
}
