/**
 * Writes the built-in public-good trusted root from the data that the `@sigstore/tuf` package carries:
 * `appliance/trust/builtin/{trusted_root.json,tuf_root.json,info.json}`. Run it after the package is updated; a test
 * holds that the committed files are what it writes.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { createHash } from "node:crypto"
import { printInstant } from "../../src/formats/instant.ts"

const MIRROR = "https://tuf-repo-cdn.sigstore.dev"
const PACKAGE = new URL("../../node_modules/@sigstore/tuf/", import.meta.url)

interface Seeds {
  readonly [mirror: string]:
    { readonly "root.json": string; readonly targets: Readonly<Record<string, string>> } | undefined
}

interface TufRoot {
  readonly signed: { readonly version: number; readonly expires: string; readonly "x-tuf-on-ci-expiry-period": number }
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** The three files, by name. */
export function builtinFiles(): Readonly<Record<"trusted_root.json" | "tuf_root.json" | "info.json", Buffer>> {
  const seeds = JSON.parse(readFileSync(new URL("seeds.json", PACKAGE), "utf8")) as Seeds
  const { version } = JSON.parse(readFileSync(new URL("package.json", PACKAGE), "utf8")) as { version: string }
  const seed = seeds[MIRROR]
  const target = seed?.targets["trusted_root.json"]
  if (seed === undefined || target === undefined) throw new Error(`@sigstore/tuf has no trusted root of ${MIRROR}`)
  const root = Buffer.from(seed["root.json"], "base64")
  const trusted = Buffer.from(target, "base64")
  const { signed } = JSON.parse(root.toString("utf8")) as TufRoot
  const expires = Date.parse(signed.expires) / 1000
  const info = {
    v: 1,
    source: `@sigstore/tuf ${version}`,
    mirror: MIRROR,
    sha256: sha256(trusted),
    // The signers of the TUF root set its expiry to this many days after they made it; the package has no other date.
    takenAt: printInstant(expires - signed["x-tuf-on-ci-expiry-period"] * 86_400),
    expires: printInstant(expires),
    tufRoot: { version: signed.version, sha256: sha256(root) },
  }
  return {
    "trusted_root.json": trusted,
    "tuf_root.json": root,
    "info.json": Buffer.from(JSON.stringify(info, null, 2) + "\n"),
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const [name, bytes] of Object.entries(builtinFiles())) {
    writeFileSync(new URL(`../../appliance/trust/builtin/${name}`, import.meta.url), bytes)
  }
}
