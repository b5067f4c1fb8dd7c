/**
 * A reader of DER (X.690 §10, §11) over subarrays: nothing is copied and nothing is encoded again, so what a signature
 * covers is the very bytes that were read.
 *
 * ```text
 * 30 06 02 01 05 01 01 ff      SEQUENCE { INTEGER 5, BOOLEAN TRUE }
 * ```
 *
 * Refused: indefinite and non-minimal lengths, tag numbers above 30, elements that run over their container, octets left
 * over in a container, and the non-canonical forms of each type. Structures are read by the code that knows them and
 * never by a generic walk, so hostile nesting has nothing to recurse into.
 *
 * Faults are sticky. The first one is kept and moves its reader to the end, later reads give neutral values (0, "", no
 * bytes), and `readDer` hands out what was built only when there was no fault at all. A caller cannot forget to look.
 */
import { compareBytes, fromUtf8 } from "../kernel/bytes.ts"
import type { Fault, Reason } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { readOid } from "./oid.ts"

/** Identifier octets (X.690 §8.1.2). */
// prettier-ignore
export const TAG = {
  boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, null: 0x05, oid: 0x06, utf8String: 0x0c,
  printableString: 0x13, ia5String: 0x16, utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30, set: 0x31,
} as const

/** Identifier octet of a context tag whose contents are elements: `[n] EXPLICIT`, or `[n] IMPLICIT` of a SEQUENCE or SET. */
export function contextTag(n: number): number {
  return 0xa0 | n
}

/** Identifier octet of `[n] IMPLICIT` of a primitive type. */
export function contextPrimitive(n: number): number {
  return 0x80 | n
}

interface State {
  fault: Fault | undefined
  readonly reason: Reason
}

const EMPTY = new Uint8Array(0)

/**
 * Reads elements one after another, each exactly once. The first fault is kept and every later read gives an empty
 * value, so that readers run to their end without a branch per element; `readDer` then gives the fault.
 */
export class DerReader {
  readonly #bytes: Uint8Array
  readonly #state: State
  readonly #end: number
  #at: number
  /** Contents of the element read last. */
  #start = 0
  #stop = 0

  constructor(bytes: Uint8Array, state: State, start: number, end: number) {
    this.#bytes = bytes
    this.#state = state
    this.#at = start
    this.#end = end
  }

  /** Keeps the fault, if it is the first, and moves to the end so that every loop over `more` ends. */
  fail(where: string, reason: Reason = this.#state.reason): void {
    this.#state.fault ??= { reason, where }
    this.#at = this.#end
  }

  /** True while there are elements left. */
  get more(): boolean {
    return this.#at < this.#end
  }

  /** Offset of the next element in the bytes given to `readDer`. */
  get offset(): number {
    return this.#at
  }

  /** The encoding of everything read since `offset` was `from`. */
  since(from: number): Uint8Array {
    return this.#bytes.subarray(from, this.#at)
  }

  /** True when the next element has this identifier octet. */
  has(tag: number): boolean {
    return this.#at < this.#end && this.#bytes[this.#at] === tag
  }

  /** Steps over the next element, whatever its tag is, and remembers where its contents are. */
  #step(where: string): boolean {
    const bytes = this.#bytes
    let at = this.#at
    // Reading past the end gives `undefined`, which no comparison below accepts.
    const tag = bytes[at] as number
    let length = bytes[at + 1] as number
    at += 2
    if (length >= 0x80) {
      // X.690 §10.1: definite form, as few octets as possible. 0x80 is the indefinite form; four octets are never needed.
      const octets = length & 0x7f
      if (octets === 0 || octets > 3) return this.#malformed(where)
      length = 0
      for (let i = 0; i < octets; i++) length = (length << 8) | (bytes[at + i] as number)
      if (length < 0x80 || length >>> (8 * (octets - 1)) === 0) return this.#malformed(where)
      at += octets
    }
    // Tag numbers above 30 (X.690 §8.1.2.4) occur in no structure read here; tag 0 only ends the indefinite form.
    if ((tag & 0x1f) === 0x1f || tag === 0 || !(at + length <= this.#end)) return this.#malformed(where)
    this.#start = at
    this.#stop = this.#at = at + length
    return true
  }

  #malformed(where: string): false {
    this.fail(where)
    this.#start = this.#stop = 0
    return false
  }

