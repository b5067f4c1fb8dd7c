/** `attest fetch`: copies evidence out of a store, byte for byte. */
import { toBase64 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import type { Fetch } from "../../ui/contract/operations/attest.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"
import { everyItem } from "./pages.ts"

/** The digest names evidence, or else an artifact that evidence is about. */
async function matches(digest: string, { site, signal }: SiteContext): Promise<Result<readonly string[]>> {
  const itself = await site.evidence.record(digest.slice(7))
  if (itself.ok) return ok([itself.value.sha256])
  if (itself.error.code !== "EVIDENCE_MISSING") return itself
  const found: string[] = []
  for await (const record of everyItem(page => site.evidence.bySubject(digest, page), signal)) found.push(record.sha256)
  return found.length > 0
    ? ok(found)
    : err(new StellaError("EVIDENCE_MISSING", `nothing in the store is, or is about, ${digest}`))
}

export const attestFetch: DocumentHandler<Fetch["input"], Fetch["output"], SiteContext> = async (input, context) => {
  const { site, files, signal } = context
  const { digest, out } = input
  const found = await matches(digest, context)
  if (!found.ok) return found
  if (out === undefined && found.value.length > 1) {
    const many = `${String(found.value.length)} pieces of evidence are about ${digest}`
    return err(
      new StellaError("USAGE", `${many}; give --out DIR, or the digest of one (\`stella attest list --subject\`)`),
    )
  }
  if (out !== undefined) unwrap(await files.makeFolder(out))
  const evidence = []
  for (const sha256 of found.value) {
    signal.throwIfAborted()
    const { bytes } = unwrap(await site.evidence.get(sha256))
    const file = out === undefined ? null : `${out.replace(/\/+$/, "")}/${sha256}.json`
    if (file !== null) unwrap(await files.create(file, bytes))
    evidence.push({ sha256, bytes: bytes.length, file, base64: file === null ? toBase64(bytes) : null })
  }
  return ok({ v: 1, type: "result", code: null, message: null, evidence })
}
