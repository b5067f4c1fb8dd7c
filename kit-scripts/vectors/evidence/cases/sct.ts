/** Signed certificate timestamps: what the certificate transparency log signed, and who that log is. */
import { utf8 } from "../../crypto/derive.ts"
import { CtLog, type SctOptions } from "../authority.ts"
import { sha256 } from "../merkle.ts"
import { failed, proven, PUBLIC_GOOD, unproven, type Case } from "../vector.ts"
import type { World } from "../world.ts"

export function sctCases(world: World): Case[] {
  const { ctLog, ca, at } = world
  const ms = (at - 5) * 1000
  const invalid = failed({ "sct/0": "sct-invalid" })
  const list = failed({ sct: "sct-invalid" })
  const unknown = unproven(["sct"], { "sct/0": "sct-log-unknown" })
  const made = (id: string, desc: string, options: SctOptions, expected: Case["expected"] = invalid): Case => ({
    id: `sct-${id}`,
    desc,
    plan: { leaf: { scts: (tbs, issuer) => [ctLog.sct(tbs, issuer, ms, options)] } },
    expected,
  })
  const octets = (id: string, desc: string, sctOctets: (list: Uint8Array) => Uint8Array): Case => ({
    id: `sct-${id}`,
    desc,
    plan: { leaf: { sctOctets } },
    expected: list,
  })
  const rekorAsCtLog = new CtLog(`${world.seed} rekor 1`, "https://rekor.vectors.example")
  return [
    {
      id: "sct-missing",
      desc: "no SCT in the certificate",
      plan: { leaf: { scts: () => [] } },
      expected: unproven(["sct"], { sct: "sct-missing" }),
    },
    {
      id: "sct-no-log-trusted",
      desc: "no certificate transparency log is trusted",
      roots: ["no-ct-log"],
      expected: unknown,
    },
    made("log-unknown", "of a log that is not trusted", { logId: sha256(utf8("another log")) }, unknown),
    {
      id: "sct-of-rekor",
      desc: "signed by the transparency log, which is trusted for something else",
      plan: { leaf: { scts: (tbs, issuer) => [rekorAsCtLog.sct(tbs, issuer, ms)] } },
      expected: unknown,
    },
    {
      id: "sct-forged",
      desc: "under the id of the trusted log, by another key",
      plan: {
        leaf: { scts: (tbs, issuer) => [rekorAsCtLog.sct(tbs, issuer, ms, { logId: sha256(ctLog.key.spki) })] },
      },
      expected: invalid,
    },
    made("other-certificate", "over another certificate", { over: { tbs: utf8("another certificate") } }),
    made("other-issuer", "over the key of the root instead of the issuer's", { over: { issuerSpki: ca.rootKey.spki } }),
    made("entry-type", "over the certificate as if it were no precertificate", { over: { entryType: 0 } }),
    made(
      "extensions",
      "with extensions, as static CT logs make them: they are signed along",
      { extensions: utf8("leaf 000007") },
      proven(),
    ),
    made("hash", "which says that it is by SHA-1", { algorithm: [2, 3] }),
    made("algorithm", "which says that it is by RSA", { algorithm: [4, 1] }),
    made("version", "of version 2, which nobody has defined", { version: 1 }, list),
    octets("list-empty", "an empty list", () => Uint8Array.of(0, 0)),
    octets("list-trailing", "an octet after the list", l => Uint8Array.of(...l, 0)),
    octets("list-short", "a list that is longer than its octets", l => l.subarray(0, -1)),
    {
      id: "sct-second-log-unknown",
      desc: "two, the first of a log that is not trusted: it says nothing either way",
      plan: {
        leaf: {
          scts: (tbs, issuer) => [
            ctLog.sct(tbs, issuer, ms, { logId: sha256(utf8("another log")) }),
            ctLog.sct(tbs, issuer, ms),
          ],
        },
      },
      expected: proven(),
    },
    {
      id: "sct-second-invalid",
      desc: "two of one log, the second invalid",
      plan: {
        leaf: {
          scts: (tbs, issuer) => [
            ctLog.sct(tbs, issuer, ms),
            ctLog.sct(tbs, issuer, ms, { over: { tbs: utf8("another certificate") } }),
          ],
        },
      },
      expected: failed({ "sct/1": "sct-invalid" }),
    },
    {
      id: "sct-counted-twice",
      desc: "two of one log where two are asked for: logs are counted, not what they wrote",
      plan: { leaf: { scts: (tbs, issuer) => [ctLog.sct(tbs, issuer, ms), ctLog.sct(tbs, issuer, ms + 1)] } },
      ask: {
        ...PUBLIC_GOOD,
        rules: [{ id: "two-scts", severity: "high", controls: [], require: { sct: { count: 2 } } }],
      },
      expected: unproven(["two-scts"], { "policy/two-scts": "sct-missing" }),
    },
    {
      id: "sct-log-ended",
      desc: "made after the trusted window of its log",
      roots: ["ct-ended"],
      expected: failed({ "sct/0": "time-outside-authority" }),
    },
  ]
}
