/** Small third-party documents, made here: correct in form, with bytes that nothing is signed by. */

/** A plain JSON value of a test. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** `length` bytes that differ from those of any other `seed`. */
export function filler(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (seed * 37 + i * 11) & 0xff)
}

/** Standard base64 of `filler`. */
export function base64(length: number, seed = 1): string {
  return Buffer.from(filler(length, seed)).toString("base64")
}

/** A copy of `document` with the member at `path` (`a.b[0].c`) replaced, or taken out where `value` is undefined. */
export function changed(document: Json, path: string, value: Json | undefined): Json {
  const steps = path.split(/[.[\]]+/).filter(s => s !== "")
  const copy = structuredClone(document)
  let at = copy as Record<string, Json>
  for (const step of steps.slice(0, -1)) {
    const next = at[step]
    if (next === null || typeof next !== "object") throw new Error(`no ${step} of ${path} in the document`)
    at = next as Record<string, Json>
  }
  const last = steps.at(-1) ?? ""
  if (value === undefined) Reflect.deleteProperty(at, last)
  else at[last] = value
  return copy
}

/** UTF-8 of a document's JSON text. */
export function bytesOf(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document))
}

/** A log entry with promise, proof and checkpoint; `seed` makes its body and index differ from another's. */
export function sampleEntry(seed = 1): { [name: string]: Json } {
  return {
    logIndex: String(1000 + seed),
    logId: { keyId: base64(32, 7) },
    kindVersion: { kind: "hashedrekord", version: "0.0.1" },
    integratedTime: "1700000000",
    inclusionPromise: { signedEntryTimestamp: base64(71, seed) },
    inclusionProof: {
      logIndex: "12",
      rootHash: base64(32, seed + 1),
      treeSize: "14",
      hashes: [base64(32, seed + 2), base64(32, seed + 3)],
      checkpoint: { envelope: "log.example\n14\nAAAA\n\n— log.example AAAA\n" },
    },
    canonicalizedBody: base64(100, seed),
  }
}

/** A message bundle of the given version, with one entry and one timestamp. */
export function sampleBundle(version: "0.1" | "0.2" | "0.3" = "0.3"): { [name: string]: Json } {
  return {
    mediaType:
      version === "0.3"
        ? "application/vnd.dev.sigstore.bundle.v0.3+json"
        : `application/vnd.dev.sigstore.bundle+json;version=${version}`,
    verificationMaterial: {
      ...(version === "0.3"
        ? { certificate: { rawBytes: base64(300) } }
        : { x509CertificateChain: { certificates: [{ rawBytes: base64(300) }, { rawBytes: base64(200) }] } }),
      tlogEntries: [sampleEntry()],
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: base64(90) }] },
    },
    messageSignature: { messageDigest: { algorithm: "SHA2_256", digest: base64(32, 5) }, signature: base64(70) },
  }
}

/** A statement about one artifact. */
export function sampleStatement(): { [name: string]: Json } {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "app", digest: { sha256: "a".repeat(64) } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: { buildDefinition: {} },
  }
}

/** A DSSE envelope around a statement. */
export function sampleEnvelope(statement: Json = sampleStatement()): { [name: string]: Json } {
  return {
    payload: Buffer.from(bytesOf(statement)).toString("base64"),
    payloadType: "application/vnd.in-toto+json",
    signatures: [{ sig: base64(70), keyid: "key" }],
  }
}

/** A bundle around an envelope instead of a message signature. */
export function sampleDsseBundle(envelope: Json = sampleEnvelope()): { [name: string]: Json } {
  const { mediaType, verificationMaterial } = sampleBundle() as { mediaType: Json; verificationMaterial: Json }
  return { mediaType, verificationMaterial, dsseEnvelope: envelope }
}

/** Every path of a document that leads to a member or item, outermost first. */
export function pathsOf(document: Json, where = ""): string[] {
  if (document === null || typeof document !== "object") return []
  const children: [string, Json][] = Array.isArray(document)
    ? document.map((v, i) => [`${where}[${String(i)}]`, v])
    : Object.entries(document).map(([k, v]) => [where === "" ? k : `${where}.${k}`, v])
  return children.flatMap(([path, value]) => [path, ...pathsOf(value, path)])
}
