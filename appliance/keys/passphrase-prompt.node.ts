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
async function typeLines(terminal: ReadStream, prompts: readonly string[]): Promise<Result<readonly Uint8Array[]>> {
  const lines: Uint8Array[] = []
  const typed: number[] = []
  stderr.write(`${prompts[0] ?? ""}: `)
  terminal.setRawMode(true)
  try {
    for await (const chunk of terminal.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      for (const byte of chunk) {
        if (byte === INTERRUPT || byte === END) return err(new StellaError("INTERRUPTED", "interrupted"))
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
    return err(new StellaError("KEY_UNAVAILABLE", "the terminal has gone away"))
  } finally {
    typed.fill(0)
    terminal.setRawMode(false)
    stderr.write("\n")
  }
}

async function prompted(terminal: ReadStream, prompt: string, twice: boolean): Promise<Result<Secret>> {
  const typed = await typeLines(terminal, twice ? [prompt, "the same again"] : [prompt])
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
export async function readPassphrase({ prompt, twice, file, descriptor }: PassphraseSource): Promise<Result<Secret>> {
  if (file !== undefined && descriptor !== undefined)
    return err(new StellaError("USAGE", "--passphrase-file and --passphrase-fd are two sources; give one"))
  if (file !== undefined) return passphraseFromFile(file)
  if (descriptor !== undefined) return passphraseFromDescriptor(descriptor)
  if (!(stdin instanceof ReadStream))
    return err(
      new StellaError("KEY_UNAVAILABLE", "nobody to ask for the passphrase; give --passphrase-file or --passphrase-fd"),
    )
  try {
    return await prompted(stdin, prompt, twice)
  } finally {
    stdin.pause()
  }
}
