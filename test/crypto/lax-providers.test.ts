/** The vectors have teeth: each of these providers makes one mistake that is really made, and is found by it. */
import { constants, createPublicKey, verify } from "node:crypto"
import { ed25519 } from "@noble/curves/ed25519.js"
import { p256, p384 } from "@noble/curves/nist.js"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { portableCrypto } from "../../mirror/crypto/portable.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { checkSignature, derToP1363 } from "../../src/formats/signature.ts"
import type { VerifyRequest } from "../../src/kernel/signature-scheme.ts"
import { bytes, dataOf, spkiOf, vectorFiles } from "../support/crypto-vectors.ts"

/** Vectors of a file that come out otherwise than expected when `mistake` answers in place of the provider. */
async function found(name: string, mistake: (request: VerifyRequest) => boolean | Promise<boolean>): Promise<string[]> {
  const crypto = { ...nodeCrypto(), verify: async (request: VerifyRequest) => mistake(request) }
  const file = vectorFiles.find(f => f.name === name)
  if (file === undefined) throw new Error(`no file ${name}`)
  const ids: string[] = []
  for (const vector of file.vectors) {
    const key = parsePublicKey(spkiOf(file, vector))
    if (!key.ok) continue
    const request = { scheme: file.scheme, key: key.value, signature: bytes(vector.signature), data: dataOf(vector) }
    const valid = (await checkSignature(crypto, request)) === "valid"
    if (valid !== (vector.expected === "valid")) ids.push(vector.id)
  }
  return ids
}

const exact = portableCrypto(null)

describe("a provider that", () => {
  it.each([
    ["ecdsa-p256-sha256", p256],
    ["ecdsa-p384-sha384", p384],
  ])("tries both signs of y is found in %s", async (name, curve) => {
    const { Fn } = curve.Point
    const bothSigns = async (request: VerifyRequest): Promise<boolean> => {
      if (await exact.verify(request)) return true
      if (!("digest" in request.data)) return false
      const e = Fn.create(BigInt("0x" + Buffer.from(request.data.digest).toString("hex")))
      return exact.verify({ ...request, data: { digest: Fn.toBytes(Fn.neg(e)) } })
    }
    expect(await found(name, bothSigns)).toEqual(["digest-negated", "digest-negated-both"])
  })

  it("asks for low s is found", async () => {
    const lowS = ({ key, signature, data }: VerifyRequest): boolean => {
      const p1363 = derToP1363("P-256", signature)
      if (key.kind !== "ec" || p1363 === undefined) return false
      return "digest" in data
        ? p256.verify(p1363, data.digest, key.point, { prehash: false })
        : p256.verify(p1363, data.message, key.point)
    }
    const ids = await found("ecdsa-p256-sha256", lowS)
    const file = vectorFiles.find(f => f.name === "ecdsa-p256-sha256")
    expect(ids).not.toEqual([])
    expect(ids.filter(id => file?.vectors.some(v => v.id === id && v.expected === "invalid"))).toEqual([])
  })

  it("multiplies the Ed25519 equation by the cofactor is found", async () => {
    const cofactored = ({ key, signature, data }: VerifyRequest): boolean =>
      key.kind === "ed25519" && "message" in data && ed25519.verify(signature, data.message, key.raw)
    expect(await found("ed25519", cofactored)).toEqual([
      "r-mixed-1",
      "r-mixed-4",
      "key-mixed-1-stays",
      "key-mixed-4-stays",
    ])
  })

  it("finds out the salt length by itself is found", async () => {
    const autoSalt = ({ key, signature, data }: VerifyRequest): boolean => {
      if (!("message" in data)) return false
      const object = createPublicKey({ key: Buffer.from(key.spki), format: "der", type: "spki" })
      const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
      return verify("sha256", data.message, { key: object, ...options }, signature)
    }
    const ids = await found("rsa-pss-sha256", autoSalt)
    expect(ids.filter(id => id.startsWith("a-"))).toEqual(
      ["0", "1", "20", "31", "33", "64", "222"].map(length => `a-salt-${length}`),
    )
  })
})
