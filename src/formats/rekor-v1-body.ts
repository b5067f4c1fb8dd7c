/**
 * Entry bodies of Rekor v1. Keys and certificates are base64 of PEM, digests lower-case hex, and the signature of an
 * `intoto` entry is base64 of base64.
 *
 * ```json
 * {"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"a0cf…"}},"signature":{"content":"MEUC…","publicKey":{"content":"LS0t…"}}}}
 * {"apiVersion":"0.0.1","kind":"dsse","spec":{"envelopeHash":{…},"payloadHash":{"algorithm":"sha256","value":"…"},"signatures":[{"signature":"MEUC…","verifier":"LS0t…"}]}}
 * {"apiVersion":"0.0.2","kind":"intoto","spec":{"content":{"envelope":{"payloadType":"…","signatures":[{"publicKey":"LS0t…","sig":"TUVV…"}]},"hash":{…},"payloadHash":{…}}}}
 * ```
 *
 * `envelopeHash` and `hash` are digests of the envelope's JSON as it was uploaded, which nobody keeps: they are read for
 * their form and compared with nothing.
 */
import { fromHex, fromUtf8 } from "../kernel/bytes.ts"
import type { JsonObject } from "../kernel/json.ts"
import { DIGEST_BYTES, hashOfPlainName, type Digest } from "./hash-names.ts"
import { LIMITS } from "./limits.ts"
import { listAt, nameAt, objectAt, only, readBytes, readObject, someBytesAt, stringAt } from "./members.ts"
import { at, refuse } from "./refusal.ts"
import { readPem } from "./pem.ts"
import { withSignatures, type EntryBody, type EntryVerifier } from "./rekor-body.ts"

/** Reads the spec of a `hashedrekord` 0.0.1 entry. */
export function readHashedRekord1(spec: JsonObject): EntryBody {
  only(spec, "spec", "data", "signature")
  const data = only(objectAt(spec, "data", "spec"), "spec.data", "hash")
  const where = "spec.signature"
  const signature = only(objectAt(spec, "signature", "spec"), where, "content", "publicKey")
  const key = only(objectAt(signature, "publicKey", where), `${where}.publicKey`, "content")
  const logged = {
    signature: someBytesAt(signature, "content", where, LIMITS.signatureBytes),
    verifier: pemVerifierAt(key, "content", `${where}.publicKey`),
  }
  return {
    kind: "hashedrekord",
    version: "0.0.1",
    ...withSignatures([logged], where),
    digest: digestAt(data, "hash", "spec.data"),
    digestOf: "artifact-or-pae",
    legacy: false,
  }
}

/** Reads the spec of a `dsse` 0.0.1 entry. */
export function readDsse1(spec: JsonObject): EntryBody {
  only(spec, "spec", "envelopeHash", "payloadHash", "signatures")
  digestAt(spec, "envelopeHash", "spec")
  const signatures = listAt(spec, "signatures", "spec", LIMITS.envelopeSignatures).map((value, i) => {
    const where = `spec.signatures[${String(i)}]`
    const object = only(readObject(value, where), where, "signature", "verifier")
    return {
      signature: someBytesAt(object, "signature", where, LIMITS.signatureBytes),
      verifier: pemVerifierAt(object, "verifier", where),
    }
  })
  return {
    kind: "dsse",
    version: "0.0.1",
    ...withSignatures(signatures, "spec.signatures"),
    digest: digestAt(spec, "payloadHash", "spec"),
    digestOf: "payload",
    legacy: false,
  }
}

/** Reads the spec of an `intoto` 0.0.2 entry. */
export function readIntoto2(spec: JsonObject): EntryBody {
  only(spec, "spec", "content")
  const where = "spec.content"
  const content = only(objectAt(spec, "content", "spec"), where, "envelope", "hash", "payloadHash")
  digestAt(content, "hash", where)
  const path = `${where}.envelope`
  // Some entries keep the payload. Nothing is read from it: the evidence carries its own, and `payloadHash` binds that.
  const envelope = only(objectAt(content, "envelope", where), path, "payload", "payloadType", "signatures")
  const signatures = listAt(envelope, "signatures", path, LIMITS.envelopeSignatures).map((value, i) => {
    const item = `${path}.signatures[${String(i)}]`
    const object = only(readObject(value, item), item, "keyid", "publicKey", "sig")
    const text = fromUtf8(someBytesAt(object, "sig", item, 2 * LIMITS.signatureBytes))
    return {
      signature: readBytes(text ?? "?", `${item}.sig`, LIMITS.signatureBytes),
      verifier: pemVerifierAt(object, "publicKey", item),
    }
  })
  return {
    kind: "intoto",
    version: "0.0.2",
    ...withSignatures(signatures, `${path}.signatures`),
    digest: digestAt(content, "payloadHash", where),
    digestOf: "payload",
    payloadType: stringAt(envelope, "payloadType", path),
    legacy: false,
  }
}

/** Base64 of one PEM block, a certificate or a public key. */
function pemVerifierAt(object: JsonObject, name: string, where: string): EntryVerifier {
  const text = fromUtf8(someBytesAt(object, name, where, 2 * LIMITS.certificateBytes)) ?? ""
  const isCertificate = text.startsWith("-----BEGIN CERTIFICATE-----")
  const [der, second] = readPem(text, isCertificate ? "CERTIFICATE" : "PUBLIC KEY") ?? []
  if (der === undefined || second !== undefined) return refuse("field-invalid", at(where, name))
  return { kind: isCertificate ? "certificate" : "public-key", der }
}

/** `{"algorithm":"sha256","value":"<lower-case hex>"}` */
function digestAt(object: JsonObject, name: string, where: string): Digest {
  const path = at(where, name)
  const value = only(objectAt(object, name, where), path, "algorithm", "value")
  const hash = hashOfPlainName(nameAt(value, "algorithm", path)) ?? refuse("field-invalid", at(path, "algorithm"))
  const digest = fromHex(nameAt(value, "value", path))
  return digest?.length === DIGEST_BYTES[hash] ? { hash, digest } : refuse("field-invalid", at(path, "value"))
}
