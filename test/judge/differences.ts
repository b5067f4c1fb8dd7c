/**
 * What a mutant that is still proven changed, in terms of the evidence: every difference between it and the original gets
 * the name of something that no specification authenticates, or it is a defect.
 */
import { CURVES } from "../../src/formats/curve.ts"
import { parseCertificate } from "../../src/formats/certificate.ts"
import { derToP1363 } from "../../src/formats/ecdsa-encoding.ts"
import type { EnvelopeSignature } from "../../src/formats/dsse.ts"
import type { Evidence } from "../../src/formats/evidence.ts"
import { parseNote, type NoteSignature } from "../../src/formats/note.ts"
import type { InclusionProof, TlogEntry } from "../../src/formats/tlog-entry.ts"
import { toHex } from "../../src/kernel/bytes.ts"
import type { Curve } from "../../src/kernel/signature-scheme.ts"
import { encodeDer, parseDer, type DerNode } from "../support/mutate/der-tree.ts"
import { tokenDifferences, type TokenDifference } from "./token-differences.ts"

/** Why a change may go unnoticed. */
export type Difference = TokenDifference | keyof typeof UNAUTHENTICATED

/** What no specification authenticates in evidence, beside the parts of a token. */
export const UNAUTHENTICATED = {
  keyid: "DSSE 1.0.2: a hint, not authenticated",
  hint: "sigstore_common.proto, PublicKeyIdentifier: a hint",
  "log-id": "a way to find the log's key, which then has to verify; a promise signs it",
  "log-index": "the index that counts is the proof's; a promise signs it",
  "root-hash": "the root that counts is the checkpoint's",
  "tree-size": "the size that counts is the checkpoint's",
  "foreign-note-line": "signed-note: lines of unknown keys are ignored",
  "media-type": "says under which version's rules the bundle is read; it keeps those of the other one, too",
  "redundant-gone": "what only repeats something else and may be absent: messageDigest, issuers of the leaf",
  "fewer-times": "a time less, and still enough of them",
  "fewer-entries": "an entry less, or known by its promise alone, and still enough",
  order: "each token, entry and signature stands for itself",
  idle: "a token or a signature that the original's verdict does not count either",
} as const

/** Which tokens gave a time and which signatures verified, by their numbers. */
export interface Counted {
  readonly tokens: ReadonlySet<number>
  readonly signatures: ReadonlySet<number>
}

/** What is known about the original's judgement. */
export interface OriginalFacts extends Counted {
  readonly signedBy: "certificate" | "key" | null
  /** Note key ids of the trusted logs. */
  readonly logKeyIds: ReadonlySet<number>
}

/** A difference without a name: the path of what changed. */
export class Unexplained extends Error {}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : Buffer.from(a).equals(b)

/** True for two ECDSA signatures (r, s) and (r, n - s). */
export function isNegation(a: Uint8Array, b: Uint8Array): boolean {
  return (Object.keys(CURVES) as Curve[]).some(curve => {
    const [x, y] = [derToP1363(curve, a), derToP1363(curve, b)]
    if (x === undefined || y === undefined) return false
    const { bytes, order } = CURVES[curve]
    const number = (half: Uint8Array): bigint => BigInt(`0x${toHex(half)}`)
    const sum = number(x.subarray(bytes)) + number(y.subarray(bytes))
    return same(x.subarray(0, bytes), y.subarray(0, bytes)) && sum === number(order)
  })
}

/** Collects the names of the differences of two pieces of evidence. */
export class Comparison {
  readonly found = new Set<Difference>()
  readonly #original: OriginalFacts

  constructor(original: OriginalFacts) {
    this.#original = original
  }

  /**
   * @param counted - what counted when `b` was judged
   * @throws Unexplained naming the first difference that has no name
   */
  compare(a: Evidence, b: Evidence, counted: Counted): void {
    if (a.bundleVersion !== b.bundleVersion) this.found.add("media-type")
    this.#material(a.material, b.material)
    this.#content(a.content, b.content, counted.signatures)
    this.#entries(a.entries, b.entries)
    this.#timestamps(a.timestamps, b.timestamps, counted.tokens)
  }

