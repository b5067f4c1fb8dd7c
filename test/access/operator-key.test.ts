/** Key files: read by OpenSSL and written by it, opened by WebCrypto, and everything that is no key file refused. */
import { execFileSync } from "node:child_process"
import { createPrivateKey, createPublicKey, randomBytes, verify, webcrypto } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { parsePublicKeyPem } from "../../src/formats/public-key.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap, type Result } from "../../src/kernel/result.ts"
import { Secret } from "../../src/kernel/secret.ts"
import { parseKeyFile, printKeyFile } from "../../ui/contract/key-file.ts"
import { answerChallenge, makeOperatorKey, openOperatorKey } from "../../ui/contract/operator-key.ts"
import { seededRandom } from "../support/access.ts"

const dir = mkdtempSync(join(tmpdir(), "stella-operator-keys-"))
const at = (name: string): string => join(dir, name)
const openssl = (...args: string[]): string =>
  execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"] }).toString()
const { subtle } = webcrypto
const PASSPHRASE = "Löwe über der Brücke"
const secret = (text = PASSPHRASE) => new Secret(utf8(text))
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) }
const codeOf = (result: Result<unknown>): string => (result.ok ? "ok" : result.error.code)
/** Few iterations: what is tested is the form. */
const make = (seed: string, passphrase = PASSPHRASE) =>
  makeOperatorKey(secret(passphrase), { subtle, random: seededRandom(seed) }, 10)

afterAll(() => {
  rmSync(dir, { recursive: true })
})

describe("a key file that is made here", () => {
  it("is opened by OpenSSL and by node:crypto, and holds the public key that goes with it", async () => {
    const { keyFile, publicKey, spki } = unwrap(await makeOperatorKey(secret(), { subtle, random }))
    writeFileSync(at("made.key"), keyFile)
    writeFileSync(at("pass"), `${PASSPHRASE}\n`)
    expect(openssl("pkey", "-in", at("made.key"), "-passin", `file:${at("pass")}`, "-pubout")).toBe(publicKey)
    expect(openssl("asn1parse", "-in", at("made.key"))).toMatch(
      /PBES2[^]*PBKDF2[^]*:0927C0[^]*hmacWithSHA256[^]*aes-256-cbc/,
    )
    const opened = createPrivateKey({ key: keyFile, passphrase: PASSPHRASE })
    expect(createPublicKey(opened).export({ format: "der", type: "spki" })).toEqual(Buffer.from(spki))
    expect(parsePublicKeyPem(publicKey)).toMatchObject({ ok: true, value: { kind: "ed25519" } })
  })

  it("signs what OpenSSL accepts, when its passphrase opens it", async () => {
    const { keyFile, publicKey } = unwrap(await make("a"))
    const key = unwrap(await openOperatorKey(keyFile, secret(), subtle))
    expect(key.algorithm).toBe("ed25519")
    const signature = await key.sign(utf8("message"))
    expect(verify(null, Buffer.from("message"), publicKey, signature)).toBe(true)
    expect(codeOf(await openOperatorKey(keyFile, secret("Löwe unter der Brücke"), subtle))).toBe("KEY_UNAVAILABLE")
  })

  it("is the same from the same randomness, and other bytes from another", async () => {
    const [a, again, b] = [unwrap(await make("a")), unwrap(await make("a")), unwrap(await make("b"))]
    expect(again).toEqual(a)
    expect(b.keyFile).not.toBe(a.keyFile)
    expect(b.publicKey).not.toBe(a.publicKey)
  })

  it("needs a passphrase of twelve bytes", async () => {
    expect(codeOf(await make("a", "eleven byte"))).toBe("KEY_REFUSED")
    expect(codeOf(await make("a", "twelve bytes"))).toBe("ok")
  })

  it("refuses every wrong passphrase with the same code, right padding or not", async () => {
    // One in 256 wrong passphrases leaves a padding that looks right; 600 of them meet that case.
    const { keyFile } = unwrap(await make("padding"))
    for (let i = 0; i < 600; i++)
      expect(codeOf(await openOperatorKey(keyFile, secret(`wrong passphrase ${i}`), subtle))).toBe("KEY_UNAVAILABLE")
  })
})

