/**
 * The contract of the Crypto port. Every provider runs it; together with the vectors' own expectations this means that
 * all providers agree on every vector.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { prehashOf } from "../../src/formats/algorithm-registry.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { checkSignature } from "../../src/formats/signature.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { SignatureScheme, SignedData } from "../../src/kernel/signature-scheme.ts"
import { bytes, dataOf, spkiOf, vectorFiles } from "../support/crypto-vectors.ts"

/** FIPS 180-4 example values (csrc.nist.gov, "SHA-2 examples"): "abc", and the empty message. */
const HASHES = [
  ["sha256", "616263", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  [
    "sha384",
    "616263",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
  ],
  [
    "sha512",
    "616263",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  ],
] as const

/** What becomes of a signature: `valid`, or who refuses it. */
async function outcome(
  crypto: Crypto,
  scheme: SignatureScheme,
  spki: Uint8Array,
  signature: Uint8Array,
  data: SignedData,
): Promise<string> {
  const key = parsePublicKey(spki)
  return key.ok ? checkSignature(crypto, { scheme, key: key.value, signature, data }) : "key"
}

export function cryptoContract(name: string, make: () => Crypto): void {
  describe(`crypto: ${name}`, () => {
    const crypto = make()

    it.each(HASHES)("%s of %s", (algorithm, message, digest) => {
      const made = crypto.hash(algorithm, bytes(message))
      expect(Buffer.from(made).toString("hex")).toBe(digest)
      expect(Object.getPrototypeOf(made)).toBe(Uint8Array.prototype)
    })

    it("hashes a part of a buffer and leaves it alone", () => {
      const buffer = bytes("ff616263ff")
      expect(crypto.hash("sha256", buffer.subarray(1, 4))).toEqual(crypto.hash("sha256", bytes("616263")))
      expect(buffer).toEqual(bytes("ff616263ff"))
    })

    for (const file of vectorFiles) {
      describe(file.name, () => {
        const hash = prehashOf(file.scheme)
        for (const vector of file.vectors) {
          const expected = vector.expected === "valid" ? "valid" : vector.refusedBy
          const spki = spkiOf(file, vector)
          const signature = bytes(vector.signature)
          const data = dataOf(vector)

          it(`${vector.id}: ${vector.desc}`, async () => {
            expect(await outcome(crypto, file.scheme, spki, signature, data)).toBe(expected)
          })

          if ("message" in data && hash !== undefined && expected !== "key") {
            it(`${vector.id}, by its digest`, async () => {
              const digest = crypto.hash(hash, data.message)
              expect(await outcome(crypto, file.scheme, spki, signature, { digest })).toBe(expected)
            })
          }
        }
      })
    }

    // checkSignature stands before the providers; these go to the provider itself.
    it("answers false to a refused encoding, and never throws", async () => {
      for (const file of vectorFiles) {
        for (const vector of file.vectors) {
          const key = parsePublicKey(spkiOf(file, vector))
          if (!key.ok || vector.expected === "valid") continue
          // R is the identity and the equation holds: that one is refused by its encoding only.
          if (vector.id === "r-order-0") continue
          const request = {
            scheme: file.scheme,
            key: key.value,
            signature: bytes(vector.signature),
            data: dataOf(vector),
          }
          expect(await crypto.verify(request), `${file.name} ${vector.id}`).toBe(false)
        }
      }
    })

    it("answers false when key and scheme do not go together", async () => {
      for (const file of vectorFiles) {
        const vector = file.vectors.find(v => v.expected === "valid" && "message" in v)
        if (vector === undefined) throw new Error(`${file.name} has no valid vector`)
        const key = parsePublicKey(spkiOf(file, vector))
        if (!key.ok) throw new Error(`${file.name} ${vector.id}: key`)
        for (const { scheme } of vectorFiles) {
          const request = { scheme, key: key.value, signature: bytes(vector.signature), data: dataOf(vector) }
          const same = JSON.stringify(scheme) === JSON.stringify(file.scheme)
          expect(await crypto.verify(request), `${file.name} as ${JSON.stringify(scheme)}`).toBe(same)
        }
      }
    })

    it("answers false when the key is no point of its curve", async () => {
      for (const name of ["ecdsa-p256-sha256", "ecdsa-p521-sha512"]) {
        const file = vectorFiles.find(f => f.name === name)
        const vector = file?.vectors.find(v => v.id === "good")
        if (file === undefined || vector === undefined) throw new Error(`${name} has no good vector`)
        const key = parsePublicKey(spkiOf(file, vector))
        if (!key.ok || key.value.kind !== "ec") throw new Error(`${name} has no good key`)
        const spki = Uint8Array.from(key.value.spki)
        spki[spki.length - 1] = (spki[spki.length - 1] ?? 0) ^ 1
        const off = { ...key.value, spki, point: spki.subarray(spki.length - key.value.point.length) }
        const { message } = dataOf(vector) as { message: Uint8Array }
        for (const data of [{ message }, { digest: crypto.hash(prehashOf(file.scheme) ?? "sha256", message) }]) {
          const request = { scheme: file.scheme, key: off, signature: bytes(vector.signature), data }
          expect(await crypto.verify(request)).toBe(false)
        }
      }
    })

    it("answers false to random signatures, and never throws", async () => {
      const good = vectorFiles.flatMap(file => {
        const vector = file.vectors.find(v => v.expected === "valid")
        const key = vector && parsePublicKey(spkiOf(file, vector))
        return vector !== undefined && key?.ok === true ? [{ file, vector, key: key.value }] : []
      })
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...good), fc.uint8Array({ maxLength: 600 }), async (of, signature) => {
          const request = { scheme: of.file.scheme, key: of.key, signature, data: dataOf(of.vector) }
          expect(await crypto.verify(request)).toBe(false)
        }),
        { numRuns: process.env["SLOW"] ? 5_000 : 100 },
      )
    })
  })
}
