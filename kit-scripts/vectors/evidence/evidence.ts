/**
 * Evidence from a plan: somebody gets a certificate, signs, has it logged and timestamped. What a plan leaves out is done
 * right, so a case states its one fault and nothing else.
 */
import { createHash } from "node:crypto"
import type { HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { join, utf8 } from "../crypto/derive.ts"
import type { LeafSpec } from "./authority.ts"
import { standardBody, type BodyParts, type EntryKind, type Verifier } from "./bodies.ts"
import { base64, type Json, type JsonObject } from "./json.ts"
import type { Key, KeyKind, SignOptions } from "./keys.ts"
import type { EntryOptions, Log } from "./rekor.ts"
import type { TimestampAuthority, TokenOptions } from "./timestamp.ts"
import { ISSUER, SIGNER, type World } from "./world.ts"

export type Version = "0.1" | "0.2" | "0.3"

/** The artifact of most cases. */
export const ARTIFACT = "The anvil, release 1.0.\n"
export const STATEMENT_TYPE = "application/vnd.in-toto+json"
export const PREDICATE = "https://slsa.dev/provenance/v1"

export const sha256Hex = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** A statement about an artifact. */
export function statement(artifact: Uint8Array = utf8(ARTIFACT), more: JsonObject = {}): JsonObject {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "anvil-1.0.tar.gz", digest: { sha256: sha256Hex(artifact) } }],
    predicateType: PREDICATE,
    predicate: { buildDefinition: { buildType: "https://vectors.example/forge/v1" } },
    ...more,
  }
}

/** DSSE pre-authentication encoding. */
export function preAuthentication(type: string, payload: Uint8Array): Uint8Array {
  const t = utf8(type)
  return join(utf8(`DSSEv1 ${String(t.length)} `), t, utf8(` ${String(payload.length)} `), payload)
}

/** An entry in a log. */
export interface EntryPlan {
  readonly log?: Log
  readonly kind?: EntryKind
  /** The body to log, given what the standard one is made of. */
  readonly body?: (parts: BodyParts) => Uint8Array
  readonly kindVersion?: string
  /** Entries of others before and after, by default 5 and 3. */
  readonly before?: number
  readonly after?: number
  readonly give?: EntryOptions
}

export interface TokenPlan extends Partial<TokenOptions> {
  readonly tsa?: TimestampAuthority
  /** What is stamped instead of the signature. */
  readonly over?: Uint8Array
}

export interface Plan {
  readonly version?: Version
  readonly key?: KeyKind
  /** The signing key, where its kind is not enough. */
  readonly signingKey?: Key
  /** The certificate, given how it would be issued; without it, the authority issues it. */
  readonly certificate?: (spec: LeafSpec) => Uint8Array
  /** Changes to how the certificate is issued. */
  readonly leaf?: Partial<LeafSpec>
  /** What else is in the chain of v0.1 and v0.2, by default the intermediate. */
  readonly chain?: readonly Uint8Array[]
  /** Signed by a key without certificate, under this hint. */
  readonly hint?: string
  /** An artifact to sign, or the payload of an envelope. */
  readonly artifact?: Uint8Array
  readonly payload?: Uint8Array | JsonObject
  readonly payloadType?: string
  readonly keyid?: string
  readonly hash?: HashAlgorithm
  readonly signWith?: SignOptions
  /** The signature, given what is signed. */
  readonly signature?: (signed: Uint8Array, key: Key) => Uint8Array
  readonly entries?: readonly EntryPlan[]
  readonly tokens?: readonly TokenPlan[]
}

/** What was made: the bundle, and what it was made of. */
export interface Made {
  readonly bundle: JsonObject
  readonly key: Key
  /** Undefined where a bare key signed. */
  readonly certificate: Uint8Array | undefined
  readonly signature: Uint8Array
  readonly signed: Uint8Array
  readonly payload: Uint8Array
  readonly entries: readonly { readonly log: Log; readonly index: number; readonly json: JsonObject }[]
  readonly tokens: readonly Uint8Array[]
}

const MEDIA_TYPE: Readonly<Record<Version, string>> = {
  "0.1": "application/vnd.dev.sigstore.bundle+json;version=0.1",
  "0.2": "application/vnd.dev.sigstore.bundle+json;version=0.2",
  "0.3": "application/vnd.dev.sigstore.bundle.v0.3+json",
}

