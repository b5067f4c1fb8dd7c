/**
 * Cosigners of the site (c2sp.org/tlog-cosignature). A witness says that a tree has grown out of the last one it signed; a
 * mirror says besides that it has stored and serves everything beneath it. The two are different cosigners with
 * different names and keys, since whoever relies on one must not be given the other's word (tlog-mirror, "add-checkpoint").
 *
 * A cosignature is made in the Signer port and checked here before it leaves: a token that signs wrongly would otherwise
 * be found out by others.
 */
import type { Checkpoint } from "../../src/formats/checkpoint.ts"
import { signedMessage } from "../../src/formats/cosignature.ts"
import type { NoteSignature } from "../../src/formats/note.ts"
import { makeVkey, type Vkey, type VkeyType } from "../../src/formats/vkey.ts"
import { concatBytes, u64be } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto, Signer } from "../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { verifyCheckpoint } from "../../src/tlog/verify-note.ts"

/** What a cosigner's signature says. */
export type CosignerRole = "witness" | "mirror"

/** One cosigner of the site. */
export interface Cosigner {
  readonly role: CosignerRole
  /** Name and key under which others verify. */
  readonly vkey: Vkey
  readonly signer: Signer
}

/** Bytes of a signature behind its time, by the type of key that cosigns. */
const SIGNATURE_BYTES = { "cosignature-v1": 64, "ml-dsa-44": 2420 } as const

/** The type of cosignature that a signer makes: Ed25519 or ML-DSA-44, no other is defined. */
function typeOf({ scheme }: Signer): keyof typeof SIGNATURE_BYTES | undefined {
  if (scheme.kind === "ed25519") return "cosignature-v1"
  return scheme.kind === "ml-dsa" && scheme.set === "ML-DSA-44" ? "ml-dsa-44" : undefined
}

/**
 * Makes a cosigner of a key. Failures: KEY_ALGORITHM_UNSUPPORTED for a key that makes no cosignatures, CONFIG_INVALID
 * for a name that no signature line can carry.
 */
export function makeCosigner(
  crypto: Pick<Crypto, "hash">,
  role: CosignerRole,
  name: string,
  signer: Signer,
): Result<Cosigner> {
  const type: VkeyType | undefined = typeOf(signer)
  if (type === undefined) {
    const what = "cosignatures are made with Ed25519 or ML-DSA-44; this key makes neither"
    return err(new StellaError("KEY_ALGORITHM_UNSUPPORTED", what, { name, scheme: signer.scheme.kind }))
  }
  const vkey = makeVkey(crypto, name, type, signer.publicKey)
  if (vkey !== undefined) return ok({ role, vkey, signer })
  return err(new StellaError("CONFIG_INVALID", "a cosigner's name has no space and no plus sign", { name }))
}

/**
 * True when the cosigner's signature would cover all that the checkpoint says: ML-DSA-44 signs origin, size and root, and
 * not extension lines (tlog-cosignature).
 */
export function covers(cosigner: Cosigner, checkpoint: Checkpoint): boolean {
  return cosigner.vkey.type !== "ml-dsa-44" || checkpoint.extensions.length === 0
}

/**
 * Signs a checkpoint. Only for a tree that `cosigned-row.ts` has recorded on stable storage.
 * @param timeSeconds - since 1970
 * @returns the signature line, or KEY_UNAVAILABLE when the signer fails or signs wrongly
 */
export async function cosign(
  crypto: Crypto,
  { vkey, signer }: Cosigner,
  checkpoint: Checkpoint,
  timeSeconds: bigint,
): Promise<Result<NoteSignature>> {
  const { name, keyId } = vkey
  const time = u64be(timeSeconds)
  // What has to be signed is what a verifier of this line will check.
  const blank = new Uint8Array(SIGNATURE_BYTES[vkey.type as keyof typeof SIGNATURE_BYTES])
  const asked = signedMessage(vkey, checkpoint.note, checkpoint, concatBytes(time, blank))
  if (asked === undefined) {
    return err(new StellaError("CONFIG_INVALID", "a name is too long for an ML-DSA-44 cosignature", { name }))
  }
  const signed = await signer.sign(asked.message)
  if (!signed.ok) return signed
  const line: NoteSignature = { name, keyId, signature: concatBytes(time, signed.value) }
  const alone = { ...checkpoint, note: { ...checkpoint.note, signatures: [line] } }
  const [verified] = await verifyCheckpoint(crypto, alone, [vkey])
  if (verified?.outcome === "valid") return ok(line)
  return err(
    new StellaError("KEY_UNAVAILABLE", `the key of ${name} has made a signature that does not verify`, { name }),
  )
}
