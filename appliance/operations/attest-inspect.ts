/** `attest inspect`: shows what a piece of evidence says about itself, without judging it. */
import { LIMITS } from "../../src/formats/limits.ts"
import { toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Inspect } from "../../ui/contract/operations/attest.ts"
import type { Context, DocumentHandler } from "./context.ts"
import { inspectItem, readEvidence } from "./evidence-view.ts"

/** The bytes of a file, or of evidence in the store when the name is a digest and no such file is there. */
async function namedBytes(name: string, { files, site }: Context): Promise<Result<Uint8Array>> {
  const stored = /^sha256:[0-9a-f]{64}$/.test(name) && (await files.kind(name)) === "missing"
  if (!stored) return files.read(name, LIMITS.evidenceBytes)
  if (site === undefined)
    return err(new StellaError("STORE_MISSING", "evidence named by digest is looked up in a site; give --store DIR"))
  const found = await site.evidence.get(name.slice(7))
  return found.ok ? ok(found.value.bytes) : found
}

export const attestInspect: DocumentHandler<Inspect["input"], Inspect["output"]> = async ({ evidence }, context) => {
  const bytes = await namedBytes(evidence, context)
  if (!bytes.ok) return bytes
  const read = readEvidence(bytes.value)
  if (!read.ok) {
    const { reason, where } = read.error
    const place = where === "" ? "" : ` at ${where}`
    return err(new StellaError("EVIDENCE_MALFORMED", `${evidence}: ${reason}${place}`, { reason, where }))
  }
  return ok({
    v: 1,
    type: "result",
    code: null,
    message: null,
    sha256: toHex(context.crypto.hash("sha256", bytes.value)),
    bytes: bytes.value.length,
    form: read.value.form,
    verified: false,
    items: read.value.items.map(item => inspectItem(item, context.crypto)),
  })
}
