/** The rows of `trust`: which keys and authorities a site goes by. */
import type { Operation, OperationSchemas } from "../operation.ts"
import { CHANGES, SHOWS } from "./kinds.ts"

const trust = async () => import("../operations/trust.ts")

export const TRUST_ROWS = [
  {
    name: "trust.show",
    summary: "Show the keys and authorities that are trusted",
    help: "Without a site, or before any import, this is the root that is built in.",
    examples: [
      { command: "stella trust show", says: "the built-in public-good root" },
      { command: "stella trust show --trusted-root trusted_root.json", says: "what a file would bring" },
    ],
    positionals: [],
    ...SHOWS,
    site: "optional",
    scopes: ["trust.read"],
    codes: ["TRUST_MISSING", "TRUST_MALFORMED", "TRUST_DIGEST_MISMATCH"],
    schemas: async (): Promise<OperationSchemas> => (await trust()).show,
  },
  {
    name: "trust.import",
    summary: "Make a trusted root the site's active one",
    help: "A trusted_root.json must be pinned by its digest, which you compare out of band. A TUF repository is verified from a pinned root at a time you name, and never goes back to older metadata.",
    examples: [
      {
        command: "stella trust import trusted_root.json --sha256 6494…3f1d --store /srv/stella",
        says: "a file, pinned by digest",
      },
      {
        command: "stella trust import tuf-repo/ --tuf-root root.json --at 2031-04-02T10:11:09Z --store /srv/stella",
        says: "a TUF repository, from a pinned root",
      },
    ],
    positionals: ["source"],
    ...CHANGES,
    site: "required",
    scopes: ["trust.write"],
    codes: ["TRUST_MALFORMED", "TRUST_DIGEST_MISMATCH", "TRUST_EXPIRED", "TRUST_ROLLBACK", "TRUST_UNVERIFIED"],
    schemas: async (): Promise<OperationSchemas> => (await trust()).importTrust,
  },
  {
    name: "trust.status",
    summary: "Show the age and expiry of what is trusted",
    help: "An expired or undated root is a finding: status 3.",
    examples: [{ command: "stella trust status --store /srv/stella", says: "the active root of a site" }],
    positionals: [],
    ...SHOWS,
    site: "optional",
    scopes: ["trust.read"],
    codes: ["FINDINGS", "TRUST_MISSING", "TRUST_MALFORMED"],
    schemas: async (): Promise<OperationSchemas> => (await trust()).status,
  },
] as const satisfies readonly Operation[]
