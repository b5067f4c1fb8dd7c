import { createHash, generateKeyPairSync } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import {
  cosignatureVkey,
  logVkeys,
  makeVkey,
  parseVkey,
  printKeyId,
  printVkey,
  spkiKeyId,
} from "../../src/formats/vkey.ts"
import { fromBase64, toBase64 } from "../../src/kernel/bytes.ts"
import type { PublicKey } from "../../src/kernel/signature-scheme.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()
// c2sp.org/signed-note and Rekor's production key.
const SPEC = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
const REKOR =
  "rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc="

function parsed(text: string) {
  const vkey = parseVkey(text, crypto)
  if (!vkey.ok) throw new Error(`${text}: ${vkey.error.reason}`)
  return vkey.value
}

function key(spki: Uint8Array): PublicKey {
  const result = parsePublicKey(new Uint8Array(spki))
  if (!result.ok) throw new Error(result.error.reason)
  return result.value
}

const generated = {
  rsa: () => generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey,
  "P-384": () => generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey,
  ed25519: () => generateKeyPairSync("ed25519").publicKey,
}
const make = (kind: keyof typeof generated): PublicKey => key(generated[kind]().export({ format: "der", type: "spki" }))

function sha256First4(...parts: (string | Uint8Array)[]): number {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest().readUInt32BE(0)
}

