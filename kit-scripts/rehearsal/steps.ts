/** The steps of the rehearsal: what a person types, what has to come of it, and what it means. */
import type { Scene } from "./scene.ts"
import { keepAll, type Step } from "./stage.ts"

/** Verdicts, what did not pass, and the closing lines. */
const withoutPasses = (line: string): boolean => keepAll(line) && !/^ {2}(✓|trust |evidence )/.test(line)
/** The beginning of a gap report, its table, and of each gap what is missing and why. */
const gapsInShort = (line: string): boolean =>
  /^\d+ of|^ +(expected|\d+) +(proven|\d)|^[A-Z-]+ \(\d+\)|^ {2}gap-|^ {4}(artifact|why)|^ {4,}(Bring|Ask|Keep)|^error/.test(
    line,
  )

function opening({ rootSha256, issuer, identity }: Scene): Step[] {
  return [
    {
      title: "A site",
      commands: [{ line: "stella init site && export STELLA_STORE=site", shows: [/^site made in site$/m] }],
      after: [
        "A folder with a store. Every operation on it leaves a record in a hash chain: who, what, when, with which result.",
      ],
    },
    {
      title: "Whom to trust",
      commands: [
        { line: `stella trust import trusted_root.json --sha256 ${rootSha256}`, shows: [/^active +as generation 1$/m] },
      ],
      after: [
        "A trusted root names certificate authorities, logs and timestamp authorities, each with its window of time. The digest is the one you compared out of band. Without an import the built-in public-good root counts.",
      ],
    },
    {
      title: "Evidence comes in",
      commands: [
        {
          line: "stella attest import release/*.sigstore.json",
          exit: 3,
          keep: () => true,
          shows: [
            /^rejected +release\/vise-1\.0\.tar\.sigstore\.json +EVIDENCE_MALFORMED entry-duplicate/m,
            /^6 added, 0 known, 1 rejected/m,
          ],
        },
      ],
      after: [
        "Kept byte for byte. The vise's evidence has its log entry twice, to be counted twice; it is refused at the door. Exit 3: done, with findings.",
      ],
    },
    {
      title: "One file, every check",
      commands: [
        {
          line: `SIGNER="--certificate-identity ${identity}\n  --certificate-oidc-issuer ${issuer}"`,
        },
        {
          line: "stella attest verify release/anvil-1.0.tar $SIGNER --save-case case",
          shows: [/^PROVEN +release\/anvil-1\.0\.tar/m, /✓ inclusion\/0/, /✓ subject /, /✓ policy\/identity/],
        },
      ],
      after: [
        "signature    by the certificate's key, over the exact bytes of the statement",
        "timestamp    an authority has seen this very signature: that is the time of signing",
        "entry        the log entry is for this signature, this digest and this certificate",
        "checkpoint   the log has signed a tree of this size, and",
        "inclusion    the entry leads to the root of that tree",
        "certificate  issued by a trusted authority, published (sct), in force when it was used (validity)",
        "subject      the statement is about this file",
        "policy       who must have signed, and how much proof is asked for",
        "A check that fails makes it FAILED, a required one that cannot run UNPROVEN.",
      ],
    },
  ]
}

function broken({ issuer }: Scene): Step[] {
  return [
    {
      title: "A dot is nobody's name",
      commands: [
        {
          line: `stella attest verify release/anvil-1.0.tar --certificate-identity . --certificate-oidc-issuer ${issuer}`,
          exit: 13,
          shows: [/^FAILED/m, /✗ policy\/identity +identity-mismatch/],
          keep: withoutPasses,
        },
      ],
      after: [
        "Identities are compared whole. Verifiers that read them as regular expressions accept the dot. (Checks that passed are left out from here on.)",
      ],
    },
    {
      title: "A whole release, most of it broken",
      commands: [
        {
          line: "stella attest verify release $SIGNER",
          exit: 3,
          shows: [
            /^1 proven, 5 failed, 1 unproven, of 7$/m,
            /^UNPROVEN +release\/bellows(.*\n)*? +– validity +time-missing/m,
            /^FAILED +release\/chisel(.*\n)*? +✗ checkpoint\/0 +checkpoint-signature/m,
            /^FAILED +release\/hammer(.*\n)*? +✗ subject +subject-mismatch/m,
            /^FAILED +release\/rasp(.*\n)*? +✗ policy\/identity +identity-mismatch/m,
            /^FAILED +release\/tongs(.*\n)*? +✗ entry\/0 +entry-mismatch/m,
            /^FAILED +release\/vise(.*\n)*? +✗ evidence +entry-duplicate/m,
          ],
          keep: line => withoutPasses(line) && !/not met|depends-on-failed/.test(line),
        },
      ],
      after: [
        "bellows  nobody says when it was signed: not wrong, but not proven",
        "chisel   the checkpoint is that of another trusted log",
        "hammer   good evidence, for another hammer",
        "rasp     signed properly, by somebody else",
        "tongs    the log entry was made for somebody else's certificate",
        "vise     the log entry twice",
      ],
    },
  ]
}

