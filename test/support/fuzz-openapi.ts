/**
 * Requests made from an OpenAPI document: mostly of the form that it describes, some broken in one place, some nonsense.
 * Numbers come from a seed, so that a finding can be had again.
 */
import type { Sending } from "./service.ts"
import { form } from "./service.ts"

type Json = Record<string, unknown>

/** One request. */
export interface FuzzRequest {
  readonly method: string
  readonly path: string
  readonly sending: Sending
}

/** A source of numbers (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const NASTY = [
  "",
  "a",
  "../../etc/passwd",
  "/etc/passwd",
  "/dev/zero",
  "sha256:" + "0".repeat(64),
  "0".repeat(64),
  "f".repeat(32),
  "2031-04-02T10:11:09Z",
  "2031-02-30T10:11:09Z",
  "-1",
  "0012",
  "9223372036854775807",
  "99999999999999999999",
  "\u0000",
  "\u202e%00",
  "ä".repeat(5000),
  "{{7*7}}",
  "'; drop table jobs; --",
  "rekor.vectors.example",
  "public-good",
  "true",
]

/** Makes requests without end. */
export function fuzzRequests(document: Json, seed: number): () => FuzzRequest {
  const random = randomFrom(seed)
  const below = (n: number): number => Math.floor(random() * n)
  const pick = <T>(all: readonly T[]): T => all[below(all.length)] as T
  const schemas = (document["components"] as Json)["schemas"] as Record<string, Json>

  function value(schema: Json, depth = 0): unknown {
    if (random() < 0.04 || depth > 5) return pick<unknown>([null, -1, 1e300, "", [], {}, true, pick(NASTY), [[[]]]])
    const ref = schema["$ref"]
    if (typeof ref === "string") return value(schemas[ref.split("/").at(-1) ?? ""] ?? {}, depth + 1)
    const choices = (schema["anyOf"] ?? schema["oneOf"]) as Json[] | undefined
    if (choices !== undefined) return value(pick(choices), depth + 1)
    if (schema["const"] !== undefined) return schema["const"]
    if (Array.isArray(schema["enum"])) return pick(schema["enum"] as unknown[])
    switch (schema["type"]) {
      case "object": {
        const properties = (schema["properties"] ?? {}) as Record<string, Json>
        const required = (schema["required"] ?? []) as string[]
        const out: Json = {}
        for (const [name, of] of Object.entries(properties))
          if (random() < (required.includes(name) ? 0.97 : 0.3)) out[name] = value(of, depth + 1)
        if (random() < 0.03) out[pick(["__proto__", "constructor", "other", ""])] = pick(NASTY)
        return out
      }
      case "array":
        return Array.from({ length: below(4) }, () => value((schema["items"] ?? {}) as Json, depth + 1))
      case "integer":
      case "number":
        return pick([
          0,
          1,
          2,
          7,
          64,
          65,
          -1,
          1.5,
          2 ** 53,
          Number(schema["minimum"] ?? 0),
          Number(schema["maximum"] ?? 9),
        ])
      case "boolean":
        return random() < 0.5
      default:
        return pick(NASTY)
    }
  }

  const operations = Object.entries(document["paths"] as Record<string, Record<string, Json>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )

  function query(parameters: readonly Json[]): string {
    const pairs: string[] = []
    for (const one of parameters) {
      if (one["in"] !== "query" || random() > 0.6) continue
      const made = value(one["schema"] as Json)
      for (const part of Array.isArray(made) ? made : [made])
        pairs.push(
          `${encodeURIComponent(String(one["name"]))}=${encodeURIComponent(typeof part === "string" ? part : JSON.stringify(part))}`,
        )
    }
    if (random() < 0.03) pairs.push(pick(["%zz=1", "a=%ff", "a", "=b", "&&&", "a=1&a=2"]))
    return pairs.length === 0 ? "" : "?" + pairs.join("&")
  }

  function body(operation: Json): Sending {
    const content = ((operation["requestBody"] as Json | undefined)?.["content"] ?? {}) as Record<string, Json>
    const schema = content["application/json"]?.["schema"] as Json | undefined
    if (schema === undefined) return {}
    const input = value(schema)
    const roll = random()
    if (roll < 0.05)
      return { headers: { "content-type": "application/json" }, body: JSON.stringify(input).slice(0, below(40)) }
    if (roll < 0.08)
      return { headers: { "content-type": "application/json" }, body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }
    if (roll < 0.1) return { headers: { "content-type": "application/json" }, body: '{"a":1,"a":2}' }
    if (roll < 0.12) return { headers: { "content-type": "application/json" }, body: "[".repeat(below(5000)) }
    if (roll < 0.15)
      return {
        headers: { "content-type": pick(["text/plain", "application/xml", "x", "multipart/form-data"]) },
        body: "x",
      }
    if (roll < 0.3 && content["multipart/form-data"] !== undefined) {
      const files: Record<string, string> = {}
      for (let i = below(4); i > 0; i--)
        files[pick(["a", "a/b", "app.json", "case/case.json", ...NASTY.filter(name => !/["\r\n\0]/.test(name))])] =
          pick(["{}", "x", "", '{"payload":"e30=","payloadType":"a","signatures":[{"sig":"AAAA"}]}'])
      return form(input, files)
    }
    return { json: input }
  }

  return () => {
    const { path, method, operation } = pick(operations)
    const parameters = (operation["parameters"] ?? []) as Json[]
    const id = pick([
      "0".repeat(32),
      "f".repeat(32),
      "1",
      "x".repeat(300),
      "%2e%2e",
      encodeURIComponent(pick(NASTY)) || "y",
    ])
    const real = path.replace("{id}", id).replace("{file}", pick(["0", "1", "-1", "x"]))
    const sending = method === "POST" ? body(operation) : {}
    const headers: Record<string, string> = {}
    if (random() < 0.03) headers["idempotency-key"] = pick(["k1", "k2", "x".repeat(200)])
    if (random() < 0.03) headers["prefer"] = "respond-async"
    if (random() < 0.1) headers["accept"] = pick(["text/event-stream", "application/json", "*/*", ";;;"])
    if (random() < 0.03) headers["last-event-id"] = pick(["1", "x", "99999999999999999999"])
    const odd = random() < 0.02 ? pick(["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]) : method
    return {
      method: odd,
      path: real + (method === "GET" || random() < 0.02 ? query(parameters) : ""),
      sending: { ...sending, headers: { ...sending.headers, ...headers } },
    }
  }
}