describe("a key file that OpenSSL made", () => {
  const PBES2 = ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "1000"]
  const KINDS = [
    ["ed25519", ["-algorithm", "ED25519"], "ed25519"],
    ["p256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "ecdsa-p256"],
  ] as const

  it.each(KINDS)("%s is used", async (name, args, algorithm) => {
    openssl("genpkey", ...args, "-out", at(`${name}.pem`))
    openssl(
      "pkcs8",
      "-topk8",
      "-in",
      at(`${name}.pem`),
      ...PBES2,
      "-passout",
      `pass:${PASSPHRASE}`,
      "-out",
      at(`${name}.key`),
    )
    const publicKey = openssl("pkey", "-in", at(`${name}.pem`), "-pubout")
    const key = unwrap(await openOperatorKey(readFileSync(at(`${name}.key`), "utf8"), secret(), subtle))
    expect(key.algorithm).toBe(algorithm)
    const signature = await key.sign(utf8("message"))
    expect(signature).toHaveLength(64)
    const how = { key: publicKey, dsaEncoding: "ieee-p1363" } as const
    expect(verify(algorithm === "ed25519" ? null : "sha256", Buffer.from("message"), how, signature)).toBe(true)
  })

  it.each([
    ["a plain key", [], undefined, "KEY_MALFORMED"],
    ["another cipher", ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA256"], undefined, "KEY_MALFORMED"],
    ["another hash", ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"], undefined, "KEY_MALFORMED"],
    ["scrypt", ["-scrypt"], undefined, "KEY_MALFORMED"],
    ["another curve", PBES2, "P-384", "KEY_ALGORITHM_UNSUPPORTED"],
    ["RSA", PBES2, "RSA", "KEY_ALGORITHM_UNSUPPORTED"],
  ] as const)("%s is refused", async (name, how, kind, code) => {
    const args = kind === "RSA" ? ["RSA"] : ["EC", "-pkeyopt", `ec_paramgen_curve:${kind ?? "P-256"}`]
    openssl("genpkey", "-algorithm", ...args, "-out", at("other.pem"))
    const wrap = how.length === 0 ? ["-nocrypt"] : [...how, "-passout", `pass:${PASSPHRASE}`]
    openssl("pkcs8", "-topk8", "-in", at("other.pem"), ...wrap, "-out", at("other.key"))
    expect(codeOf(await openOperatorKey(readFileSync(at("other.key"), "utf8"), secret(), subtle)), name).toBe(code)
  })
})

describe("the parser of key files", () => {
  const good = {
    salt: new Uint8Array(16).fill(1),
    iterations: 600_000,
    iv: new Uint8Array(16).fill(2),
    encrypted: new Uint8Array(48).fill(3),
  }
  const text = printKeyFile(good)

  it("reads what is printed, whatever it is", () => {
    const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max })
    fc.assert(
      fc.property(
        bytes(8, 64),
        fc.integer({ min: 1, max: 10_000_000 }),
        bytes(16, 16),
        fc.integer({ min: 1, max: 12 }),
        (salt, iterations, iv, blocks) => {
          const locked = { salt, iterations, iv, encrypted: new Uint8Array(16 * blocks).fill(9) }
          expect(unwrap(parseKeyFile(printKeyFile(locked)))).toEqual(locked)
        },
      ),
      { numRuns: process.env["SLOW"] === undefined ? 200 : 10_000 },
    )
  })

  it.each([
    ["nothing", ""],
    ["two blocks", text + text],
    ["something else before it", `Key of kim\n${text}`],
    ["another label", text.replaceAll("ENCRYPTED PRIVATE", "PRIVATE")],
    ["too long", text + "\n".repeat(8192)],
    ["no iterations", printKeyFile({ ...good, iterations: 0 })],
    ["more iterations than anybody waits for", printKeyFile({ ...good, iterations: 10_000_001 })],
    ["a short salt", printKeyFile({ ...good, salt: new Uint8Array(7) })],
    ["a long salt", printKeyFile({ ...good, salt: new Uint8Array(65) })],
    ["another length of iv", printKeyFile({ ...good, iv: new Uint8Array(12) })],
    ["no whole blocks", printKeyFile({ ...good, encrypted: new Uint8Array(47) })],
    ["no key", printKeyFile({ ...good, encrypted: new Uint8Array(0) })],
  ])("refuses %s", (_, altered) => {
    expect(codeOf(parseKeyFile(altered))).toBe("KEY_MALFORMED")
  })

  it("accepts a stated key length of 32 only, and never throws at an altered file", () => {
    const der = Buffer.from(text.split("\n").slice(1, -2).join(""), "base64")
    const pem = (bytes: Uint8Array): string =>
      `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${Buffer.from(bytes).toString("base64")}\n-----END ENCRYPTED PRIVATE KEY-----\n`
    for (let i = 0; i < der.length; i++) {
      for (const bit of [1, 0x80]) {
        const altered = Uint8Array.from(der)
        altered[i] = (altered[i] ?? 0) ^ bit
        const result = parseKeyFile(pem(altered))
        if (!result.ok) expect(result.error.code).toBe("KEY_MALFORMED")
      }
      expect(codeOf(parseKeyFile(pem(der.subarray(0, i))))).toBe("KEY_MALFORMED")
    }
    // The same structure with keyLength between iterations and prf, by hand (RFC 8018 §A.2).
    const withLength = (length: number): string => {
      const at = der.indexOf(Buffer.from("300c06082a864886f70d0209", "hex"))
      const longer = Buffer.concat([der.subarray(0, at), Buffer.from([2, 1, length]), der.subarray(at)])
      // Every enclosing length grows by three: the outer one, the algorithm, the parameters, the derivation, its parameters.
      for (const offset of [2, 4, 17, 19, 32]) longer[offset] = (longer[offset] ?? 0) + 3
      return pem(longer)
    }
    expect(codeOf(parseKeyFile(withLength(32)))).toBe("ok")
    expect(codeOf(parseKeyFile(withLength(16)))).toBe("KEY_MALFORMED")
  })

  it("refuses a decrypted text that is a sequence and no key", async () => {
    const salt = new Uint8Array(8)
    const iv = new Uint8Array(16)
    const base = await subtle.importKey("raw", Buffer.from(PASSPHRASE), "PBKDF2", false, ["deriveKey"])
    const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 1 }
    const key = await subtle.deriveKey(derivation, base, { name: "AES-CBC", length: 256 }, false, ["encrypt"])
    const lock = async (hex: string) => {
      const encrypted = new Uint8Array(await subtle.encrypt({ name: "AES-CBC", iv }, key, Buffer.from(hex, "hex")))
      return codeOf(await openOperatorKey(printKeyFile({ salt, iterations: 1, iv, encrypted }), secret(), subtle))
    }
    expect(await lock("3000")).toBe("KEY_ALGORITHM_UNSUPPORTED")
    expect(await lock("0000")).toBe("KEY_UNAVAILABLE")
    // An Ed25519 key that is two bytes long.
    expect(await lock("3010020100300506032b65700404040200ff")).toBe("KEY_MALFORMED")
  })
})

describe("answering a challenge", () => {
  it("signs exactly the bytes that the format page says", async () => {
    const { keyFile, publicKey } = unwrap(await make("a"))
    const key = unwrap(await openOperatorKey(keyFile, secret(), subtle))
    const asked = {
      v: 1,
      site: "0f".repeat(16),
      purpose: "login",
      challenge: "c".repeat(75),
      expires: "2031-04-02T10:01:00Z",
    } as const
    const login = await answerChallenge(asked, "kim", key)
    const bytes = `stella-login/1\0{"challenge":"${"c".repeat(75)}","expires":"2031-04-02T10:01:00Z","operator":"kim","purpose":"login","site":"${"0f".repeat(16)}","v":1}`
    expect(verify(null, Buffer.from(bytes), publicKey, Buffer.from(login.signature, "base64url"))).toBe(true)
    expect(login).toMatchObject({ v: 1, operator: "kim", challenge: asked.challenge })
  })
})
