/** The trusted roots of the vectors, by name (test/vectors/evidence/roots/*.json). */
import { CertificateAuthority } from "./authority.ts"
import {
  authorityKeyId,
  basicConstraints,
  caKeyUsage,
  CODE_SIGNING,
  extendedKeyUsage,
  keyUsage,
} from "./certificate.ts"
import { base64, changed, type JsonObject } from "./json.ts"
import { Log } from "./rekor.ts"
import { TimestampAuthority } from "./timestamp.ts"
import {
  certificateAuthority,
  ctlog,
  timestampAuthority,
  tlog,
  trustedRoot,
  type RootLists,
  type Window,
} from "./trusted-root.ts"
import { DAY, type World } from "./world.ts"

/** Services of the world that only some roots name. */
export class Others {
  /** Another authority that bears the name of the world's: what an impostor would make, or a rotation leaves behind. */
  readonly ca: CertificateAuthority
  readonly tsa: TimestampAuthority
  /** Its signing certificate ended at the time of signing. */
  readonly shortTsa: TimestampAuthority
  /** Its signing certificate is for code. */
  readonly codeTsa: TimestampAuthority
  /** Its signing certificate may be used for timestamps and for code. */
  readonly mixedTsa: TimestampAuthority
  readonly #seed: string

  constructor(world: World) {
    const { seed, at } = world
    const life = { from: at - 365 * DAY, until: at + 9 * 365 * DAY }
    this.ca = new CertificateAuthority(`${seed} other ca`, world.ctLog, life)
    this.tsa = new TimestampAuthority(`${seed} other tsa`, life)
    this.shortTsa = new TimestampAuthority(`${seed} short tsa`, { ...life, signerUntil: at })
    this.codeTsa = new TimestampAuthority(`${seed} code tsa`, {
      ...life,
      usage: extendedKeyUsage([CODE_SIGNING], true),
    })
    this.mixedTsa = new TimestampAuthority(`${seed} mixed tsa`, {
      ...life,
      usage: extendedKeyUsage(["1.3.6.1.5.5.7.3.8", CODE_SIGNING], true),
    })
    this.#seed = seed
  }

  /** Rekor v1 under the key it had before, with nothing in it. */
  oldRekor1(): Log {
    return new Log({ version: 1, url: "https://rekor.vectors.example", label: `${this.#seed} old rekor 1` })
  }

  /** A second log of version 2, with nothing in it. */
  secondRekor2(): Log {
    return new Log({ version: 2, url: "https://log2026-2.rekor.vectors.example", label: `${this.#seed} rekor 3` })
  }
}

/** Authorities whose own certificates break the profile of an authority; each issues leaves of its own. */
export function brokenAuthorities(world: World): Readonly<Record<string, CertificateAuthority>> {
  const life = { from: world.at - 365 * DAY, until: world.at + 9 * 365 * DAY }
  const make = (what: string, ...intermediate: readonly Uint8Array[]): CertificateAuthority =>
    new CertificateAuthority(`${world.seed} ${what}`, world.ctLog, { ...life, intermediate })
  return {
    "ca-constraints-not-critical": make("not critical", caKeyUsage(), basicConstraints(true, 0, false)),
    "ca-usage": make("usage", keyUsage(0), basicConstraints(true, 0)),
    "ca-unknown-critical": make(
      "unknown critical",
      caKeyUsage(),
      basicConstraints(true, 0),
      world.unknownExtension(true),
    ),
    "ca-path-length": new CertificateAuthority(`${world.seed} path length`, world.ctLog, {
      ...life,
      rootPathLength: 0,
    }),
    "ca-expired": new CertificateAuthority(`${world.seed} expired ca`, world.ctLog, {
      from: world.at - 365 * DAY,
      until: world.at - DAY,
    }),
    "ca-end-entity": make("end entity", keyUsage(0), authorityKeyId(world.ca.rootKey.spki)),
  }
}

