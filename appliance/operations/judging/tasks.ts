/**
 * From what the user names to what is judged. Evidence for an artifact is the one named by `--bundle`, else what lies
 * beside the file, else what the store has about its digest. Evidence without an artifact is judged about the artifact
 * that it names itself, which is then what the answer speaks of.
 */
import { detectForm, parseEvidence, type Evidence, type EvidenceForm } from "../../../src/formats/evidence.ts"
import { toHex } from "../../../src/kernel/bytes.ts"
import { StellaError } from "../../../src/kernel/errors.ts"
import { unwrap } from "../../../src/kernel/result.ts"
import type { Context } from "../context.ts"
import { evidenceDocuments, type EvidenceDocument } from "../evidence-documents.ts"
import { statementOf } from "../evidence-view.ts"
import { everyItem } from "../pages.ts"
import { absentArtifact, artifactFile, digestIn, type Artifact } from "./artifact.ts"
import { BESIDE } from "./beside.ts"
import type { Basis, Grounds } from "./basis.ts"
import type { SiteEvidence } from "./site-evidence.ts"
import { claimedDigests, needsArtifact, type Digests, type NoTask, type Task } from "./task.ts"

/** What a user names. */
export interface Named {
  readonly artifacts: readonly string[]
  readonly bundle: string | undefined
}

const NO_EVIDENCE: Task["evidence"] = { name: "", sha256: null, item: 0 }

/** One attestation of a document. A document of no known form is judged as a bundle, which then says what is wrong. */
interface Item {
  readonly name: string
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly form: EvidenceForm
  readonly item: number
}

function* itemsOf(document: EvidenceDocument, { crypto }: Context): Generator<Item> {
  const { file, line, bytes } = document
  const name = line === null ? file : `${file}:${String(line)}`
  const detected = detectForm(bytes)
  const { form, items } = detected.ok ? detected.value : ({ form: "bundle", items: 1 } as const)
  const sha256 = toHex(crypto.hash("sha256", bytes))
  for (let item = 0; item < Math.max(items, 1); item++) yield { name, bytes, sha256, form, item }
}

/** The first artifact that evidence names itself, under its digests. */
function claimedArtifact(evidence: Evidence | undefined): Artifact {
  if (evidence === undefined) return absentArtifact("", {})
  const statement = statementOf(evidence)
  const subject = statement?.ok === true ? statement.value.subjects[0] : undefined
  const digests = claimedDigests(evidence, subject?.digest)
  const [first] = Object.entries(digests)
  return absentArtifact(subject?.name ?? (first === undefined ? "" : `${first[0]}:${first[1]}`), digests)
}

/** Everything that one run names: its arguments, and what it goes by. */
class Tasks {
  readonly #context: Context
  readonly #basis: Basis
  readonly #bundle: string | undefined
  readonly #site: SiteEvidence

  constructor(context: Context, { basis, site }: Grounds, bundle: string | undefined) {
    this.#context = context
    this.#basis = basis
    this.#site = site
    this.#bundle = bundle
  }

