/** `mirror prove`: a proof out of the mirror, verified before it is shown. */
import { fromHex, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { verifyConsistency } from "../../src/tlog/consistency.ts"
import { verifyInclusion } from "../../src/tlog/inclusion.ts"
import { proveEntry, proveGrowth, type EntryName } from "../../mirror/prove.ts"
import type { MirrorReader } from "../../mirror/reader.ts"
import type { Prove } from "../../ui/contract/operations/mirror.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"
import { requireLog } from "./site-logs.ts"

type Input = Prove["input"]
type Answer = Exclude<Prove["output"], { type: "error" }>

/** What is to be proven: exactly one of the three flags says it. */
function question({ index, leaf, fromSize }: Input): Result<EntryName | { readonly from: bigint }> {
  const asked = [index, leaf, fromSize].filter(value => value !== undefined)
  if (asked.length !== 1) return err(new StellaError("USAGE", "give exactly one of --index, --leaf and --from-size"))
  if (index !== undefined) return ok({ index: BigInt(index) })
  if (fromSize !== undefined) return ok({ from: BigInt(fromSize) })
  return ok({ leaf: fromHex(leaf ?? "") ?? new Uint8Array() })
}

const wrong = (): StellaError => new StellaError("INTERNAL", "a proof out of the mirror does not verify")

async function inclusion(
  reader: MirrorReader,
  entry: EntryName,
  size: bigint | undefined,
  crypto: Crypto,
): Promise<Result<Answer>> {
  const proven = await proveEntry(reader, entry, size)
  if (!proven.ok) return proven
  const { head, index, leaf, root, hashes } = proven.value
  if (!verifyInclusion(crypto, { index, size: proven.value.size, leaf, root, proof: hashes })) return err(wrong())
  return ok({
    v: 1,
    type: "result",
    code: null,
    message: null,
    kind: "inclusion",
    origin: head.origin,
    index: index.toString(),
    leaf: toHex(leaf),
    fromSize: null,
    fromRoot: null,
    size: proven.value.size.toString(),
    root: toHex(root),
    hashes: hashes.map(toHex),
  })
}

async function growth(
  reader: MirrorReader,
  fromSize: bigint,
  size: bigint | undefined,
  crypto: Crypto,
): Promise<Result<Answer>> {
  const proven = await proveGrowth(reader, fromSize, size)
  if (!proven.ok) return proven
  const { head, from, root, hashes } = proven.value
  const claim = { size1: from.size, root1: from.root, size2: proven.value.size, root2: root, proof: hashes }
  if (!verifyConsistency(crypto, claim)) return err(wrong())
  return ok({
    v: 1,
    type: "result",
    code: null,
    message: null,
    kind: "consistency",
    origin: head.origin,
    index: null,
    leaf: null,
    fromSize: from.size.toString(),
    fromRoot: toHex(from.root),
    size: proven.value.size.toString(),
    root: toHex(root),
    hashes: hashes.map(toHex),
  })
}

export const mirrorProve: DocumentHandler<Input, Prove["output"], SiteContext> = async (input, { site, crypto }) => {
  const asked = question(input)
  if (!asked.ok) return asked
  const { reader } = await requireLog(site, input.origin, crypto)
  const size = input.size === undefined ? undefined : BigInt(input.size)
  return "from" in asked.value
    ? growth(reader, asked.value.from, size, crypto)
    : inclusion(reader, asked.value, size, crypto)
}
