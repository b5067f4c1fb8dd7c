import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import { builtinTrust, builtinTufRoot } from "../../appliance/trust/builtin-root.node.ts"
import { loadTrust, type KeyArgument, type TrustArguments } from "../../appliance/trust/load-trust.ts"
import { trustOver, type LoadedTrust } from "../../appliance/trust/loaded-trust.ts"
import { readTrustedKeys } from "../../appliance/trust/trust-keys.ts"
import { builtinFiles } from "../../kit-scripts/trust/builtin-root.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { parseTrust } from "../../src/formats/trust.ts"
import { parseTrustedRoot } from "../../src/formats/trusted-root.ts"
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()
const builtin = await builtinTrust(crypto)
const rootText = builtinFiles()["trusted_root.json"]
const sha256 = (bytes: Uint8Array): string => toHex(crypto.hash("sha256", bytes))

function filesOf(files: Readonly<Record<string, Uint8Array>>) {
  return {
    read: async (path: string, maxBytes: number): Promise<Result<Uint8Array>> => {
      const bytes = files[path]
      if (bytes !== undefined && bytes.length <= maxBytes) return ok(bytes)
      return err(new StellaError("INPUT_UNREADABLE", `${path}: no such file`))
    },
  }
}

async function load(
  args: TrustArguments,
  files: Readonly<Record<string, Uint8Array>> = {},
  active?: LoadedTrust,
): Promise<Result<LoadedTrust>> {
  return loadTrust(args, {
    files: filesOf(files),
    crypto,
    active: async () => ok(active),
    builtin: async () => builtin,
  })
}

async function code(...args: Parameters<typeof load>): Promise<string> {
  const result = await load(...args)
  return result.ok ? "ok" : result.error.code
}

function keyPem(...args: ["ec", "P-256" | "P-384"] | ["ed25519"] | ["rsa", number]): Buffer {
  const pair =
    args[0] === "ec"
      ? generateKeyPairSync("ec", { namedCurve: args[1] })
      : args[0] === "rsa"
        ? generateKeyPairSync("rsa", { modulusLength: args[1] })
        : generateKeyPairSync("ed25519")
  return Buffer.from(pair.publicKey.export({ format: "pem", type: "spki" }))
}

describe("the built-in root", () => {
  it("is what the package gives", () => {
    for (const [name, bytes] of Object.entries(builtinFiles())) {
      const committed = readFileSync(new URL(`../../appliance/trust/builtin/${name}`, import.meta.url))
      expect(committed.equals(bytes), name).toBe(true)
    }
  })

  it("says when it was taken and when it expires, and parses", async () => {
    const { trust, blobs, ref } = builtin
    expect(trust).toMatchObject({ v: 1, basis: "builtin", keys: [], witnesses: [] })
    expect(Date.parse(trust.takenAt ?? "")).toBeLessThan(Date.parse(trust.expires ?? ""))
    expect(trust.roots.map(r => r.sha256)).toEqual([sha256(rootText)])
    expect(parseTrustedRoot(blobs.get(sha256(rootText)) ?? new Uint8Array()).ok).toBe(true)
    expect(parseTrust(blobs.get(ref.sha256) ?? new Uint8Array())).toEqual(ok(trust))
    expect(Buffer.from(await builtinTufRoot(crypto)).equals(builtinFiles()["tuf_root.json"])).toBe(true)
  })
})

describe("a built-in root that was altered after installation", () => {
  it("is refused, whichever of its files it was", async () => {
    const code = async (name: string, bytes: Uint8Array | string, tuf = false): Promise<unknown> => {
      const folder = mkdtempSync(join(tmpdir(), "stella-builtin-"))
      for (const [file, content] of Object.entries(builtinFiles())) writeFileSync(join(folder, file), content)
      writeFileSync(join(folder, name), bytes)
      const url = pathToFileURL(folder + "/")
      const load = tuf ? builtinTufRoot(crypto, url) : builtinTrust(crypto, url)
      return load.then(
        () => "ok",
        (error: unknown) => (error instanceof StellaError ? error.code : error),
      )
    }
    expect(await code("unrelated", "")).toBe("ok")
    expect(await code("trusted_root.json", "{}")).toBe("TRUST_DIGEST_MISMATCH")
    expect(await code("tuf_root.json", "{}", true)).toBe("TRUST_DIGEST_MISMATCH")
    expect(await code("info.json", "{}")).toBe("TRUST_MALFORMED")
  })
})

