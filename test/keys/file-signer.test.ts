/** The development signer: the contract suite on every kind of key, openssl as the second opinion, and every refusal. */
import { execFileSync } from "node:child_process"
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openFileSigner } from "../../appliance/keys/file-signer.node.ts"
import { passphraseFromDescriptor, passphraseFromFile } from "../../appliance/keys/passphrase.node.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { Secret } from "../../src/kernel/secret.ts"
import { signerContract } from "../contract/signer.ts"

const dir = mkdtempSync(join(tmpdir(), "stella-keys-"))
const at = (name: string): string => join(dir, name)
const openssl = (...args: string[]): string =>
  execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"] }).toString()

const KINDS = [
  ["p256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["-sha256"]],
  ["p384", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], ["-sha384"]],
  ["ed25519", ["-algorithm", "ED25519"], undefined],
  ["rsa3072", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"], ["-sha256"]],
] as const

beforeAll(() => {
  for (const [name, args] of KINDS) openssl("genpkey", ...args, "-out", at(`${name}.pem`))
  openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-out", at("rsa1024.pem"))
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-out", at("k256.pem"))
  openssl("pkcs8", "-topk8", "-in", at("p256.pem"), "-passout", "pass:correct horse", "-out", at("encrypted.pem"))
  openssl("ec", "-in", at("p256.pem"), "-out", at("sec1.pem"))
  const twice = readFileSync(at("p256.pem"), "utf8").repeat(2)
  writeFileSync(at("two.pem"), twice)
  writeFileSync(at("damaged.pem"), "-----BEGIN PRIVATE KEY-----\nMEECAQAw\n-----END PRIVATE KEY-----\n")
  for (const name of ["p256", "p384", "ed25519", "rsa3072", "rsa1024", "k256", "encrypted", "sec1", "two", "damaged"])
    chmodSync(at(`${name}.pem`), 0o600)
})
afterAll(() => {
  rmSync(dir, { recursive: true })
})

const development = (name: string) => ({ path: at(`${name}.pem`), profile: "development" }) as const
const codeOf = async (options: Parameters<typeof openFileSigner>[0]): Promise<string> => {
  const opened = await openFileSigner(options)
  return opened.ok ? "opened" : opened.error.code
}

describe.each(KINDS)("file signer, %s", (name, _, digest) => {
  signerContract(async () => unwrap(await openFileSigner(development(name))))

  it("makes signatures that openssl accepts", async () => {
    const signer = unwrap(await openFileSigner(development(name)))
    writeFileSync(at("message"), "what was signed")
    writeFileSync(at("signature"), unwrap(await signer.sign(utf8("what was signed"))))
    openssl("pkey", "-in", at(`${name}.pem`), "-pubout", "-out", at("public.pem"))
    const args =
      digest === undefined
        ? [
            "pkeyutl",
            "-verify",
            "-rawin",
            "-pubin",
            "-inkey",
            at("public.pem"),
            "-in",
            at("message"),
            "-sigfile",
            at("signature"),
          ]
        : ["dgst", ...digest, "-verify", at("public.pem"), "-signature", at("signature"), at("message")]
    expect(openssl(...args)).toMatch(/Verified|OK/i)
  })
})

describe("file signer", () => {
  it("uses RSA-PSS when asked", async () => {
    const options = { ...development("rsa3072"), scheme: { kind: "rsa-pss", hash: "sha256" } } as const
    expect(unwrap(await openFileSigner(options)).scheme).toEqual(options.scheme)
  })

  it.each([
    ["a scheme of another kind of key", "p256", { kind: "ed25519" }],
    ["a deprecated pair of key and digest", "p384", { kind: "ecdsa", curve: "P-384", hash: "sha256" }],
    ["a prehash that OpenSSL does not offer", "ed25519", { kind: "ed25519ph" }],
  ] as const)("refuses %s", async (_, name, scheme) => {
    expect(await codeOf({ ...development(name), scheme })).toBe("KEY_ALGORITHM_UNSUPPORTED")
  })

  it.each([
    ["rsa1024", "KEY_ALGORITHM_UNSUPPORTED"],
    ["k256", "KEY_ALGORITHM_UNSUPPORTED"],
    ["sec1", "KEY_MALFORMED"],
    ["two", "KEY_MALFORMED"],
    ["damaged", "KEY_MALFORMED"],
    ["missing", "KEY_UNAVAILABLE"],
    ["encrypted", "KEY_UNAVAILABLE"],
  ])("refuses %s.pem with %s", async (name, code) => {
    expect(await codeOf(development(name))).toBe(code)
  })

  it("is refused in production, before the file is touched", async () => {
    expect(await codeOf({ path: at("missing.pem"), profile: "production" })).toBe("KEY_REFUSED")
  })

  it.each([0o640, 0o604, 0o700])("refuses a key file of mode %o", async mode => {
    writeFileSync(at("open.pem"), readFileSync(at("p256.pem")))
    chmodSync(at("open.pem"), mode)
    expect(await codeOf(development("open"))).toBe("KEY_REFUSED")
  })

  it("opens an encrypted key with its passphrase, from a file or a descriptor", async () => {
    writeFileSync(at("passphrase"), "correct horse\n", { mode: 0o600 })
    const passphrase = unwrap(await passphraseFromFile(at("passphrase")))
    expect(await codeOf({ ...development("encrypted"), passphrase })).toBe("opened")
    const descriptor = openSync(at("passphrase"), "r")
    expect(
      await codeOf({ ...development("encrypted"), passphrase: unwrap(passphraseFromDescriptor(descriptor)) }),
    ).toBe("opened")
    closeSync(descriptor)
  })

  it("tells a wrong passphrase from a damaged key", async () => {
    const passphrase = new Secret(utf8("wrong"))
    expect(await codeOf({ ...development("encrypted"), passphrase })).toBe("KEY_UNAVAILABLE")
  })
})

describe("passphrases", () => {
  it.each([
    ["open to others", 0o644, "x\n", "KEY_REFUSED"],
    ["empty", 0o600, "\n", "KEY_UNAVAILABLE"],
    ["too long", 0o600, "x".repeat(2000), "KEY_UNAVAILABLE"],
  ])("refuses a file that is %s", async (_, mode, text, code) => {
    writeFileSync(at("pass"), text)
    chmodSync(at("pass"), mode)
    const answer = await passphraseFromFile(at("pass"))
    expect(answer.ok ? "read" : answer.error.code).toBe(code)
  })

  it("refuses a file that is missing and a descriptor that is not open", async () => {
    const answers = [await passphraseFromFile(at("nothing")), passphraseFromDescriptor(900)]
    expect(answers.map(answer => (answer.ok ? "read" : answer.error.code))).toEqual([
      "KEY_UNAVAILABLE",
      "KEY_UNAVAILABLE",
    ])
  })

  it("drops a carriage return and never prints", async () => {
    writeFileSync(at("crlf"), "abc\r\nsecond line", { mode: 0o600 })
    const secret = unwrap(await passphraseFromFile(at("crlf")))
    expect(JSON.stringify({ secret })).not.toContain("abc")
    expect(await secret.use(bytes => [...bytes])).toEqual([97, 98, 99])
  })
})
