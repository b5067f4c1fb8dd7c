/** `attest inspect|list|fetch|import` as text. */
import { fromBase64 } from "../../../src/kernel/bytes.ts"
import type * as attest from "../../../ui/contract/operations/attest.ts"
import { printable, type Paint } from "../printable.ts"
import type { Rendered } from "./index.ts"
import { lines, many, row, type Shown } from "./lines.ts"

/** Subjects shown of one statement; the rest is counted. */
const MOST_SUBJECTS = 20

type Item = attest.InspectedItem

function signerRows(signer: Item["signer"]): string[] {
  switch (signer.kind) {
    case "key":
      return [row("signer", `a key known to the verifier, hint ${JSON.stringify(signer.hint)}`)]
    case "envelope":
      return signer.keyIds.map(id => row("signer", `key id ${JSON.stringify(id)}`))
    case "malformed":
      return [row("signer", `certificate cannot be read: ${signer.reason} at ${signer.where}`)]
    case "certificate":
      return [
        ...signer.names.map(({ type, value }) => row("identity", `${value} (${type})`)),
        row("issuer", signer.issuer ?? "none"),
        row("certificate", `sha256:${signer.sha256}`),
        row("valid", `${signer.notBefore} to ${signer.notAfter}`),
      ]
  }
}

function contentRows(content: Item["content"]): string[] {
  switch (content.kind) {
    case "message":
      return [row("signed", `the artifact itself${content.digest === null ? "" : `, ${content.digest}`}`)]
    case "payload":
      return [row("signed", `${many(content.bytes, "byte")} of ${content.payloadType}`)]
    case "malformed":
      return [row("signed", `a statement that cannot be read: ${content.reason} at ${content.where}`)]
    case "statement": {
      const shown = content.subjects.slice(0, MOST_SUBJECTS)
      const more = content.subjects.length - shown.length
      return [
        row("predicate", content.predicateType),
        ...shown.map(s => row("subject", `${s.name ?? "(no name)"}  ${s.digests.join(" ")}`)),
        ...(more > 0 ? [row("", `and ${many(more, "more subject")}`)] : []),
      ]
    }
  }
}

function itemRows(item: Item): string[] {
  return [
    ...signerRows(item.signer),
    ...contentRows(item.content),
    row("signatures", String(item.signatures)),
    ...item.entries.map(entry => {
      const proof =
        entry.proofOfSize === null ? "no inclusion proof" : `inclusion proof in a tree of ${entry.proofOfSize}`
      const promise = entry.promise ? ", inclusion promise" : ""
      return row("log entry", `${entry.kind} ${entry.version}, index ${entry.index}, ${proof}${promise}`)
    }),
    row("timestamps", String(item.timestamps)),
  ]
}

export function inspect(event: Shown<attest.Inspect["output"]>, paint: Paint): Rendered {
  return lines(
    row("evidence", `${event.form}, ${many(event.bytes, "byte")}, ${many(event.items.length, "attestation")}`),
    row("sha256", event.sha256),
    event.items.flatMap((item, i) =>
      (event.items.length > 1 ? ["", `attestation ${String(i)}`] : []).concat(itemRows(item)),
    ),
    paint.dim("Nothing shown here has been verified."),
  )
}

export function list(event: Shown<attest.List["output"]>, paint: Paint): Rendered {
  if (event.type === "summary") {
    const { total, next } = event
    return lines(
      paint.dim(many(total, "piece", "pieces") + " of evidence"),
      ...(next === null ? [] : [paint.dim(`more with --after ${next}`)]),
    )
  }
  const { sha256, form, bytes, importedAt, subjects } = event.evidence
  const about = subjects.find(s => s.startsWith("sha256:")) ?? subjects[0] ?? "(its artifact is not named)"
  const more = subjects.length > 1 ? ` and ${many(subjects.length - 1, "more digest")}` : ""
  return lines(`sha256:${sha256}  ${form}  ${String(bytes)}  ${importedAt}  ${printable(about)}${more}`)
}

export function fetch(event: Shown<attest.Fetch["output"]>): Rendered {
  const [first] = event.evidence
  // One piece and no folder: the exact bytes, so that a redirection gives the file.
  if (first?.base64 !== undefined && first.base64 !== null) return fromBase64(first.base64) ?? new Uint8Array()
  return lines(event.evidence.map(({ file }) => printable(file ?? "")))
}

export function importEvidence(event: Shown<attest.Import["output"]>, paint: Paint): Rendered {
  if (event.type === "summary") {
    const { added, known, rejected, total } = event
    return lines(
      `${String(added)} added, ${String(known)} known, ${String(rejected)} rejected, of ${many(total, "document")}`,
    )
  }
  const place = printable(event.file) + (event.line === null ? "" : `:${String(event.line)}`)
  if (event.sha256 === null)
    return lines(`${paint.bad("rejected")}  ${place}  ${event.code ?? ""} ${printable(event.message ?? "")}`)
  return lines(`${event.known ? "known   " : "added   "}  ${place}  sha256:${event.sha256}`)
}
