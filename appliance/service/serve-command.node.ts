/** `serve`: says where it listens, then answers until it is told to stop, then says how much it has answered. */
import { resolve } from "node:path"
import { stderr } from "node:process"
import { StellaError } from "../../src/kernel/errors.ts"
import { once } from "node:events"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import type { Serve } from "../../ui/contract/operations/serve.ts"
import type { Composed } from "../compose.ts"
import { errorEvent } from "../operations/run-operation.ts"
import { builtConsole } from "./built-console.node.ts"
import { serve } from "./serve.node.ts"

/** Runs the command until the signal is aborted, which is its ordinary end. */
export async function* serveCommand(
  input: Serve["input"],
  site: string | undefined,
  { composed, version }: { readonly composed: Composed; readonly version: string },
  signal: AbortSignal,
): AsyncGenerator<OperationEvent | Serve["output"], void, undefined> {
  if (site === undefined) {
    yield errorEvent(new StellaError("STORE_MISSING", "no site is named; give --store DIR or set STELLA_STORE"))
    return
  }
  const started = await serve(
    {
      ...input,
      console: input.console ?? builtConsole(),
      site: resolve(site),
      version,
      log: { write: line => void stderr.write(line) },
    },
    composed,
  )
  if (!started.ok) return yield errorEvent(started.error)
  const { socket, url, login } = started.value
  yield { v: 1, type: "result", code: null, message: null, socket, url, login }
  if (!signal.aborted) await once(signal, "abort")
  const requests = await started.value.stop()
  yield { v: 1, type: "summary", code: null, message: null, requests }
}