function replayed(): Step[] {
  return [
    {
      title: "The same answer, any time, anywhere",
      before: "The folder case/ has everything that the anvil's verdict depends on.",
      commands: [
        { line: "stella attest replay case", shows: [/^SAME/m, /verdict +proven/] },
        {
          line: `sed -i 's/"found":1/"found":2/' case/report.json && stella attest replay case`,
          exit: 19,
          shows: [/^error\[REPLAY_DIFFERS\]/m],
        },
      ],
      after: [
        "Judging the saved Case again gives the saved Report, byte for byte, or somebody has touched one of them.",
      ],
    },
  ]
}

function mirrored({ origin }: Scene): Step[] {
  const careful = "stella attest verify release/anvil-1.0.tar $SIGNER --policy site-policy.json"
  return [
    {
      title: "Carry the log in",
      before: "This policy asks for more: the site must itself hold a tree of the log that is at most a week old.",
      commands: [
        { line: careful, exit: 10, shows: [/^UNPROVEN/m, /– policy\/log +checkpoint-too-old/], keep: withoutPasses },
        {
          line: "stella mirror ingest medium-1/log",
          shows: [/^before +nothing$/m, /^now +tree of \d+, root/m, /^taken +3 tiles/m],
        },
        {
          line: careful,
          shows: [/^PROVEN/m, new RegExp(`✓ log-proof/0 .*origin=${origin}`), /✓ head\/0\/0/],
          keep: line => /^PROVEN|inclusion|log-proof|head\/|policy\/log/.test(line),
        },
        {
          line: "stella mirror ingest medium-2/log",
          shows: [/^before +tree of \d+$/m, /^taken +\d+ tiles, 40 entries/m],
        },
      ],
      after: [
        "Every hash was computed again and the checkpoint is the log's. The entry is now proven in the site's own tree (log-proof), which is newer than the one in the evidence. The second medium brought a longer tree, shown to continue the first.",
      ],
    },
    {
      title: "What is not proven",
      before: "Four files are expected, each with provenance: expected.csv.",
      commands: [
        {
          line: "stella gap report --expect expected.csv $SIGNER",
          exit: 3,
          shows: [
            /^1 of 4 expected attestations proven \(25\.0 %\), 3 gaps\.$/m,
            /^FAILED \(1\)/m,
            /^EVIDENCE-MISSING \(1\)/m,
            /^UNPROVEN \(1\)/m,
          ],
          keep: gapsInShort,
        },
      ],
      after: [
        "A list of what is missing, with a denominator, and what the next medium has to bring. (Shown here in short.)",
      ],
    },
    {
      title: "A log with two faces",
      before: "The third medium has another tree of the same size, signed by the same log.",
      commands: [{ line: "stella mirror ingest medium-3/log", exit: 17, shows: [/^error\[SPLIT_VIEW\]/m] }],
      after: ["Two signed trees that cannot both be true. Both are kept as proof, and the log is frozen here."],
    },
    {
      title: "What the site says of itself",
      commands: [
        { line: "stella status", exit: 3, shows: [/^finding +log-frozen/m, /^evidence +6 pieces/m] },
        { line: "stella audit verify", shows: [/^intact +1\d records/m] },
        { line: "stella mirror fsck", shows: [/^intact/m] },
      ],
      after: ["Every row of the store is under one root, and every operation of this rehearsal is in the audit chain."],
    },
  ]
}

/** The operator that the rehearsal enrols. */
export const OPERATOR = "kim"

function enrolled(): Step[] {
  return [
    {
      title: "Who may use it",
      before: "Kim makes a key under a passphrase, and gives its public half to whoever enrols.",
      commands: [
        {
          line: `umask 077; echo "correct horse battery staple" > ${OPERATOR}.pass
  stella operator key ${OPERATOR}.key --passphrase-file ${OPERATOR}.pass`,
          shows: [/^key file +kim\.key$/m, /^public key +kim\.key\.pub$/m],
          keep: line => /^(key file|public key|id) /.test(line),
        },
        {
          line: `stella operator add ${OPERATOR} --public-key ${OPERATOR}.key.pub
    --role administrator --role operator --role auditor`.replace("\n   ", " \\\n   "),
          shows: [/^roles +administrator, auditor, operator$/m],
        },
      ],
      after: [
        "Operators log in by signing a challenge with their key; the site knows the public half only. What their roles allow is looked up with every request, and every record names who asked.",
      ],
    },
  ]
}

/** All steps, in order. */
export function stepsOf(scene: Scene): readonly Step[] {
  return [...opening(scene), ...broken(scene), ...replayed(), ...mirrored(scene), ...enrolled()]
}
