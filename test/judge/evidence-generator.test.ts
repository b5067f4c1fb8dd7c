/** The generator of the evidence vectors: it writes the committed files again, and OpenSSL agrees with what it makes. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeEvidence, statement, type Made } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { evidenceVectors as generated } from "../../kit-scripts/vectors/evidence/vectors.ts"
import { World } from "../../kit-scripts/vectors/evidence/world.ts"
import { evidenceVectorFolder } from "../support/evidence-vectors.ts"

test("the committed vectors are what the generator writes", () => {
  const committed = readdirSync(evidenceVectorFolder, { recursive: true, encoding: "utf8" })
    .filter(name => name.endsWith(".json"))
    .map(name => [name, readFileSync(join(evidenceVectorFolder, name), "utf8")] as const)
  const files = generated()
  expect(committed.map(([name]) => name).sort()).toEqual([...files.keys()].sort())
  expect(committed.filter(([name, text]) => files.get(name) !== text).map(([name]) => name)).toEqual([])
})

describe("OpenSSL on generated evidence", () => {
  const at = 1_772_445_600
  const world = new World({ seed: "openssl", at })
  let folder = ""
  let made: Made

  const file = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }
  const openssl = (...args: readonly string[]): string =>
    execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  const pem = (name: string, der: Uint8Array): string => {
    const path = join(folder, `${name}.pem`)
    openssl("x509", "-inform", "der", "-in", file(`${name}.der`, der), "-out", path)
    return path
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "stella-openssl-"))
    made = makeEvidence(world, { payload: statement(), tokens: [{}] })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test("the certificate chains to the root", () => {
    const leaf = pem("leaf", made.certificate ?? new Uint8Array())
    const chain = [
      "-CAfile",
      pem("root", world.ca.rootDer),
      "-untrusted",
      pem("intermediate", world.ca.intermediateDer),
    ]
    expect(openssl("verify", ...chain, "-attime", String(at), leaf)).toContain("OK")
  })

  test("the timestamp token is over the signature", () => {
    const token = file("token.tsr", made.tokens[0] ?? new Uint8Array())
    const authority = ["-CAfile", pem("tsa-root", world.tsa.rootDer), "-untrusted", pem("tsa", world.tsa.der)]
    const data = file("signature", made.signature)
    expect(openssl("ts", "-verify", "-data", data, "-in", token, ...authority, "-attime", String(at + 1))).toContain(
      "OK",
    )
  })

  test("the signature is over the pre-authentication encoding", () => {
    const key = join(folder, "key.pem")
    writeFileSync(key, openssl("pkey", "-pubin", "-inform", "der", "-in", file("key.der", made.key.spki)))
    const signature = file("signature", made.signature)
    const signed = file("signed", made.signed)
    expect(openssl("dgst", "-sha256", "-verify", key, "-signature", signature, signed)).toContain("OK")
  })
})
