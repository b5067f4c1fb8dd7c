/** Listening on a socket that nobody but its owner can open. */
import { umask } from "node:process"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, unwrap } from "../../src/kernel/result.ts"
import type { Service } from "./service.node.ts"
import { clearSocket } from "./socket.node.ts"

/** Why an address cannot be listened on: LISTEN_REFUSED. */
export function notListening(where: string, error: unknown): { ok: false; error: StellaError } {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown"
  const why = code === "EADDRINUSE" ? "is in use" : `cannot be listened on: ${code}`
  return err(new StellaError("LISTEN_REFUSED", `${where} ${why}`, { address: where }, error))
}

/** Listens. @throws StellaError SERVICE_RUNNING, LISTEN_REFUSED */
export async function listenOnSocket({ app }: Service, socket: string): Promise<void> {
  unwrap(await clearSocket(socket))
  // The socket is made with the process's mask; between making it and `chmod` nobody else may connect.
  const before = umask(0o177)
  try {
    await app.listen({ path: socket })
  } catch (error) {
    throw notListening(socket, error).error
  } finally {
    umask(before)
  }
}
