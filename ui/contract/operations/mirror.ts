/** Schemas of `mirror ingest|head|prove|fsck`. */
import * as z from "zod"
import { failure, result, summary, type Types } from "../events.ts"
import { field, path, sha256, text, uint63 } from "../fields.ts"

/** The tree of a log. */
export const head = z.strictObject({ origin: z.string(), size: z.string(), root: sha256 })

export const ingest = {
  input: z.strictObject({
    dir: field("DIR", "folder with checkpoint, tile/ and tile/entries/ as tlog-tiles lays them out", path),
    origin: field("ORIGIN", "the log's origin; default: the one that the checkpoint names", text.optional()),
    logKey: field(
      "FILE",
      "the log's verification key (vkey line); default: the trusted root's key for that origin",
      path.optional(),
    ),
  }),
  output: z.union([
    summary({
      head,
      before: head.nullable(),
      tiles: z.int(),
      entries: z.string(),
      /** New leaves of which only the hash came. */
      hashesOnly: z.string(),
    }),
    failure,
  ]),
}

export const showHead = {
  input: z.strictObject({ origin: field("ORIGIN", "only this log", text.optional()) }),
  output: z.union([
    result({ logs: z.array(z.strictObject({ ...head.shape, at: z.string(), vkey: z.string(), frozen: z.boolean() })) }),
    failure,
  ]),
}

export const prove = {
  input: z.strictObject({
    origin: field("ORIGIN", "the log", text),
    index: field("N", "prove the entry with this index", uint63.optional(), "selection"),
    leaf: field("SHA256", "prove the entry with this leaf hash", sha256.optional(), "selection"),
    fromSize: field(
      "N",
      "prove that the tree of this size is a beginning of the other",
      uint63.optional(),
      "selection",
    ),
    size: field("N", "in the tree of this size; default: the newest", uint63.optional()),
  }),
  output: z.union([
    result({
      kind: z.enum(["inclusion", "consistency"]),
      origin: z.string(),
      index: z.string().nullable(),
      leaf: sha256.nullable(),
      fromSize: z.string().nullable(),
      fromRoot: sha256.nullable(),
      size: z.string(),
      root: sha256,
      hashes: z.array(sha256),
    }),
    failure,
  ]),
}

export const fsck = {
  input: z.strictObject({}),
  output: z.union([
    result({ part: z.string(), where: z.string().nullable(), what: z.string() }),
    summary({ rows: z.int(), blobs: z.int(), logs: z.int(), damaged: z.int() }),
    failure,
  ]),
}

export type Ingest = Types<typeof ingest>
export type ShowHead = Types<typeof showHead>
export type Prove = Types<typeof prove>
export type Fsck = Types<typeof fsck>

export type LogHead = z.output<typeof head>
