/** The proofs compared with the specification's own recursive definitions, and the laws they must obey. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { equalBytes, toHex } from "../../src/kernel/bytes.ts"
import { bitLength, oneBits, trailingZeros } from "../../src/tlog/chain.ts"
import { CompactRange } from "../../src/tlog/compact-range.ts"
import { rootsFromConsistency, rootsFromSeeded, verifyConsistency } from "../../src/tlog/consistency.ts"
import { compareTreeHeads } from "../../src/tlog/equivocation.ts"
import { rootOfRow } from "../../src/tlog/hashing.ts"
import { rootFromInclusion, verifyInclusion } from "../../src/tlog/inclusion.ts"
import { isSubtree, rootFromSubtreeInclusion, verifySubtreeConsistency } from "../../src/tlog/subtree.ts"
import { naiveLeaves, naivePath, naiveRoot, naiveSubproof } from "../support/naive-tree.ts"

const crypto = nodeCrypto()
const runs = process.env["SLOW"] === "1" ? 2000 : 60
const leaves = naiveLeaves(150)
const root = (n: number): Uint8Array => naiveRoot(leaves.slice(0, n))
const leafAt = (i: number): Uint8Array => leaves[i] as Uint8Array

const sizes = fc.integer({ min: 1, max: 150 })
const pairs = fc.tuple(sizes, sizes).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)

describe("inclusion", () => {
  /** The root that a path gives by the recursion of the specification, for any index and size. */
  function naiveRootFrom(
    index: number,
    size: number,
    leaf: Uint8Array,
    path: readonly Uint8Array[],
  ): Uint8Array | null {
    if (size === 1) return path.length === 0 ? leaf : null
    const sibling = path.at(-1)
    if (sibling === undefined) return null
    let k = 1
    while (2 * k < size) k *= 2
    const below = path.slice(0, -1)
    const [left, right] =
      index < k
        ? [naiveRootFrom(index, k, leaf, below), sibling]
        : [sibling, naiveRootFrom(index - k, size - k, leaf, below)]
    return left === null || right === null ? null : naiveRoot([left, right])
  }

  it("gives what the recursion of the specification gives, for right and wrong indexes and sizes", () => {
    for (let n = 1; n <= 17; n++) {
      for (let i = 0; i < n; i++) {
        const proof = naivePath(i, leaves.slice(0, n))
        expect(toHex(naiveRootFrom(i, n, leafAt(i), proof) as Uint8Array)).toBe(toHex(root(n)))
        for (let size = 1; size <= 18; size++) {
          for (let index = 0; index < size; index++) {
            const given = rootFromInclusion(crypto, {
              index: BigInt(index),
              size: BigInt(size),
              leaf: leafAt(i),
              proof,
            })
            const wanted = naiveRootFrom(index, size, leafAt(i), proof)
            if (!equalBytes(given ?? leafAt(149), wanted ?? leafAt(149))) {
              expect([n, i, size, index, given]).toEqual(wanted)
            }
          }
        }
      }
    }
  })

  it("accepts random trees and refuses any changed bit, missing hash or added hash", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (n, at, bit) => {
        const index = at % n
        const proof = naivePath(index, leaves.slice(0, n))
        const claim = { index: BigInt(index), size: BigInt(n), leaf: leafAt(index), proof, root: root(n) }
        expect(verifyInclusion(crypto, claim)).toBe(true)
        const bad = proof.map(hash => hash.slice())
        const victim = bad[bit % Math.max(1, bad.length)]
        if (victim !== undefined) {
          victim[bit % 32] = (victim[bit % 32] as number) ^ (1 << (bit % 8))
          expect(verifyInclusion(crypto, { ...claim, proof: bad })).toBe(false)
          expect(rootFromInclusion(crypto, { ...claim, proof: proof.slice(1) })).toBeUndefined()
        }
        expect(rootFromInclusion(crypto, { ...claim, proof: [...proof, leafAt(0)] })).toBeUndefined()
        expect(rootFromInclusion(crypto, { ...claim, leaf: leafAt(0).subarray(1) })).toBeUndefined()
      }),
      { numRuns: runs },
    )
  })

  it("refuses indexes outside the tree and hashes that are not 32 bytes", () => {
    const claim = { index: 1n, size: 2n, leaf: leafAt(1), proof: [leafAt(0)] }
    expect(rootFromInclusion(crypto, claim)).toEqual(root(2))
    expect(rootFromInclusion(crypto, { ...claim, index: 2n })).toBeUndefined()
    expect(rootFromInclusion(crypto, { ...claim, index: -1n })).toBeUndefined()
    expect(rootFromInclusion(crypto, { ...claim, size: 0n, index: 0n })).toBeUndefined()
    expect(rootFromInclusion(crypto, { ...claim, proof: [new Uint8Array(31)] })).toBeUndefined()
  })

  it("handles trees beyond 2^31, 2^32 and 2^53 leaves", () => {
    // The left half is a perfect subtree of 2^k leaves with a made-up root, the rest a small tree: both proofs are known.
    for (const k of [31n, 32n, 53n, 62n]) {
      const left = leafAt(77)
      const size = 2n ** k + 5n
      for (let i = 0; i < 5; i++) {
        const proof = [...naivePath(i, leaves.slice(0, 5)), left]
        const claim = { index: 2n ** k + BigInt(i), size, leaf: leafAt(i), proof, root: naiveRoot([left, root(5)]) }
        expect(verifyInclusion(crypto, claim)).toBe(true)
        expect(verifyInclusion(crypto, { ...claim, index: claim.index - 2n ** k })).toBe(false)
      }
      const grown = { size1: 2n ** k + 3n, size2: size, root1: naiveRoot([left, root(3)]) }
      const proof = [...naiveSubproof(3, leaves.slice(0, 5), false), left]
      expect(verifyConsistency(crypto, { ...grown, root2: naiveRoot([left, root(5)]), proof })).toBe(true)
    }
  })
})

