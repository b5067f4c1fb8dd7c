/** The rows of `audit`: what has been done on a site, and whether that is all. */
import type { Operation, OperationSchemas } from "../operation.ts"
import { SHOWS, STREAMS } from "./kinds.ts"

const audit = async () => import("../operations/audit.ts")

export const AUDIT_ROWS = [
  {
    name: "audit.list",
    summary: "List what was done on a site, by whom and how it ended",
    help: "The newest record comes first. Every operation leaves one, this one too: it is there when the list has ended. Records hold digests of what was asked and answered, never the thing itself: the digest of an answer is that of what --json printed. Whether the chain is whole is said by `audit verify`.",
    examples: [
      { command: "stella audit list --store /srv/stella --limit 20", says: "the newest twenty records" },
      {
        command: "stella audit list --store /srv/stella --actor rita --since 2031-04-02T00:00:00Z",
        says: "what rita did since a time",
      },
      {
        command: "stella audit list --store /srv/stella --operation trust.import --json",
        says: "every change of what is trusted, as JSON lines",
      },
    ],
    positionals: [],
    ...STREAMS,
    site: "required",
    scopes: ["audit.read"],
    codes: ["STORE_CORRUPT"],
    schemas: async (): Promise<OperationSchemas> => (await audit()).list,
  },
  {
    name: "audit.verify",
    summary: "Walk the audit chain from its first record to the head file",
    help: "Every operation on a site leaves a record that names the record before it.",
    examples: [{ command: "stella audit verify --store /srv/stella", says: "the whole chain" }],
    positionals: [],
    ...SHOWS,
    site: "required",
    scopes: ["audit.read"],
    codes: ["AUDIT_BROKEN"],
    schemas: async (): Promise<OperationSchemas> => (await audit()).verify,
  },
] as const satisfies readonly Operation[]
