/**
 * Where in the console each operation is done: the third face beside the command line and the routes. The console takes
 * its screens, their letters and what may be done on them from here; the table of parity is printed from it, and a test
 * goes to every place in a real window and does the operation there. So an operation that is listed and cannot be reached
 * fails, and so does one that is nowhere listed.
 */
import type { OperationName } from "./operations.ts"

/** The screens in the order of the rail: the letter after `g`, and what the table of parity calls them. */
export const SCREENS = {
  posture: { letter: "p", title: "Posture" },
  evidence: { letter: "e", title: "Evidence" },
  verify: { letter: "v", title: "Verify" },
  bulk: { letter: "b", title: "Bulk verification" },
  reports: { letter: "r", title: "Reports" },
  mirror: { letter: "m", title: "Mirror" },
  gaps: { letter: "g", title: "Gaps" },
  trust: { letter: "t", title: "Trust" },
  audit: { letter: "l", title: "Audit journal" },
  operators: { letter: "o", title: "Operators" },
  settings: { letter: "s", title: "Settings" },
  manual: { letter: "h", title: "Manual" },
} as const satisfies Readonly<Record<string, { readonly letter: string; readonly title: string }>>

/** The name of a screen in the address. */
export type ScreenName = keyof typeof SCREENS

/** A place in the window. */
export interface Place {
  readonly screen: ScreenName
  /** What is opened on the screen first, if anything: `a piece of evidence`. */
  readonly inside?: string
  /** The name of the control that does it; none where opening the view already asks. */
  readonly control?: string
}

/** Not in the window: the command is copied instead. Each says why; a window that could do it would have to. */
export interface Elsewhere {
  readonly why: string
}

/** One place for each operation. */
export const PLACES = {
  init: { why: "a window is served by a service, and a service owns one site, which is there before it starts" },
  status: { screen: "posture" },
  "attest.verify": { screen: "verify", control: "Verify" },
  "attest.inspect": { screen: "evidence", inside: "a piece of evidence" },
  "attest.list": { screen: "evidence" },
  "attest.fetch": { screen: "evidence", inside: "a piece of evidence", control: "Save the evidence" },
  "attest.replay": { screen: "reports", inside: "a report", control: "Replay" },
  "attest.import": { screen: "evidence", control: "Import evidence" },
  "trust.show": { screen: "trust" },
  "trust.import": { screen: "trust", control: "Import trust" },
  "trust.status": { screen: "trust" },
  "mirror.ingest": { screen: "mirror", control: "Bring in a log" },
  "mirror.head": { screen: "mirror" },
  "mirror.prove": { screen: "mirror", control: "Prove" },
  "mirror.find": { screen: "mirror", control: "Find" },
  "mirror.fsck": { screen: "mirror", control: "Check everything" },
  "gap.report": { screen: "gaps", control: "Make the report" },
  "audit.list": { screen: "audit" },
  "audit.verify": { screen: "audit" },
  "operator.key": { screen: "operators", control: "Make a key" },
  "operator.add": { screen: "operators", control: "Enrol an operator" },
  "operator.list": { screen: "operators" },
  "operator.disable": { screen: "operators", inside: "an operator", control: "Disable" },
  "conformance.verify-bundle": {
    why: "the command line is the suite's own protocol, spoken by its runner; a person asks `attest verify`",
  },
} as const satisfies Readonly<Record<OperationName, Place | Elsewhere>>

/** The name of an operation that is done in the window. */
export type Windowed = { [N in OperationName]: (typeof PLACES)[N] extends Place ? N : never }[OperationName]

/** The name of an operation that a control of the window does. */
export type Controlled = {
  [N in OperationName]: (typeof PLACES)[N] extends { readonly control: string } ? N : never
}[OperationName]
