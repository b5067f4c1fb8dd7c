/** What the shell refuses, by a name that a test and a log can look for. */

/** A refusal of the main process. */
export class ShellRefusal extends Error {
  readonly code: "SENDER_REFUSED" | "ARGUMENT_REFUSED" | "LAUNCH_MALFORMED" | "CONSOLE_CHANGED" | "SWITCH_REFUSED"

  constructor(code: ShellRefusal["code"], message: string, cause?: unknown) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause })
    this.name = "ShellRefusal"
    this.code = code
  }
}
