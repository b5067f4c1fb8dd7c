import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { parseCertificate, type Certificate } from "../../src/formats/certificate.ts"
import { checkSignature } from "../../src/formats/signature.ts"
import { parseTimestampResponse, type TimestampToken } from "../../src/formats/timestamp-token.ts"
import { equalBytes, toHex } from "../../src/kernel/bytes.ts"
import { corpusTimestamps, readRoots } from "../support/corpus-der.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()

function parsed(der: Uint8Array): TimestampToken {
  const result = parseTimestampResponse(der)
  return result.ok ? result.value : expect.fail(`${result.error.reason} at ${result.error.where}`)
}
function certificate(der: Uint8Array): Certificate {
  const result = parseCertificate(der)
  return result.ok ? result.value : expect.fail(`${result.error.reason} at ${result.error.where}`)
}

/** Whether token and certificate belong together in every way a verifier looks at. */
async function signedBy(token: TimestampToken, signer: Certificate): Promise<string> {
  const { signer: id } = token
  if (!("issuer" in id) || !equalBytes(id.issuer, signer.issuer) || !equalBytes(id.serial, signer.serial))
    return "other signer"
  for (const ess of token.essCertIds) {
    const digest = createHash(ess.hash).update(signer.der).digest("hex")
    if (digest !== toHex(ess.certHash)) return "other certificate"
    if (ess.issuerSerial !== undefined && !equalBytes(ess.issuerSerial.serial, signer.serial)) return "other serial"
    if (ess.issuerSerial !== undefined && !equalBytes(ess.issuerSerial.issuer, signer.issuer)) return "other issuer"
  }
  if (!equalBytes(crypto.hash(token.digestAlgorithm, token.tstInfo), token.messageDigest)) return "other content"
  const scheme = token.schemeFor(signer.publicKey)
  if (scheme === undefined) return "other scheme"
  const data = { message: token.signedAttributes }
  return checkSignature(crypto, { scheme, key: signer.publicKey, signature: token.signature, data })
}

describe.skipIf(shared === undefined)("timestamps of the corpus", () => {
  const where = shared ?? ""
  const all = shared === undefined ? [] : corpusTimestamps(where)
  const read = all.flatMap(({ path, der }) => {
    const result = parseTimestampResponse(der)
    return result.ok ? [{ path, token: result.value }] : []
  })

  it("are all read, but for three whose imprint is no SHA-256 digest", () => {
    expect(all.length).toBeGreaterThan(30)
    const refused = all.filter(({ der }) => !parseTimestampResponse(der).ok)
    expect(refused.map(({ path }) => path.replace("corpus/rfc3161/", ""))).toEqual([
      "java_invalid_sigstore_tsa_response_invalid.tsr/timestamp.tsr",
      "java_valid_sigstore_tsa_response_with_embedded_certs.tsr/timestamp.tsr",
      "java_valid_sigstore_tsa_response_without_embedded_certs.tsr/timestamp.tsr",
    ])
  })

  it("verify under the certificate they carry, where they carry one", async () => {
    let seen = 0
    for (const { path, token } of read) {
      const carried = token.certificates.map(certificate).filter(c => c.basicConstraints?.ca !== true)
      for (const signer of carried) {
        expect([path, await signedBy(token, signer)]).toEqual([path, "valid"])
        seen++
      }
    }
    expect(seen).toBeGreaterThan(10)
  })

  it("verify under the trusted roots' authorities, where these issued them", async () => {
    const roots = ["public-good", "staging", "github"].map(n =>
      readRoots(`${where}/corpus/_roots/${n}.trusted_root.json`),
    )
    const signers = roots.flatMap(r => r.timestampAuthorities).map(certificate)
    let seen = 0
    for (const { path, token } of read) {
      for (const signer of signers) {
        const outcome = await signedBy(token, signer)
        if (outcome === "other signer") continue
        expect([path, outcome]).toEqual([path, "valid"])
        seen++
      }
    }
    expect(seen).toBeGreaterThan(10)
  })

  it("are over the message that lies beside one of them", () => {
    const folder = `${where}/corpus/rfc3161/issue1482-no-embedded-cert`
    const token = parsed(new Uint8Array(readFileSync(join(folder, "timestamp.tsr"))))
    const digest = createHash(token.imprint.hash)
      .update(readFileSync(join(folder, "message")))
      .digest("hex")
    expect(toHex(token.imprint.digest)).toBe(digest)
  })
})