describe("consistency", () => {
  it("accepts the specification's proof between all sizes up to 40", () => {
    for (let n = 1; n <= 40; n++) {
      for (let m = 1; m <= n; m++) {
        const proof = naiveSubproof(m, leaves.slice(0, n))
        const claim = { size1: BigInt(m), size2: BigInt(n), proof, root1: root(m), root2: root(n) }
        if (!verifyConsistency(crypto, claim)) expect([m, n]).toEqual("consistent")
      }
    }
  })

  it("refuses every change of a proof, a size or a root", () => {
    fc.assert(
      fc.property(pairs, fc.nat(), ([m, n], bit) => {
        const proof = naiveSubproof(m, leaves.slice(0, n))
        const claim = { size1: BigInt(m), size2: BigInt(n), proof, root1: root(m), root2: root(n) }
        expect(verifyConsistency(crypto, claim)).toBe(true)
        expect(verifyConsistency(crypto, { ...claim, root1: leafAt(149) })).toBe(false)
        expect(verifyConsistency(crypto, { ...claim, root2: leafAt(149) })).toBe(false)
        expect(verifyConsistency(crypto, { ...claim, proof: [...proof, leafAt(0)] })).toBe(false)
        expect(verifyConsistency(crypto, { ...claim, size1: 0n })).toBe(false)
        expect(verifyConsistency(crypto, { ...claim, size1: claim.size2 + 1n })).toBe(false)
        const bad = proof.map(hash => hash.slice())
        const victim = bad[bit % Math.max(1, bad.length)]
        if (victim !== undefined) {
          victim[bit % 32] = (victim[bit % 32] as number) ^ (1 << (bit % 8))
          expect(verifyConsistency(crypto, { ...claim, proof: bad })).toBe(false)
          expect(verifyConsistency(crypto, { ...claim, proof: proof.slice(1) })).toBe(false)
        }
      }),
      { numRuns: runs },
    )
  })

  it("refuses an empty proof, roots that are no hashes and a proof from nothing", () => {
    const claim = { size1: 2n, size2: 4n, proof: [] }
    expect(rootsFromConsistency(crypto, claim, root(2))).toBeUndefined()
    expect(rootsFromSeeded(crypto, claim)).toBeUndefined()
    expect(rootsFromConsistency(crypto, { ...claim, proof: [root(2)] }, new Uint8Array(31))).toBeUndefined()
    expect(rootsFromConsistency(crypto, { ...claim, proof: [new Uint8Array(33)] }, root(2))).toBeUndefined()
    expect(rootsFromSeeded(crypto, { size1: 3n, size2: 4n, proof: [new Uint8Array(33), root(1), root(2)] })).toBe(
      undefined,
    )
    expect(verifyConsistency(crypto, { size1: 0n, size2: 0n, proof: [], root1: root(1), root2: root(1) })).toBe(false)
  })
})

