/** The rows of `attest`: verifying evidence, and keeping it. */
import type { Operation, OperationSchemas } from "../operation.ts"
import { JUDGING, VERDICTS } from "./codes.ts"
import { SHOWS, STREAMS, WORKS } from "./kinds.ts"

const attest = async () => import("../operations/attest.ts")

export const ATTEST_ROWS = [
  {
    name: "attest.verify",
    summary: "Say what is proven about artifacts, and what is not",
    help: "Every check runs and is shown, also after one has failed. The verdict is proven, failed or unproven: a missing proof is unproven. No network is used. Without an identity (or a policy that accepts any) nothing is proven. One piece of evidence ends with the status of its own code, many end with 0 only when all are proven, else 3.",
    examples: [
      {
        command:
          "stella attest verify app.tar.gz --certificate-identity https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main --certificate-oidc-issuer https://token.actions.githubusercontent.com",
        says: "the evidence is app.tar.gz.sigstore.json beside the file",
      },
      {
        command: "stella attest verify sha256:9f2c…41aa --bundle app.sigstore.json --key release.pub",
        says: "an artifact known by its digest, a signer known by key",
      },
      {
        command: "stella attest verify --store /srv/stella --policy site.json --json",
        says: "everything in the store, as JSON lines",
      },
      {
        command:
          "stella attest verify app.bin --bundle app.json --key release.pub --at 2031-04-02T10:11:09Z --save-case case/",
        says: "judge as at a time and keep the case for replay",
      },
    ],
    positionals: ["artifacts"],
    ...STREAMS,
    site: "optional",
    scopes: ["verify", "evidence.read", "trust.read", "log.read"],
    codes: ["FINDINGS", ...VERDICTS, "SPLIT_VIEW", "EVIDENCE_MISSING", ...JUDGING],
    schemas: async (): Promise<OperationSchemas> => (await attest()).verify,
  },
  {
    name: "attest.inspect",
    summary: "Show what a piece of evidence says, without judging it",
    help: "Nothing shown is verified. Use it to see which identity, issuer, subjects and log entries a piece of evidence claims before asking for them in `attest verify`.",
    examples: [
      { command: "stella attest inspect app.sigstore.json", says: "a file" },
      { command: "stella attest inspect sha256:9f2c…41aa --store /srv/stella", says: "evidence in a store" },
    ],
    positionals: ["evidence"],
    ...SHOWS,
    site: "optional",
    scopes: ["evidence.read"],
    codes: ["EVIDENCE_MALFORMED", "EVIDENCE_MISSING"],
    schemas: async (): Promise<OperationSchemas> => (await attest()).inspect,
  },
  {
    name: "attest.list",
    summary: "List the evidence in a store",
    help: "Evidence is addressed by the SHA-256 of its exact bytes. The subjects shown are what it claims, not what is proven.",
    examples: [
      { command: "stella attest list --store /srv/stella", says: "everything" },
      {
        command: "stella attest list --store /srv/stella --subject sha256:9f2c…41aa",
        says: "what is about one artifact",
      },
    ],
    positionals: [],
    ...STREAMS,
    site: "required",
    scopes: ["evidence.read"],
    codes: [],
    schemas: async (): Promise<OperationSchemas> => (await attest()).list,
  },
  {
    name: "attest.fetch",
    summary: "Copy evidence out of a store, byte for byte",
    help: "Files are never overwritten.",
    examples: [
      {
        command: "stella attest fetch sha256:9f2c…41aa --store /srv/stella > app.sigstore.json",
        says: "one piece of evidence",
      },
      {
        command: "stella attest fetch sha256:9f2c…41aa --store /srv/stella --out evidence/",
        says: "all evidence about an artifact",
      },
    ],
    positionals: ["digest"],
    ...SHOWS,
    site: "required",
    scopes: ["evidence.read"],
    codes: ["EVIDENCE_MISSING", "STORE_CORRUPT"],
    schemas: async (): Promise<OperationSchemas> => (await attest()).fetch,
  },
  {
    name: "attest.replay",
    summary: "Judge a saved case again and compare the report, byte for byte",
    help: "The case closure holds everything the verdict depended on; nothing else is read, not the clock either.",
    examples: [{ command: "stella attest replay case/", says: "a folder made by `attest verify --save-case case/`" }],
    positionals: ["case"],
    ...SHOWS,
    site: "optional",
    scopes: ["verify"],
    codes: ["REPLAY_DIFFERS", "NOT_COMPARABLE", "CLOSURE_BROKEN", "INPUT_MALFORMED", "EVIDENCE_MISSING"],
    schemas: async (): Promise<OperationSchemas> => (await attest()).replay,
  },
  {
    name: "attest.import",
    summary: "Bring evidence into a store",
    help: "The exact bytes are kept. What no parser accepts is rejected by name and not kept; the rest is imported and the command ends with status 3. Importing says nothing about whether evidence is true.",
    examples: [
      {
        command: "stella attest import evidence/ --store /srv/stella",
        says: "every .json and .jsonl file of a folder",
      },
    ],
    positionals: ["files"],
    ...WORKS,
    site: "required",
    scopes: ["evidence.write"],
    codes: ["FINDINGS", "DISK_FULL"],
    schemas: async (): Promise<OperationSchemas> => (await attest()).importEvidence,
  },
] as const satisfies readonly Operation[]
