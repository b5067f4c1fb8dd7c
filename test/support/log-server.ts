/**
 * A server of a log, over real HTTP, that can be made to fail in every way a server, a proxy or a cache does. It keeps
 * what it was asked, so that a test can show what was never asked for.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http"
import { createServer as createTlsServer, type ServerOptions } from "node:https"
import type { AddressInfo, Socket } from "node:net"
import { gzipSync } from "node:zlib"

/** One request as it came. */
export interface AskedFile {
  /** The path below the log's prefix; whole where it is outside. */
  readonly path: string
  /** How often it has been asked for before. */
  readonly before: number
  readonly headers: IncomingMessage["headers"]
}

/** What goes wrong with an answer. */
export type Fault =
  /** Another status, with headers. */
  | {
      readonly kind: "status"
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      /** Begins a body that is never finished. */
      readonly isUnfinished?: true
    }
  /** The connection is cut before an answer begins, or after half of the body. */
  | { readonly kind: "reset"; readonly when: "head" | "body" }
  /** Nothing more comes: before the head, or after the first byte of the body. */
  | { readonly kind: "stall"; readonly when: "head" | "body" }
  /** One byte at a time, as often as a client of patience would wait. */
  | { readonly kind: "drip"; readonly everyMs: number }
  /** Other bytes than the log's; undefined for 404. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array | undefined }
  /** The right bytes compressed, or bytes that say that they are. */
  | { readonly kind: "gzip"; readonly wire?: Uint8Array }
  /** Another encoding than was asked for. */
  | { readonly kind: "encoding"; readonly encoding: string }
  /** A body without end. */
  | { readonly kind: "endless" }

/** Chooses the fault of a request. */
export type Faults = (asked: AskedFile) => Fault | undefined

function drip(response: ServerResponse, bytes: Uint8Array, everyMs: number): void {
  let at = 0
  const timer = setInterval(() => {
    if (at >= bytes.length) response.end()
    else response.write(bytes.subarray(at, ++at))
  }, everyMs)
  response.on("close", () => clearInterval(timer))
}

function pour(response: ServerResponse): void {
  const block = new Uint8Array(64 * 1024)
  const more = (): void => {
    while (!response.destroyed && response.write(block));
  }
  response.on("drain", more)
  more()
}

/** Answers with a fault. */
function fail(response: ServerResponse, fault: Fault, bytes: Uint8Array | undefined): void {
  const body = bytes ?? new Uint8Array()
  switch (fault.kind) {
    case "status":
      response.writeHead(fault.status, fault.headers).write("no")
      if (fault.isUnfinished !== true) response.end()
      return
    case "reset":
      if (fault.when === "head") response.destroy()
      else {
        response.writeHead(200, { "content-length": body.length })
        response.write(body.subarray(0, body.length >> 1), () => response.destroy())
      }
      return
    case "stall":
      if (fault.when === "head") return
      response.writeHead(200, { "content-length": body.length })
      response.write(body.subarray(0, 1))
      return
    case "drip":
      response.writeHead(200)
      drip(response, body, fault.everyMs)
      return
    case "bytes":
      if (fault.bytes === undefined) response.writeHead(404).end()
      else response.writeHead(200).end(fault.bytes)
      return
    case "gzip":
      response.writeHead(200, { "content-encoding": "gzip" }).end(fault.wire ?? gzipSync(body))
      return
    case "encoding":
      response.writeHead(200, { "content-encoding": fault.encoding }).end(body)
      return
    case "endless":
      response.writeHead(200)
      pour(response)
  }
}

/** A running server. */
export class LogServer {
  /** Every request, in order. */
  readonly asked: AskedFile[] = []
  /** Requests outside the prefix. */
  readonly strays: string[] = []
  faults: Faults = () => undefined
  /** The greatest number of requests that waited for an answer at the same time. */
  most = 0
  #hold: { count: number; readonly of: (path: string) => boolean; readonly held: (() => void)[] } | undefined
  readonly prefix: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, prefix: string) {
    this.#server = server
    this.prefix = prefix
  }

  /** Serves files below a path, at a port of the system's choice. */
  static async start(
    file: (path: string) => Uint8Array | undefined,
    { path = "/", tls }: { readonly path?: string; readonly tls?: ServerOptions } = {},
  ): Promise<LogServer> {
    let now = 0
    const counts = new Map<string, number>()
    const answer: RequestListener = (request, response) => {
      const url = request.url ?? ""
      self.most = Math.max(self.most, ++now)
      response.on("close", () => now--)
      if (!url.startsWith(path)) {
        self.strays.push(url)
        response.writeHead(200).end("astray")
        return
      }
      const name = url.slice(path.length)
      const before = counts.get(name) ?? 0
      counts.set(name, before + 1)
      const asked = { path: name, before, headers: request.headers }
      self.asked.push(asked)
      const bytes = file(name)
      const fault = self.faults(asked)
      self.#answer(name, () => {
        if (fault !== undefined) fail(response, fault, bytes)
        else if (bytes === undefined) response.writeHead(404).end("no such file")
        else response.writeHead(200, { "content-length": bytes.length }).end(bytes)
      })
    }
    const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer)
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    const self = new LogServer(server, `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}${path}`)
    server.on("connection", (socket: Socket) => {
      self.#sockets.add(socket)
      socket.on("close", () => self.#sockets.delete(socket))
    })
    return self
  }

  /** Answers the files that `of` chooses only when `count` of them are asked for at the same time; then all others too. */
  hold(count: number, of: (path: string) => boolean): void {
    this.#hold = { count, of, held: [] }
  }

  #answer(path: string, answer: () => void): void {
    const hold = this.#hold
    if (hold?.of(path) !== true) {
      answer()
      return
    }
    hold.held.push(answer)
    if (hold.held.length < hold.count) return
    this.#hold = undefined
    for (const release of hold.held) release()
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size
  }

  /** Paths asked for, each once. */
  get paths(): string[] {
    return [...new Set(this.asked.map(a => a.path))]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>(resolve => void this.#server.close(() => resolve()))
  }
}
