/**
 * The window's door: a socket of its own for shells. Whoever connects to the service's first socket is taken for the owner
 * of the site; a window must never be. So it has a door on which nobody is: every request has to show a launch token, comes
 * from the shell's own origin or is refused, and is somebody's only by the session of an operator who has logged in. A
 * shell that forgets the token, or a page that got around the shell's rules, gets nothing here instead of everything.
 *
 * The door is opened with the first launch. Launches are given on the owner's socket and nowhere else.
 */
import type { FastifyInstance } from "fastify"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Clock } from "../../src/kernel/ports.ts"
import { TYPES } from "../../ui/contract/routes.ts"
import { LAUNCH_HEADER, LAUNCH_PATH, SHELL_HOST, SHELL_ORIGIN } from "../../ui/contract/shell-names.ts"
import type { Launch } from "../../ui/contract/shell.ts"
import { systemRandom } from "../ports.node.ts"
import type { Door } from "./door.ts"
import { listenOnSocket } from "./listening.node.ts"
import type { Service } from "./service.node.ts"
import { ShellLaunches } from "./shell-launches.node.ts"

/** The socket for windows, beside the service's own. */
export function windowSocketOf(socket: string): string {
  return socket.replace(/(?:\.sock)?$/, ".window.sock")
}

/** The door of windows. */
export class WindowDoor {
  readonly #launches = new ShellLaunches(systemRandom)
  readonly #socket: string
  readonly #create: (door: Door) => Promise<Service>
  readonly #authenticate: Door["authenticate"]
  #opening: Promise<Service> | undefined

  constructor(ownSocket: string, authenticate: Door["authenticate"], create: (door: Door) => Promise<Service>) {
    this.#socket = windowSocketOf(ownSocket)
    this.#authenticate = authenticate
    this.#create = create
  }

  async #open(): Promise<Service> {
    const service = await this.#create({
      kind: "window",
      tls: false,
      hosts: new Set([SHELL_HOST]),
      origins: new Set([SHELL_ORIGIN]),
      admit: (headers, now) => this.#launches.admit(headers[LAUNCH_HEADER], now),
      authenticate: this.#authenticate,
    })
    await listenOnSocket(service, this.#socket)
    return service
  }

  /** Launches a shell. @throws StellaError LISTEN_REFUSED when the door cannot be opened; the next launch tries again */
  async launch(now: () => Date): Promise<Launch> {
    this.#opening ??= this.#open()
    try {
      await this.#opening
    } catch (error) {
      this.#opening = undefined
      throw error
    }
    return { v: 1, socket: this.#socket, token: this.#launches.issue(now()) }
  }

  /** Ends a launch; its window gets nothing any more. */
  end(token: unknown): boolean {
    return this.#launches.end(token)
  }

  /** What has been opened. */
  async opened(): Promise<readonly Service[]> {
    return this.#opening === undefined ? [] : [await this.#opening]
  }
}

/** Adds the routes by which the owner launches shells; for the owner's socket. */
export function addLaunchRoutes(app: FastifyInstance, windows: WindowDoor, clock: Clock): void {
  const onlyOwner = (role: string | undefined): void => {
    // An operator's session on this socket is not the owner, and a window in a window is nobody's need.
    if (role !== "owner") throw new StellaError("FORBIDDEN", "only the owner of the site launches a shell")
  }
  app.post(LAUNCH_PATH, async (request, reply) => {
    onlyOwner(request.actor?.role)
    const launch = await windows.launch(() => clock.now())
    return reply.type(TYPES.json).send(canonicalJson(launch) + "\n")
  })
  app.delete(LAUNCH_PATH, (request, reply) => {
    onlyOwner(request.actor?.role)
    if (!windows.end(request.headers[LAUNCH_HEADER])) throw new StellaError("LAUNCH_OVER", "there is no such launch")
    return reply.code(204).send()
  })
}
