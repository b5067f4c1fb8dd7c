/** Third-party proof vectors (transparency-dev/merkle) and proofs of real logs. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { fromBase64, fromHex, toHex } from "../../src/kernel/bytes.ts"
import { verifyConsistency } from "../../src/tlog/consistency.ts"
import { leafHash, nodeHash } from "../../src/tlog/hashing.ts"
import { verifyInclusion } from "../../src/tlog/inclusion.ts"
import { CompactRange } from "../../src/tlog/compact-range.ts"
import { rootFromSubtreeInclusion, verifySubtreeConsistency } from "../../src/tlog/subtree.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()

/** JSON whose integers may pass 2^53: those of the vectors are read from the text. */
function read(path: string): unknown {
  const text = readFileSync(path, "utf8").replace(/: ([0-9]{16,})/g, ': "$1"')
  return JSON.parse(text)
}

function casesBelow(folder: string): { name: string; path: string }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(name => name.endsWith(".json"))
    .sort()
    .map(name => ({ name, path: join(folder, name) }))
}

/** The vectors hold hashes of wrong lengths too; an absent proof is an empty one. */
const bytes = (text: string | null): Uint8Array => fromBase64(text ?? "") ?? new Uint8Array(0)
const list = (proof: string[] | null): Uint8Array[] => (proof ?? []).map(bytes)

interface Common {
  readonly proof: string[] | null
  readonly wantErr: boolean
}

describe.skipIf(!shared)("transparency-dev/merkle vectors", () => {
  const folder = join(shared ?? "", "vectors/merkle-rfc6962")

  it("agrees on all 98 inclusion cases", () => {
    const cases = casesBelow(join(folder, "inclusion"))
    expect(cases).toHaveLength(98)
    for (const { name, path } of cases) {
      const c = read(path) as Common & { leafIdx: number; treeSize: number; root: string; leafHash: string }
      const accepted = verifyInclusion(crypto, {
        index: BigInt(c.leafIdx),
        size: BigInt(c.treeSize),
        leaf: bytes(c.leafHash),
        proof: list(c.proof),
        root: bytes(c.root),
      })
      expect({ name, accepted }).toEqual({ name, accepted: !c.wantErr })
    }
  })

  it("agrees on all 98 consistency cases", () => {
    const cases = casesBelow(join(folder, "consistency"))
    expect(cases).toHaveLength(98)
    for (const { name, path } of cases) {
      const c = read(path) as Common & { size1: number; size2: number; root1: string; root2: string }
      const accepted = verifyConsistency(crypto, {
        size1: BigInt(c.size1),
        size2: BigInt(c.size2),
        proof: list(c.proof),
        root1: bytes(c.root1),
        root2: bytes(c.root2),
      })
      expect({ name, accepted }).toEqual({ name, accepted: !c.wantErr })
    }
  })

  it("agrees on all 204 subtree inclusion cases", () => {
    const cases = casesBelow(join(folder, "subtreeinclusion"))
    expect(cases).toHaveLength(204)
    for (const { name, path } of cases) {
      const c = read(path) as Common & { leafIdx: number; start: number; end: number; root: string; leafHash: string }
      const root = rootFromSubtreeInclusion(crypto, {
        index: BigInt(c.leafIdx),
        start: BigInt(c.start),
        end: BigInt(c.end),
        leaf: bytes(c.leafHash),
        proof: list(c.proof),
      })
      const accepted = root !== undefined && toHex(root) === toHex(bytes(c.root))
      expect({ name, accepted }).toEqual({ name, accepted: !c.wantErr })
    }
  })

  it("agrees on all 118 subtree consistency cases", () => {
    const cases = casesBelow(join(folder, "subtreeconsistency"))
    expect(cases).toHaveLength(118)
    for (const { name, path } of cases) {
      const c = read(path) as Common & { start: number; end: number; size: number; root1: string; root2: string }
      const accepted = verifySubtreeConsistency(crypto, {
        start: BigInt(c.start),
        end: BigInt(c.end),
        size: BigInt(c.size),
        subtree: bytes(c.root1),
        proof: list(c.proof),
        root: bytes(c.root2),
      })
      expect({ name, accepted }).toEqual({ name, accepted: !c.wantErr })
    }
  })

  it("builds the reference tree", () => {
    const tree = read(join(folder, "reference-tree.json")) as {
      leafInputsHex: string[]
      nodeHashes: string[][]
      rootHashes: string[]
    }
    const range = CompactRange.empty(crypto)
    expect(toHex(range.root())).toBe(tree.rootHashes[0])
    for (const [i, input] of tree.leafInputsHex.entries()) {
      const leaf = leafHash(crypto, fromHex(input) as Uint8Array)
      expect(toHex(leaf)).toBe(tree.nodeHashes[0]?.[i])
      range.append(leaf)
      expect(toHex(range.root())).toBe(tree.rootHashes[i + 1])
    }
    const [left, right] = tree.nodeHashes[0]?.slice(0, 2).map(h => fromHex(h) as Uint8Array) as [Uint8Array, Uint8Array]
    expect(toHex(nodeHash(crypto, left, right))).toBe(tree.nodeHashes[1]?.[0])
  })
})