describe("vkeys", () => {
  it("carry name, key id, type and key", () => {
    const vkey = parsed(SPEC)
    expect(vkey).toMatchObject({ name: "example.com/foo", keyId: 0x530d903a, type: "ed25519", text: SPEC })
    expect(printVkey(vkey)).toBe(SPEC)
    expect(parsed(REKOR)).toMatchObject({ type: "ecdsa", keyId: 0xc0d23d6a, key: { kind: "ec", curve: "P-256" } })
  })

  it("have the key ids that the specifications name", () => {
    const ed = make("ed25519") as Extract<PublicKey, { kind: "ed25519" }>
    const ec = make("P-384")
    const rsa = make("rsa")
    const logId = createHash("sha256").update(ec.spki).digest()
    const ids = {
      ed25519: [ed, sha256First4("n/1\n", Uint8Array.of(1), ed.raw)],
      "cosignature-v1": [ed, sha256First4("n/1\n", Uint8Array.of(4), ed.raw)],
      ecdsa: [ec, sha256First4(ec.spki)],
      "rfc6962-sth": [ec, sha256First4("n/1\n", Uint8Array.of(5), logId)],
      rsa: [rsa, sha256First4("n/1\n", Uint8Array.of(0xff), "PKIX-RSA-PKCS#1v1.5", rsa.spki)],
    } as const
    for (const [type, [publicKey, id]] of Object.entries(ids)) {
      const vkey = makeVkey(crypto, "n/1", type as keyof typeof ids, publicKey)
      expect(vkey?.keyId).toBe(id)
      expect(parsed(vkey?.text ?? "")).toEqual(vkey)
      expect(vkey?.text.split("+")[1]).toBe(printKeyId(id))
    }
  })

  it("are not made of keys that their type cannot have, nor under names that are none", () => {
    const ed = make("ed25519")
    for (const type of ["ecdsa", "rfc6962-sth", "ml-dsa-44", "rsa"] as const) {
      expect(makeVkey(crypto, "n", type, ed)).toBeUndefined()
    }
    for (const type of ["ed25519", "cosignature-v1"] as const) {
      expect(makeVkey(crypto, "n", type, make("rsa"))).toBeUndefined()
    }
    for (const name of ["", "a b", "a+b", "a\u2003b"]) expect(makeVkey(crypto, name, "ed25519", ed)).toBeUndefined()
    expect(logVkeys(crypto, "a b", ed)).toEqual([])
  })

  it("of a log's key are all under which it may sign: Rekor v1 takes a hash of the SubjectPublicKeyInfo", () => {
    const ed = make("ed25519")
    const both = logVkeys(crypto, "log", ed)
    expect(both.map(v => v.keyId)).toEqual([makeVkey(crypto, "log", "ed25519", ed)?.keyId, spkiKeyId(crypto, ed)])
    expect(both.map(v => parsed(v.text))).toEqual(both)
    expect(logVkeys(crypto, "log", make("P-384")).map(v => v.type)).toEqual(["ecdsa"])
    expect(logVkeys(crypto, "log", make("rsa")).map(v => v.type)).toEqual(["rsa"])
    expect(logVkeys(crypto, "rekor.sigstore.dev", parsed(REKOR).key)).toEqual([parsed(REKOR)])
  })

  it.each([
    ["no plus", "name", "field-invalid"],
    ["one plus", "name+530d903a", "field-invalid"],
    ["an empty name", SPEC.replace("example.com/foo", ""), "field-invalid"],
    ["white space in the name", SPEC.replace("example.com/foo", "a b"), "field-invalid"],
    ["capital hexadecimal digits", SPEC.replace("530d903a", "530D903A"), "field-invalid"],
    ["seven digits", SPEC.replace("530d903a", "30d903a"), "field-invalid"],
    ["another key id", SPEC.replace("530d903a", "530d903b"), "field-invalid"],
    ["another name", SPEC.replace("foo", "bar"), "field-invalid"],
    ["a newline behind", `${SPEC}\n`, "field-invalid"],
    ["no base64", "n+00000000+*", "base64-invalid"],
    ["an unknown type", "n+00000000+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "algorithm-unsupported"],
    ["type 0xff with another label", "n+00000000+/wEC", "algorithm-unsupported"],
    ["a type and no key", "n+00000000+AQ==", "public-key-malformed"],
    ["a key of 33 bytes", `n+00000000+${toBase64(new Uint8Array(34).fill(1))}`, "public-key-malformed"],
    ["an Ed25519 key in an ECDSA vkey", ecdsaWith(make("ed25519")), "algorithm-unsupported"],
  ])("with %s are refused", (_, text, reason) => {
    const vkey = parseVkey(text, crypto)
    expect(vkey.ok ? undefined : vkey.error.reason).toBe(reason)
  })

  function ecdsaWith(publicKey: PublicKey): string {
    const bytes = Uint8Array.of(2, ...publicKey.spki)
    return `n+${printKeyId(spkiKeyId(crypto, publicKey))}+${toBase64(bytes)}`
  }

  it("of witnesses that publish a plain Ed25519 key sign under the cosignature's key id", () => {
    const witness = cosignatureVkey(crypto, parsed(SPEC))
    expect(witness).toMatchObject({ name: "example.com/foo", type: "cosignature-v1", key: parsed(SPEC).key })
    expect(witness.keyId).not.toBe(parsed(SPEC).keyId)
    expect(cosignatureVkey(crypto, witness)).toBe(witness)
  })
})

describe.skipIf(!shared)("third-party vkeys", () => {
  const folder = join(shared ?? "", "vectors")

  it("of transparency-dev/formats are accepted and refused as there", () => {
    const { cases } = JSON.parse(readFileSync(join(folder, "notes/vkey-cases.json"), "utf8")) as {
      cases: { vkey: string; ok: boolean; alg?: string }[]
    }
    expect(cases).toHaveLength(13)
    for (const c of cases) {
      const vkey = parseVkey(c.vkey, crypto)
      expect({ vkey: c.vkey, ok: vkey.ok }).toEqual({ vkey: c.vkey, ok: c.ok })
      if (vkey.ok) expect(printVkey(vkey.value)).toBe(c.vkey)
      if (c.alg !== undefined && vkey.ok)
        expect(vkey.value).toMatchObject({ type: "ml-dsa-44", key: { set: "ML-DSA-44" } })
    }
  })

  it("of logs and witnesses in the wild all parse", () => {
    const lists = readdirSync(join(folder, "log-lists")).map(name =>
      readFileSync(join(folder, "log-lists", name), "utf8"),
    )
    const found = lists.flatMap(text => text.match(/[^\s"=]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+/g) ?? [])
    expect(new Set(found).size).toBeGreaterThan(50)
    // One development witness prints the key id of its cosignature key beside type 0x01: Go's note package refuses it too.
    const refused = [...new Set(found)].filter(vkey => !parseVkey(vkey, crypto).ok)
    expect(refused.map(vkey => vkey.slice(0, 43))).toEqual(["ConfidentialWitness-buoyant-breeze+0259a715"])
    for (const vkey of new Set(found)) if (!refused.includes(vkey)) expect(printVkey(parsed(vkey))).toBe(vkey)
  })

  it("of the generated log give the published cosignature key", () => {
    const keys = JSON.parse(readFileSync(join(folder, "generated-log/keys.json"), "utf8")) as {
      log: string
      logEcdsa: { name: string; spki: string }
      witness: string
      witnessAsPublishedWithType1: string
      witnessMlDsa44: string
    }
    expect(cosignatureVkey(crypto, parsed(keys.witnessAsPublishedWithType1))).toEqual(parsed(keys.witness))
    const spki = fromBase64(keys.logEcdsa.spki) as Uint8Array
    const [ecdsa] = logVkeys(crypto, keys.logEcdsa.name, key(spki))
    expect(ecdsa?.type).toBe("ecdsa")
    expect(logVkeys(crypto, "witness.example/pq1", parsed(keys.witnessMlDsa44).key)).toEqual([
      parsed(keys.witnessMlDsa44),
    ])
  })
})
