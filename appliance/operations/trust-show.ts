/** `trust show`: the authorities, logs and keys that are trusted. */
import { printInstant } from "../../src/formats/instant.ts"
import { parseTrustedRoot, type CertificateAuthority, type TransparencyLog } from "../../src/formats/trusted-root.ts"
import { fromBase64, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { ok } from "../../src/kernel/result.ts"
import type { Authority, Show } from "../../ui/contract/operations/trust.ts"
import { trustAge } from "../trust/trust-age.ts"
import type { DocumentHandler } from "./context.ts"
import { trustFor } from "./trust.ts"

function windowOf({ start, end }: { readonly start: number; readonly end?: number | undefined }) {
  return {
    from: start <= 0 ? null : printInstant(Math.floor(start)),
    until: end === undefined ? null : printInstant(Math.floor(end)),
  }
}

function logRow(kind: "ct-log" | "transparency-log", log: TransparencyLog): Authority {
  return { kind, id: toHex(log.logId), name: log.baseUrl, ...windowOf(log.validFor) }
}

function authorityRow(
  kind: "certificate-authority" | "timestamp-authority",
  { subject, uri, chain, validFor }: CertificateAuthority,
  crypto: Crypto,
): Authority {
  const name = [subject.commonName, subject.organization, uri].filter(part => part !== "").join(", ")
  const [first] = chain
  return { kind, id: toHex(crypto.hash("sha256", first.der)), name, ...windowOf(validFor) }
}

function authoritiesOf(bytes: Uint8Array, crypto: Crypto): Authority[] {
  const parsed = parseTrustedRoot(bytes)
  if (!parsed.ok) throw new StellaError("TRUST_MALFORMED", `${parsed.error.reason} at ${parsed.error.where}`)
  const { certificateAuthorities, ctlogs, tlogs, timestampAuthorities } = parsed.value
  return [
    ...certificateAuthorities.map(a => authorityRow("certificate-authority", a, crypto)),
    ...ctlogs.map(log => logRow("ct-log", log)),
    ...tlogs.map(log => logRow("transparency-log", log)),
    ...timestampAuthorities.map(a => authorityRow("timestamp-authority", a, crypto)),
  ]
}

export const trustShow: DocumentHandler<Show["input"], Show["output"]> = async (input, context) => {
  const loaded = await trustFor(input, context)
  if (!loaded.ok) return loaded
  const { trust, blobs } = loaded.value
  const { crypto } = context
  const authorities = trust.roots.flatMap(({ sha256 }) => authoritiesOf(blobs.get(sha256) ?? new Uint8Array(), crypto))
  for (const key of trust.keys) {
    const id = toHex(crypto.hash("sha256", fromBase64(key.spki) ?? new Uint8Array()))
    const { start, end } = key.validFor ?? {}
    authorities.push({ kind: "key", id, name: key.algorithm, from: start ?? null, until: end ?? null })
  }
  const { roots, ...age } = trustAge(trust, context.now)
  return ok({ v: 1, type: "result", code: null, message: null, ...age, roots: [...roots], authorities })
}
