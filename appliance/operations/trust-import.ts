/**
 * `trust import`: makes a trusted root the site's active one. A file is pinned by a digest that the operator compared
 * out of band; a TUF repository is verified from a pinned root, at a reference time, with the memory of earlier imports.
 */
import { toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Import } from "../../ui/contract/operations/trust.ts"
import { loadRootFile } from "../trust/load-trust.ts"
import type { LoadedTrust } from "../trust/loaded-trust.ts"
import { trustAge } from "../trust/trust-age.ts"
import { stageTrust, tufMemory } from "../trust/trust-store.ts"
import type { TufStart } from "../trust/tuf-client.ts"
import { tufDirectory } from "../trust/tuf-directory.ts"
import { trustFromTuf } from "../trust/tuf-import.ts"
import { TUF_MAX_BYTES } from "../trust/tuf-metadata.ts"
import type { TufState } from "../trust/tuf-state.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"

type Input = Import["input"]

const usage = (message: string): { ok: false; error: StellaError } => err(new StellaError("USAGE", message))

/** Where the verification of a repository starts: what is remembered of it, else the named root, else the built-in one. */
async function startOf(input: Input, context: SiteContext): Promise<Result<TufStart>> {
  const { files, crypto, site } = context
  let root: Uint8Array | undefined
  if (input.tufRoot !== undefined) {
    const read = await files.read(input.tufRoot, TUF_MAX_BYTES.root)
    if (!read.ok) return read
    root = read.value
  }
  const memory = await tufMemory(site, root === undefined ? undefined : toHex(crypto.hash("sha256", root)))
  if (!memory.ok) return memory
  if (memory.value !== undefined) return ok({ kind: "state", state: memory.value })
  return ok({ kind: "pinned", root: root ?? (await context.builtinTufRoot()) })
}

async function fromRepository(
  input: Input,
  context: SiteContext,
): Promise<Result<{ readonly loaded: LoadedTrust; readonly tuf: TufState }>> {
  const source = await tufDirectory(input.source, context.files)
  if (!source.ok) return source
  const start = await startOf(input, context)
  if (!start.ok) return start
  const at = input.at === undefined ? context.now : new Date(input.at)
  const verified = await trustFromTuf(source.value, { start: start.value, at }, context.crypto)
  return verified.ok ? ok({ loaded: verified.value.loaded, tuf: verified.value.update.state }) : verified
}

async function load(
  input: Input,
  context: SiteContext,
): Promise<Result<{ readonly loaded: LoadedTrust; readonly tuf?: TufState }>> {
  if ((await context.files.kind(input.source)) === "folder")
    return input.sha256 === undefined
      ? fromRepository(input, context)
      : usage("--sha256 pins a trusted_root.json; a TUF repository is pinned by --tuf-root")
  if (input.tufRoot !== undefined || input.at !== undefined)
    return usage("--tuf-root and --at are for a TUF repository, which is a folder")
  if (input.sha256 === undefined)
    return usage("a trusted_root.json is pinned by --sha256: the digest you compared out of band")
  const loaded = await loadRootFile(input.source, input.sha256, context)
  return loaded.ok ? ok({ loaded: loaded.value }) : loaded
}

export const trustImport: DocumentHandler<Input, Import["output"], SiteContext> = async (input, context) => {
  const read = await load(input, context)
  if (!read.ok) return read
  const { loaded, tuf } = read.value
  const staged = await stageTrust(context.site, loaded, context.now, tuf)
  if (!staged.ok) return staged
  context.stage(staged.value.changes)
  const { roots, ...age } = trustAge(loaded.trust, context.now)
  const generation = staged.value.generation.n
  return ok({ v: 1, type: "result", code: null, message: null, ...age, roots: [...roots], generation })
}