  async *ofDocument(document: EvidenceDocument, artifact: Artifact | undefined): AsyncGenerator<Task | NoTask> {
    for (const item of itemsOf(document, this.#context)) {
      const parsed = parseEvidence(item.form, item.item, item.bytes)
      const evidence = parsed.ok ? parsed.value : undefined
      yield this.#task(item, evidence, artifact ?? claimedArtifact(evidence))
    }
  }

  async #task(item: Item, evidence: Evidence | undefined, artifact: Artifact): Promise<Task | NoTask> {
    const names = {
      artifact: { name: artifact.name, sha256: artifact.sha256 },
      evidence: { name: item.name, sha256: item.sha256, item: item.item },
    }
    const bare = { evidence: item.bytes, form: item.form, item: item.item, digests: artifact.digests }
    // What cannot be parsed is judged as it is, and the judge says what is wrong with it.
    if (evidence === undefined) return { ...names, input: bare }
    const input = { ...bare, logProofs: await this.#site.proofsFor(evidence) }
    if (!needsArtifact(evidence, this.#basis)) return { ...names, input }
    const carried = await artifact.carry()
    if (!carried.ok) return { ...names, code: "INPUT_UNREADABLE", message: carried.error.message }
    return { ...names, input: carried.value === undefined ? input : { ...input, artifact: carried.value } }
  }

  /** The documents of a file, or their faults as things that cannot be judged. */
  async *ofFile(file: string, artifact: Artifact | undefined): AsyncGenerator<Task | NoTask> {
    const { files, signal } = this.#context
    let none = true
    for await (const document of evidenceDocuments([file], files, signal)) {
      none = false
      if ("bytes" in document) yield* this.ofDocument(document, artifact)
      else {
        const code = document.error.code === "EVIDENCE_MALFORMED" ? "EVIDENCE_MALFORMED" : "INPUT_UNREADABLE"
        yield this.#nothing(artifact, { ...NO_EVIDENCE, name: document.file }, code, document.error.message)
      }
    }
    if (none) yield this.#nothing(artifact, { ...NO_EVIDENCE, name: file }, "NOT_PROVEN", `${file}: holds no evidence`)
  }

  #nothing(artifact: Artifact | undefined, evidence: Task["evidence"], code: NoTask["code"], message: string): NoTask {
    const name = artifact?.name ?? ""
    return { artifact: { name, sha256: artifact?.sha256 ?? null }, evidence, code, message }
  }

  /** The tasks about one artifact. `path` is set when it is a file, beside which evidence may lie. */
  async *about(artifact: Artifact, path: string | undefined): AsyncGenerator<Task | NoTask> {
    const { files } = this.#context
    if (this.#bundle !== undefined) {
      yield* this.ofFile(this.#bundle, artifact)
      return
    }
    for (const beside of path === undefined ? [] : BESIDE.map(ending => path + ending)) {
      if ((await files.kind(beside)) !== "file") continue
      yield* this.ofFile(beside, artifact)
      return
    }
    let none = true
    for await (const task of this.stored(artifact)) {
      none = false
      yield task
    }
    if (none) yield this.#nothing(artifact, NO_EVIDENCE, "NOT_PROVEN", `${artifact.name}: no evidence is here about it`)
  }

  /** Tasks over what the store has about an artifact, by any of its digests; each piece of evidence once. */
  async *stored(artifact: Artifact): AsyncGenerator<Task | NoTask> {
    const { site, signal } = this.#context
    if (site === undefined) return
    const seen = new Set<string>()
    for (const [algorithm, hex] of Object.entries(artifact.digests))
      for await (const { sha256 } of everyItem(page => site.evidence.bySubject(`${algorithm}:${hex}`, page), signal)) {
        if (seen.has(sha256)) continue
        seen.add(sha256)
        yield* this.ofStored(sha256, artifact)
      }
  }

  async *ofStored(sha256: string, artifact: Artifact | undefined): AsyncGenerator<Task | NoTask> {
    const { site } = this.#context
    if (site === undefined) throw new StellaError("INTERNAL", "there is no store to read from")
    const { bytes } = unwrap(await site.evidence.get(sha256))
    yield* this.ofDocument({ file: `sha256:${sha256}`, line: null, bytes }, artifact)
  }

  /** A folder: each file with the evidence beside it; evidence whose file is not there, about what it names itself. */
  async *inFolder(folder: string): AsyncGenerator<Task | NoTask> {
    const { files, signal } = this.#context
    for await (const found of files.walk(folder, signal)) {
      const path = unwrap(found)
      const ending = BESIDE.find(e => path.endsWith(e) && path.length > e.length)
      if (ending === undefined && !path.endsWith(".jsonl")) yield* this.ofPath(path)
      else {
        const base = path.slice(0, path.length - (ending?.length ?? 0))
        if (ending === undefined || (await files.kind(base)) !== "file") yield* this.ofFile(path, undefined)
      }
    }
  }

  async *ofPath(path: string): AsyncGenerator<Task | NoTask> {
    const artifact = await artifactFile(path, this.#context)
    if (artifact.ok) yield* this.about(artifact.value, path)
    else
      yield {
        artifact: { name: path, sha256: null },
        evidence: NO_EVIDENCE,
        code: "INPUT_UNREADABLE",
        message: artifact.error.message,
      }
  }

  async *named(name: string): AsyncGenerator<Task | NoTask> {
    const kind = await this.#context.files.kind(name)
    const digest = kind === "missing" ? digestIn(name) : undefined
    if (digest !== undefined) yield* this.about(absentArtifact(name, { [digest.algorithm]: digest.hex }), undefined)
    else if (kind === "folder") yield* this.inFolder(name)
    else yield* this.ofPath(name)
  }
}

/** The tasks of a run, in the order of what was named. Reading is as slow as the reader of this stream. */
export async function* tasksFor(named: Named, grounds: Grounds, context: Context): AsyncGenerator<Task | NoTask> {
  const { site, signal } = context
  const { artifacts, bundle } = named
  const tasks = new Tasks(context, grounds, bundle)
  for (const name of artifacts) {
    signal.throwIfAborted()
    yield* tasks.named(name)
  }
  if (artifacts.length > 0) return
  if (bundle !== undefined) yield* tasks.ofFile(bundle, undefined)
  else if (site !== undefined)
    for await (const { sha256 } of everyItem(page => site.evidence.list(page), signal))
      yield* tasks.ofStored(sha256, undefined)
  else throw new StellaError("USAGE", "name an artifact, --bundle, or a site with --store")
}

/** The tasks over what the site has about one artifact, known by its digests; none when it has nothing. */
export function storedTasks(
  name: string,
  digests: Digests,
  grounds: Grounds,
  context: Context,
): AsyncGenerator<Task | NoTask> {
  return new Tasks(context, grounds, undefined).stored(absentArtifact(name, digests))
}
