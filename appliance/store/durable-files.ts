/**
 * Small files that must survive a power cut: `store.json`, `HEAD` and the facts key. Every call that changes what is on
 * the disk goes through this port, so that a test can stop before and after each one of them.
 */

/** Files as the store needs them. Methods reject with StellaError: DISK_FULL or INPUT_UNREADABLE. */
export interface DurableFiles {
  /** The whole file, or undefined when there is none. A file longer than `maxBytes` is INPUT_UNREADABLE. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>
  /**
   * Whether nobody but this user can have written or can read it: a plain file of theirs, without a bit for anybody else,
   * and no link. Undefined when there is none.
   */
  isPrivate(path: string): Promise<boolean | undefined>
  /** Names in a directory in byte order, or undefined when there is none. */
  list(directory: string): Promise<readonly string[] | undefined>
  /** Makes the directory and its missing parents; one that is there already is left alone. */
  makeDirectory(directory: string, mode: number): Promise<void>
  /** Writes a new file and brings its bytes to stable storage. A file of that name must not exist. */
  create(path: string, bytes: Uint8Array, mode: number): Promise<void>
  /** Renames within one file system, replacing `to`. Not durable before `syncDirectory`. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file or a whole directory; one that is missing is left alone. Not durable before `syncDirectory`. */
  remove(path: string): Promise<void>
  /** Brings the directory's names to stable storage. */
  syncDirectory(directory: string): Promise<void>
}

/** `directory/name` for the POSIX paths of this port. */
export function joinPath(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`
}

/** The name under which a file is written before it takes the place of the old one. */
export function temporaryName(name: string): string {
  return `${name}.tmp`
}

/**
 * Replaces a file so that after a crash at any instant either the old or the new content is there, whole: write a
 * temporary file, fsync it, rename it over the old one, fsync the directory.
 * @throws StellaError DISK_FULL or INPUT_UNREADABLE
 */
export async function replaceFile(
  files: DurableFiles,
  directory: string,
  name: string,
  bytes: Uint8Array,
  mode = 0o644,
): Promise<void> {
  const path = joinPath(directory, name)
  const temporary = joinPath(directory, temporaryName(name))
  // What a crash left behind; the store has one owner, so nobody else is writing it.
  await files.remove(temporary)
  await files.create(temporary, bytes, mode)
  await files.rename(temporary, path)
  await files.syncDirectory(directory)
}
