/** Serves a built console as its manifest says, and nothing else: for tests that need no real service. */
import { createServer, type Server } from "node:http"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { AddressInfo } from "node:net"

interface Manifest {
  readonly entry: string
  readonly contentSecurityPolicy: string
  readonly files: readonly { readonly path: string; readonly type: string }[]
}

/** A folder that is being served. */
export interface Served {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly origin: string
  readonly close: () => Promise<void>
}

/** The manifest of a built console. */
export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest
}

/** Serves it on a free port of the loopback. */
export async function serveFolder(folder: string): Promise<Served> {
  const manifest = manifestOf(folder)
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname.slice(1)
    const wanted = path === "" ? manifest.entry : path
    const file = manifest.files.find(one => one.path === wanted)
    if (file === undefined) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      "Content-Type": file.type,
      "Content-Security-Policy": manifest.contentSecurityPolicy,
      "X-Content-Type-Options": "nosniff",
      "Cross-Origin-Opener-Policy": "same-origin",
    })
    response.end(readFileSync(join(folder, file.path)))
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
