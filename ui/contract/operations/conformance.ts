/** Schemas of `conformance verify-bundle`: the sigstore conformance suite's own command line. */
import * as z from "zod"
import { failure, result, type Types } from "../events.ts"
import { field, path, sha256, text } from "../fields.ts"
import { report, trustFlags } from "./attest.ts"

export const verifyBundle = {
  input: z.strictObject({
    artifact: field("FILE_OR_DIGEST", "a file, or sha256:… when no such file exists", path),
    bundle: field("FILE", "the bundle", path),
    certificateIdentity: field("ID", "the signer's identity", text.optional()),
    certificateOidcIssuer: field("URL", "the issuer of the identity", text.optional()),
    key: field("FILE", "public key instead of identity and issuer", path.optional()),
    trustedRoot: trustFlags.trustedRoot,
    staging: field("", "use the built-in staging root", z.boolean().optional(), "advanced"),
  }),
  output: z.union([
    result({
      verdict: z.enum(["proven", "failed", "unproven"]),
      report,
      reportSha256: sha256,
    }),
    failure,
  ]),
}

export type VerifyBundle = Types<typeof verifyBundle>
