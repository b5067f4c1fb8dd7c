/** Schemas of `trust show|import|status`. */
import * as z from "zod"
import { failure, result, type Types } from "../events.ts"
import { field, instant, path, sha256 } from "../fields.ts"
import { trustFlags } from "./attest.ts"

/** How old trust is. */
export const age = {
  basis: z.enum(["builtin", "argument", "pinned", "tuf", "authority"]),
  /** SHA-256 of each trusted root, in the order they are tried. */
  roots: z.array(sha256),
  takenAt: z.string().nullable(),
  ageSeconds: z.int().nullable(),
  expires: z.string().nullable(),
}

/** What needs attention. */
export const findings = z.array(z.strictObject({ id: z.string(), says: z.string() }))

const authority = z.strictObject({
  kind: z.enum(["certificate-authority", "ct-log", "timestamp-authority", "transparency-log", "key"]),
  id: z.string(),
  name: z.string(),
  from: z.string().nullable(),
  until: z.string().nullable(),
})

export const show = {
  input: z.strictObject({ trustedRoot: trustFlags.trustedRoot, trustedRootSha256: trustFlags.trustedRootSha256 }),
  output: z.union([result({ ...age, authorities: z.array(authority) }), failure]),
}

export const importTrust = {
  input: z.strictObject({
    source: field("SOURCE", "trusted_root.json, or the folder of a TUF repository", path),
    sha256: field(
      "SHA256",
      "digest of trusted_root.json, compared out of band; required for a file",
      sha256.optional(),
    ),
    tufRoot: field(
      "FILE",
      "the pinned TUF root.json; default: the one of the newest import, else the built-in public-good one",
      path.optional(),
    ),
    at: field("TIME", "reference time for the expiry of TUF metadata; default: now", instant.optional()),
  }),
  output: z.union([result({ ...age, generation: z.int() }), failure]),
}

export const status = {
  input: z.strictObject({}),
  output: z.union([result({ ...age, findings }), failure]),
}

export type Show = Types<typeof show>
export type Import = Types<typeof importTrust>
export type Status = Types<typeof status>

export type Authority = z.output<typeof authority>
