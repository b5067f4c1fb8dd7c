/**
 * Google Cloud Build provenance, as `gcloud artifacts docker images describe --show-provenance --format json` prints it:
 * DSSE envelopes inside a description of the image.
 *
 * ```json
 * {"image_summary":{"digest":"sha256:f472…","fully_qualified_digest":"us-west2-docker.pkg.dev/…@sha256:f472…"},
 *  "provenance_summary":{"provenance":[{"envelope":{"payload":"eyJf…","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"projects/…","sig":"MEQC…"}]},
 *                                       "resourceUri":"https://us-west2-docker.pkg.dev/…@sha256:f472…",…}]}}
 * ```
 *
 * An adapter: what comes out is the envelope alone, as a document of its own that is verified like any other. Keys older
 * than `global-pae` sign the bare payload instead of its pre-authentication encoding; those envelopes come out too, and
 * the signature check refuses them by name. Everything around the envelope, the readable copy of the statement
 * included, is signed by nobody.
 */
import { utf8 } from "../kernel/bytes.ts"
import { canonicalJson, type JsonObject, type JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { outlineObject } from "./json-lines.ts"
import { LIMITS } from "./limits.ts"
import {
  base64Length,
  listAt,
  objectAt,
  optionalAt,
  optionalStringAt,
  readJsonBytes,
  readObject,
  stringAt,
} from "./members.ts"
import { at, attempt, refuse } from "./refusal.ts"

/** One envelope of a Google Cloud Build description. */
export interface GcbProvenance {
  /** A DSSE envelope in JSON with the original's own texts; its base64 is not decoded here. */
  readonly envelope: Uint8Array
  /**
   * The distinct SHA-256 digests, in hex, that the description names for the image: in its summary and in this item's
   * resource URI. More than one: the description contradicts itself. None: it names no image.
   */
  readonly claimed: readonly string[]
}

/** True for a document that has the outline of such a description. */
export function isGcbDocument(bytes: Uint8Array): boolean {
  return outlineObject(bytes)?.names.has("provenance_summary") === true
}

/** Takes the envelopes out of a description, in order. One that cannot be parsed is left for the envelope parser to refuse. */
export function parseGcb(bytes: Uint8Array): Result<readonly GcbProvenance[], Fault> {
  return attempt(() => {
    const object = readObject(readJsonBytes(bytes, LIMITS.evidenceBytes), "")
    const summary = readObject(optionalAt(object, "image_summary") ?? {}, "image_summary")
    const image = [
      digestAt(summary, "digest", "image_summary"),
      digestAt(summary, "fully_qualified_digest", "image_summary"),
    ]
    const where = "provenance_summary"
    const list = listAt(objectAt(object, where, ""), "provenance", where, LIMITS.attestations)
    return list.map((value, i) => readProvenance(value, `${where}.provenance[${String(i)}]`, image))
  })
}

function readProvenance(value: JsonValue, where: string, image: readonly (string | undefined)[]): GcbProvenance {
  const object = readObject(value, where)
  const path = at(where, "envelope")
  const envelope = objectAt(object, "envelope", where)
  const signatures = listAt(envelope, "signatures", path, LIMITS.envelopeSignatures).map((item, i) => {
    const place = `${path}.signatures[${String(i)}]`
    const signature = readObject(item, place)
    return {
      keyid: optionalStringAt(signature, "keyid", place),
      sig: stringAt(signature, "sig", place, base64Length(LIMITS.signatureBytes)),
    }
  })
  const text = canonicalJson({
    payload: stringAt(envelope, "payload", path, base64Length(LIMITS.evidenceBytes)),
    payloadType: stringAt(envelope, "payloadType", path),
    signatures,
  })
  const named = [...image, digestAt(object, "resourceUri", where)].filter(d => d !== undefined)
  return { envelope: utf8(text), claimed: [...new Set(named)] }
}

/** The digest at the end of a reference: `sha256:<hex>` alone or behind an `@`. */
function digestAt(object: JsonObject, name: string, where: string): string | undefined {
  const text = optionalStringAt(object, name, where)
  if (text === undefined) return undefined
  const digest = text.slice(text.lastIndexOf("@") + 1)
  return /^sha256:[0-9a-f]{64}$/.test(digest) ? digest.slice(7) : refuse("field-invalid", at(where, name))
}
