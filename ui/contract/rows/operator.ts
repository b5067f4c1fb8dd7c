/** The rows of `operator`: who may use a site. */
import type { Operation, OperationSchemas } from "../operation.ts"
import { CHANGES, SHOWS, STREAMS } from "./kinds.ts"

const operator = async () => import("../operations/operator.ts")

export const OPERATOR_ROWS = [
  {
    name: "operator.key",
    summary: "Make an operator's own key under a passphrase",
    help: "Each operator makes their own key, where they work, and gives the public half (FILE.pub) to an administrator. The key file is PKCS#8 under the passphrase, readable by its owner only; window and command line open it. The passphrase is asked for twice, or comes from a file or a descriptor; never from an argument or a variable. A lost passphrase cannot be recovered: make a new key and have it enrolled.",
    examples: [
      { command: "stella operator key kim.key", says: "makes kim.key and kim.key.pub; asks for the passphrase" },
      {
        command: "stella operator key kim.key --passphrase-file kim.pass",
        says: "takes the passphrase from a file of your own",
      },
    ],
    positionals: ["out"],
    ...SHOWS,
    site: "none",
    scopes: [],
    codes: ["OUTPUT_REFUSED", "DISK_FULL", "KEY_UNAVAILABLE", "KEY_REFUSED"],
    schemas: async (): Promise<OperationSchemas> => (await operator()).key,
  },
  {
    name: "operator.add",
    summary: "Enrol an operator with a name, roles and their public key",
    help: "An administrator enrols operators and chooses what is trusted; an operator brings in evidence and logs, and verifies; an auditor reads everything and changes nothing. A name is held by one enabled operator at a time, and a key is enrolled once and for all.",
    examples: [
      {
        command: "stella operator add kim --role operator --public-key kim.key.pub --store /srv/stella",
        says: "may bring in evidence and verify it",
      },
      {
        command:
          "stella operator add rita --role administrator --role operator --public-key rita.key.pub --store /srv/stella",
        says: "both roles, for a small site",
      },
    ],
    positionals: ["name"],
    ...CHANGES,
    site: "required",
    scopes: ["operator.write"],
    codes: ["OPERATOR_EXISTS", "KEY_MALFORMED", "KEY_ALGORITHM_UNSUPPORTED"],
    schemas: async (): Promise<OperationSchemas> => (await operator()).add,
  },
  {
    name: "operator.list",
    summary: "List who is enrolled, in which roles, and who is disabled",
    help: "Disabled operators stay in the list, because audit records name them. The id of an operator is the SHA-256 of their public key.",
    examples: [{ command: "stella operator list --store /srv/stella", says: "everybody, by name" }],
    positionals: [],
    ...STREAMS,
    site: "required",
    scopes: ["operator.read"],
    codes: [],
    schemas: async (): Promise<OperationSchemas> => (await operator()).list,
  },
  {
    name: "operator.disable",
    summary: "Take away an operator's access, at once and for good",
    help: "Their sessions end with it. The row stays, and the key is never enrolled again; the same person comes back with a new key. The last administrator cannot be disabled.",
    examples: [
      { command: "stella operator disable kim --store /srv/stella", says: "who has left, or has lost their key" },
    ],
    positionals: ["name"],
    ...CHANGES,
    site: "required",
    scopes: ["operator.write"],
    codes: ["OPERATOR_MISSING", "LAST_ADMINISTRATOR"],
    schemas: async (): Promise<OperationSchemas> => (await operator()).disable,
  },
] as const satisfies readonly Operation[]
