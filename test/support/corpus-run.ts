/**
 * Judges everything there is to judge and prints one line: run by itself in a child process, so that a test can watch
 * which system calls the verifier makes. With the shared corpus all of its cases and the CPython releases; always the
 * project's own vectors, through the command line too.
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createJudge } from "../../src/judge/judge.ts"
import { corpusCases, cpythonReleases } from "../corpus/corpus.ts"
import { EXPECTATIONS } from "../corpus/expectations.ts"
import { basisFor, caseFor, crypto, identitiesOf } from "./judge-corpus.ts"
import { shared } from "./shared.ts"

const judge = createJudge(crypto)
let judged = 0
let proven = 0

async function count(closure: ReturnType<typeof caseFor>): Promise<void> {
  const result = await judge.judge(closure)
  judged++
  if (result.ok && result.value.report.verdict === "proven") proven++
}

for (const c of corpusCases()) {
  const e = EXPECTATIONS[c.id]
  if (
    e?.scope !== "verdict" ||
    (c.form !== "bundle" && c.form !== "envelope" && c.form !== "pep740" && c.form !== "npm")
  )
    continue
  const keyed = e.profile === "keyed"
  const basis = basisFor({
    profile: e.profile,
    identities: keyed ? "any" : identitiesOf(c),
    keys: keyed ? c.keys : [],
    roots: [c.trustedRoot],
  })
  await count(caseFor(basis, c.form, readFileSync(c.path), c.artifact.digests))
}
for (const r of cpythonReleases()) {
  const identities = [{ issuer: { exact: r.issuer }, san: { exact: r.identity } }]
  const roots = [`${String(shared)}/corpus/_roots/public-good.trusted_root.json`]
  await count(
    caseFor(basisFor({ profile: "public-good", identities, roots }), "bundle", Buffer.from(r.bundle), {
      sha256: r.sha256,
    }),
  )
}

/** The command line, as a person would run it, on whatever bundle is at hand. */
const bundle = process.argv[2]
if (bundle !== undefined) {
  const stella = new URL("../../appliance/cli/stella.mjs", import.meta.url).pathname
  const run = spawnSync(process.execPath, [stella, "attest", "inspect", bundle, "--json"], { encoding: "utf8" })
  if (run.status !== 0) throw new Error(run.stderr)
}
process.stdout.write(`${JSON.stringify({ judged, proven })}\n`)
