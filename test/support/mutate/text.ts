/** Mutants of the text of one JSON string: base64, hexadecimal, PEM, a signed note, a number, or plain words. */
import { bytePlans } from "./bytes.ts"
import { notePlans } from "./note.ts"
import type { Place, Plan, Settings } from "./plan.ts"

const BASE64 = /^[A-Za-z0-9+/]{18,}={0,2}$/
const HEX = /^([0-9a-f]{2}){16,}$/
const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----\n?$/

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"))
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64")
}

function isBase64(text: string): boolean {
  return BASE64.test(text) && text.length % 4 === 0 && toBase64(fromBase64(text)) === text
}

function* base64Plans(place: Place<string>, settings: Settings): Generator<Plan> {
  const { value, region } = place
  const url = value.replaceAll("+", "-").replaceAll("/", "_")
  const form = (name: string, text: string, free?: "base64-alphabet"): Plan => ({
    name,
    region,
    kind: "form",
    ...(free && { unauthenticated: free }),
    make: () => place.rebuild(text),
  })
  const bare = value.replaceAll("=", "")
  if (url !== value) {
    yield form("URL-safe alphabet", url, "base64-alphabet")
    yield form("URL-safe alphabet without padding", url.replaceAll("=", ""), "base64-alphabet")
    const at = value.search(/[+/]/)
    const mixed = value.slice(0, at) + (url[at] ?? "") + value.slice(at + 1) + "+/=="
    yield form("both alphabets", mixed)
  }
  if (bare !== value) {
    yield form("without padding", bare, "base64-alphabet")
    yield form("more padding", value + "=")
    // RFC 4648 §3.5: bits that belong to no byte.
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    const last = alphabet.indexOf(bare.at(-1) ?? "")
    yield form("unused bits set", bare.slice(0, -1) + (alphabet[last + 1] ?? "") + value.slice(bare.length))
  }
  yield form("line break inside", `${value.slice(0, 8)}\n${value.slice(8)}`)
  yield form("space after", value + " ")
  yield form("twice encoded", toBase64(Buffer.from(value)))
  const inner = {
    region: `${region}|base64`,
    value: fromBase64(value),
    others: place.others.filter(isBase64).map(fromBase64),
    rebuild: (bytes: Uint8Array) => place.rebuild(toBase64(bytes)),
  }
  yield* innerPlans(inner, settings)
}

/** Bytes that may be text of a known form themselves: base64 in base64, or PEM. */
function* innerPlans(place: Place<Uint8Array>, settings: Settings): Generator<Plan> {
  const text = Buffer.from(place.value).toString("latin1")
  if (isBase64(text) || PEM.test(text)) {
    const inner = {
      region: place.region,
      value: text,
      others: place.others.map(other => Buffer.from(other).toString("latin1")),
      rebuild: (other: string) => place.rebuild(new Uint8Array(Buffer.from(other, "latin1"))),
    }
    yield* textPlans(inner, settings)
  }
  yield* bytePlans(place, settings)
}

function* pemPlans(place: Place<string>, settings: Settings): Generator<Plan> {
  const { value, region } = place
  const [, label = "", body = ""] = PEM.exec(value) ?? []
  const armored = (bytes: Uint8Array): string =>
    `-----BEGIN ${label}-----\n${toBase64(bytes).replace(/(.{64})(?!$)/g, "$1\n")}\n-----END ${label}-----\n`
  const forms: readonly (readonly [string, string])[] = [
    ["another label", value.replaceAll(label, "X509 CRL")],
    ["two blocks", value + value],
    ["text before", "subject\n" + value],
    ["text after", value + "trailer\n"],
    ["carriage returns", value.replaceAll("\n", "\r\n")],
    ["one line", value.replace(body, body.replaceAll("\n", "") + "\n")],
    ["no line break at the end", value.trimEnd()],
  ]
  for (const [name, text] of forms) yield { name, region, kind: "form", make: () => place.rebuild(text) }
  const derOf = (text: string): Uint8Array => fromBase64((PEM.exec(text)?.[2] ?? "").replaceAll("\n", ""))
  const inner = {
    region: `${region}|pem`,
    value: derOf(value),
    others: place.others.filter(other => PEM.test(other)).map(derOf),
    rebuild: (bytes: Uint8Array) => place.rebuild(armored(bytes)),
  }
  yield* bytePlans(inner, settings)
}

function* hexPlans(place: Place<string>, settings: Settings): Generator<Plan> {
  const { value, region } = place
  yield { name: "upper case", region, kind: "form", make: () => place.rebuild(value.toUpperCase()) }
  yield { name: "prefix 0x", region, kind: "form", make: () => place.rebuild("0x" + value) }
  const inner = {
    region: `${region}|hex`,
    value: new Uint8Array(Buffer.from(value, "hex")),
    others: place.others.filter(other => HEX.test(other)).map(other => new Uint8Array(Buffer.from(other, "hex"))),
    rebuild: (bytes: Uint8Array) => place.rebuild(Buffer.from(bytes).toString("hex")),
  }
  yield* bytePlans(inner, settings)
}

function* numberPlans(place: Place<string>): Generator<Plan> {
  const { value, region } = place
  const n = BigInt(value)
  const texts = [n + 1n, n - 1n, -n, 0n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n + n].map(String)
  for (const text of new Set([...texts, `0${value}`, `+${value}`, ` ${value}`, `${value}.0`, `0x${n.toString(16)}`])) {
    if (text !== value) yield { name: `number "${text}"`, region, kind: "flip", make: () => place.rebuild(text) }
  }
}

/** Mutants of words: identities, types, names. */
function* wordPlans(place: Place<string>, settings: Settings): Generator<Plan> {
  const { value, region } = place
  const at = value.length === 0 ? 0 : settings.random.below(value.length)
  const texts: readonly (readonly [string, string])[] = [
    ["emptied", ""],
    ["a letter after", value + "x"],
    ["a letter before", "x" + value],
    ["last letter gone", value.slice(0, -1)],
    ["a letter changed", value.slice(0, at) + (value[at] === "q" ? "r" : "q") + value.slice(at + 1)],
    ["upper case", value.toUpperCase()],
    ["zero character after", value + "\u0000"],
    ["space after", value + " "],
    ["text twice", value + value],
  ]
  for (const [name, text] of texts) {
    if (text !== value) yield { name, region, kind: "flip", make: () => place.rebuild(text) }
  }
}

/** Mutants of one text, by what it holds. */
export function* textPlans(place: Place<string>, settings: Settings): Generator<Plan> {
  const { value } = place
  if (/^(0|[1-9][0-9]*)$/.test(value)) yield* numberPlans(place)
  else if (HEX.test(value)) yield* hexPlans(place, settings)
  else if (isBase64(value)) yield* base64Plans(place, settings)
  else if (PEM.test(value)) yield* pemPlans(place, settings)
  else if (value.includes("\n\n\u2014 ")) yield* notePlans(place, settings)
  else yield* wordPlans(place, settings)
}
