/** Schemas of `mirror ingest|head|prove|find|fsck`. */
import * as z from "zod"
import { failure, result, summary, type Types } from "../events.ts"
import { field, path, sha256, text, uint63 } from "../fields.ts"
import { pageFlags } from "../paging.ts"

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

const digest = z
  .string()
  .regex(
    /^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/,
    "must be sha256:, sha384: or sha512: and as many lowercase hexadecimal digits as it has",
  )

export const find = {
  input: z.strictObject({
    origin: field("ORIGIN", "the log", text),
    artifact: field("DIGEST", "entries that signed an artifact with this digest", digest.optional(), "selection"),
    pae: field("DIGEST", "entries that signed an envelope whose PAE has this digest", digest.optional(), "selection"),
    payload: field("DIGEST", "entries that name an envelope's payload by this digest", digest.optional(), "selection"),
    identity: field("ID", "a subject alternative name of the signer, compared whole", text.optional(), "selection"),
    issuer: field("URL", "the issuer that vouched for the signer, compared whole", text.optional(), "selection"),
    keySha256: field("SHA256", "SHA-256 of the signer's SubjectPublicKeyInfo", sha256.optional(), "selection"),
    leaf: field("SHA256", "the entry with this leaf hash", sha256.optional(), "selection"),
    ...pageFlags("entries", "entry", "N", uint63),
  }),
  output: z.union([
    result({
      origin: z.string(),
      index: z.string(),
      leaf: sha256,
      /** What the entry is, such as `hashedrekord 0.0.2`; null when it is not understood or only its hash is held. */
      kind: z.string().nullable(),
      matched: z.array(
        z.strictObject({ kind: z.enum(["digest", "payload", "identity", "issuer", "key"]), value: z.string() }),
      ),
      /** The command that proves it. */
      prove: z.string(),
    }),
    summary({
      total: z.int(),
      next: z.string().nullable(),
      size: z.string(),
      /** Entries [from, to) that were not looked at: only their hashes are held, or they are not indexed. */
      notSearched: z.array(
        z.strictObject({ from: z.string(), to: z.string(), reason: z.enum(["data-unavailable", "not-indexed"]) }),
      ),
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
export type Find = Types<typeof find>
export type Fsck = Types<typeof fsck>

export type LogHead = z.output<typeof head>
