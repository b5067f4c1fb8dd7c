/** Every screen in every state that is designed for it: where it is, in which scene, and what shows that it is there. */

import { digest } from "../../../ui/app/gallery/fixtures.ts"

/** A screen in a state. */
export interface Scenery {
  readonly screen: string
  readonly state: "ready" | "first-run" | "loading" | "empty" | "partial" | "failed"
  readonly scene: string
  readonly place: string
  /** A selector of what must be seen. */
  readonly shows: string
}

const JOB = "0".repeat(32)
/** The second of the gallery's operators. */
const OPERATOR = digest(62)
/** The first of its authorities. */
const AUTHORITY = `certificate-authority ${digest(60)} 2030-01-01T00:00:00Z`
const of = (state: Scenery["state"]): string => `[data-state="${state}"]`

function states(
  screen: string,
  places: Partial<Record<Scenery["state"], readonly [scene: string, place: string]>>,
  ready: string,
): Scenery[] {
  return (Object.keys(places) as Scenery["state"][]).map(state => {
    const [scene, place] = places[state] ?? ["", ""]
    return { screen, state, scene, place, shows: state === "ready" ? ready : of(state) }
  })
}

/** The places of a screen whose scenes have the names of its states. */
function plain(place: string): Record<Scenery["state"], readonly [string, string]> {
  return {
    ready: ["ready", place],
    "first-run": ["first-run", place],
    loading: ["loading", place],
    empty: ["empty", place],
    partial: ["partial", place],
    failed: ["failed", place],
  }
}

const verify = plain(`#/verify?job=${JOB}`)
const bulk = plain(`#/bulk?job=${JOB}`)
const gaps = plain(`#/gaps?job=${JOB}`)

/** All of them. The login and the manual have tests of their own: what they show does not come from an operation. */
export const SCENERY: readonly Scenery[] = [
  ...states("posture", plain("#/posture"), ".cards .figure"),
  ...states(
    "evidence",
    { ...plain("#/evidence"), empty: ["empty", `#/evidence?subject=sha256:${"a".repeat(64)}`] },
    '[role="row"][aria-rowindex="5"]',
  ),
  ...states("verify", { ...verify, "first-run": ["ready", "#/verify"] }, '[role="row"][aria-rowindex="5"]'),
  ...states("bulk", { ...bulk, "first-run": ["ready", "#/bulk"] }, '[role="row"][aria-rowindex="5"]'),
  ...states(
    "reports",
    {
      ...plain("#/reports"),
      empty: ["ready", "#/reports?state=running"],
      partial: ["partial", `#/reports?job=${JOB}`],
    },
    '[role="row"][aria-rowindex="3"]',
  ),
  ...states("mirror", plain("#/mirror"), ".facts .digest"),
  ...states("gaps", { ...gaps, "first-run": ["ready", "#/gaps"] }, ".gap"),
  ...states("trust", plain("#/trust"), '[role="row"][aria-rowindex="4"]'),
  ...states(
    "audit",
    { ...plain("#/audit"), empty: ["ready", "#/audit?actor=nobody"] },
    '[role="row"][aria-rowindex="5"]',
  ),
  ...states(
    "operators",
    { ...plain("#/operators"), empty: ["ready", "#/operators?text=nobody"] },
    '[role="row"][aria-rowindex="5"]',
  ),
  ...states(
    "settings",
    {
      ready: ["ready", "#/settings"],
      loading: ["loading", "#/settings"],
      empty: ["empty", "#/settings"],
      failed: ["failed", "#/settings"],
    },
    ".choices",
  ),
]

/** Things that open over a screen, by the place or the keys that open them. */
export const OPENED: readonly {
  readonly name: string
  readonly place: string
  readonly keys?: string
  readonly shows: string
  /** Another scene than the one with everything in it. */
  readonly scene?: string
}[] = [
  { name: "report-failed", place: `#/bulk?job=${JOB}&n=3`, shows: ".verdict-panel.failed" },
  { name: "report-proven", place: `#/bulk?job=${JOB}&n=1`, shows: ".verdict-panel.proven" },
  { name: "report-unproven", place: `#/bulk?job=${JOB}&n=5`, shows: ".verdict-panel.unproven" },
  { name: "evidence", place: `#/evidence?open=${"b".repeat(64)}`, shows: "dialog.drawer .facts" },
  { name: "import", place: "#/evidence?do=attest.import", shows: "dialog.sheet .drop" },
  { name: "import-refused", place: "#/evidence?do=attest.import", shows: "dialog .refused", scene: "reader" },
  { name: "trust-import", place: "#/trust?do=trust.import", shows: "dialog.sheet .drop" },
  { name: "authority", place: `#/trust?open=${encodeURIComponent(AUTHORITY)}`, shows: "dialog.drawer .facts" },
  { name: "ingest", place: "#/mirror?do=mirror.ingest", shows: "dialog.sheet .drop" },
  { name: "ingested", place: `#/mirror?ingest=${JOB}`, shows: "section .card[role=status]" },
  { name: "ingest-failed", place: `#/mirror?ingest=${JOB}`, shows: '[data-state="failed"]', scene: "partial" },
  { name: "fsck", place: `#/mirror?fsck=${JOB}`, shows: "section .card[role=status]" },
  { name: "fsck-damaged", place: `#/mirror?fsck=${JOB}`, shows: ".plain-table tbody tr", scene: "partial" },
  { name: "enrol", place: "#/operators?do=operator.add", shows: "dialog.sheet .drop" },
  { name: "key", place: "#/operators?do=operator.key", shows: "dialog.sheet input[type=password]" },
  { name: "operator", place: `#/operators?open=${OPERATOR}`, shows: "dialog.drawer form" },
  { name: "operators-refused", place: "#/operators", shows: '[data-state="empty"]', scene: "reader" },
  { name: "mirror-refused", place: "#/mirror", shows: ".refused", scene: "reader" },
  { name: "record", place: "#/audit?open=400", shows: "dialog.drawer .facts" },
  { name: "one-report", place: `#/reports?job=${JOB}`, shows: '[role="row"][aria-rowindex="5"]' },
  { name: "palette", place: "#/posture", keys: "Control+k", shows: "dialog.palette li" },
  { name: "help", place: "#/posture", keys: "?", shows: "dialog .keys" },
]
