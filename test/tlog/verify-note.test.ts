/** Signatures of notes: third-party ones of every type, and how a note with a wrong or foreign line is taken. */
import { generateKeyPairSync, sign } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { parseCheckpoint } from "../../src/formats/checkpoint.ts"
import { signedMessage, subtreeMessage } from "../../src/formats/cosignature.ts"
import { parseNote, printNote, type Note } from "../../src/formats/note.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { cosignatureVkey, logVkeys, makeVkey, parseVkey, type Vkey } from "../../src/formats/vkey.ts"
import { concatBytes, fromBase64, toBase64, toHex, u64be, utf8 } from "../../src/kernel/bytes.ts"
import { isSigned, verifyCheckpoint, verifyNote } from "../../src/tlog/verify-note.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()
const folder = join(shared ?? "", "vectors")

function vkeyOf(text: string): Vkey {
  const vkey = parseVkey(text, crypto)
  if (!vkey.ok) throw new Error(text)
  return vkey.value
}

function noteOf(text: string): Note {
  const note = parseNote(text)
  if (!note.ok) throw new Error(note.error.where)
  return note.value
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), "utf8"))
}

describe.skipIf(!shared)("third-party signatures", () => {
  const { cases } = (shared ? json("notes/signed-notes.json") : { cases: [] }) as {
    cases: {
      name: string
      kind: string
      expect: string
      vkeys: string[]
      note: string
      cosigFromType01Vkeys?: boolean
      cosigTypes?: string[]
    }[]
  }

  it("come in 14 notes", () => {
    expect(cases).toHaveLength(14)
  })

  it.each(cases.map(c => [c.name, c] as const))("%s", async (_, c) => {
    const note = parseNote(c.note)
    const given = c.vkeys.map(vkeyOf)
    const vkeys = c.cosigFromType01Vkeys === true ? given.map(v => cosignatureVkey(crypto, v)) : given
    if (!note.ok) {
      expect(c.expect).toBe("reject")
      return
    }
    const results = await verifyNote(crypto, note.value, vkeys)
    expect(isSigned(results)).toBe(c.expect === "verify")
    if (c.expect !== "verify") return
    expect(results).toHaveLength(c.vkeys.length)
    const checkpoint = parseCheckpoint(c.note)
    expect(checkpoint.ok).toBe(c.kind === "checkpoint")
    if (!checkpoint.ok) return
    expect(await verifyCheckpoint(crypto, checkpoint.value, vkeys)).toEqual(results)
    // The newest tree of Rekor v2 that is cosigned was seen in October 2026.
    const times = results.flatMap(r => (r.timeSeconds === undefined ? [] : [r.timeSeconds]))
    expect(times.length).toBe(vkeys.filter(v => v.type === "cosignature-v1" || v.type === "rfc6962-sth").length)
    for (const time of times) expect(new Date(Number(time) * 1000).getUTCFullYear()).toBeOneOf([2024, 2025, 2026])
  })

  it("of an ML-DSA-44 log key verify, and its time of zero says nothing", async () => {
    const c = json("notes/ml-dsa-44.json") as { vkey: string; note: string }
    const results = await verifyNote(crypto, noteOf(c.note), [vkeyOf(c.vkey)])
    expect(results).toMatchObject([{ outcome: "valid", name: "example.com/mldsa-log" }])
    expect(results[0]).not.toHaveProperty("timeSeconds")
    const altered = noteOf(c.note.replace("\n1\n", "\n2\n"))
    expect(isSigned(await verifyNote(crypto, altered, [vkeyOf(c.vkey)]))).toBe(false)
  })

  it("of a tree head verify as a note of type 0x05, whose text the signature does not cover", async () => {
    const { vkey, sth } = json("notes/rfc6962-sth-to-checkpoint.json") as {
      vkey: string
      sth: { tree_size: number; timestamp: number; sha256_root_hash: string; tree_head_signature: string }
    }
    const key = vkeyOf(vkey)
    const signature = concatBytes(u64be(BigInt(sth.timestamp)), fromBase64(sth.tree_head_signature) as Uint8Array)
    const line = { name: key.name, keyId: key.keyId, signature }
    const text = (origin: string, extension = ""): string =>
      printNote({ text: `${origin}\n${sth.tree_size}\n${sth.sha256_root_hash}\n${extension}`, signatures: [line] })
    const results = await verifyNote(crypto, noteOf(text(key.name)), [key])
    expect(results).toMatchObject([{ outcome: "valid", timeSeconds: BigInt(Math.floor(sth.timestamp / 1000)) }])
    // static-ct: the origin is not signed, so callers must compare it themselves; extension lines are refused.
    expect(isSigned(await verifyNote(crypto, noteOf(text("another origin")), [key]))).toBe(true)
    expect(isSigned(await verifyNote(crypto, noteOf(text(key.name, "extension\n")), [key]))).toBe(false)
  })

  it("of the mirror fixture verify: a CT log, a witness, and a mirror", async () => {
    const at = "sunlight-mirror-fixture"
    const id = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"
    const [witness] = (json(`${at}/witness/witness.v0.json`) as { verifier_keys: string[] }).verifier_keys
    const [mirror] = (json(`${at}/witness/mirror/mirror.v0.json`) as { verifier_keys: string[] }).verifier_keys
    const [other] = (json(`${at}/witness2/witness.v0.json`) as { verifier_keys: string[] }).verifier_keys
    const { key } = json(`${at}/tree/log.v3.json`) as { key: string }
    const spki = parsePublicKey(fromBase64(key) as Uint8Array)
    if (!spki.ok) throw new Error("key")
    const log = makeVkey(crypto, "rome2026h1.example.org", "rfc6962-sth", spki.value) as Vkey
    const vkeys = [log, ...[witness, mirror, other].map(text => vkeyOf(text ?? ""))]
    const names = async (path: string): Promise<string[]> =>
      (await verifyNote(crypto, noteOf(readFileSync(join(folder, at, path), "utf8")), vkeys)).map(
        r => `${r.name} ${r.outcome}`,
      )
    expect(await names("tree/checkpoint")).toEqual(["rome2026h1.example.org valid"])
    expect(await names(`witness/${id}/checkpoint`)).toEqual([
      "rome2026h1.example.org valid",
      "witness.example.org valid",
    ])
    expect(await names(`witness/mirror/${id}/checkpoint`)).toEqual(["mirror.example.org valid"])
    expect(await names("witness2/88ad7a28caeb0b2aa890fdf0304c2fcaf59fca2ee140134ff8c1300bac493482/checkpoint")).toEqual(
      ["witness2.example.org valid"],
    )
  })

  it("of all 14 checkpoints of the generated log verify under four keys, and under the log's ECDSA key", async () => {
    const keys = json("generated-log/keys.json") as Record<string, string> & {
      logEcdsa: { name: string; spki: string }
      roots: Record<string, string>
    }
    const vkeys = ["stranger", "log", "witness", "witnessMlDsa44"].map(name => vkeyOf(keys[name] ?? ""))
    for (const size of ["0", ...Object.keys(keys.roots)]) {
      const text = readFileSync(join(folder, "generated-log/checkpoints", size), "utf8")
      const results = await verifyNote(crypto, noteOf(text), vkeys)
      // The empty tree has the log's line only.
      expect(results.map(r => r.outcome)).toEqual(Array.from({ length: size === "0" ? 1 : 4 }, () => "valid"))
      const checkpoint = parseCheckpoint(text)
      if (!checkpoint.ok) throw new Error(size)
      const root = toBase64(checkpoint.value.root)
      expect(root).toBe(keys.roots[size] ?? "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }
    const spki = parsePublicKey(fromBase64(keys.logEcdsa.spki) as Uint8Array)
    if (!spki.ok) throw new Error("key")
    const ecdsa = logVkeys(crypto, keys.logEcdsa.name, spki.value)
    const text = readFileSync(join(folder, "generated-log/checkpoints/70000.ecdsa"), "utf8")
    expect(isSigned(await verifyNote(crypto, noteOf(text), ecdsa))).toBe(true)
    expect(isSigned(await verifyNote(crypto, noteOf(text.replace("70000", "70001")), ecdsa))).toBe(false)
  })

  it("of the tiled log verify at every size", async () => {
    const vkey = vkeyOf(readFileSync(join(folder, "tiled-log-tessera/vkey.txt"), "utf8").trim())
    for (let size = 0; size <= 15; size++) {
      const text = readFileSync(join(folder, `tiled-log-tessera/checkpoint.${size}`), "utf8")
      expect(isSigned(await verifyNote(crypto, noteOf(text), [vkey]))).toBe(true)
    }
  })
})

describe("signatures made here", () => {
  const ROOT = toBase64(new Uint8Array(32).fill(3))
  const TEXT = `example.com/log\n5\n${ROOT}\n`

  function pair(type: Parameters<typeof makeVkey>[2], options?: "rsa" | "P-521") {
    const keys =
      options === "rsa"
        ? generateKeyPairSync("rsa", { modulusLength: 2048 })
        : options === "P-521"
          ? generateKeyPairSync("ec", { namedCurve: "P-521" })
          : generateKeyPairSync("ed25519")
    const spki = parsePublicKey(new Uint8Array(keys.publicKey.export({ format: "der", type: "spki" })))
    if (!spki.ok) throw new Error(spki.error.reason)
    const vkey = makeVkey(crypto, "example.com/key", type, spki.value)
    if (vkey === undefined) throw new Error(type)
    return { vkey, privateKey: keys.privateKey }
  }

  function line(vkey: Vkey, signature: Uint8Array): Note["signatures"][number] {
    return { name: vkey.name, keyId: vkey.keyId, signature }
  }

  const noted = (text: string, ...signatures: Note["signatures"]): Note => noteOf(printNote({ text, signatures }))

  it("with RSA (PKCS#1) and with ECDSA P-521 over SHA-256 verify", async () => {
    for (const [type, kind] of [
      ["rsa", "rsa"],
      ["ecdsa", "P-521"],
    ] as const) {
      const { vkey, privateKey } = pair(type, kind)
      const signature = new Uint8Array(sign("sha256", utf8(TEXT), privateKey))
      expect(isSigned(await verifyNote(crypto, noted(TEXT, line(vkey, signature)), [vkey]))).toBe(true)
    }
  })

  it("count only under their own name and key id, and a failing known one spoils the note", async () => {
    const a = pair("ed25519")
    const b = pair("ed25519")
    const good = line(a.vkey, new Uint8Array(sign(null, utf8(TEXT), a.privateKey)))
    const bad = line(b.vkey, new Uint8Array(64))
    const vkeys = [a.vkey, b.vkey]
    const verify = (...lines: Note["signatures"]) => verifyNote(crypto, noted(TEXT, ...lines), vkeys)
    expect(isSigned(await verify(good))).toBe(true)
    expect(isSigned(await verify(good, bad))).toBe(false)
    expect(await verify({ ...good, name: "example.com/other" })).toEqual([])
    expect(await verify({ ...good, keyId: a.vkey.keyId ^ 1 })).toEqual([])
    expect(isSigned([])).toBe(false)
  })

  it("of one key count once: a second line is invalid, so hostile notes cannot ask for endless checks", async () => {
    let checks = 0
    const counting = {
      ...crypto,
      verify: (request: Parameters<typeof crypto.verify>[0]) => (checks++, crypto.verify(request)),
    }
    const { vkey, privateKey } = pair("ed25519")
    const good = line(vkey, new Uint8Array(sign(null, utf8(TEXT), privateKey)))
    const results = await verifyNote(counting, noted(TEXT, ...Array.from({ length: 90 }, () => good)), [vkey])
    expect(results.map(r => r.outcome)).toEqual(["valid", ...Array.from({ length: 89 }, () => "invalid")])
    expect(checks).toBe(1)
  })

  it("of a cosigner need a checkpoint, their exact length and a time below 2^63", async () => {
    const { vkey, privateKey } = pair("cosignature-v1")
    const cosign = (text: string, time: bigint): Uint8Array =>
      concatBytes(
        u64be(time),
        new Uint8Array(sign(null, utf8(`cosignature/v1\ntime ${time.toString()}\n${text}`), privateKey)),
      )
    const verify = async (text: string, signature: Uint8Array) =>
      verifyNote(crypto, noted(text, line(vkey, signature)), [vkey])
    expect(await verify(TEXT, cosign(TEXT, 1679315147n))).toMatchObject([
      { outcome: "valid", timeSeconds: 1679315147n },
    ])
    expect(await verify(TEXT, cosign(TEXT, 0n))).toMatchObject([{ outcome: "valid", timeSeconds: 0n }])
    const extended = `${TEXT}extension\n`
    expect(isSigned(await verify(extended, cosign(extended, 1n)))).toBe(true)
    expect(isSigned(await verify(extended, cosign(TEXT, 1n)))).toBe(false)
    expect(isSigned(await verify(TEXT, cosign(TEXT, 2n ** 63n)))).toBe(false)
    expect(isSigned(await verify(TEXT, cosign(TEXT, 1n).subarray(1)))).toBe(false)
    expect(isSigned(await verify("no checkpoint\n", cosign("no checkpoint\n", 1n)))).toBe(false)
  })

  it("of a tree head have the exact form of RFC 5246 §4.7", async () => {
    const { vkey, privateKey } = pair("rfc6962-sth", "P-521")
    const message = concatBytes(Uint8Array.of(0, 1), u64be(7000n), u64be(5n), new Uint8Array(32).fill(3))
    const der = new Uint8Array(sign("sha256", message, privateKey))
    const form = (head: number[], time = 7000n) => concatBytes(u64be(time), Uint8Array.from(head), der)
    const verify = async (signature: Uint8Array) =>
      isSigned(await verifyNote(crypto, noted(TEXT, line(vkey, signature)), [vkey]))
    const length = [der.length >> 8, der.length & 255]
    expect(await verify(form([4, 3, ...length]))).toBe(true)
    expect(await verify(form([5, 3, ...length]))).toBe(false)
    expect(await verify(form([4, 1, ...length]))).toBe(false)
    expect(await verify(form([4, 3, 0, der.length - 1]))).toBe(false)
    expect(await verify(form([4, 3, ...length], 7001n))).toBe(false)
    expect(await verify(form([4, 3, ...length], 2n ** 63n))).toBe(false)
    expect(await verify(new Uint8Array(11))).toBe(false)
  })
})

describe("the cosigned message of tlog-cosignature", () => {
  const hash = new Uint8Array(32).fill(0xaa)

  it("is the structure of the specification, byte for byte", () => {
    const message = subtreeMessage("w1", 0x1122n, { origin: "log", start: 0n, end: 5n, hash })
    expect(toHex(message ?? new Uint8Array())).toBe(
      // label (12), cosigner name, time, origin, start, end, hash
      `${toHex(utf8("subtree/v1\n\0"))}02${toHex(utf8("w1"))}000000000000112203${toHex(utf8("log"))}${"0".repeat(16)}0000000000000005${"aa".repeat(32)}`,
    )
  })

  it("has no time where it does not start at 0, and names of 1 to 255 bytes", () => {
    const subtree = { origin: "log", start: 4n, end: 5n, hash }
    expect(subtreeMessage("w", 1n, subtree)).toBeUndefined()
    expect(subtreeMessage("w", 0n, subtree)).toBeDefined()
    expect(subtreeMessage("", 0n, subtree)).toBeUndefined()
    expect(subtreeMessage("w", 0n, { ...subtree, origin: "é".repeat(128) })).toBeUndefined()
    expect(subtreeMessage("w".repeat(255), 0n, { ...subtree, origin: "é".repeat(127) })).toBeDefined()
  })

  it.skipIf(!shared)("of an ML-DSA-44 line needs its exact length and names that fit", () => {
    const { vkey: text, note: noteText } = json("notes/ml-dsa-44.json") as { vkey: string; note: string }
    const vkey = vkeyOf(text)
    const checkpoint = parseCheckpoint(noteText)
    if (!checkpoint.ok) throw new Error("checkpoint")
    const signature = checkpoint.value.note.signatures[0]?.signature ?? new Uint8Array()
    const message = (origin: string, bytes: Uint8Array, time?: bigint) => {
      const timed = time === undefined ? bytes : concatBytes(u64be(time), bytes.subarray(8))
      return signedMessage(vkey, checkpoint.value.note, { ...checkpoint.value, origin }, timed)
    }
    expect(message("o", signature)).not.toHaveProperty("timeSeconds")
    expect(message("o", signature, 9n)).toHaveProperty("timeSeconds", 9n)
    expect(message("o", signature.subarray(1))).toBeUndefined()
    expect(message("o".repeat(256), signature)).toBeUndefined()
    expect(signedMessage(vkey, checkpoint.value.note, undefined, signature)).toBeUndefined()
  })
})