describe("compact range", () => {
  it("gives the root of the recursive definition at every size, and rolls forward from any size", () => {
    const range = CompactRange.empty(crypto)
    const old: CompactRange[] = []
    for (let n = 0; n <= 150; n++) {
      expect(toHex(range.root())).toBe(toHex(root(n)))
      expect(range.nodes).toHaveLength(oneBits(range.size))
      old.push(range.clone())
      if (n < 150) range.append(leafAt(n))
    }
    fc.assert(
      fc.property(pairs, ([m, n]) => {
        const rolled = CompactRange.of(crypto, BigInt(m), (old[m] as CompactRange).nodes) as CompactRange
        for (let i = m; i < n; i++) rolled.append(leafAt(i))
        expect(toHex(rolled.root())).toBe(toHex(root(n)))
      }),
      { numRuns: runs },
    )
  })

  it("appends whole subtrees only where they may stand", () => {
    const range = CompactRange.empty(crypto)
    expect(range.appendSubtree(3, root(8))).toBe(true)
    expect(range.appendSubtree(3, naiveRoot(leaves.slice(8, 16)))).toBe(true)
    expect(toHex(range.root())).toBe(toHex(root(16)))
    range.append(leafAt(16))
    expect(range.appendSubtree(1, leafAt(0))).toBe(false)
    expect(toHex(range.root())).toBe(toHex(root(17)))
    expect(range.size).toBe(17n)
  })

  it("takes only as many hashes as the size has one bits", () => {
    expect(CompactRange.of(crypto, 3n, [root(2)])).toBeUndefined()
    expect(CompactRange.of(crypto, -1n, [])).toBeUndefined()
    expect(CompactRange.of(crypto, 1n, [new Uint8Array(31)])).toBeUndefined()
    expect(CompactRange.of(crypto, 0n, [])?.size).toBe(0n)
  })

  it("agrees with the root of a tile row", () => {
    const row = new Uint8Array(leaves.slice(0, 128).flatMap(hash => [...hash]))
    expect(toHex(rootOfRow(crypto, row))).toBe(toHex(root(128)))
    expect(toHex(rootOfRow(crypto, leafAt(3)))).toBe(toHex(leafAt(3)))
  })
})

describe("growing", () => {
  it("never invalidates an old inclusion proof or an old root", () => {
    fc.assert(
      fc.property(pairs, fc.nat(), ([m, n], at) => {
        const index = at % m
        const before = naivePath(index, leaves.slice(0, m))
        const claim = { index: BigInt(index), size: BigInt(m), leaf: leafAt(index), proof: before, root: root(m) }
        const grown = { size1: BigInt(m), size2: BigInt(n), proof: naiveSubproof(m, leaves.slice(0, n)) }
        expect(verifyInclusion(crypto, claim)).toBe(true)
        expect(verifyConsistency(crypto, { ...grown, root1: root(m), root2: root(n) })).toBe(true)
        const after = { ...claim, size: BigInt(n), proof: naivePath(index, leaves.slice(0, n)), root: root(n) }
        expect(verifyInclusion(crypto, after)).toBe(true)
      }),
      { numRuns: runs },
    )
  })
})