  #expect(tag: number, where: string): boolean {
    return this.has(tag) ? this.#step(where) : this.#malformed(where)
  }

  #contents(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#stop)
  }

  /** The whole next element, whatever its tag is: identifier, length and contents. */
  any(where: string): Uint8Array {
    const from = this.#at
    return this.#step(where) ? this.#bytes.subarray(from, this.#stop) : EMPTY
  }

  /** The whole next element, which must have this tag. */
  element(tag: number, where: string): Uint8Array {
    const from = this.#at
    return this.#expect(tag, where) ? this.#bytes.subarray(from, this.#stop) : EMPTY
  }

  /** The contents octets of the next element, which must have this tag. */
  content(tag: number, where: string): Uint8Array {
    this.#expect(tag, where)
    return this.#contents()
  }

  /** Reads the elements inside the next one, which must have this tag; `read` must consume all of them. */
  within<T>(tag: number, where: string, read: (inner: DerReader) => T): T {
    this.#expect(tag, where)
    const inner = new DerReader(this.#bytes, this.#state, this.#start, this.#stop)
    const value = read(inner)
    if (inner.more) this.fail(where)
    return value
  }

  /** Reads a DER document that is the content of another element, such as the key in a BIT STRING. */
  nested<T>(bytes: Uint8Array, where: string, read: (inner: DerReader) => T): T {
    const inner = new DerReader(bytes, this.#state, 0, bytes.length)
    const value = read(inner)
    if (inner.more) this.fail(where)
    return value
  }

  /** `within` a SEQUENCE. */
  sequence<T>(where: string, read: (inner: DerReader) => T): T {
    return this.within(TAG.sequence, where, read)
  }

  /** SEQUENCE OF, or any other run of elements of one kind inside the next element: `read` takes one of them. */
  list<T>(tag: number, where: string, read: (inner: DerReader) => T): T[] {
    return this.within(tag, where, inner => {
      const items: T[] = []
      while (inner.more) items.push(read(inner))
      return items
    })
  }

  /** SET OF (X.690 §11.6): the encodings of the elements are in ascending order. */
  setOf<T>(tag: number, where: string, read: (inner: DerReader) => T): T[] {
    let previous: Uint8Array = EMPTY
    return this.list(tag, where, inner => {
      const from = inner.#at
      const value = read(inner)
      const encoding = inner.#bytes.subarray(from, inner.#at)
      if (compareBytes(previous, encoding) > 0) inner.fail(where)
      previous = encoding
      return value
    })
  }

  /** BOOLEAN (X.690 §11.1): 0x00 or 0xff. */
  boolean(where: string): boolean {
    this.#expect(TAG.boolean, where)
    const octet = this.#bytes[this.#start]
    if (this.#stop - this.#start !== 1 || (octet !== 0 && octet !== 0xff)) return this.#malformed(where)
    return octet === 0xff
  }

  /** A BOOLEAN DEFAULT FALSE: absent is false, and FALSE may not be written (X.690 §11.5). */
  flag(where: string): boolean {
    if (!this.has(TAG.boolean)) return false
    return this.boolean(where) || this.#malformed(where)
  }

  /** Contents octets of an INTEGER (X.690 §8.3.2: its first nine bits are not all alike). */
  signed(where: string, tag: number = TAG.integer): Uint8Array {
    this.#expect(tag, where)
    const length = this.#stop - this.#start
    const nineBits = ((this.#bytes[this.#start] as number) << 1) | ((this.#bytes[this.#start + 1] as number) >> 7)
    if (length === 0 || (length > 1 && (nineBits === 0 || nineBits === 0x1ff))) this.#malformed(where)
    return this.#contents()
  }

  /** Contents octets of an INTEGER that is not negative; a leading zero octet is kept. */
  unsigned(where: string, tag: number = TAG.integer): Uint8Array {
    const octets = this.signed(where, tag)
    if ((octets[0] ?? 0) >= 0x80) this.fail(where)
    return octets
  }

  /** A small INTEGER of 0 to `max`; `max` is below 2^31. */
  integer(where: string, max: number, tag: number = TAG.integer): number {
    const octets = this.unsigned(where, tag)
    let value = 0
    for (const octet of octets.subarray(0, 6)) value = value * 256 + octet
    if (octets.length > 6 || value > max) this.#malformed(where)
    return value
  }

  /** BIT STRING of whole octets. */
  bitString(where: string): Uint8Array {
    this.#expect(TAG.bitString, where)
    if (this.#start === this.#stop || this.#bytes[this.#start] !== 0) {
      this.#malformed(where)
      return EMPTY
    }
    return this.#bytes.subarray(this.#start + 1, this.#stop)
  }

  /**
   * BIT STRING with named bits, at most 16 (X.690 §11.2.2: no trailing zero bits, unused bits zero). Bit n of the answer
   * is the named bit n.
   */
  namedBits(where: string): number {
    this.#expect(TAG.bitString, where)
    const unused = this.#bytes[this.#start] as number
    const octets = this.#stop - this.#start - 1
    const last = this.#bytes[this.#stop - 1] as number
    // The lowest bit in use must be set, and those below it clear; no bits at all are `03 01 00`.
    const canonical =
      octets === 0
        ? unused === 0
        : octets > 0 && octets <= 2 && unused <= 7 && (last & ((2 << unused) - 1)) === 1 << unused
    if (!canonical) {
      this.#malformed(where)
      return 0
    }
    let bits = 0
    for (let i = 0; i < 8 * octets; i++) {
      if (((this.#bytes[this.#start + 1 + (i >> 3)] as number) & (0x80 >> (i & 7))) !== 0) bits |= 1 << i
    }
    return bits
  }

  /** NULL. */
  null(where: string): void {
    if (!this.#expect(TAG.null, where) || this.#start !== this.#stop) this.#malformed(where)
  }

  /** OBJECT IDENTIFIER as dotted text. */
  oid(where: string): string {
    const found = this.#expect(TAG.oid, where) ? readOid(this.#bytes, this.#start, this.#stop) : undefined
    if (found === undefined) this.fail(where)
    return found ?? ""
  }

  /** The text of a string type that holds UTF-8. */
  utf8(where: string, tag: number = TAG.utf8String): string {
    const text = fromUtf8(this.content(tag, where))
    if (text === undefined) this.fail(where)
    return text ?? ""
  }

  /** The text of a string type that holds ASCII (IA5String), control characters excluded. */
  ascii(where: string, tag: number = TAG.ia5String): string {
    const octets = this.content(tag, where)
    if (!octets.every(octet => octet >= 0x20 && octet <= 0x7e)) this.fail(where)
    return fromUtf8(octets) ?? ""
  }
}

/**
 * Reads one DER document: `read` takes its one outer element apart, and nothing may follow that element.
 * @returns what `read` built, or the first fault; faults of the encoding carry `reason`
 */
export function readDer<T>(bytes: Uint8Array, reason: Reason, read: (reader: DerReader) => T): Result<T, Fault> {
  const state: State = { fault: undefined, reason }
  const reader = new DerReader(bytes, state, 0, bytes.length)
  const value = read(reader)
  if (reader.more) reader.fail("trailing bytes")
  return state.fault === undefined ? ok(value) : err(state.fault)
}
