/**
 * A small world like sigstore's, all of it made from one seed and one instant: a certificate authority with a
 * certificate transparency log, a transparency log of each Rekor version, a timestamp authority, and a trusted root that
 * names them. Nothing in it is secret and nothing outside it trusts it.
 */
import { CertificateAuthority, CtLog } from "./authority.ts"
import { extension, type San } from "./certificate.ts"
import { makeKey, type Key } from "./keys.ts"
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
import type { JsonObject } from "./json.ts"

export const DAY = 86_400

/** The identity that evidence is signed by unless a case says otherwise. */
export const SIGNER: San = {
  type: "uri",
  value: "https://git.vectors.example/anvil/release.yml@refs/heads/main",
}
export const ISSUER = "https://token.vectors.example"

export interface WorldOptions {
  /** What every key is derived from. */
  readonly seed: string
  /** When things are signed, epoch seconds. */
  readonly at: number
}

export class World {
  readonly seed: string
  readonly at: number
  readonly ctLog: CtLog
  readonly ca: CertificateAuthority
  readonly tsa: TimestampAuthority
  /** When the services of this world are trusted: a year before `at` and ever after. */
  readonly window: Window

  constructor({ seed, at }: WorldOptions) {
    this.seed = seed
    this.at = at
    this.window = { from: at - 365 * DAY }
    const life = { from: at - 365 * DAY, until: at + 9 * 365 * DAY }
    this.ctLog = new CtLog(`${seed} ct log`, "https://ct.vectors.example")
    this.ca = new CertificateAuthority(`${seed} ca`, this.ctLog, life)
    this.tsa = new TimestampAuthority(`${seed} tsa`, life)
  }

  /** An extension that nobody knows. */
  unknownExtension(critical: boolean): Uint8Array {
    return extension("1.3.6.1.4.1.57264.98", Uint8Array.of(5, 0), critical)
  }

  key(kind: Key["kind"], label = "signer"): Key {
    return makeKey(kind, `${this.seed} ${label}`)
  }

  /** A certificate for the usual identity. */
  certify(key: Key): Uint8Array {
    return this.ca.issue({ key, san: SIGNER, issuer: ISSUER, at: this.at - 5 })
  }

  /** The Rekor v1 log, with nothing in it; each call gives another tree under the same key. */
  rekor1(): Log {
    return new Log({ version: 1, url: "https://rekor.vectors.example", label: `${this.seed} rekor 1` })
  }

  /** The Rekor v2 log; see `rekor1`. */
  rekor2(): Log {
    return new Log({ version: 2, url: "https://log2026-1.rekor.vectors.example", label: `${this.seed} rekor 2` })
  }

  /** The lists of the trusted root that names all of this world. */
  lists(): RootLists {
    const { window } = this
    return {
      tlogs: [tlog(this.rekor1(), window), tlog(this.rekor2(), window)],
      certificateAuthorities: [certificateAuthority(this.ca, window)],
      ctlogs: [ctlog(this.ctLog, window)],
      timestampAuthorities: [timestampAuthority(this.tsa, window)],
    }
  }

  trustedRoot(): JsonObject {
    return trustedRoot(this.lists())
  }
}