describe("subtrees", () => {
  /** The subtree consistency proof of draft-ietf-plants-merkle-tree-certs §4.4.1, recursively. */
  function subtreeProof(start: number, end: number, from: number, to: number, whole: boolean): Uint8Array[] {
    if (start === from && end === to) return whole ? [] : [naiveRoot(leaves.slice(from, to))]
    let k = 1
    while (2 * k < to - from) k *= 2
    const mid = from + k
    if (end <= mid) return [...subtreeProof(start, end, from, mid, whole), naiveRoot(leaves.slice(mid, to))]
    if (start >= mid) return [...subtreeProof(start, end, mid, to, whole), naiveRoot(leaves.slice(from, mid))]
    return [...subtreeProof(mid, end, mid, to, false), naiveRoot(leaves.slice(from, mid))]
  }

  it("accepts every subtree of every tree up to 24 leaves, and no changed one", () => {
    for (let n = 1; n <= 24; n++) {
      for (let start = 0; start < n; start++) {
        for (let end = start + 1; end <= n; end++) {
          if (!isSubtree(BigInt(start), BigInt(end))) continue
          const subtree = naiveRoot(leaves.slice(start, end))
          const proof = subtreeProof(start, end, 0, n, true)
          const range = { start: BigInt(start), end: BigInt(end), size: BigInt(n) }
          const claim = { ...range, subtree, proof, root: root(n) }
          const verdicts = [
            verifySubtreeConsistency(crypto, claim),
            verifySubtreeConsistency(crypto, { ...claim, subtree: leafAt(140) }),
            verifySubtreeConsistency(crypto, { ...claim, root: leafAt(140) }),
            verifySubtreeConsistency(crypto, { ...claim, proof: [...proof, leafAt(0)] }),
            proof.length > 0 && verifySubtreeConsistency(crypto, { ...claim, proof: proof.slice(1) }),
          ]
          if (!equalBytes(Uint8Array.from(verdicts, Number), Uint8Array.of(1, 0, 0, 0, 0))) {
            expect([start, end, n, ...verdicts]).toEqual("one acceptance")
          }
          const leaf = { index: range.start, start: range.start, end: range.end, leaf: leafAt(start) }
          const path = naivePath(0, leaves.slice(start, end))
          expect(toHex(rootFromSubtreeInclusion(crypto, { ...leaf, proof: path }) as Uint8Array)).toBe(toHex(subtree))
        }
      }
    }
  })

  it("knows where a subtree may stand", () => {
    expect(isSubtree(4n, 8n)).toBe(true)
    expect(isSubtree(4n, 7n)).toBe(true)
    expect(isSubtree(2n, 6n)).toBe(false)
    expect(isSubtree(5n, 5n)).toBe(true)
    expect(isSubtree(-2n, 0n)).toBe(false)
    expect(isSubtree(3n, 2n)).toBe(false)
  })
})

describe("equivocation", () => {
  const forked = naiveLeaves(150, "fork ")
  const fork = (shared: number, n: number): Uint8Array =>
    naiveRoot([...leaves.slice(0, shared), ...forked.slice(shared, n)])
  const head = (n: number): { size: bigint; root: Uint8Array } => ({ size: BigInt(n), root: root(n) })

  it("is proven by two roots of one size", () => {
    expect(compareTreeHeads(crypto, head(9), { size: 9n, root: fork(5, 9) }, [])).toBe("equivocation")
    expect(compareTreeHeads(crypto, head(9), head(9), [])).toBe("consistent")
  })

  it("is proven by the honest proof of a fork at any size, powers of two with the seed named", () => {
    for (let m = 2; m < 40; m++) {
      const honest = naiveSubproof(m, leaves.slice(0, 40))
      const seeded = [root(m), ...honest]
      const isPower = trailingZeros(BigInt(m)) === bitLength(BigInt(m)) - 1
      const other = { size: BigInt(m), root: fork(m - 1, m) }
      expect(compareTreeHeads(crypto, other, head(40), isPower ? seeded : honest)).toBe("equivocation")
      expect(compareTreeHeads(crypto, head(40), head(m), isPower ? seeded : honest)).toBe("consistent")
      expect(compareTreeHeads(crypto, head(m), head(40), honest)).toBe("consistent")
      // The standard proof of a power of two takes the root on trust, so it convicts nobody.
      if (isPower) expect(compareTreeHeads(crypto, other, head(40), honest)).toBe("unlinked")
    }
  })

  it("is never proven by garbage", () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(pairs, fc.array(hash, { maxLength: 9 }), ([m, n], proof) => {
        fc.pre(m < n)
        expect(compareTreeHeads(crypto, head(m), head(n), proof)).toBe("unlinked")
      }),
      { numRuns: runs },
    )
  })

  it("says nothing against a log whose empty tree is the empty tree", () => {
    const nothing = { size: 0n, root: root(0) }
    expect(compareTreeHeads(crypto, nothing, head(5), [])).toBe("consistent")
    expect(compareTreeHeads(crypto, head(5), { size: 0n, root: root(1) }, [])).toBe("unlinked")
  })
})

describe("bits", () => {
  it("agree with counting digits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), value => {
        const digits = value === 0n ? "" : value.toString(2)
        expect(bitLength(value)).toBe(digits.length)
        expect(oneBits(value)).toBe(digits.replaceAll("0", "").length)
        if (value > 0n) expect((value >> BigInt(trailingZeros(value))) % 2n).toBe(1n)
      }),
    )
  })
})
