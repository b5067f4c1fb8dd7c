/** Where a passphrase comes from. An argument or a variable is not among it: other users can read both. */
export interface PassphraseSource {
  /** What the passphrase is for, as the person at the terminal is asked: `passphrase for kim.key`. */
  readonly prompt: string
  /** Ask twice, because nothing else would show a slip of the hand. */
  readonly twice: boolean
  /** The first line of a file that only its owner can read. */
  readonly file: string | undefined
  /** The first line of an inherited descriptor. */
  readonly descriptor: number | undefined
}