  #refuse(path: string): never {
    throw new Unexplained(path)
  }

  #equal(path: string, a: unknown, b: unknown, name?: Difference): void {
    if (a === b) return
    if (name === undefined) this.#refuse(path)
    this.found.add(name)
  }

  #signature(path: string, a: Uint8Array | undefined, b: Uint8Array | undefined): void {
    if (same(a, b)) return
    if (a === undefined || b === undefined || !isNegation(a, b)) return this.#refuse(path)
    this.found.add("s-negation")
  }

  #material(a: Evidence["material"], b: Evidence["material"]): void {
    if (this.#original.signedBy === "key") {
      const hint = (m: Evidence["material"]): string => (m.kind === "public-key" ? m.hint : "")
      this.#equal("material", a.kind, b.kind)
      this.#equal("hint", hint(a), hint(b), "hint")
    } else if (a.kind === "certificates" && b.kind === "certificates") {
      this.#certificate(a.chain[0], b.chain[0])
      for (let i = 1; i < Math.max(a.chain.length, b.chain.length); i++) {
        if (b.chain[i] === undefined) this.found.add("redundant-gone")
        else if (!same(a.chain[i], b.chain[i])) this.#refuse(`chain[${String(i)}]`)
      }
    } else this.#equal("material", a.kind, b.kind)
  }

  /** The leaf may only have its authority's signature turned: what is signed stays. */
  #certificate(a: Uint8Array, b: Uint8Array): void {
    if (same(a, b)) return
    const [x, y] = [parseCertificate(a), parseCertificate(b)]
    const outside = (der: Uint8Array): DerNode[] => [...(parseDer(der)?.children ?? [])].slice(0, -1)
    const around = (der: Uint8Array): string =>
      outside(der)
        .map(n => toHex(encodeDer(n)))
        .join()
    if (!x.ok || !y.ok || around(a) !== around(b)) return this.#refuse("certificate")
    this.#signature("certificate signature", x.value.signature, y.value.signature)
  }

  #content(a: Evidence["content"], b: Evidence["content"], verified: ReadonlySet<number>): void {
    if (a.kind === "message" && b.kind === "message") {
      this.#signature("signature", a.signature, b.signature)
      if (b.digest === undefined) this.#equal("digest", a.digest, b.digest, "redundant-gone")
      else {
        this.#equal("digest hash", a.digest?.hash, b.digest.hash)
        if (!same(a.digest?.digest, b.digest.digest)) this.#refuse("digest")
      }
    } else if (a.kind === "dsse" && b.kind === "dsse") {
      this.#equal("payloadType", a.envelope.payloadType, b.envelope.payloadType)
      if (!same(a.envelope.payload, b.envelope.payload)) this.#refuse("payload")
      // Signers are among the Facts, so a signature that is gone was not counted or is still there in another copy.
      if (b.envelope.signatures.length < a.envelope.signatures.length) this.found.add("idle")
      for (const [i, signature] of b.envelope.signatures.entries()) {
        if (!verified.has(i)) this.found.add("idle")
        else this.#envelopeSignature(i, a.envelope.signatures, signature)
      }
    } else this.#refuse("content")
  }

  #envelopeSignature(i: number, originals: readonly EnvelopeSignature[], signature: EnvelopeSignature): void {
    const j = originals.findIndex(o => same(o.sig, signature.sig) || isNegation(o.sig, signature.sig))
    const original = originals[j]
    if (original === undefined || !this.#original.signatures.has(j)) return this.#refuse(`sig ${String(i)}`)
    if (i !== j) this.found.add("order")
    this.#signature("sig", original.sig, signature.sig)
    this.#equal("keyid", original.keyid, signature.keyid, "keyid")
    this.#equal("cert", original.certificatePem, signature.certificatePem)
  }

  /** Two logs may record the same body, so an entry is compared with each that has its own, until one explains it. */
  #entries(a: readonly TlogEntry[], b: readonly TlogEntry[]): void {
    if (b.length < a.length) this.found.add("fewer-entries")
    for (const [i, entry] of b.entries()) {
      const originals = a.filter(e => same(e.body, entry.body))
      const attempts = originals.map(other => this.#attempt(other, entry))
      const best = attempts.find(found => found !== undefined)
      if (best === undefined) return this.#refuse(`entry ${String(i)}`)
      for (const difference of best) this.found.add(difference)
      if (b.length === a.length && originals[attempts.indexOf(best)] !== a[i]) this.found.add("order")
    }
  }

  /** The differences of two entries, or undefined when one of them has no name. */
  #attempt(a: TlogEntry, b: TlogEntry): ReadonlySet<Difference> | undefined {
    const apart = new Comparison(this.#original)
    try {
      apart.#entry(a, b)
      return apart.found
    } catch (e) {
      if (e instanceof Unexplained) return undefined
      throw e
    }
  }

  #entry(a: TlogEntry, b: TlogEntry): void {
    this.#equal("kind", a.kind, b.kind)
    this.#equal("version", a.version, b.version)
    this.#signature("promise", a.promise, b.promise)
    const free = b.promise === undefined
    this.#equal("logIndex", a.index, b.index, free ? "log-index" : undefined)
    this.#equal("logId", toHex(a.logId), toHex(b.logId), free ? "log-id" : undefined)
    this.#equal("integratedTime", a.integratedTime, b.integratedTime)
    if (b.proof === undefined || (b.proof.checkpoint === undefined && a.proof?.checkpoint !== undefined)) {
      if (a.proof !== undefined) this.found.add("fewer-entries")
    } else if (a.proof === undefined) this.#refuse("proof")
    else this.#proof(a.proof, b.proof)
  }

  #proof(a: InclusionProof, b: InclusionProof): void {
    this.#equal("proof index", a.index, b.index)
    this.#equal("treeSize", a.size, b.size, "tree-size")
    if (!same(a.root, b.root)) this.found.add("root-hash")
    this.#equal("hashes", a.hashes.map(toHex).join(), b.hashes.map(toHex).join())
    if (a.checkpoint !== b.checkpoint) this.#note(a.checkpoint ?? "", b.checkpoint ?? "")
  }

  /** The text and the lines of trusted logs stay, whatever comes and goes beside them. */
  #note(a: string, b: string): void {
    const [x, y] = [parseNote(a), parseNote(b)]
    if (!x.ok || !y.ok || x.value.text !== y.value.text) return this.#refuse("checkpoint")
    const isLogs = (line: NoteSignature): boolean => this.#original.logKeyIds.has(line.keyId)
    const [own, others] = [x.value.signatures.filter(isLogs), y.value.signatures.filter(isLogs)]
    this.#equal("log's lines", own.length, others.length)
    for (const [i, line] of others.entries()) {
      this.#equal("name of the log's line", own[i]?.name, line.name)
      this.#signature("log's line", own[i]?.signature, line.signature)
    }
    const foreign = (lines: readonly NoteSignature[]): string =>
      lines.flatMap(l => (isLogs(l) ? [] : `${l.name} ${String(l.keyId)} ${toHex(l.signature)}`)).join("\n")
    const order = (lines: readonly NoteSignature[]): string => lines.map(l => l.keyId).join()
    const moved = order(x.value.signatures) !== order(y.value.signatures)
    if (moved || foreign(x.value.signatures) !== foreign(y.value.signatures)) this.found.add("foreign-note-line")
  }

  /** Tokens that count are the original's but for their unsigned parts; the others are no longer a proof of anything. */
  #timestamps(a: readonly Uint8Array[], b: readonly Uint8Array[], counted: ReadonlySet<number>): void {
    if (b.length < a.length) this.found.add("fewer-times")
    if (b.length === a.length && b.some((token, i) => !same(a[i], token) && a.some(other => same(other, token)))) {
      this.found.add("order")
    }
    for (const [i, token] of b.entries()) {
      if (a.some(other => same(other, token))) continue
      if (!counted.has(i)) this.found.add(this.#original.tokens.has(i) ? "fewer-times" : "idle")
      else {
        const differences = a.flatMap(other => tokenDifferences(other, token, isNegation) ?? [])
        if (differences.length === 0) return this.#refuse(`token ${String(i)}`)
        for (const d of differences) this.found.add(d)
      }
    }
  }
}
