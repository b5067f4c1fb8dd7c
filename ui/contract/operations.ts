/**
 * The one list of operations. Rows are plain data and each names the module of its schemas, which is loaded only by
 * the face that needs it: `stella help` prints this list without a schema library. Nouns with many verbs have their rows
 * in `rows/`.
 */
import type { Operation, OperationSchemas } from "./operation.ts"
import { ATTEST_ROWS } from "./rows/attest.ts"
import { AUDIT_ROWS } from "./rows/audit.ts"
import { JUDGING, VERDICTS } from "./rows/codes.ts"
import { MIRROR_ROWS } from "./rows/mirror.ts"
import { OPERATOR_ROWS } from "./rows/operator.ts"
import { TRUST_ROWS } from "./rows/trust.ts"
import { CHANGES, SHOWS } from "./rows/kinds.ts"

const conformance = async () => import("./operations/conformance.ts")
const gap = async () => import("./operations/gap.ts")
const site = async () => import("./operations/site.ts")

export const OPERATIONS = [
  {
    name: "init",
    summary: "Make a new site",
    help: "A site is a folder with a store: evidence, mirrored logs, trust and the audit chain. It is never made by accident: every other command refuses a folder that is not a site. Until trust is imported it goes by the built-in public-good root.",
    examples: [{ command: "stella init /srv/stella", says: "make a site there" }],
    positionals: ["dir"],
    ...CHANGES,
    site: "new",
    scopes: ["site.create"],
    codes: ["STORE_EXISTS", "STORE_LOCKED", "DISK_FULL"],
    schemas: async (): Promise<OperationSchemas> => (await site()).init,
  },
  {
    name: "status",
    summary: "Show what a site holds and what needs attention",
    help: "Findings (an expired root, stale trust) end with status 3 and say what would close them.",
    examples: [{ command: "stella status --store /srv/stella", says: "counts, log heads, trust and findings" }],
    positionals: [],
    ...SHOWS,
    site: "required",
    scopes: ["site.read"],
    codes: ["FINDINGS"],
    schemas: async (): Promise<OperationSchemas> => (await site()).status,
  },
  ...ATTEST_ROWS,
  ...TRUST_ROWS,
  ...MIRROR_ROWS,
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
    ...SHOWS,
    site: "optional",
    scopes: ["verify", "evidence.read", "trust.read", "log.read"],
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
    ...SHOWS,
    site: "none",
    scopes: ["verify"],
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
