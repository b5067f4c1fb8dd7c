/** Schemas of `operator key|add|list|disable`. */
import * as z from "zod"
import { failure, result, summary, type Types } from "../events.ts"
import { count, field, path } from "../fields.ts"
import { ROLE_NAMES } from "../roles.ts"
import { operatorId, operatorName } from "../session.ts"

const role = z.enum(ROLE_NAMES, `must be one of ${ROLE_NAMES.join(", ")}`)

const shown = {
  /** SHA-256 of the key's SubjectPublicKeyInfo. */
  id: operatorId,
  name: operatorName,
  roles: z.array(role),
  algorithm: z.enum(["ed25519", "ecdsa-p256"]),
  enrolledAt: z.string(),
  /** Null while the operator may log in. */
  disabledAt: z.string().nullable(),
}

/** Where a passphrase comes from when nobody is asked for it. */
const passphraseFlags = {
  passphraseFile: field(
    "FILE",
    "take the passphrase from the first line of a file that only you can read",
    path.optional(),
  ),
  passphraseFd: field("N", "take the passphrase from an inherited descriptor", count(0, 1023).optional()),
}

export const key = {
  input: z.strictObject({
    out: field("FILE", "the new key file; FILE.pub is the public key. Neither is overwritten", path),
    ...passphraseFlags,
  }),
  output: z.union([
    result({ keyFile: z.string(), publicKeyFile: z.string(), id: operatorId, publicKey: z.string() }),
    failure,
  ]),
}

export const add = {
  input: z.strictObject({
    name: field("NAME", "name of the operator, as it stands in the audit chain", operatorName),
    role: field(
      "ROLE",
      `what they may do: ${ROLE_NAMES.join(", ")}; give the flag once for each role`,
      z.array(role).min(1, "is missing").max(ROLE_NAMES.length),
    ),
    publicKey: field("FILE", "their public key, PEM or DER: Ed25519 or P-256", path),
  }),
  output: z.union([result({ operator: z.strictObject(shown) }), failure]),
}

export const list = {
  input: z.strictObject({}),
  output: z.union([
    result({ operator: z.strictObject(shown) }),
    summary({ enabled: z.int(), disabled: z.int(), total: z.int() }),
    failure,
  ]),
}

export const disable = {
  input: z.strictObject({ name: field("NAME", "name of an enabled operator", operatorName) }),
  output: z.union([result({ operator: z.strictObject(shown) }), failure]),
}

export type Key = Types<typeof key>
export type Add = Types<typeof add>
export type List = Types<typeof list>
export type Disable = Types<typeof disable>
/** An operator as they are shown. */
export type ShownOperator = z.output<z.ZodObject<typeof shown>>
