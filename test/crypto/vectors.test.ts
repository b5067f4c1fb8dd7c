/** The vector files themselves: made by their generator, agreed to by the openssl command, and covering what they must. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import type { CryptoVector } from "../../kit-scripts/vectors/crypto/vector.ts"
import type { SignatureScheme } from "../../src/kernel/signature-scheme.ts"
import { bytes, spkiOf, vectorFiles } from "../support/crypto-vectors.ts"
import { root } from "../support/tree.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-crypto-"))
afterAll(() => rmSync(folder, { recursive: true }))

describe("the generator", () => {
  // Large primes take long; all files are compared with SLOW=1.
  const names = process.env["SLOW"] ? [] : ["ecdsa-p256-sha256", "ed25519", "ed25519ph", "ml-dsa-44"]

  it("writes the committed files again", { timeout: 120_000 }, () => {
    const script = join(root, "kit-scripts/vectors/crypto-vectors.ts")
    execFileSync(process.execPath, [script, folder, ...names], { stdio: "pipe" })
    for (const file of vectorFiles) {
      if (names.length > 0 && !names.includes(file.name)) continue
      const committed = readFileSync(join(root, `test/vectors/crypto/${file.name}.json`), "utf8")
      expect(readFileSync(join(folder, `${file.name}.json`), "utf8") === committed, file.name).toBe(true)
    }
  })
})

describe("every file", () => {
  it.each(vectorFiles.map(file => [file.name, file] as const))("%s has vectors of each kind", (_, file) => {
    expect(file.vectors.filter(v => v.expected === "valid").length).toBeGreaterThan(1)
    for (const by of ["encoding", "mismatch", "unsupported"] as const) {
      expect(file.vectors.some(v => v.expected === "invalid" && v.refusedBy === by)).toBe(true)
    }
  })
})

/** Arguments with which the openssl command checks a signature of the scheme, or undefined where it cannot. */
function command(scheme: SignatureScheme, key: string, signature: string, message: string): string[] | undefined {
  switch (scheme.kind) {
    case "ecdsa":
      return ["dgst", `-${scheme.hash}`, "-verify", key, "-signature", signature, message]
    case "rsa-pkcs1":
      return ["dgst", `-${scheme.hash}`, "-verify", key, "-signature", signature, message]
    case "rsa-pss": {
      const options = ["rsa_padding_mode:pss", "rsa_pss_saltlen:digest", `rsa_mgf1_md:${scheme.hash}`]
      const flags = options.flatMap(option => ["-sigopt", option])
      return ["dgst", `-${scheme.hash}`, ...flags, "-verify", key, "-signature", signature, message]
    }
    case "ed25519":
      return ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-sigfile", signature, "-in", message]
    case "ed25519ph":
    case "ml-dsa":
      return undefined
  }
}

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0

/** What the openssl command knows nothing of: rules of ours that are stricter than its own. */
function isOwnRule(vector: CryptoVector): boolean {
  return vector.expected === "invalid" && vector.refusedBy !== "mismatch"
}

describe.skipIf(!hasOpenssl)("the openssl command agrees", () => {
  for (const file of vectorFiles) {
    if (command(file.scheme, "", "", "") === undefined) continue
    it(file.name, { timeout: 60_000 }, () => {
      for (const vector of file.vectors) {
        if (!("message" in vector) || isOwnRule(vector)) continue
        // The command (of OpenSSL 3.0) cannot read an empty message for Ed25519.
        if (file.scheme.kind === "ed25519" && vector.message === "") continue
        const [key, signature, message] = ["key", "signature", "message"].map(name => join(folder, name)) as [
          string,
          string,
          string,
        ]
        const pem = Buffer.from(spkiOf(file, vector)).toString("base64")
        writeFileSync(key, `-----BEGIN PUBLIC KEY-----\n${pem.replace(/.{64}/g, "$&\n")}\n-----END PUBLIC KEY-----\n`)
        writeFileSync(signature, bytes(vector.signature))
        writeFileSync(message, bytes(vector.message))
        const run = spawnSync("openssl", command(file.scheme, key, signature, message) ?? [])
        expect(run.status === 0, `${vector.id}: ${String(run.stderr)}`).toBe(vector.expected === "valid")
      }
    })
  }
})