const PROTO_HASH: Readonly<Record<HashAlgorithm, string>> = {
  sha256: "SHA2_256",
  sha384: "SHA2_384",
  sha512: "SHA2_512",
}

/** Carries a plan out. */
export function makeEvidence(world: World, plan: Plan = {}): Made {
  const key = plan.signingKey ?? world.key(plan.key ?? "p256")
  const { at } = world
  const certificate = plan.hint === undefined ? issue(world, key, plan) : undefined
  const isEnvelope = plan.payload !== undefined
  const payload = plan.payload instanceof Uint8Array ? plan.payload : utf8(JSON.stringify(plan.payload ?? {}))
  const payloadType = plan.payloadType ?? STATEMENT_TYPE
  const signed = isEnvelope ? preAuthentication(payloadType, payload) : (plan.artifact ?? utf8(ARTIFACT))
  const hash = plan.hash ?? key.hash
  const sign = plan.signature ?? ((bytes, k) => k.sign(bytes, { hash, ...plan.signWith }))
  const signature = sign(signed, key)

  const verifier: Verifier =
    certificate === undefined
      ? { kind: "public-key", der: key.spki, details: key.details }
      : { kind: "certificate", der: certificate, details: key.details }
  const parts: BodyParts = { signature, verifier, signed, hash, payload, payloadType }
  const entries = (plan.entries ?? [{}]).map(entry => logged(world, entry, parts, isEnvelope))
  const tokens = (plan.tokens ?? []).map(({ tsa = world.tsa, over = signature, ...options }) =>
    tsa.token(over, { at: at + 1, ...options }),
  )
  const content: JsonObject = isEnvelope
    ? { dsseEnvelope: envelope(payloadType, payload, [{ sig: signature, keyid: plan.keyid ?? "" }]) }
    : {
        messageSignature: {
          messageDigest: { algorithm: PROTO_HASH[hash], digest: base64(hashOf(hash, signed)) },
          signature: base64(signature),
        },
      }
  const bundle: JsonObject = {
    mediaType: MEDIA_TYPE[plan.version ?? "0.3"],
    verificationMaterial: {
      ...material(world, certificate, plan),
      tlogEntries: entries.map(e => e.json),
      ...(tokens.length === 0
        ? {}
        : { timestampVerificationData: { rfc3161Timestamps: tokens.map(t => ({ signedTimestamp: base64(t) })) } }),
    },
    ...content,
  }
  return { bundle, key, certificate, signature, signed, payload, entries, tokens }
}

function hashOf(hash: HashAlgorithm, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(hash).update(bytes).digest())
}

function issue(world: World, key: Key, plan: Plan): Uint8Array {
  const spec: LeafSpec = { key, san: SIGNER, issuer: ISSUER, at: world.at - 5, ...plan.leaf }
  return plan.certificate === undefined ? world.ca.issue(spec) : plan.certificate(spec)
}

function logged(world: World, plan: EntryPlan, parts: BodyParts, isEnvelope: boolean): Made["entries"][number] {
  const log = plan.log ?? world.rekor1()
  const kind = plan.kind ?? (isEnvelope && log.version === 1 ? "dsse" : "hashedrekord")
  const standard = standardBody(kind, log.version, parts)
  log.fill(plan.before ?? 5)
  const index = log.append(plan.body === undefined ? standard.body : plan.body(parts))
  log.fill(plan.after ?? 3)
  const options = { at: world.at + 2, ...plan.give }
  return { log, index, json: log.entry(index, kind, plan.kindVersion ?? standard.kindVersion, options) }
}

/** A DSSE envelope. */
export function envelope(
  payloadType: string,
  payload: Uint8Array,
  signatures: readonly { readonly sig: Uint8Array; readonly keyid?: string }[],
): JsonObject {
  return {
    payload: base64(payload),
    payloadType,
    signatures: signatures.map(s => ({ sig: base64(s.sig), keyid: s.keyid ?? "" })),
  }
}

function material(world: World, certificate: Uint8Array | undefined, plan: Plan): JsonObject {
  if (certificate === undefined) return { publicKey: { hint: plan.hint ?? "" } }
  const raw = (der: Uint8Array): Json => ({ rawBytes: base64(der) })
  if ((plan.version ?? "0.3") === "0.3" && plan.chain === undefined) return { certificate: raw(certificate) }
  const others = plan.chain ?? [world.ca.intermediateDer]
  return { x509CertificateChain: { certificates: [certificate, ...others].map(raw) } }
}
