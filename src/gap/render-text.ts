/**
 * The gap report as text: what a compliance officer reads and prints. The denominator comes first, then what is to be
 * brought or done, then every gap by class with why. Digests are whole, nothing depends on terminal, locale or clock.
 */
import type { Moment } from "../formats/case.ts"
import { ACTIONS, type Action } from "./explain.ts"
import type { Counts } from "./coverage.ts"
import { GAP_CLASSES, type Closing, type Gap, type GapClass, type GapEvidence } from "./gap.ts"
import type { GapReport, SetAside, Unread } from "./gap-report.ts"

/**
 * Characters that hide or rewrite what stands on a page: controls, halves of pairs and private use (three classes that
 * Unicode never changes), and by number the marks of direction and others that are not seen. The open classes of
 * Unicode grow with its versions, and the text of a report must not.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Co}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{10ffff}]|[\ufe00-\ufe0f]/gu

function visible(text: string): string {
  return text.replace(UNSAFE, c => `\\u{${(c.codePointAt(0) as number).toString(16)}}`)
}

const KEY_WIDTH = 14

function row(key: string, value: string, indent = 2): string {
  return " ".repeat(indent) + key.padEnd(KEY_WIDTH) + visible(value)
}

/** Rows of one key: it stands before the first value only. */
function rows(key: string, values: readonly string[], indent = 2): string[] {
  return values.map((value, i) => row(i === 0 ? key : "", value, indent))
}

function many(n: number, one: string, more = `${one}s`): string {
  return `${String(n)} ${n === 1 ? one : more}`
}

function percent(perMille: number): string {
  return `${String((perMille - (perMille % 10)) / 10)}.${String(perMille % 10)} %`
}

function momentText({ earliest, latest, basis }: Moment): string {
  const known = basis.map(({ kind, id }) => `${kind} ${id}`).join(", ")
  return `${earliest === latest ? latest : `${earliest} to ${latest}`}${known === "" ? "" : ` (${known})`}`
}

function head({ scope, moment, policy, trust, heads, inputs, judgeVersion }: GapReport): string[] {
  const taken = trust.takenAt === null ? "of unknown date" : `taken ${trust.takenAt}`
  const age = trust.ageSeconds === null ? "" : `, ${many(Math.trunc(trust.ageSeconds / 86_400), "day")} old`
  const expires = trust.expires === null ? "expiry unknown" : `expires ${trust.expires}`
  const { expectations, evidence } = inputs
  return [
    "GAP REPORT",
    "",
    row("scope", scope),
    row("as at", momentText(moment)),
    row("policy", `${policy.id}, version ${String(policy.version)}, sha256:${policy.sha256}`),
    row("trust", `${trust.basis}, ${taken}${age}, ${expires}, sha256:${trust.sha256}`),
    ...rows(
      "root",
      trust.roots.map(sha256 => `sha256:${sha256}`),
    ),
    ...rows(
      "log head",
      heads.map(({ log, size, root, at }) => `${log}, ${size} entries, root ${root}, obtained ${at}`),
    ),
    row("expectations", `${expectations.format}, sha256:${expectations.sha256}`),
    row("evidence", `${many(evidence.documents, "document")} judged, sha256:${evidence.sha256}`),
    ...(evidence.other === 0 ? [] : [row("", `${many(evidence.other, "attestation")} about other artifacts`)]),
    ...(evidence.unread.length === 0 ? [] : [row("", `${many(evidence.unread.length, "document")} cannot be read`)]),
    row("judge", `version ${judgeVersion}`),
  ]
}

const COLUMNS = ["expected", "proven", "failed", "unproven", "missing"] as const

function countsRow(name: string, counts: Counts): string {
  const cells = COLUMNS.map(column => String(counts[column]).padStart(10)).join("")
  return `  ${cells}${percent(counts.provenPerMille).padStart(10)}  ${visible(name)}`
}

function coverage({ coverage: { artifacts, attestations, predicateTypes }, gaps }: GapReport): string[] {
  const { proven, expected, provenPerMille } = attestations
  return [
    `${String(proven)} of ${many(expected, "expected attestation")} proven (${percent(provenPerMille)}), ${many(gaps.length, "gap")}.`,
    "",
    `  ${COLUMNS.map(column => column.padStart(10)).join("")}${"proven %".padStart(10)}`,
    countsRow("artifacts", artifacts),
    countsRow("attestations", attestations),
    ...predicateTypes.map(counts => countsRow(`  ${typeText(counts.predicateType)}`, counts)),
  ]
}

function typeText(predicateType: string): string {
  return predicateType === "" ? "any predicate type" : predicateType
}

/** What each action asks for, and whether a medium brings it. */
const ASKS: Readonly<Record<Action, { readonly bring: boolean; readonly says: string }>> = {
  evidence: { bring: true, says: "evidence" },
  tiles: { bring: true, says: "tiles of the log" },
  checkpoint: { bring: true, says: "a newer checkpoint of the log, with its tiles" },
  trust: { bring: true, says: "newer trust: a root, or a producer's key" },
  artifact: { bring: false, says: "verify with the file at hand" },
  policy: { bring: false, says: "say in the policy or by flags who is expected to have signed" },
  clock: { bring: false, says: "check the time of this machine" },
  expectations: { bring: false, says: "give a SHA-256 in the list of expectations" },
  investigate: { bring: false, says: "hand it to the security officer" },
  none: { bring: false, says: "nothing by itself" },
}

