/** `operator add`: enrols an operator by their public key. */
import { parsePublicKey, parsePublicKeyPem } from "../../src/formats/public-key.ts"
import { fromUtf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { PublicKey } from "../../src/kernel/signature-scheme.ts"
import type { Add } from "../../ui/contract/operations/operator.ts"
import { operatorIdOf, operatorScheme, type Operator } from "../access/operator-row.ts"
import { enrol, wholeSeconds } from "../access/operator-store.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"
import { shownOperator } from "./operator-view.ts"

/** Longest public key file in bytes; one of P-256 in PEM has about 180. */
const MAX_KEY_BYTES = 8192

function readKey(path: string, bytes: Uint8Array): Result<PublicKey> {
  const text = fromUtf8(bytes)
  const parsed = text?.startsWith("-----BEGIN") === true ? parsePublicKeyPem(text) : parsePublicKey(bytes)
  const unsupported = new StellaError("KEY_ALGORITHM_UNSUPPORTED", `${path}: an operator's key is Ed25519 or P-256`)
  if (parsed.ok) return operatorScheme(parsed.value) === undefined ? err(unsupported) : parsed
  const { reason, where } = parsed.error
  if (reason === "algorithm-unsupported") return err(unsupported)
  return err(new StellaError("KEY_MALFORMED", `${path}: ${reason} at ${where}`, { path, reason }))
}

export const operatorAdd: DocumentHandler<Add["input"], Add["output"], SiteContext> = async (input, context) => {
  const { site, crypto, files, now } = context
  const { name, role, publicKey } = input
  const roles = [...new Set(role)].sort()
  if (roles.length < role.length) return err(new StellaError("USAGE", "--role names a role more than once"))
  const read = await files.read(publicKey, MAX_KEY_BYTES)
  if (!read.ok) return read
  const key = readKey(publicKey, read.value)
  if (!key.ok) return key
  const operator: Operator = {
    id: operatorIdOf(key.value, crypto),
    name,
    roles,
    key: key.value,
    enrolledAt: wholeSeconds(now),
    disabledAt: null,
  }
  context.stage(() => enrol(site, operator, crypto))
  return ok({ v: 1, type: "result", code: null, message: null, operator: shownOperator(operator) })
}
