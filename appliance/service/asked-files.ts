/**
 * The files of the client of a conversation, as an operation in the service sees them: each call is asked of the client,
 * which answers with what its own machine says. So `stella` gives the same answer, and the same words about a file that
 * cannot be read, whether it runs the operation by itself or asks a service; an artifact is hashed where it lies, and a
 * file that an operation writes is written by its user.
 *
 * The client is not believed: what it answers is checked for its form and its length, as what a file holds is.
 */
import { boolean, hexDigest, integer, oneOf, readValue, record, text, type Reader } from "../../src/formats/document.ts"
import { ERRORS, StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { isObject, type JsonObject, type JsonValue } from "../../src/kernel/json.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { FileDigests, Files, Line } from "../operations/files.ts"
import type { Frame } from "./frames.ts"

/** One question to the client. `bytes` go with it; at most `maxBytes` come back. */
export interface Ask {
  readonly call: "kind" | "read" | "digest" | "lines" | "walk" | "next" | "end" | "readMedium" | "makeFolder" | "create"
  readonly args: readonly JsonValue[]
  readonly bytes?: Uint8Array
  readonly maxBytes?: number
}

/** Asks, and waits for the answer to this question. Rejects when the client is gone. */
export type Asking = (ask: Ask, signal?: AbortSignal) => Promise<Frame>

function malformed(what: string): StellaError {
  return new StellaError("USAGE", `the client gave a malformed answer: ${what}`)
}

function checked<T>(value: JsonValue | undefined, reader: Reader<T>): T {
  const read = readValue(value ?? null, reader)
  if (!read.ok) throw malformed(read.error.where)
  return read.value
}

/** Codes that a client may give as the failure of one of its files. */
const FILE_CODES: readonly ErrorCode[] = [
  "INPUT_UNREADABLE",
  "OUTPUT_REFUSED",
  "DISK_FULL",
  "MEDIA_UNREADABLE",
  "INTERRUPTED",
]

function failureOf(value: JsonObject): StellaError {
  const { code, message, detail } = value
  const known = FILE_CODES.find(one => one === code && Object.hasOwn(ERRORS, one))
  if (known === undefined || typeof message !== "string") throw malformed("failure")
  const told: Record<string, string | number | boolean | null> = {}
  for (const [name, one] of Object.entries(isObject(detail) ? detail : {}))
    if (typeof one !== "object" || one === null) told[name] = one
  return new StellaError(known, message, told)
}

/** The answer's value, or the failure that it tells. */
function outcome({ head }: Frame): Result<JsonValue | undefined> {
  const { failed, value } = head
  return isObject(failed) ? err(failureOf(failed)) : ok(value)
}

const readDigests: Reader<FileDigests> = record({
  sha256: hexDigest,
  sha384: text(96),
  sha512: text(128),
  bytes: integer(0),
})

/** Bytes of a batch of lines or paths beyond the longest single one. */
const BATCH_BYTES = 1024 * 1024

interface Batch {
  readonly done: boolean
  readonly items: readonly JsonValue[]
  readonly bytes: Uint8Array
}

function batchOf({ head, bytes }: Frame): Batch {
  const { done, items } = head
  if (typeof done !== "boolean" || !Array.isArray(items)) throw malformed("batch")
  return { done, items, bytes }
}

/** The client's files. */
export function askedFiles(ask: Asking): Files {
  async function plain(askFor: Ask, signal?: AbortSignal): Promise<Result<JsonValue | undefined>> {
    return outcome(await ask(askFor, signal))
  }

  /** Pulls batches until the client says that there are no more; ends the pulling there when the reader stops. */
  async function* batches(first: Ask, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    const opened = await ask(first, signal)
    const id = checked(opened.head["value"], integer(0))
    let done = false
    try {
      while (!done) {
        const batch = batchOf(
          await ask({ call: "next", args: [id], ...(first.maxBytes && { maxBytes: first.maxBytes }) }, signal),
        )
        done = batch.done
        yield batch
      }
    } finally {
      // When the signal is what ended it, the client is told by other means.
      if (!done && !signal.aborted) await ask({ call: "end", args: [id] })
    }
  }

  return {
    kind: async path =>
      checked((await ask({ call: "kind", args: [path] })).head["value"], oneOf("file", "folder", "missing")),
    read: async (path, maxBytes) => {
      const frame = await ask({ call: "read", args: [path, maxBytes], maxBytes })
      const done = outcome(frame)
      return done.ok ? ok(frame.bytes) : done
    },
    digest: async (path, signal) => {
      const done = await plain({ call: "digest", args: [path] }, signal)
      return done.ok ? ok(checked(done.value, readDigests)) : done
    },
    async *lines(path, maxLineBytes, signal): AsyncGenerator<Result<Line>> {
      const first: Ask = { call: "lines", args: [path, maxLineBytes], maxBytes: maxLineBytes + BATCH_BYTES }
      for await (const { items, bytes } of batches(first, signal)) {
        let at = 0
        for (const item of items) {
          if (!isObject(item)) throw malformed("line")
          if (isObject(item["failed"])) {
            yield err(failureOf(item["failed"]))
            continue
          }
          const { number, length } = checked(item, record({ number: integer(1), length: integer(1) }))
          if (at + length > bytes.length || length > maxLineBytes) throw malformed("line")
          yield ok({ number, bytes: bytes.slice(at, (at += length)) })
        }
      }
    },
    async *walk(folder, signal): AsyncGenerator<Result<string>> {
      for await (const { items } of batches({ call: "walk", args: [folder] }, signal))
        for (const item of items) {
          if (isObject(item) && isObject(item["failed"])) yield err(failureOf(item["failed"]))
          else yield ok(checked(item, text(65_536)))
        }
    },
    readMedium: async (root, path, maxBytes) => {
      const frame = await ask({ call: "readMedium", args: [root, path, maxBytes], maxBytes })
      const done = outcome(frame)
      if (!done.ok) return done
      return ok(checked(done.value, boolean) ? frame.bytes : undefined)
    },
    makeFolder: async path => {
      const done = await plain({ call: "makeFolder", args: [path] })
      return done.ok ? ok(undefined) : done
    },
    create: async (path, bytes) => {
      const done = await plain({ call: "create", args: [path], bytes })
      return done.ok ? ok(undefined) : done
    },
  }
}
