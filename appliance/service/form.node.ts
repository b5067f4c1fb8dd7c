/** Forms (multipart/form-data, RFC 7578): the input, then files, each streamed to the disk as it comes. */
import { Busboy, type BusboyInstance } from "@fastify/busboy"
import type { IncomingHttpHeaders } from "node:http"
import { addAbortSignal, type Readable } from "node:stream"
import { StellaError } from "../../src/kernel/errors.ts"
import type { JsonObject } from "../../src/kernel/json.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { readBody } from "./input.ts"
import { SERVICE_LIMITS } from "./limits.ts"
import type { RequestFiles } from "./request-files.node.ts"

const usage = (message: string): StellaError => new StellaError("USAGE", message)

/** What a form is read for. */
export interface FormReading {
  readonly files: RequestFiles
  /** Told of the input before any file is taken in; its failure ends the reading. */
  readonly begin: (input: JsonObject) => Promise<Result<void>>
  /** Ends the reading with its reason. */
  readonly signal: AbortSignal
}

/**
 * Reads a form. Failures: USAGE, BODY_TOO_LARGE, BODY_TYPE_REFUSED, INTERRUPTED, and those of `begin` and of the files;
 * after one the rest of the body is not read, and no file is open.
 */
export async function readForm(
  headers: IncomingHttpHeaders,
  body: Readable,
  { files, begin, signal }: FormReading,
): Promise<Result<void>> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  let begun: true | undefined
  let receiving: Promise<void> = Promise.resolve()
  const stop = new AbortController()
  // Nothing more comes: what waits for the rest of a file must end, or its file stays open for ever.
  const fail = (error: Error): void => {
    reject(error)
    if (stop.signal.aborted) return
    stop.abort(error)
    body.unpipe(parser)
    parser.destroy()
  }
  let parser: BusboyInstance
  try {
    parser = new Busboy({
      headers: { ...headers, "content-type": headers["content-type"] ?? "" },
      preservePath: true,
      limits: {
        fields: 1,
        fieldSize: SERVICE_LIMITS.inputBytes,
        fieldNameSize: 16,
        files: SERVICE_LIMITS.requestFiles,
        fileSize: SERVICE_LIMITS.fileBytes,
        headerPairs: 16,
        headerSize: SERVICE_LIMITS.headerBytes,
      },
    })
  } catch (error) {
    return err(new StellaError("BODY_TYPE_REFUSED", "the form has no boundary", {}, error))
  }
  parser.on("field", (name, value, nameCut, valueCut) => {
    if (name !== "input" || nameCut) fail(usage("a form has the part input, and parts file; there is another one"))
    else if (valueCut) fail(new StellaError("BODY_TOO_LARGE", "the part input is too long"))
    else {
      const input = readBody(new TextEncoder().encode(value))
      begun = true
      receiving = receiving.then(async () => {
        const known = input.ok ? await begin(input.value) : input
        if (!known.ok) fail(known.error)
      })
      receiving.catch(fail)
    }
  })
  // A part of the type application/octet-stream is a file also when it has no name.
  parser.on("file", (name, stream, fileName: string | undefined) => {
    stream.on("error", error => {
      // Giving up a file is how `receive` refuses it, and says why itself.
      if (error.name !== "AbortError") fail(new StellaError("USAGE", "the form is malformed", {}, error))
    })
    addAbortSignal(stop.signal, stream)
    if (stop.signal.aborted) return
    if (name !== "file") {
      fail(usage("a form has the part input, and parts file; there is another one"))
      return
    }
    if (fileName === undefined) {
      fail(usage("a part file has no file name"))
      return
    }
    // What it is for says which files are wanted.
    if (begun === undefined) {
      fail(usage("the part input comes before the files"))
      return
    }
    receiving = receiving.then(async () => {
      stop.signal.throwIfAborted()
      const received = await files.receive(fileName, stream)
      if (!received.ok) fail(received.error)
      else if (stream.truncated) fail(new StellaError("BODY_TOO_LARGE", `${fileName} is too long`))
    })
    receiving.catch(fail)
  })
  parser.on("fieldsLimit", () => {
    fail(usage("a form has one part input"))
  })
  parser.on("filesLimit", () => {
    fail(new StellaError("BODY_TOO_LARGE", "too many files in one request"))
  })
  parser.on("error", error => {
    fail(new StellaError("USAGE", "the form is malformed", {}, error))
  })
  parser.on("finish", () => {
    receiving.then(() => {
      resolve(undefined)
    }, fail)
  })
  const gone = (cause?: unknown): void => {
    fail(new StellaError("INTERRUPTED", "the client went away in the middle of the form", {}, cause))
  }
  body.on("error", gone)
  body.on("close", () => {
    if (!body.readableEnded) gone()
  })
  const stopped = (): void => {
    fail(signal.reason as StellaError)
  }
  if (signal.aborted) stopped()
  else signal.addEventListener("abort", stopped, { once: true })
  body.pipe(parser)
  try {
    await promise
  } catch (error) {
    // Whoever asked removes the files now, which must be closed by then.
    await Promise.allSettled([receiving])
    if (error instanceof StellaError) return err(error)
    throw error
  } finally {
    signal.removeEventListener("abort", stopped)
  }
  return begun === true ? ok(undefined) : err(usage("the form has no part input"))
}
