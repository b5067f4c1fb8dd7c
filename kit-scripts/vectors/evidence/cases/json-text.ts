/** JSON as text: the same good bundle, written in ways that two readers may read differently. */
import { makeEvidence } from "../evidence.ts"
import { malformed, proven, type Case } from "../vector.ts"
import type { World } from "../world.ts"

/** Cases whose evidence is kept as exact text. */
export function jsonTextCases(world: World): Case[] {
  const good = JSON.stringify(makeEvidence(world).bundle)
  const text = (id: string, desc: string, text: string, expected: Case["expected"]): Case => ({
    id: `json-${id}`,
    desc,
    text,
    expected,
  })
  const before = (member: string): string => `{${member},${good.slice(1)}`
  const bad = malformed("json-invalid")
  return [
    text("white-space", "white space everywhere", JSON.stringify(JSON.parse(good), null, "\t") + "\r\n ", proven()),
    text(
      "duplicate",
      "a member twice, the first one harmless",
      before('"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"'),
      malformed("json-duplicate-key"),
    ),
    text(
      "duplicate-escaped",
      "the second name of the two with an escape",
      before('"media\\u0054ype":"x"'),
      malformed("json-duplicate-key"),
    ),
    text(
      "duplicate-inside",
      "a member twice, deep inside",
      good.replace('"canonicalizedBody":', '"canonicalizedBody":"e30=","canonicalizedBody":'),
      malformed("json-duplicate-key"),
    ),
    text("byte-order-mark", "a byte order mark", `\uFEFF${good}`, bad),
    text("truncated", "cut off", good.slice(0, -1), bad),
    text("trailing", "a second document after the first", `${good}{}`, bad),
    text("trailing-comma", "a comma before the last brace", `${good.slice(0, -1)},}`, bad),
    text("comment", "a comment", `/* */${good}`, bad),
    text("single-quotes", "single quotes", good.replace('"mediaType"', "'mediaType'"), bad),
    text("not-a-number", "NaN", before('"x":NaN'), bad),
    text("leading-zero", "a number with a leading zero", before('"x":01'), bad),
    text("control-character", "a tab inside a string", before('"x":"\t"'), bad),
    text("surrogate", "half a surrogate pair", before('"x":"\\ud800"'), malformed("utf8-invalid")),
    text(
      "deep",
      "65 arrays inside one another",
      before(`"x":${"[".repeat(65)}${"]".repeat(65)}`),
      malformed("json-too-deep"),
    ),
    text("empty", "nothing", "", bad),
    text("array", "an array around it", `[${good}]`, malformed("field-invalid")),
    text(
      "prototype",
      "a member called __proto__, with everything in it",
      `{"__proto__":${good}}`,
      malformed("field-missing"),
    ),
  ]
}