function closingText({ action, digest, predicateType, log }: Closing): string {
  const parts = [
    ASKS[action].says,
    ...(predicateType === undefined ? [] : [`of type ${predicateType}`]),
    ...(digest === undefined ? [] : [`about ${digest}`]),
    ...(log === undefined ? [] : [`log ${log}`]),
  ]
  return parts.join(", ")
}

/** The actions of all gaps with how many gaps ask for each: an overview, not the list. */
function actions({ gaps }: GapReport): string[] {
  const lines = (bring: boolean): string[] =>
    ACTIONS.filter(action => ASKS[action].bring === bring).flatMap(action => {
      const asking = gaps.filter(({ closes }) => closes.some(closing => closing.action === action)).length
      return asking === 0 ? [] : [`  ${ASKS[action].says}: ${many(asking, "gap")}`]
    })
  const [brought, done] = [lines(true), lines(false)]
  return [
    ...(brought.length === 0 ? [] : ["", "The next medium must bring", ...brought]),
    ...(done.length === 0 ? [] : ["", "To be done here", ...done]),
  ]
}

function evidenceText({ sha256, item, verdict, code, predicateType }: GapEvidence): string {
  const type = predicateType === null ? "" : `, ${predicateType}`
  const because = code === null || code === "NOT_PROVEN" ? "" : ` ${code}`
  return `sha256:${sha256} item ${String(item)}, ${verdict}${because}${type}`
}

function gapRows(gap: Gap): string[] {
  const isArtifact = gap.class !== "trust-stale" && gap.class !== "mirror-stale"
  const closing = (bring: boolean): string[] =>
    gap.closes.filter(({ action }) => ASKS[action].bring === bring).map(closingText)
  return [
    "",
    `  ${gap.id}  ${gap.severity}`,
    ...rows(isArtifact ? "artifact" : "about", gap.names, 4),
    ...rows("", gap.purls, 4),
    row("subject", gap.subject, 4),
    ...(isArtifact ? [] : [row("rule", gap.qualifier, 4)]),
    ...(isArtifact && gap.class !== "digest-weak" ? [row("requires", typeText(gap.qualifier), 4)] : []),
    ...rows("controls", gap.controls, 4),
    ...gap.why.flatMap(({ reason, says, remedy }) => [
      row("why", `${says}${reason === null ? "" : ` [${reason}]`}`, 4),
      row("", remedy, 4),
    ]),
    ...gap.evidence.flatMap(evidence => [
      row("evidence", evidenceText(evidence), 4),
      row("", `report sha256:${evidence.report}`, 4),
      ...(evidence.unmet.length === 0 ? [] : [row("", `not met: ${evidence.unmet.join(", ")}`, 4)]),
      ...(evidence.checks.length === 0 ? [] : [row("", `see checks: ${evidence.checks.join(", ")}`, 4)]),
    ]),
    ...rows("bring", closing(true), 4),
    ...rows("do", closing(false), 4),
  ]
}

function classRows(gapClass: GapClass, gaps: readonly Gap[]): string[] {
  if (gaps.length === 0) return []
  const { title } = GAP_CLASSES[gapClass]
  return ["", `${gapClass.toUpperCase()} (${String(gaps.length)}): ${title}`, ...gaps.flatMap(gapRows)]
}

function asideRows(setAside: readonly SetAside[]): string[] {
  if (setAside.length === 0) return []
  return [
    "",
    `SET ASIDE (${String(setAside.length)}): evidence that is not proven, and for which no gap stands`,
    ...setAside.flatMap(({ subject, evidence }) => [
      "",
      row("subject", subject, 4),
      row("evidence", evidenceText(evidence), 4),
      row("", `report sha256:${evidence.report}`, 4),
    ]),
  ]
}

function unreadRows(unread: readonly Unread[]): string[] {
  if (unread.length === 0) return []
  return [
    "",
    `NOT READ (${String(unread.length)}): documents among the evidence that are none, or damaged; they count for nothing`,
    "",
    ...unread.flatMap(({ sha256, name, reason, where }) => [
      row("document", `${name}: ${reason}${where === "" ? "" : ` at ${where}`}`, 4),
      ...(sha256 === null ? [] : [row("", `sha256:${sha256}`, 4)]),
    ]),
  ]
}

/** The order of gaps on the page: by what they are about, so that the gaps of one artifact stand together. */
function inReadingOrder(gaps: readonly Gap[]): readonly Gap[] {
  const keyOf = ({ subject, qualifier }: Gap): string => `${subject} ${qualifier}`
  return [...gaps].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The report as lines of text, each ended by a line feed. Equal reports give equal text. */
export function renderGapReport(report: GapReport): string {
  const gaps = inReadingOrder(report.gaps)
  const classes = Object.keys(GAP_CLASSES) as GapClass[]
  const lines = [
    ...head(report),
    "",
    ...coverage(report),
    ...actions(report),
    ...classes.flatMap(name => {
      return classRows(
        name,
        gaps.filter(gap => gap.class === name),
      )
    }),
    ...asideRows(report.setAside),
    ...unreadRows(report.inputs.evidence.unread),
  ]
  return lines.map(line => line.trimEnd() + "\n").join("")
}