describe("which root counts", () => {
  const other = Buffer.concat([rootText, Buffer.from("\n")])
  const active = trustOver([rootText], { keys: [], witnesses: [], takenAt: null, expires: null, basis: "tuf" }, crypto)

  it("is the argument's, then the site's, then the built-in one; never several", async () => {
    const files = { "root.json": other }
    const argued = unwrap(await load({ trustedRoot: "root.json" }, files, active))
    expect(argued.trust).toMatchObject({ basis: "argument", takenAt: null, expires: null })
    expect(argued.trust.roots).toEqual([{ sha256: sha256(other), bytes: other.length }])
    expect(unwrap(await load({}, {}, active))).toBe(active)
    expect(unwrap(await load({}))).toBe(builtin)
  })

  it("is pinned by its digest", async () => {
    const files = { "root.json": other }
    const pinned = { trustedRoot: "root.json", trustedRootSha256: sha256(other) }
    expect(unwrap(await load(pinned, files)).trust.basis).toBe("pinned")
    expect(await code({ ...pinned, trustedRootSha256: sha256(rootText) }, files)).toBe("TRUST_DIGEST_MISMATCH")
    expect(await code({ trustedRootSha256: sha256(rootText) }, files)).toBe("USAGE")
  })

  it("must be there and be one", async () => {
    expect(await code({ trustedRoot: "none" })).toBe("INPUT_UNREADABLE")
    for (const text of ["", "{}", "[]", "{", `${rootText.toString("utf8")}{}`]) {
      expect(await code({ trustedRoot: "f" }, { f: utf8(text) }), text.slice(-20)).toBe("TRUST_MALFORMED")
    }
  })

  it("may be several as JSON Lines, each with its exact bytes, twice the same counting once", async () => {
    const line = JSON.stringify(JSON.parse(rootText.toString("utf8")))
    const second = line.replace("https://rekor.sigstore.dev", "https://rekor.example.dev")
    const lines = utf8(`${line}\n${second}\n\n${line}\n`)
    const loaded = unwrap(await load({ trustedRoot: "f" }, { f: lines }))
    expect(loaded.trust.roots.map(r => r.sha256)).toEqual([sha256(utf8(line)), sha256(utf8(second))])
    for (const { sha256: name, bytes } of loaded.trust.roots) {
      expect(loaded.blobs.get(name)?.length).toBe(bytes)
      expect(sha256(loaded.blobs.get(name) ?? new Uint8Array())).toBe(name)
    }
  })

  it("fails as the store does", async () => {
    const failing = await loadTrust(
      {},
      {
        files: filesOf({}),
        crypto,
        active: async () => err(new StellaError("STORE_CORRUPT", "damaged")),
        builtin: async () => builtin,
      },
    )
    expect(failing.ok ? "ok" : failing.error.code).toBe("STORE_CORRUPT")
  })
})

