/**
 * Expectations as comma-separated values (RFC 4180), strictly: fields are plain or in double quotes, a quote inside
 * quotes is doubled, lines end in CRLF or LF, and every line has as many fields as the first. The first line is
 * `name,digest` and any number of columns called `predicate`:
 *
 * ```
 * name,digest,predicate
 * app.tar.gz,sha256:9f86…,https://slsa.dev/provenance/v1;https://cyclonedx.org/bom
 * "manual, printed",sha256:60303…;sha512:1f40…,
 * ```
 *
 * Several digests or predicate types in a field are separated by semicolons. Anything looser is refused, because two
 * readers could split it differently.
 */
import { fromUtf8 } from "../kernel/bytes.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, type Result } from "../kernel/result.ts"
import { EXPECTATION_LIMITS } from "../formats/limits.ts"
import { attempt, refuse } from "../formats/refusal.ts"
import type { ExpectedRow, ReadExpectations } from "./expectation.ts"
import { readDigests, readName, readPredicateType } from "./expectation-fields.ts"

/** One line: its fields, and the number of the physical line that it begins on, from 1. */
interface CsvLine {
  readonly number: number
  readonly fields: readonly string[]
}

/** A reading position in a text. It looks for single characters only, so that no text is read twice. */
class CsvReader {
  readonly #text: string
  #at = 0
  #number = 1

  constructor(text: string) {
    this.#text = text
  }

  /** The lines, header included. */
  *lines(): Generator<CsvLine, void> {
    while (this.#at < this.#text.length) {
      const number = this.#number
      const fields: string[] = []
      do {
        if (fields.length === EXPECTATION_LIMITS.columns) return refuse("too-large", this.#place())
        fields.push(this.#text[this.#at] === '"' ? this.#quoted() : this.#plain())
      } while (this.#goesOn())
      yield { number, fields }
    }
  }

  #place(): string {
    return `line ${String(this.#number)}`
  }

  #quoted(): string {
    const place = this.#place()
    let value = ""
    for (let from = this.#at + 1; ; from = this.#at + 1) {
      const close = this.#text.indexOf('"', from)
      if (close < 0) return refuse("field-invalid", `${place}: the quote is not closed`)
      const part = this.#text.slice(from, close)
      value += part
      for (let i = part.indexOf("\n"); i >= 0; i = part.indexOf("\n", i + 1)) this.#number++
      this.#at = close + 1
      if (this.#text[this.#at] !== '"') return value
      value += '"'
    }
  }

  #plain(): string {
    const from = this.#at
    while (this.#at < this.#text.length && !',"\r\n'.includes(this.#text[this.#at] as string)) this.#at++
    return this.#text.slice(from, this.#at)
  }

  /** Steps over what ends a field: true for a comma, false for the end of the line. */
  #goesOn(): boolean {
    const rest = this.#text.slice(this.#at, this.#at + 2)
    if (rest.startsWith(",")) {
      this.#at++
      return true
    }
    if (!(rest === "" || rest.startsWith("\n") || rest === "\r\n")) return refuse("field-invalid", this.#place())
    this.#at += rest === "\r\n" ? 2 : 1
    this.#number++
    return false
  }
}

function readHeader(header: CsvLine | undefined): number {
  const [name, digest, ...predicates] = header?.fields ?? []
  const known = name === "name" && digest === "digest" && predicates.every(column => column === "predicate")
  return known ? 2 + predicates.length : refuse("field-invalid", "line 1: the header is name,digest,predicate")
}

/** The parts of a field that holds a list; an empty field holds none. */
function partsOf(field: string): readonly string[] {
  return field === "" ? [] : field.split(";")
}

function readRow({ fields, number }: CsvLine, width: number): ExpectedRow {
  const where = `line ${String(number)}`
  if (fields.length !== width) return refuse("field-invalid", `${where}: ${String(fields.length)} fields`)
  const [name = "", digest = "", ...predicates] = fields
  const digests = partsOf(digest).map(part => {
    const colon = part.indexOf(":")
    return [part.slice(0, colon), part.slice(colon + 1)] as const
  })
  const types = predicates.flatMap(partsOf)
  if (types.length > EXPECTATION_LIMITS.predicateTypes) return refuse("too-large", `${where}: predicate`)
  return {
    name: readName(name, `${where}: name`),
    purl: undefined,
    digests: readDigests(digests, `${where}: digest`),
    predicateTypes: types.map(type => readPredicateType(type, `${where}: predicate`)),
    where,
  }
}

/** Reads a CSV list. A byte order mark in front, which spreadsheets write, is skipped. */
export function readCsvExpectations(bytes: Uint8Array): Result<ReadExpectations, Fault> {
  const text = fromUtf8(bytes)
  if (text === undefined) return err({ reason: "utf8-invalid", where: "" })
  return attempt(() => {
    const lines = new CsvReader(text.startsWith("\ufeff") ? text.slice(1) : text).lines()
    const first = lines.next()
    const width = readHeader(first.done === true ? undefined : first.value)
    const artifacts: ExpectedRow[] = []
    for (const line of lines) {
      if (artifacts.length === EXPECTATION_LIMITS.artifacts) return refuse("too-large", `line ${String(line.number)}`)
      artifacts.push(readRow(line, width))
    }
    return { scope: undefined, artifacts }
  })
}
