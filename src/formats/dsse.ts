/**
 * DSSE envelopes (Dead Simple Signing Envelope, v1.0.2).
 *
 * ```json
 * {"payload":"aGVsbG8gd29ybGQ=","payloadType":"http://example.com/HelloWorld","signatures":[{"keyid":"","sig":"A3Jq…"}]}
 * ```
 *
 * What is signed is the pre-authentication encoding (PAE) of type and payload, never the JSON. The payload is decoded
 * once and kept: a reader that decoded the envelope again after the check could be shown other bytes (protocol.md).
 */
import { concatBytes, toBase64, utf8 } from "../kernel/bytes.ts"
import { canonicalJson, type JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { LIMITS } from "./limits.ts"
import { bytesAt, listAt, optionalStringAt, readJsonBytes, readObject, stringAt } from "./members.ts"
import { at, attempt, refuse } from "./refusal.ts"

/** One signature of an envelope. */
export interface EnvelopeSignature {
  readonly sig: Uint8Array
  /** A hint which key to try first, empty when unset. It is not authenticated and decides nothing. */
  readonly keyid: string
  /** The `cert` member that the SLSA GitHub generator adds: a PEM certificate, not authenticated by itself. */
  readonly certificatePem?: string | undefined
}

/** A DSSE envelope. `payload` holds the exact bytes that were signed. */
export interface Envelope {
  readonly payload: Uint8Array
  readonly payloadType: string
  /** At least one. */
  readonly signatures: readonly [EnvelopeSignature, ...EnvelopeSignature[]]
}

/** Reads an envelope out of an already parsed document. For parsers of this folder: throws the fault. */
export function readEnvelope(value: JsonValue | undefined, where: string): Envelope {
  const object = readObject(value, where)
  const payload = bytesAt(object, "payload", where, LIMITS.evidenceBytes)
  const payloadType = stringAt(object, "payloadType", where)
  const [first, ...others] = listAt(object, "signatures", where, LIMITS.envelopeSignatures).map((item, i) =>
    readSignature(item, `${at(where, "signatures")}[${String(i)}]`),
  )
  // An envelope that nobody signed proves nothing; refusing it here keeps every later loop over signatures honest.
  if (first === undefined) return refuse("signature-count", at(where, "signatures"))
  return { payload, payloadType, signatures: [first, ...others] }
}

function readSignature(value: JsonValue, where: string): EnvelopeSignature {
  const object = readObject(value, where)
  const sig = bytesAt(object, "sig", where, LIMITS.signatureBytes)
  const keyid = optionalStringAt(object, "keyid", where) ?? ""
  return { sig, keyid, certificatePem: optionalStringAt(object, "cert", where, 2 * LIMITS.certificateBytes) }
}

/**
 * Parses an envelope that is part of an already parsed document. Payload and signatures may be in standard or URL-safe
 * base64 (DSSE 1.0.2 §Parameters), each in one alphabet; unknown members are ignored.
 * @param where - JSON path of the envelope in its document, empty for the document itself
 */
export function parseEnvelope(value: JsonValue, where: string): Result<Envelope, Fault> {
  return attempt(() => readEnvelope(value, where))
}

/** Parses a document that is one envelope, at most `LIMITS.evidenceBytes` long. */
export function parseEnvelopeDocument(bytes: Uint8Array): Result<Envelope, Fault> {
  return attempt(() => readEnvelope(readJsonBytes(bytes, LIMITS.evidenceBytes), ""))
}

/**
 * The pre-authentication encoding that DSSE signatures are made over (protocol.md §Signature Definition):
 * `DSSEv1 SP LEN(type) SP type SP LEN(payload) SP payload`, lengths in bytes, ASCII decimal.
 */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType)
  return concatBytes(utf8(`DSSEv1 ${String(type.length)} `), type, utf8(` ${String(payload.length)} `), payload)
}

/** Canonical JSON (RFC 8785) of an envelope: standard base64, `keyid` only where it is set. */
export function printEnvelope(envelope: Envelope): string {
  return canonicalJson({
    payload: toBase64(envelope.payload),
    payloadType: envelope.payloadType,
    signatures: envelope.signatures.map(s => ({
      sig: toBase64(s.sig),
      keyid: s.keyid === "" ? undefined : s.keyid,
      cert: s.certificatePem,
    })),
  })
}

/** A signature to put into a new envelope. */
export interface NewSignature {
  readonly sig: Uint8Array
  readonly keyid?: string | undefined
}

/**
 * The text of a new envelope.
 * @param payload - the bytes the signatures were made over, by way of `pae`
 * @param signatures - one or more signatures over `pae(payloadType, payload)`
 */
export function createEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signatures: readonly [NewSignature, ...NewSignature[]],
): string {
  const complete = ({ sig, keyid = "" }: NewSignature): EnvelopeSignature => ({ sig, keyid })
  const [first, ...others] = signatures
  return printEnvelope({ payload, payloadType, signatures: [complete(first), ...others.map(complete)] })
}
