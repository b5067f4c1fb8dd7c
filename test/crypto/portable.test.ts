/** The portable provider is for hosts without Node, and does not depend on what WebCrypto of the host can do. */
import { build } from "esbuild"
import { describe, expect, it } from "vitest"
import { portableCrypto, type WebCryptoVerifier } from "../../mirror/crypto/portable.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { bytes, dataOf, spkiOf, vectorFiles } from "../support/crypto-vectors.ts"

function goodRequest() {
  const file = vectorFiles.find(f => f.name === "ecdsa-p256-sha256")
  const vector = file?.vectors.find(v => v.id === "good")
  if (file === undefined || vector === undefined) throw new Error("the vector is gone")
  const key = parsePublicKey(spkiOf(file, vector))
  if (!key.ok) throw new Error(key.error.reason)
  return { scheme: file.scheme, key: key.value, signature: bytes(vector.signature), data: dataOf(vector) }
}

describe("the portable provider", () => {
  it("is bundled for a browser without a module of Node", async () => {
    const bundle = await build({
      entryPoints: ["mirror/crypto/portable.ts"],
      bundle: true,
      write: false,
      metafile: true,
      platform: "browser",
      format: "esm",
      logLevel: "silent",
    })
    expect(Object.keys(bundle.metafile.inputs).filter(path => path.includes(".node."))).toEqual([])
    expect(bundle.outputFiles[0]?.text).not.toMatch(/\bnode:/)
  })

  it("imports a key once, and only the bytes of its point", async () => {
    const calls: string[] = []
    const real = crypto.subtle as unknown as WebCryptoVerifier
    const counting: WebCryptoVerifier = {
      importKey: (...args) => {
        calls.push(`importKey ${args[0]} ${args[1].length} ${args[2].namedCurve}`)
        return real.importKey(...args)
      },
      verify: (...args) => {
        calls.push(`verify ${args[0].hash} ${args[2].length}`)
        return real.verify(...args)
      },
    }
    const provider = portableCrypto(counting)
    const request = goodRequest()
    expect([await provider.verify(request), await provider.verify(request)]).toEqual([true, true])
    expect(calls).toEqual(["importKey raw 65 P-256", "verify SHA-256 64", "verify SHA-256 64"])
  })

  it("answers false when WebCrypto refuses the key", async () => {
    const refusing: WebCryptoVerifier = {
      importKey: () => Promise.reject(new Error("DataError")),
      verify: () => Promise.resolve(true),
    }
    expect(await portableCrypto(refusing).verify(goodRequest())).toBe(false)
  })
})