describe("keys", () => {
  const withKey = async (bytes: Uint8Array, options: Omit<KeyArgument, "path"> = {}) =>
    load({ keys: [{ path: "k", ...options }] }, { k: bytes })

  it("replace the signers and leave the roots", async () => {
    const loaded = unwrap(await withKey(keyPem("ec", "P-256")))
    expect(loaded.trust).toMatchObject({
      roots: builtin.trust.roots,
      takenAt: builtin.trust.takenAt,
      basis: "builtin",
      keys: [{ algorithm: "PKIX_ECDSA_P256_SHA_256", encoding: "der", validFor: null }],
    })
    expect(loaded.ref.sha256).not.toBe(builtin.ref.sha256)
    expect(parseTrust(loaded.blobs.get(loaded.ref.sha256) ?? new Uint8Array())).toEqual(ok(loaded.trust))
  })

  it("name the registry's default algorithm", async () => {
    const cases: [Buffer, string][] = [
      [keyPem("ec", "P-384"), "PKIX_ECDSA_P384_SHA_384"],
      [keyPem("ed25519"), "PKIX_ED25519"],
      [keyPem("rsa", 2048), "PKIX_RSA_PKCS1V15_2048_SHA256"],
    ]
    for (const [pem, name] of cases) expect(unwrap(await withKey(pem)).trust.keys[0]?.algorithm).toBe(name)
  })

  it("may be of another algorithm, encoding and window by name, where these go with the key", async () => {
    const p384 = keyPem("ec", "P-384")
    const validFor = { start: "2024-01-01T00:00:00Z" }
    const options = { algorithm: "PKIX_ECDSA_P384_SHA_256", encoding: "p1363", validFor } as const
    expect(unwrap(await withKey(p384, options)).trust.keys[0]).toMatchObject(options)
    const refused: [Buffer, Omit<KeyArgument, "path">][] = [
      [p384, { algorithm: "PKIX_ECDSA_P256_SHA_256" }],
      [p384, { algorithm: "PKIX_ED25519" }],
      [p384, { algorithm: "no such name" }],
      [p384, { algorithm: "PKCS1_RSA_PSS" }],
      [keyPem("ed25519"), { encoding: "p1363" }],
      [keyPem("rsa", 2560), {}],
    ]
    for (const [pem, o] of refused) {
      const result = await withKey(pem, o)
      expect(result.ok ? "ok" : result.error.code).toBe("KEY_ALGORITHM_UNSUPPORTED")
    }
  })

  it("come as several PEM blocks, or as DER", () => {
    const two = Buffer.concat([keyPem("ed25519"), keyPem("ec", "P-256")])
    expect(unwrap(readTrustedKeys("k", two)).map(k => k.algorithm)).toEqual(["PKIX_ED25519", "PKIX_ECDSA_P256_SHA_256"])
    const der = generateKeyPairSync("ed25519").publicKey.export({ format: "der", type: "spki" })
    expect(unwrap(readTrustedKeys("k", der))[0]?.spki).toBe(der.toString("base64"))
  })

  it("are nothing else", async () => {
    const secret = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" })
    for (const bytes of [utf8(""), utf8(secret), utf8("ssh-ed25519 AAAA"), new Uint8Array([0x30, 0x80])]) {
      const result = await withKey(bytes)
      expect(result.ok ? "ok" : result.error.code).toBe("KEY_MALFORMED")
    }
    expect(await code({ keys: [{ path: "none" }] })).toBe("INPUT_UNREADABLE")
    expect(await code({ trustedRoot: "none", keys: [{ path: "none" }] })).toBe("INPUT_UNREADABLE")
    expect(await code({ keys: [] })).toBe("ok")
  })
})

describe.skipIf(!shared)("roots of the corpus", () => {
  const read = (name: string) => new Uint8Array(readFileSync(join(shared ?? "", "corpus/_roots", name)))

  it("load: public good, staging, GitHub, and what gh prints for several", async () => {
    for (const name of ["public-good", "staging", "github"]) {
      const bytes = read(`${name}.trusted_root.json`)
      const loaded = unwrap(await load({ trustedRoot: "f" }, { f: bytes }))
      expect(loaded.trust.roots, name).toEqual([{ sha256: sha256(bytes), bytes: bytes.length }])
    }
    expect(unwrap(await load({ trustedRoot: "f" }, { f: read("gh-cli.trusted_root.jsonl") })).trust.roots).toHaveLength(
      2,
    )
  })
})