describe.skipIf(!shared)("proofs of real logs", () => {
  const folder = join(shared ?? "", "vectors")

  it("verifies an entry and a consistency proof of a CT log with 961,984,011 leaves", () => {
    const at = join(folder, "rfc6962-real-ct")
    const file = (start: string): string => join(at, readdirSync(at).find(name => name.startsWith(start)) as string)
    const sth = read(file("get-sth.json")) as { tree_size: number; sha256_root_hash: string }
    const entry = (read(file("get-entries")) as { entries: { leaf_input: string }[] }).entries[0]
    const path = read(file("get-proof-by-hash")) as { leaf_index: number; audit_path: string[] }
    const claim = {
      index: BigInt(path.leaf_index),
      size: BigInt(sth.tree_size),
      leaf: leafHash(crypto, bytes(entry?.leaf_input ?? null)),
      proof: list(path.audit_path),
      root: bytes(sth.sha256_root_hash),
    }
    expect(claim.proof).toHaveLength(30)
    expect(verifyInclusion(crypto, claim)).toBe(true)
    expect(verifyInclusion(crypto, { ...claim, index: claim.index + 1n })).toBe(false)
    const consistency = {
      size1: 3_654_490n,
      size2: BigInt(sth.tree_size),
      root1: bytes("AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ="),
      root2: bytes(sth.sha256_root_hash),
      proof: list((read(file("get-sth-consistency")) as { consistency: string[] }).consistency),
    }
    expect(verifyConsistency(crypto, consistency)).toBe(true)
    expect(verifyConsistency(crypto, { ...consistency, size1: 3_654_491n })).toBe(false)
  })

  it("verifies a Rekor v1 entry and the growth of its log", () => {
    const { entry, consistency } = read(join(folder, "rekor-v1-entries/rekor-verify-test-valid-inclusion.json")) as {
      entry: {
        body: string
        verification: { inclusionProof: { logIndex: number; treeSize: number; rootHash: string; hashes: string[] } }
      }
      consistency: { size1: number; size2: number; root1: string; root2: string; hashes: string[] }
    }
    const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array
    const proof = entry.verification.inclusionProof
    const claim = {
      index: BigInt(proof.logIndex),
      size: BigInt(proof.treeSize),
      leaf: leafHash(crypto, bytes(entry.body)),
      proof: proof.hashes.map(hex),
      root: hex(proof.rootHash),
    }
    expect(verifyInclusion(crypto, claim)).toBe(true)
    const grown = {
      size1: BigInt(consistency.size1),
      size2: BigInt(consistency.size2),
      root1: hex(consistency.root1),
      root2: hex(consistency.root2),
      proof: consistency.hashes.map(hex),
    }
    expect(verifyConsistency(crypto, grown)).toBe(true)
  })
})