/** All trusted roots. */
export function trustedRoots(world: World, others: Others): Readonly<Record<string, JsonObject>> {
  const { at, window } = world
  const lists = world.lists()
  const withLists = (more: Partial<RootLists>): JsonObject => trustedRoot({ ...lists, ...more })
  const v1 = (w: Window): JsonObject => tlog(world.rekor1(), w)
  const [, v2 = null] = lists.tlogs
  const operator = "rekor.vectors.example"
  const main = trustedRoot(lists)
  const authority = (ca: CertificateAuthority): JsonObject =>
    withLists({ certificateAuthorities: [certificateAuthority(ca, window)] })
  const stamping = (tsa: TimestampAuthority, w = window, signer = true): JsonObject =>
    withLists({ timestampAuthorities: [timestampAuthority(tsa, w, signer)] })
  return {
    main,
    // Lists that are shorter
    "no-ct-log": withLists({ ctlogs: [] }),
    "no-logs": withLists({ tlogs: [] }),
    timestamps: withLists({ tlogs: [], ctlogs: [] }),
    // Windows
    "ca-ended": withLists({ certificateAuthorities: [certificateAuthority(world.ca, { ...window, until: at - DAY })] }),
    "ca-not-yet": withLists({ certificateAuthorities: [certificateAuthority(world.ca, { from: at + DAY })] }),
    "rekor1-last-second": withLists({ tlogs: [v1({ ...window, until: at + 2 }), v2] }),
    "rekor1-ended": withLists({ tlogs: [v1({ ...window, until: at + 1 }), v2] }),
    "rekor1-not-yet": withLists({ tlogs: [v1({ from: at + 3 }), v2] }),
    "rekor2-ended": withLists({ tlogs: [v1(window), tlog(world.rekor2(), { ...window, until: at })] }),
    "ct-ended": withLists({ ctlogs: [ctlog(world.ctLog, { ...window, until: at - DAY })] }),
    "tsa-ended": stamping(world.tsa, { ...window, until: at }),
    "tsa-last-second": stamping(world.tsa, { ...window, until: at + 1 }),
    // Rotations
    "ca-rotated": withLists({
      certificateAuthorities: [
        certificateAuthority(others.ca, { ...window, until: at - DAY }),
        certificateAuthority(world.ca, { from: at - DAY }),
      ],
    }),
    "rekor1-rotated": withLists({
      tlogs: [tlog(others.oldRekor1(), { ...window, until: at - DAY }), v1({ from: at - DAY }), v2],
    }),
    "two-tsas": withLists({
      timestampAuthorities: [...lists.timestampAuthorities, timestampAuthority(others.tsa, window)],
    }),
    "two-rekor2": withLists({ tlogs: [...lists.tlogs, tlog(others.secondRekor2(), window)] }),
    // Other authorities
    "other-ca": authority(others.ca),
    "tsa-root-only": stamping(world.tsa, window, false),
    "tsa-short": stamping(others.shortTsa),
    "tsa-code": stamping(others.codeTsa),
    "tsa-mixed": stamping(others.mixedTsa),
    "ca-unlinked": withLists({
      certificateAuthorities: [
        changed(certificateAuthority(world.ca, window), "certChain.certificates[1]", {
          rawBytes: base64(others.ca.rootDer),
        }),
      ],
    }),
    ...Object.fromEntries(Object.entries(brokenAuthorities(world)).map(([name, ca]) => [name, authority(ca)])),
    // Documents
    "version-2": trustedRoot(
      {
        ...lists,
        tlogs: [
          ...lists.tlogs.slice(0, 1),
          { ...tlog(world.rekor2(), window), operator, checkpointKeyId: { keyId: base64(world.rekor2().logId) } },
          { ...tlog(others.secondRekor2(), window), operator },
        ],
      },
      "0.2",
    ),
    "start-missing": changed(main, "tlogs[0].publicKey.validFor.start", undefined) as JsonObject,
    "key-details-other": changed(main, "tlogs[0].publicKey.keyDetails", "PKIX_ECDSA_P384_SHA_384") as JsonObject,
    "media-type": changed(main, "mediaType", "application/vnd.dev.sigstore.trustedroot+json;version=9") as JsonObject,
  }
}
