/**
 * Commands of the command line that are no operations: they are about the program on this machine, not about what can be
 * asked of a site, so no route leads to them. Their rows have the same form, and give the same help.
 */
import type { Operation, OperationSchemas } from "./operation.ts"
import { WORKS } from "./rows/kinds.ts"

const serving = async () => import("./operations/serve.ts")

export const COMMANDS = [
  {
    name: "serve",
    summary: "Own a site and answer for it over HTTP",
    help: "The service owns the store until it ends; meanwhile `stella` on this machine asks it and prints the same bytes. It listens on a unix socket in the site's folder that only its own user can connect to, and with --listen also on TCP, where everybody must log in. It ends in order on SIGTERM: what runs may end, or is interrupted and leaves nothing half-done. Log lines (JSON) go to standard error.",
    examples: [
      { command: "stella serve --store /srv/stella", says: "on the site's own socket" },
      { command: "stella serve --store /srv/stella --listen 127.0.0.1:8443", says: "on loopback TCP, too" },
    ],
    positionals: [],
    ...WORKS,
    site: "required",
    scopes: ["site.read"],
    codes: ["CONFIG_INVALID", "SERVICE_RUNNING", "LISTEN_REFUSED"],
    schemas: async (): Promise<OperationSchemas> => (await serving()).serve,
  },
] as const satisfies readonly Operation[]

/** The name of a command that is no operation. */
export type CommandName = (typeof COMMANDS)[number]["name"]
