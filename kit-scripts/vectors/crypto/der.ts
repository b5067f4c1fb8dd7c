/** A writer of DER, and of the ways in which DER can be wrong. */
import { fromHex, join, toBytes } from "./derive.ts"

type Bytes = Uint8Array | readonly number[]

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  const octets = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 | octets.length, ...octets]
}

/** One element with the shortest definite length. */
export function tlv(tag: number, ...parts: readonly Bytes[]): Uint8Array {
  const contents = join(...parts)
  return join([tag], lengthOctets(contents.length), contents)
}

export const sequence = (...parts: readonly Bytes[]): Uint8Array => tlv(0x30, ...parts)
export const NULL = Uint8Array.of(5, 0)
/** BIT STRING of whole octets. */
export const bitString = (...parts: readonly Bytes[]): Uint8Array => tlv(0x03, [0], ...parts)

/** Contents octets of a non-negative INTEGER: shortest, with a zero octet where the top bit is set. */
export function integerOctets(value: bigint): Uint8Array {
  const bytes = toBytes(value, Math.max(1, Math.ceil(value.toString(16).length / 2)))
  return (bytes[0] ?? 0) >= 0x80 ? join([0], bytes) : bytes
}

export const integer = (value: bigint): Uint8Array => tlv(0x02, integerOctets(value))

/** OBJECT IDENTIFIER of dotted text. */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number)
  const octets = [40 * first + second, ...rest].flatMap(arc => {
    const groups = [arc % 128]
    for (let n = Math.floor(arc / 128); n > 0; n = Math.floor(n / 128)) groups.unshift((n % 128) | 0x80)
    return groups
  })
  return tlv(0x06, octets)
}

/** SubjectPublicKeyInfo. */
export function spki(algorithm: string, parameters: Bytes, key: Bytes): Uint8Array {
  return sequence(sequence(oid(algorithm), parameters), bitString(key))
}

/** The element again, its length in one octet more than needed. */
export function longLength(element: Uint8Array): Uint8Array {
  const [tag = 0, first = 0] = element
  if (first < 0x80) return join([tag, 0x81, first], element.subarray(2))
  const octets = first & 0x7f
  return join([tag, first + 1, 0], element.subarray(2, 2 + octets), element.subarray(2 + octets))
}

/** The contents of an element. */
export function contents(element: Uint8Array): Uint8Array {
  const first = element[1] ?? 0
  return element.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f))
}

/** The element again, with an indefinite length. */
export function indefinite(element: Uint8Array): Uint8Array {
  return join([element[0] ?? 0, 0x80], contents(element), fromHex("0000"))
}
