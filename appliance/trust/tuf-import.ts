/** From a verified TUF repository to trust. */
import type { Crypto } from "../../src/kernel/ports.ts"
import { ok, type Result } from "../../src/kernel/result.ts"
import { parseInstant, printInstant } from "../../src/formats/instant.ts"
import { rootDocuments, trustOver, type LoadedTrust } from "./loaded-trust.ts"
import { verifyTufRepository, type TufRequest, type TufUpdate } from "./tuf-client.ts"
import type { TufSource } from "./tuf-directory.ts"

const TARGET = "trusted_root.json"

export interface TufTrust {
  readonly loaded: LoadedTrust
  readonly update: TufUpdate
}

/**
 * Verifies the repository and takes its trusted_root.json. `takenAt` is the reference time: then it was the newest that
 * could be shown. `expires` is when the first of the metadata that names keys and content does, root or targets; that
 * of timestamp and snapshot, days long, says how often the repository is looked at and not how long its content holds.
 * Failures: as `verifyTufRepository`.
 */
export async function trustFromTuf(
  source: TufSource,
  request: Omit<TufRequest, "target">,
  crypto: Pick<Crypto, "hash">,
): Promise<Result<TufTrust>> {
  const update = await verifyTufRepository(source, { ...request, target: TARGET }, crypto)
  if (!update.ok) return update
  const documents = rootDocuments(TARGET, update.value.target)
  if (!documents.ok) return documents
  const { root, targets } = update.value.roles
  const loaded = trustOver(
    documents.value,
    {
      keys: [],
      witnesses: [],
      takenAt: printInstant(Math.floor(request.at.getTime() / 1000)),
      expires:
        (parseInstant(root.expires) ?? 0) < (parseInstant(targets.expires) ?? 0) ? root.expires : targets.expires,
      basis: "tuf",
    },
    crypto,
  )
  return ok({ loaded, update: update.value })
}
