/**
 * One expected artifact, and how rows about the same artifact become one. Artifacts are told apart by SHA-256, SHA-384
 * and SHA-512: rows that share one of these digests are about one artifact, also through a third row. Where rows have
 * none of them, nothing can be proven about the artifact, and they are joined by the digest they do have, else by name.
 */
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"

/** Digests by algorithm name in lowercase hexadecimal. */
export type Digests = Readonly<Record<string, string>>

/** One row of a list, as it is written. */
export interface ExpectedRow {
  readonly name: string
  readonly purl: string | undefined
  /** Of any algorithm; a bill of materials may know none. */
  readonly digests: Digests
  /** None: the row leaves them to the reader of the list. */
  readonly predicateTypes: readonly string[]
  /** Its place in the document. */
  readonly where: string
}

/** What a reader finds in a document. */
export interface ReadExpectations {
  readonly scope: string | undefined
  readonly artifacts: readonly ExpectedRow[]
}

/** An artifact that evidence is expected about. */
export interface Expectation {
  /** `sha256:…`, else `sha384:…`, else `sha512:…`, else another digest; `site` for an artifact that has none. */
  readonly subject: string
  /** SHA-256, SHA-384 and SHA-512 as far as they are known; none when the artifact is known by other digests only. */
  readonly digests: Digests
  /** The digests of an artifact that has none of those; empty otherwise. */
  readonly weak: Digests
  /** Sorted, without repeats; so are the next two. */
  readonly names: readonly string[]
  readonly purls: readonly string[]
  /** Each must be proven; none: any proven evidence will do. */
  readonly predicateTypes: readonly string[]
}

/** Algorithms that evidence is found by, and the hexadecimal digits of their digests, in the order of preference. */
export const STRONG_DIGITS: ReadonlyMap<string, number> = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
])

/** Algorithms that lists still name although collisions have been made for them. */
export const WEAK_DIGITS: ReadonlyMap<string, number> = new Map([
  ["sha1", 40],
  ["md5", 32],
])

/** The digest that names an artifact: the first it has in the order of preference, else its first by name. */
function subjectOf(digests: Digests): string {
  const order = [...STRONG_DIGITS.keys(), ...WEAK_DIGITS.keys(), ...Object.keys(digests).sort()]
  const algorithm = order.find(name => digests[name] !== undefined)
  return algorithm === undefined ? "site" : `${algorithm}:${String(digests[algorithm])}`
}

/** The digests that tell the artifact: the strong ones, or all of them where there is no strong one. */
function tellingDigests({ digests }: ExpectedRow): readonly (readonly [algorithm: string, hex: string])[] {
  const strong = Object.entries(digests).filter(([name]) => STRONG_DIGITS.has(name))
  return strong.length > 0 ? strong : Object.entries(digests)
}

/** What a row is joined by: each strong digest, else its subject, else its name. */
function keysOf(row: ExpectedRow): readonly string[] {
  const telling = tellingDigests(row)
  const [first] = telling
  if (first === undefined) return [`name:${row.name}`]
  return STRONG_DIGITS.has(first[0]) ? telling.map(([name, hex]) => `${name}:${hex}`) : [subjectOf(row.digests)]
}

/** Rows that are about one artifact, by union-find over the keys they share. */
function groupsOf(rows: readonly ExpectedRow[]): Iterable<readonly ExpectedRow[]> {
  const parents = rows.map((_, i) => i)
  const rootOf = (i: number): number => {
    let at = i
    for (let up = parents[at] as number; up !== at; up = parents[at] as number) {
      parents[at] = parents[up] as number
      at = up
    }
    return at
  }
  const first = new Map<string, number>()
  rows.forEach((row, i) => {
    for (const key of keysOf(row)) {
      const known = first.get(key)
      if (known === undefined) first.set(key, i)
      else parents[rootOf(i)] = rootOf(known)
    }
  })
  const groups = new Map<number, ExpectedRow[]>()
  rows.forEach((row, i) => {
    const root = rootOf(i)
    const group = groups.get(root)
    if (group === undefined) groups.set(root, [row])
    else group.push(row)
  })
  return groups.values()
}

function sorted(texts: Iterable<string | undefined>): string[] {
  return [...new Set([...texts].filter(text => text !== undefined))].sort()
}

function joined(group: readonly ExpectedRow[], defaults: readonly string[]): Result<Expectation, Fault> {
  const all = new Map<string, string>()
  for (const row of group)
    for (const [name, hex] of tellingDigests(row)) {
      if ((all.get(name) ?? hex) !== hex)
        return err({ reason: "field-invalid", where: `${row.where}: two ${name} digests of one artifact` })
      all.set(name, hex)
    }
  const digests = Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)))
  const subject = subjectOf(digests)
  const told = STRONG_DIGITS.has(subject.slice(0, subject.indexOf(":")))
  return ok({
    subject,
    digests: told ? digests : {},
    weak: told ? {} : digests,
    names: sorted(group.map(row => row.name)),
    purls: sorted(group.map(row => row.purl)),
    predicateTypes: sorted(
      group.flatMap(({ predicateTypes }) => (predicateTypes.length > 0 ? predicateTypes : defaults)),
    ),
  })
}

/**
 * Joins rows into expectations, in the order of their subjects. `defaults` are the predicate types of rows that name
 * none. The order of the rows changes nothing.
 * @returns `field-invalid` when rows about one artifact give it two digests of one algorithm
 */
export function mergeExpected(
  rows: readonly ExpectedRow[],
  defaults: readonly string[],
): Result<readonly Expectation[], Fault> {
  const merged: Expectation[] = []
  for (const group of groupsOf(rows)) {
    const expectation = joined(group, defaults)
    if (!expectation.ok) return expectation
    merged.push(expectation.value)
  }
  const orderOf = ({ subject, names }: Expectation): string => `${subject}\n${names.join("\n")}`
  return ok(merged.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)))
}
