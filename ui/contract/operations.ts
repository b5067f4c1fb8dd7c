/**
 * The one list of operations. Rows are plain data and each names the module of its schemas, which is loaded only by
 * the face that needs it: `stella help` prints this list without a schema library. Nouns with many verbs have their rows
 * in `rows/`.
 */
import type { Operation, OperationSchemas } from "./operation.ts"
import { ATTEST_ROWS } from "./rows/attest.ts"
import { AUDIT_ROWS } from "./rows/audit.ts"
import { JUDGING, VERDICTS } from "./rows/codes.ts"
import { OPERATOR_ROWS } from "./rows/operator.ts"

const conformance = async () => import("./operations/conformance.ts")
const gap = async () => import("./operations/gap.ts")
const mirror = async () => import("./operations/mirror.ts")
const site = async () => import("./operations/site.ts")
const trust = async () => import("./operations/trust.ts")

export const OPERATIONS = [
  {
    name: "init",
    summary: "Make a new site",
    help: "A site is a folder with a store: evidence, mirrored logs, trust and the audit chain. It is never made by accident: every other command refuses a folder that is not a site. Until trust is imported it goes by the built-in public-good root.",
    examples: [{ command: "stella init /srv/stella", says: "make a site there" }],
    positionals: ["dir"],
    answers: "document",
    site: "new",
    scopes: ["site.create"],
    changesState: true,
    twoPersons: false,
    codes: ["STORE_EXISTS", "STORE_LOCKED", "DISK_FULL"],
    schemas: async (): Promise<OperationSchemas> => (await site()).init,
  },
  {
    name: "status",
    summary: "Show what a site holds and what needs attention",
    help: "Findings (an expired root, stale trust) end with status 3 and say what would close them.",
    examples: [{ command: "stella status --store /srv/stella", says: "counts, log heads, trust and findings" }],
    positionals: [],
    answers: "document",
    site: "required",
    scopes: ["site.read"],
    changesState: false,
    twoPersons: false,
    codes: ["FINDINGS"],
    schemas: async (): Promise<OperationSchemas> => (await site()).status,
  },
  ...ATTEST_ROWS,
  {
    name: "trust.show",
    summary: "Show the keys and authorities that are trusted",
    help: "Without a site, or before any import, this is the root that is built in.",
    examples: [
      { command: "stella trust show", says: "the built-in public-good root" },
      { command: "stella trust show --trusted-root trusted_root.json", says: "what a file would bring" },
    ],
    positionals: [],
    answers: "document",
    site: "optional",
    scopes: ["trust.read"],
    changesState: false,
    twoPersons: false,
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
    answers: "document",
    site: "required",
    scopes: ["trust.write"],
    changesState: true,
    twoPersons: false,
    codes: ["TRUST_MALFORMED", "TRUST_DIGEST_MISMATCH", "TRUST_EXPIRED", "TRUST_ROLLBACK", "TRUST_UNVERIFIED"],
    schemas: async (): Promise<OperationSchemas> => (await trust()).importTrust,
  },
  {
    name: "trust.status",
    summary: "Show the age and expiry of what is trusted",
    help: "An expired or undated root is a finding: status 3.",
    examples: [{ command: "stella trust status --store /srv/stella", says: "the active root of a site" }],
    positionals: [],
    answers: "document",
    site: "optional",
    scopes: ["trust.read"],
    changesState: false,
    twoPersons: false,
    codes: ["FINDINGS", "TRUST_MISSING", "TRUST_MALFORMED"],
    schemas: async (): Promise<OperationSchemas> => (await trust()).status,
  },
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
    answers: "events",
    site: "required",
    scopes: ["log.write"],
    changesState: true,
    twoPersons: false,
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
    answers: "document",
    site: "required",
    scopes: ["log.read"],
    changesState: false,
    twoPersons: false,
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
    answers: "document",
    site: "required",
    scopes: ["log.read"],
    changesState: false,
    twoPersons: false,
    codes: ["LOG_MISSING", "NOT_PROVEN", "STORE_CORRUPT"],
    schemas: async (): Promise<OperationSchemas> => (await mirror()).prove,
  },
  {
    name: "mirror.fsck",
    summary: "Derive everything in the store again and name what is damaged",
    help: "Evidence is hashed again, every tile of every log is derived from its leaves, the audit chain is walked.",
    examples: [{ command: "stella mirror fsck --store /srv/stella", says: "the whole site" }],
    positionals: [],
    answers: "events",
    site: "unopened",
    scopes: ["log.read", "evidence.read", "audit.read"],
    changesState: false,
    twoPersons: false,
    codes: ["STORE_MISSING", "STORE_LOCKED", "STORE_CORRUPT"],
    schemas: async (): Promise<OperationSchemas> => (await mirror()).fsck,
  },
  {
    name: "gap.report",
    summary: "Compare what is expected with what is proven",
    help: "Expected are artifacts by digest, with the predicate types that must be proven about each: CSV (name,digest,predicate), JSON, or a CycloneDX bill of materials. All evidence about them, in files and in the site, is judged as by `attest verify`. The report counts every expected attestation, and says of each that is not proven why, and what the next medium must bring. Status 0 only when nothing is open.",
    examples: [
      {
        command: "stella gap report --expect bom.cdx.json --store /srv/stella",
        says: "against everything in the store",
      },
      {
        command: "stella gap report evidence/ --expect release.csv --key release.pub --save-report gaps.json",
        says: "against a folder of evidence, without a site",
      },
      {
        command:
          "stella gap report --expect bom.cdx.json --require-predicate https://slsa.dev/provenance/v1 --store /srv/stella --json",
        says: "every component needs provenance; the report as JSON",
      },
    ],
    positionals: ["evidence"],
    answers: "document",
    site: "optional",
    scopes: ["verify", "evidence.read", "trust.read", "log.read"],
    changesState: false,
    twoPersons: false,
    codes: ["FINDINGS", "INPUT_MALFORMED", "OUTPUT_REFUSED", "DISK_FULL", ...JUDGING, "STORE_CORRUPT"],
    schemas: async (): Promise<OperationSchemas> => (await gap()).report,
  },
  ...AUDIT_ROWS,
  ...OPERATOR_ROWS,
  {
    name: "conformance.verify-bundle",
    summary: "Answer the sigstore conformance suite",
    help: "The command line is the suite's own protocol. Status 0 only when verified. STELLA_CONFORMANCE_REPORT=FILE also writes the report, so that a crash can be told from a rejection.",
    examples: [
      {
        command:
          "stella conformance verify-bundle --bundle b.sigstore.json --key key.pub --trusted-root trusted_root.json a.txt",
        says: "a signer known by key",
      },
    ],
    positionals: ["artifact"],
    answers: "document",
    site: "none",
    scopes: ["verify"],
    changesState: false,
    twoPersons: false,
    codes: [...VERDICTS, "TRUST_MALFORMED", "TRUST_MISSING", "KEY_MALFORMED"],
    schemas: async (): Promise<OperationSchemas> => (await conformance()).verifyBundle,
  },
] as const satisfies readonly Operation[]

/** The name of an operation. */
export type OperationName = (typeof OPERATIONS)[number]["name"]

/** The row of a name. */
export function operationOf(name: string): (Operation & { readonly name: OperationName }) | undefined {
  return OPERATIONS.find(row => row.name === name)
}
