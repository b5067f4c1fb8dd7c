/** JSON of the evidence, and how one member of it is changed. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
export type JsonObject = Record<string, Json>

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

function steps(path: string): string[] {
  return path.split(/[.[\]]+/).filter(s => s !== "")
}

/** The value at a path such as `a.b[0].c`. */
export function valueAt(document: Json, path: string): Json {
  let value: Json | undefined = document
  for (const step of steps(path)) {
    value = typeof value === "object" && value !== null ? (value as JsonObject)[step] : undefined
  }
  if (value === undefined) throw new Error(`no ${path} in the document`)
  return value
}

/** The string at a path. */
export function textAt(document: Json, path: string): string {
  const value = valueAt(document, path)
  if (typeof value !== "string") throw new Error(`${path} is no string`)
  return value
}

/** A copy of the document with the value at a path replaced, or taken out where `value` is undefined. */
export function changed(document: Json, path: string, value: Json | undefined): Json {
  const copy = structuredClone(document)
  const [last = "", ...back] = steps(path).reverse()
  let at = copy as JsonObject
  for (const step of back.reverse()) at = at[step] as JsonObject
  if (value === undefined) Reflect.deleteProperty(at, last)
  else at[last] = value
  return copy
}

/** PEM of a certificate or public key, as Rekor v1 keeps it. */
export function pem(label: "CERTIFICATE" | "PUBLIC KEY", der: Uint8Array): string {
  const lines = base64(der).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`
}
