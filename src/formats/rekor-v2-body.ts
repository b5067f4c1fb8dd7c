/**
 * Entry bodies of Rekor v2: proto3 JSON in canonical form, with DER and base64 throughout.
 *
 * ```json
 * {"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256","digest":"oM/H…"},"signature":{"content":"MEUC…","verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256","x509Certificate":{"rawBytes":"MIIC…"}}}}}}
 * {"apiVersion":"0.0.2","kind":"dsse","spec":{"dsseV002":{"payloadHash":{"algorithm":"SHA2_256","digest":"…"},"signatures":[{"content":"MEUC…","verifier":{…}}]}}}
 * ```
 *
 * Envelopes are logged as `hashedrekord` over their PAE. `dsse` is no longer accepted by the log but lies in old leaves.
 */
import type { JsonObject, JsonValue } from "../kernel/json.ts"
import { DIGEST_BYTES, hashOfProtoName, type Digest } from "./hash-names.ts"
import { LIMITS } from "./limits.ts"
import { listAt, nameAt, objectAt, only, optionalAt, readFixedBytes, readObject, someBytesAt } from "./members.ts"
import { at, refuse } from "./refusal.ts"
import { withSignatures, type EntryBody, type EntrySignature } from "./rekor-body.ts"

/** Reads the spec of a `hashedrekord` 0.0.2 entry. */
export function readHashedRekord2(spec: JsonObject): EntryBody {
  only(spec, "spec", "hashedRekordV002")
  const where = "spec.hashedRekordV002"
  const inner = only(objectAt(spec, "hashedRekordV002", "spec"), where, "data", "signature")
  return {
    kind: "hashedrekord",
    version: "0.0.2",
    ...withSignatures([readSignature(inner["signature"], `${where}.signature`)], where),
    digest: digestAt(inner, "data", where),
    digestOf: "artifact-or-pae",
    legacy: false,
  }
}

/** Reads the spec of a `dsse` 0.0.2 entry. */
export function readDsse2(spec: JsonObject): EntryBody {
  only(spec, "spec", "dsseV002")
  const where = "spec.dsseV002"
  const inner = only(objectAt(spec, "dsseV002", "spec"), where, "payloadHash", "signatures")
  const signatures = listAt(inner, "signatures", where, LIMITS.envelopeSignatures).map((value, i) =>
    readSignature(value, `${where}.signatures[${String(i)}]`),
  )
  return {
    kind: "dsse",
    version: "0.0.2",
    ...withSignatures(signatures, `${where}.signatures`),
    digest: digestAt(inner, "payloadHash", where),
    digestOf: "payload",
    legacy: true,
  }
}

function readSignature(value: JsonValue | undefined, where: string): EntrySignature {
  const object = only(readObject(value, where), where, "content", "verifier")
  const path = at(where, "verifier")
  const verifier = only(objectAt(object, "verifier", where), path, "keyDetails", "publicKey", "x509Certificate")
  const isCertificate = optionalAt(verifier, "x509Certificate") !== undefined
  if (isCertificate && optionalAt(verifier, "publicKey") !== undefined) return refuse("field-invalid", path)
  const name = isCertificate ? "x509Certificate" : "publicKey"
  const raw = only(objectAt(verifier, name, path), at(path, name), "rawBytes")
  return {
    signature: someBytesAt(object, "content", where, LIMITS.signatureBytes),
    verifier: {
      kind: isCertificate ? "certificate" : "public-key",
      der: someBytesAt(raw, "rawBytes", at(path, name), LIMITS.certificateBytes),
    },
    keyDetails: nameAt(verifier, "keyDetails", path),
  }
}

/** `{"algorithm":"SHA2_256","digest":"<base64>"}` */
function digestAt(object: JsonObject, name: string, where: string): Digest {
  const path = at(where, name)
  const value = only(objectAt(object, name, where), path, "algorithm", "digest")
  const hash = hashOfProtoName(nameAt(value, "algorithm", path)) ?? refuse("field-invalid", at(path, "algorithm"))
  return { hash, digest: readFixedBytes(nameAt(value, "digest", path), at(path, "digest"), DIGEST_BYTES[hash]) }
}
