/** A proxy as sites have them: absolute requests for http, tunnels for https. It keeps what went through. */
import { createServer, request as httpRequest, type Server } from "node:http"
import { connect, type AddressInfo, type Socket } from "node:net"

/** A running proxy. */
export class ProxyServer {
  /** First lines of requests, in order: `GET http://…` or `CONNECT host:port`. */
  readonly passed: string[] = []
  /** Proxy-Authorization of each. */
  readonly credentials: (string | undefined)[] = []
  readonly url: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async start(): Promise<ProxyServer> {
    const server = createServer((request, response) => {
      self.passed.push(`GET ${request.url ?? ""}`)
      self.credentials.push(request.headers["proxy-authorization"])
      const onward = httpRequest(request.url ?? "", { headers: request.headers }, answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      onward.on("error", () => response.destroy())
      onward.end()
    })
    server.on("connect", (request, socket: Socket) => {
      self.passed.push(`CONNECT ${request.url ?? ""}`)
      self.credentials.push(request.headers["proxy-authorization"])
      const [host, port] = (request.url ?? "").split(":")
      const onward = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n")
        socket.pipe(onward).pipe(socket)
      })
      onward.on("error", () => socket.destroy())
      socket.on("error", () => onward.destroy())
      self.#sockets.add(onward)
    })
    server.on("connection", (socket: Socket) => self.#sockets.add(socket))
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
    const self = new ProxyServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    return self
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>(resolve => void this.#server.close(() => resolve()))
  }
}