const openssl = spawnSync("openssl", ["version"]).status === 0

describe.skipIf(!openssl)("timestamps made by OpenSSL", () => {
  const dir = mkdtempSync(join(tmpdir(), "stella-tsa-"))
  afterAll(() => {
    rmSync(dir, { recursive: true })
  })
  const run = (...args: string[]) => execFileSync("openssl", args, { cwd: dir, stdio: "pipe" }).toString()

  const settings = (digest: string, ess: string): string => `
[req]
distinguished_name = dn
prompt = no
x509_extensions = ext
[dn]
CN = test tsa
[ext]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = tsa1
[tsa1]
serial = ./serial
crypto_device = builtin
signer_cert = ./cert.pem
signer_key = ./key.pem
signer_digest = ${digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 6
ordering = yes
tsa_name = yes
ess_cert_id_chain = yes
ess_cert_id_alg = ${ess}
`

  it.each([
    ["P-256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "sha256", "sha256", "sha512"],
    ["P-384", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "sha384", "sha384", "sha256"],
    ["RSA", ["-newkey", "rsa:2048"], "sha512", "sha1", "sha384"],
  ])("with %s say what OpenSSL prints, and verify", async (_, newKey, digest, ess, imprint) => {
    writeFileSync(join(dir, "tsa.cnf"), settings(digest, ess))
    writeFileSync(join(dir, "serial"), "0a1b\n")
    writeFileSync(join(dir, "data"), "what existed")
    run(
      "req",
      "-x509",
      ...newKey,
      "-nodes",
      "-config",
      "tsa.cnf",
      "-keyout",
      "key.pem",
      "-out",
      "cert.pem",
      "-days",
      "2",
    )
    run("ts", "-query", "-data", "data", `-${imprint}`, "-cert", "-out", "query.tsq")
    run("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa1", "-queryfile", "query.tsq", "-out", "reply.tsr")
    const printed = run("ts", "-config", "tsa.cnf", "-reply", "-in", "reply.tsr", "-text")
    const token = parsed(new Uint8Array(readFileSync(join(dir, "reply.tsr"))))

    expect(token.imprint).toEqual({
      hash: imprint,
      digest: new Uint8Array(createHash(imprint).update("what existed").digest()),
    })
    expect(token).toMatchObject({ policy: "1.2.3.4.1", digestAlgorithm: digest, accuracyMicroseconds: 1_500_100 })
    expect(printed).toContain(
      `Serial number: 0x${toHex(token.serial)
        .replace(/^(00)*/, "")
        .toUpperCase()}`,
    )
    expect(printed).toContain(
      `Nonce: 0x${toHex(token.nonce ?? new Uint8Array())
        .replace(/^(00)*/, "")
        .toUpperCase()}`,
    )
    const stamp = /Time stamp: (\w+) +(\d+) ([\d:]+)(?:\.(\d+))? (\d+) GMT/.exec(printed) ?? expect.fail(printed)
    const [, month = "", day = "", clock = "", fraction = "", year = ""] = stamp
    expect(token.genTimeSeconds).toBe(Date.parse(`${month} ${day} ${year} ${clock} GMT`) / 1000)
    expect(token.genTimeMilliseconds).toBe(Number(fraction.slice(0, 3).padEnd(3, "0")))
    expect(token.essCertIds.map(id => id.hash)).toEqual([ess])
    expect(await signedBy(token, certificate(token.certificates[0] ?? expect.fail("no certificate")))).toBe("valid")
  })

  it("that are refused are refused", () => {
    writeFileSync(join(dir, "tsa.cnf"), settings("sha256", "sha256"))
    run("ts", "-query", "-data", "data", "-sha1", "-out", "query.tsq")
    run("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa1", "-queryfile", "query.tsq", "-out", "reply.tsr")
    const result = parseTimestampResponse(new Uint8Array(readFileSync(join(dir, "reply.tsr"))))
    expect(result).toEqual({ ok: false, error: { reason: "timestamp-malformed", where: "status" } })
  })
})
