/**
 * The bundles that the verification benchmark runs over: every keyless corpus bundle that must be proven, each with the
 * trusted root, identity and artifact of its case. Where the corpus is absent they are generated.
 */
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeBundles } from "../kit-scripts/vectors/evidence/bundles.ts"
import { corpusCases, cpythonReleases } from "../test/corpus/corpus.ts"
import { EXPECTATIONS } from "../test/corpus/expectations.ts"
import { identitiesOf } from "../test/support/judge-corpus.ts"
import { shared } from "../test/support/shared.ts"
import { parseCertificate } from "../src/formats/certificate.ts"
import { parseBundle } from "../src/formats/bundle.ts"
import type { IdentityMatch } from "../src/formats/policy.ts"
import type { Curve } from "../src/kernel/signature-scheme.ts"
import type { ProfileName } from "../src/policy/profiles.ts"

/** One bundle of the mix. */
export interface BenchBundle {
  readonly id: string
  /** What it carries, such as `dsse+set+proof`. */
  readonly class: string
  readonly bytes: Uint8Array
  readonly root: string
  readonly profile: ProfileName
  readonly identities: readonly IdentityMatch[] | "any"
  readonly digests: Readonly<Record<string, string>>
  readonly artifact: Uint8Array | undefined
}

/** How many bundles to generate where there is no corpus. */
const GENERATED = 60

/** The keyless bundles of the corpus that are proven with what travels with them, or generated ones. */
export function benchBundles(): readonly BenchBundle[] {
  return shared === undefined ? generatedBundles() : corpusBundles()
}

let generated: readonly BenchBundle[] | undefined

function generatedBundles(): readonly BenchBundle[] {
  if (generated !== undefined) return generated
  const set = makeBundles(GENERATED, { seed: "bench", at: Date.UTC(2026, 2, 2, 10) / 1000 })
  const folder = mkdtempSync(join(tmpdir(), "stella-bench-root-"))
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true })
  })
  const root = join(folder, "public-good.trusted_root.json")
  writeFileSync(root, set.root)
  const identities = [{ issuer: { exact: set.issuer }, san: { exact: set.identity } }]
  generated = set.bundles.map(({ id, class: kind, bytes, artifact }) => ({
    id,
    class: kind,
    bytes,
    root,
    profile: "public-good" as const,
    identities,
    digests: digestsOf(artifact),
    artifact: kind.startsWith("message") ? artifact : undefined,
  }))
  return generated
}

function digestsOf(bytes: Uint8Array): Readonly<Record<string, string>> {
  return Object.fromEntries(["sha256", "sha384", "sha512"].map(h => [h, createHash(h).update(bytes).digest("hex")]))
}

function corpusBundles(): readonly BenchBundle[] {
  return corpusCases().flatMap(c => {
    const e = EXPECTATIONS[c.id]
    if (e?.verdict !== "proven" || e.scope !== "verdict" || e.profile === "keyed" || c.form !== "bundle") return []
    const bytes = readFileSync(c.path)
    const artifact = c.artifact.path === undefined ? undefined : readFileSync(c.artifact.path)
    const kind = classOf(bytes)
    // Message signatures known only by digest are another kind of work; they are measured apart.
    if (kind.startsWith("message") && artifact === undefined) return []
    const { digests } = c.artifact
    return [
      {
        id: c.id,
        class: kind,
        bytes,
        root: c.trustedRoot,
        profile: e.profile,
        identities: identitiesOf(c),
        digests,
        artifact,
      },
    ]
  })
}

function classOf(bytes: Uint8Array): string {
  const parsed = parseBundle(bytes)
  if (!parsed.ok) throw new Error(`a proven bundle does not parse: ${parsed.error.where}`)
  const { content, entries, timestamps } = parsed.value
  const parts = [
    content.kind,
    entries.some(e => e.promise !== undefined) ? "set" : "",
    entries.some(e => e.proof?.checkpoint !== undefined) ? "proof" : "",
    timestamps.length > 0 ? "tsa" : "",
  ]
  return parts.filter(p => p !== "").join("+")
}

/**
 * Message bundles by keys of one curve, known only by the digest of the artifact: CPython releases, or generated ones,
 * which are all P-256.
 */
export function digestBundles(curve: Curve): readonly BenchBundle[] {
  if (shared === undefined) {
    const messages = curve === "P-256" ? generatedBundles().filter(b => b.artifact !== undefined) : []
    return messages.map(b => ({ ...b, artifact: undefined }))
  }
  const root = corpusCases()[0]?.trustedRoot.replace(/[^/]*$/, "public-good.trusted_root.json") ?? ""
  const found: BenchBundle[] = []
  for (const r of cpythonReleases()) {
    if (found.length === 64) break
    const bytes = new TextEncoder().encode(r.bundle)
    const parsed = parseBundle(bytes)
    if (!parsed.ok || parsed.value.material.kind !== "certificates") continue
    const leaf = parseCertificate(parsed.value.material.chain[0])
    if (!leaf.ok || leaf.value.publicKey.kind !== "ec" || leaf.value.publicKey.curve !== curve) continue
    const identities = [{ issuer: { exact: r.issuer }, san: { exact: r.identity } }]
    const digests = { sha256: r.sha256 }
    found.push({
      id: r.url,
      class: curve,
      bytes,
      root,
      profile: "public-good",
      identities,
      digests,
      artifact: undefined,
    })
  }
  return found
}
