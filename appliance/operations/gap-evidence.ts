/**
 * The evidence that a gap report looks at: what lies in the files and folders that the user names, and what the site
 * holds. Each attestation is judged about every expected artifact that it is about by its own words, and about no
 * other: being about something else is no fault of it.
 */
import { detectForm, parseEvidence, type Evidence } from "../../src/formats/evidence.ts"
import type { Expectation } from "../../src/gap/expectation.ts"
import type { Unread } from "../../src/gap/gap-report.ts"
import { toHex } from "../../src/kernel/bytes.ts"
import type { Fault } from "../../src/kernel/reasons.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { Context } from "./context.ts"
import { evidenceDocuments, type EvidenceDocument, type UnreadableDocument } from "./evidence-documents.ts"
import { digestNames, statementOf } from "./evidence-view.ts"
import type { Grounds } from "./judging/basis.ts"
import type { Task } from "./judging/task.ts"
import { everyItem } from "./pages.ts"

/** Something to judge; its artifact is named by the subject of the expectation that it may meet. */
export type ExpectedTask = Task & { readonly evidence: { readonly sha256: string } }

/** What the words of an attestation lead to: artifacts by digest, or a fault. */
function claimsOf(evidence: Evidence): readonly string[] | Fault {
  const { content } = evidence
  if (content.kind === "message") {
    const { digest } = content
    return digest === undefined ? [] : [`${digest.hash}:${toHex(digest.digest)}`]
  }
  const statement = statementOf(evidence)
  if (statement === undefined) return []
  if (!statement.ok) return statement.error
  return statement.value.subjects.flatMap(({ digest }) => digestNames(digest))
}

/** Finds evidence about expected artifacts. What it counts is complete when its tasks have been read to their end. */
export class ExpectedEvidence {
  readonly unread: Unread[] = []
  readonly #byDigest = new Map<string, Expectation>()
  readonly #seen = new Set<string>()
  readonly #grounds: Grounds
  readonly #context: Context
  #other = 0

  constructor(expectations: readonly Expectation[], grounds: Grounds, context: Context) {
    this.#grounds = grounds
    this.#context = context
    for (const expectation of expectations)
      for (const digest of digestNames(expectation.digests)) this.#byDigest.set(digest, expectation)
  }

  /** Attestations that are about no expected artifact, counted where they were found. */
  get other(): number {
    return this.#other
  }

  /**
   * Tasks over files and folders, in the order they are named.
   * @throws StellaError INPUT_UNREADABLE: what cannot be read could hold what is then reported as missing
   */
  async *inFiles(paths: readonly string[]): AsyncGenerator<ExpectedTask> {
    const { files, signal } = this.#context
    for await (const document of evidenceDocuments(paths, files, signal))
      if ("bytes" in document) yield* this.#inDocument(document)
      else this.#refused(document)
  }

  /**
   * Tasks over what the site holds, expectation by expectation.
   * @throws StellaError STORE_CORRUPT
   */
  async *inSite(): AsyncGenerator<ExpectedTask> {
    const { site, signal } = this.#context
    if (site === undefined) return
    const documents = new Set<string>()
    for (const digest of this.#byDigest.keys())
      for await (const { sha256 } of everyItem(page => site.evidence.bySubject(digest, page), signal)) {
        if (documents.has(sha256)) continue
        documents.add(sha256)
        const { bytes } = unwrap(await site.evidence.get(sha256))
        yield* this.#inDocument({ file: `sha256:${sha256}`, line: null, bytes })
      }
    for await (const { sha256, items } of everyItem(page => site.evidence.list(page), signal))
      if (!documents.has(sha256)) this.#other += items
  }

  #refused({ file, line, error }: UnreadableDocument): void {
    const { reason, where } = error.detail
    if (error.code !== "EVIDENCE_MALFORMED") throw error
    const fault = { reason: reason as Fault["reason"], where: String(where) }
    this.unread.push({ sha256: null, name: nameOf(file, line), ...fault })
  }

  async *#inDocument({ file, line, bytes }: EvidenceDocument): AsyncGenerator<ExpectedTask> {
    const sha256 = toHex(this.#context.crypto.hash("sha256", bytes))
    const name = nameOf(file, line)
    const detected = detectForm(bytes)
    if (!detected.ok) {
      this.unread.push({ sha256, name, ...detected.error })
      return
    }
    const { form, items } = detected.value
    for (let item = 0; item < items; item++) {
      const parsed = parseEvidence(form, item, bytes)
      const claims = parsed.ok ? claimsOf(parsed.value) : parsed.error
      if (!parsed.ok || "reason" in claims) {
        this.unread.push({ sha256, name, ...(claims as Fault) })
        continue
      }
      yield* this.#about(claims, parsed.value, { evidence: { name, sha256, item }, bytes, form })
    }
  }

  async *#about(
    claims: readonly string[],
    evidence: Evidence,
    found: { readonly evidence: ExpectedTask["evidence"]; bytes: Uint8Array; form: Evidence["form"] },
  ): AsyncGenerator<ExpectedTask> {
    const expectations = new Set(claims.flatMap(claim => this.#byDigest.get(claim) ?? []))
    if (expectations.size === 0) this.#other++
    let logProofs: readonly Uint8Array[] | undefined
    for (const { subject, digests } of expectations) {
      const { sha256, item } = found.evidence
      const key = `${sha256}/${String(item)}/${subject}`
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      logProofs ??= await this.#grounds.site.proofsFor(evidence)
      const input = { evidence: found.bytes, form: found.form, item, digests, logProofs }
      yield { artifact: { name: subject, sha256: digests["sha256"] ?? null }, evidence: found.evidence, input }
    }
  }
}

function nameOf(file: string, line: number | null): string {
  return line === null ? file : `${file}:${String(line)}`
}
