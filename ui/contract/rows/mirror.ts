/** The rows of `mirror`: logs held here, and proofs out of them. */
import type { Operation, OperationSchemas } from "../operation.ts"
import { SHOWS, STREAMS, WORKS } from "./kinds.ts"

const mirror = async () => import("../operations/mirror.ts")

export const MIRROR_ROWS = [
  {
    name: "mirror.ingest",
    summary: "Read a tlog-tiles folder into the site's mirror",
    help: "Every hash is derived again, the checkpoint is checked under the log's key, and the new tree must contain the one held before. The mirror's checkpoint advances last and never goes back.",
    examples: [
      {
        command: "stella mirror ingest /media/log --log-key log.vkey --store /srv/stella",
        says: "tiles, entries and checkpoint of one log",
      },
    ],
    positionals: ["dir"],
    ...WORKS,
    site: "required",
    scopes: ["log.write"],
    codes: [
      "MEDIA_UNREADABLE",
      "MEDIA_TAMPERED",
      "MEDIA_ROLLBACK",
      "PROOF_INVALID",
      "SPLIT_VIEW",
      "KEY_MALFORMED",
      "DISK_FULL",
    ],
    schemas: async (): Promise<OperationSchemas> => (await mirror()).ingest,
  },
  {
    name: "mirror.head",
    summary: "Show the newest verified tree of each mirrored log",
    help: "The root was derived here from the mirrored leaves.",
    examples: [{ command: "stella mirror head --store /srv/stella", says: "every log" }],
    positionals: ["origin"],
    ...SHOWS,
    site: "required",
    scopes: ["log.read"],
    codes: ["LOG_MISSING"],
    schemas: async (): Promise<OperationSchemas> => (await mirror()).showHead,
  },
  {
    name: "mirror.prove",
    summary: "Prove from the mirror that an entry is in a log, or that one tree extends another",
    help: "The proof is made from mirrored tiles that are checked on the way, and is verified before it is shown.",
    examples: [
      {
        command: "stella mirror prove log.example/2031 --index 48211 --store /srv/stella",
        says: "inclusion of an entry",
      },
      {
        command: "stella mirror prove log.example/2031 --from-size 1000 --store /srv/stella",
        says: "consistency with an older tree",
      },
    ],
    positionals: ["origin"],
    ...SHOWS,
    site: "required",
    scopes: ["log.read"],
    codes: ["LOG_MISSING", "NOT_PROVEN", "STORE_CORRUPT"],
    schemas: async (): Promise<OperationSchemas> => (await mirror()).prove,
  },
  {
    name: "mirror.find",
    summary: "Find entries of a mirrored log by what they say",
    help: "Several flags must all hold. Every hit is confirmed by the entry's own bytes and the verified tree. What was not searched, because only hashes are held or nothing is indexed, is said at the end: nothing found there means nothing.",
    examples: [
      {
        command:
          "stella mirror find log.example/2031 --artifact sha256:4b22f3f2d5c6f5b5d6c9b6a3d60a1e0c8d5f7e9b1a3c5d7e9f0b2d4f6a8c0e13 --store /srv/stella",
        says: "who signed an artifact, and where it is logged",
      },
      {
        command:
          "stella mirror find log.example/2031 --identity release@example.com --issuer https://accounts.example.com --limit 20 --store /srv/stella",
        says: "the first entries of a signer",
      },
    ],
    positionals: ["origin"],
    ...STREAMS,
    site: "required",
    scopes: ["log.read"],
    codes: ["LOG_MISSING", "STORE_CORRUPT"],
    schemas: async (): Promise<OperationSchemas> => (await mirror()).find,
  },
  {
    name: "mirror.fsck",
    summary: "Derive everything in the store again and name what is damaged",
    help: "Evidence is hashed again, every tile of every log is derived from its leaves, the audit chain is walked.",
    examples: [{ command: "stella mirror fsck --store /srv/stella", says: "the whole site" }],
    positionals: [],
    ...STREAMS,
    site: "unopened",
    scopes: ["log.read", "evidence.read", "audit.read"],
    codes: ["STORE_MISSING", "STORE_LOCKED", "STORE_CORRUPT"],
    schemas: async (): Promise<OperationSchemas> => (await mirror()).fsck,
  },
] as const satisfies readonly Operation[]
