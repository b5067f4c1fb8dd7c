/**
 * Vectors that others have published: RFC 6979 §A.2.5-A.2.7 (ECDSA, message "sample") and RFC 8032 §7.1, §7.3 (Ed25519).
 * The private keys are there too, so each is made again and must come out as printed.
 */
import { ed25519, ed25519ph } from "@noble/curves/ed25519.js"
import type { Curve, HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { CURVES, derSignature, EC_PUBLIC_KEY } from "./curves.ts"
import { oid, spki } from "./der.ts"
import { fromHex, join, toNumber, utf8 } from "./derive.ts"
import type { VectorWriter } from "./vector.ts"

const RFC6979 = {
  "P-256": {
    hash: "sha256",
    section: "A.2.5",
    private: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
    r: "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
    s: "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  },
  "P-384": {
    hash: "sha384",
    section: "A.2.6",
    private: "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
    r: "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46",
    s: "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
  },
  "P-521": {
    hash: "sha512",
    section: "A.2.7",
    private:
      "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538",
    r: "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa",
    s: "00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a",
  },
} as const satisfies Record<Curve, unknown>

function same(made: Uint8Array, printed: string, what: string): Uint8Array {
  if (Buffer.from(made).toString("hex") !== printed) throw new Error(`${what} is not what the RFC prints`)
  return made
}

export function rfc6979Vectors(writer: VectorWriter, curve: Curve, hash: HashAlgorithm): void {
  const published = RFC6979[curve]
  if (published.hash !== hash) return
  const { noble } = CURVES[curve]
  const message = utf8("sample")
  const secret = fromHex(published.private)
  same(noble.sign(message, secret, { lowS: false }), published.r + published.s, `RFC 6979 §${published.section}`)
  const rs = { r: toNumber(fromHex(published.r)), s: toNumber(fromHex(published.s)) }
  writer.key("rfc6979", spki(EC_PUBLIC_KEY, oid(CURVES[curve].oid), noble.getPublicKey(secret, false)))
  writer.valid("rfc6979", `RFC 6979 §${published.section}, "sample"`, "rfc6979", { message }, derSignature(rs))
}

interface Rfc8032 {
  readonly test: string
  readonly secret: string
  readonly message: string
  readonly signature: string
}

const PURE: readonly Rfc8032[] = [
  {
    test: "7.1-test-1",
    secret: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    test: "7.1-test-2",
    secret: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    test: "7.1-test-3",
    secret: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
]

const PREHASHED: readonly Rfc8032[] = [
  {
    test: "7.3-test-abc",
    secret: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    message: "616263",
    signature:
      "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406",
  },
]

/** Object identifier of Ed25519 (RFC 8410 §3). */
export const ED25519 = "1.3.101.112"

export function rfc8032Vectors(writer: VectorWriter, kind: "ed25519" | "ed25519ph"): void {
  const [rows, noble] = kind === "ed25519" ? [PURE, ed25519] : [PREHASHED, ed25519ph]
  for (const row of rows) {
    const [secret, message] = [fromHex(row.secret), fromHex(row.message)]
    const signature = same(noble.sign(message, secret), row.signature, `RFC 8032 ${row.test}`)
    const id = `rfc8032-${row.test}`
    writer.key(id, spki(ED25519, [], join(noble.getPublicKey(secret))))
    writer.valid(id, `RFC 8032 §${row.test.replaceAll("-", " ")}`, id, { message }, join(signature))
  }
}
