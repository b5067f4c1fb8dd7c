/** A passphrase typed at the terminal: nothing of it is shown, and nothing is asked where there is no terminal. */
import { ReadStream } from "node:tty"
import { stderr, stdin } from "node:process"
import { equalBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { Secret } from "../../src/kernel/secret.ts"
import { passphraseFromDescriptor, passphraseFromFile } from "./passphrase.node.ts"
import type { PassphraseSource } from "./passphrase-source.ts"

const MAX_BYTES = 1024
const [INTERRUPT, END, LINE_FEED, RETURN, BACKSPACE, DELETE] = [0x03, 0x04, 0x0a, 0x0d, 0x08, 0x7f]

/** Takes the last character (not only its last byte) away. */
function eraseLast(typed: number[]): void {
  let last = typed.pop()
  while (last !== undefined && (last & 0xc0) === 0x80) last = typed.pop()
}

/** One line for each prompt, typed at a terminal that echoes nothing meanwhile. */
async function typeLines(
  terminal: ReadStream,
  prompts: readonly string[],
  signal: AbortSignal,
): Promise<Result<readonly Uint8Array[]>> {
  const lines: Uint8Array[] = []
  const typed: number[] = []
  const interrupted = new StellaError("INTERRUPTED", "interrupted")
  const leave = (): void => void terminal.destroy()
  signal.addEventListener("abort", leave)
  // Before the prompt: what is typed from then on is read here, and shown by nobody.
  terminal.setRawMode(true)
  stderr.write(`${prompts[0] ?? ""}: `)
  try {
    for await (const chunk of terminal.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      for (const byte of chunk) {
        if (byte === INTERRUPT || byte === END) return err(interrupted)
        if (byte === LINE_FEED || byte === RETURN) {
          lines.push(Uint8Array.from(typed.splice(0)))
          const next = prompts[lines.length]
          if (next === undefined) return ok(lines)
          stderr.write(`\n${next}: `)
        } else if (byte === BACKSPACE || byte === DELETE) eraseLast(typed)
        else if (typed.length < MAX_BYTES) typed.push(byte)
      }
      chunk.fill(0)
    }
    return err(signal.aborted ? interrupted : new StellaError("KEY_UNAVAILABLE", "the terminal has gone away"))
  } catch (error) {
    if (signal.aborted) return err(interrupted)
    return err(new StellaError("KEY_UNAVAILABLE", "the terminal cannot be read", {}, error))
  } finally {
    signal.removeEventListener("abort", leave)
    typed.fill(0)
    if (!terminal.destroyed) terminal.setRawMode(false)
    stderr.write("\n")
  }
}

async function prompted(
  terminal: ReadStream,
  { prompt, twice }: PassphraseSource,
  signal: AbortSignal,
): Promise<Result<Secret>> {
  const typed = await typeLines(terminal, twice ? [prompt, "the same again"] : [prompt], signal)
  if (!typed.ok) return typed
  const [first = new Uint8Array(), second = first] = typed.value
  const same = equalBytes(first, second)
  if (second !== first) second.fill(0)
  if (same && first.length > 0) return ok(new Secret(first))
  first.fill(0)
  const says = same ? "the passphrase is empty" : "the two passphrases are not the same"
  return err(new StellaError("KEY_UNAVAILABLE", says))
}

/**
 * The passphrase from where the source says, or else from the terminal. Failures: KEY_UNAVAILABLE, KEY_REFUSED (a file
 * that others can read), USAGE (two sources), INTERRUPTED.
 */
export async function readPassphrase(source: PassphraseSource, signal: AbortSignal): Promise<Result<Secret>> {
  const { file, descriptor } = source
  if (file !== undefined && descriptor !== undefined)
    return err(new StellaError("USAGE", "--passphrase-file and --passphrase-fd are two sources; give one"))
  if (file !== undefined) return passphraseFromFile(file)
  if (descriptor !== undefined) return passphraseFromDescriptor(descriptor)
  if (!(stdin instanceof ReadStream))
    return err(
      new StellaError("KEY_UNAVAILABLE", "nobody to ask for the passphrase; give --passphrase-file or --passphrase-fd"),
    )
  try {
    return await prompted(stdin, source, signal)
  } finally {
    stdin.pause()
  }
}
