/**
 * The small rows of a mirror (head, ranges, checkpoints) are canonical JSON that carries its own digest: nothing above
 * them would notice a flipped bit in an origin or a range. `seal` is the SHA-256 of the document without it. It tells
 * damage, not malice; against that stand the signatures and, in a site, the index of committed rows.
 */
import { hexDigest, readDocument, readValue, type Reader } from "../src/formats/document.ts"
import { toHex, utf8 } from "../src/kernel/bytes.ts"
import { canonicalJson, isObject, type JsonObject, type JsonValue } from "../src/kernel/json.ts"
import type { Crypto, KeyRange, KeyValue } from "../src/kernel/ports.ts"
import { damagedRow } from "./store-error.ts"

/** The rows of a mirror as its readers need them. */
export type ReadableRows = Pick<KeyValue, "get" | "getMany" | "entries">

/** What reading sealed rows takes. */
export interface SealedRows {
  readonly rows: ReadableRows
  readonly crypto: Pick<Crypto, "hash">
}

/** True when there is a row in the range. */
export async function hasRows(rows: ReadableRows, range: KeyRange): Promise<boolean> {
  let bytes = 0
  for await (const [key] of rows.entries({ ...range, limit: 1 })) bytes += key.length
  return bytes > 0
}

function sealOf(crypto: Pick<Crypto, "hash">, document: unknown): string {
  return toHex(crypto.hash("sha256", utf8(canonicalJson(document))))
}

/** The value of a row with this content. */
export function sealRow(crypto: Pick<Crypto, "hash">, document: object): Uint8Array {
  return utf8(canonicalJson({ ...document, seal: sealOf(crypto, document) }))
}

const anyObject: Reader<JsonObject> = (value: JsonValue | undefined) => (isObject(value) ? value : {})

/**
 * The content of a row's value.
 * @throws StellaError STORE_CORRUPT when it is damaged or not of this form
 */
export function openRow<T>(
  crypto: Pick<Crypto, "hash">,
  key: Uint8Array,
  value: Uint8Array,
  read: Reader<T>,
  maxBytes?: number,
): T {
  const whole = readDocument(value, anyObject, maxBytes === undefined ? {} : { maxBytes })
  if (!whole.ok) throw damagedRow(key, `is damaged (${whole.error.reason})`)
  const { seal, ...document } = whole.value
  const sealed = readValue(seal ?? null, hexDigest)
  if (!sealed.ok || sealed.value !== sealOf(crypto, document)) throw damagedRow(key, "is damaged (it breaks its seal)")
  const content = readValue(document, read)
  if (!content.ok) throw damagedRow(key, `is damaged (${content.error.where} ${content.error.reason})`)
  return content.value
}
