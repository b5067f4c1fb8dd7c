/**
 * Evidence of a small world of its own and the log that it is in, for scripts. `node make-logged.ts OUT` writes into a
 * folder: the artifact, `bundle.json` (a v0.1 bundle with a promise and no proof), `root.json`, `policy.json` (which
 * asks for a proof) and `log/` in the layout of tlog-tiles.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ARTIFACT, makeEvidence } from "../../kit-scripts/vectors/evidence/evidence.ts"
import type { Log } from "../../kit-scripts/vectors/evidence/rekor.ts"
import { ISSUER, SIGNER, World } from "../../kit-scripts/vectors/evidence/world.ts"

const [out = ""] = process.argv.slice(2)
const write = (name: string, content: string | Uint8Array): void => {
  const path = join(out, name)
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(path, content)
}

/** The log's only tile and bundle: it has fewer than 256 entries. */
function writeLog(log: Log): void {
  const size = log.tree.size
  const partial = `000.p/${String(size)}`
  const leaves = log.entries.map((_, i) => log.tree.leaf(i))
  const bundle = log.entries.flatMap(entry => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry])
  write(`log/tile/0/${partial}`, Buffer.concat(leaves))
  write(`log/tile/entries/${partial}`, Buffer.concat(bundle))
  write("log/checkpoint", log.checkpoint(size))
}

const world = new World({ seed: "scripts", at: Date.parse("2026-10-01T12:00:00Z") / 1000 })
const log = world.rekor1()
const made = makeEvidence(world, { version: "0.1", entries: [{ log, give: { proof: false } }] })
write("artifact", ARTIFACT)
write("bundle.json", JSON.stringify(made.bundle))
write("root.json", JSON.stringify(world.trustedRoot()))
const identity = { issuer: { exact: ISSUER }, san: { exact: SIGNER.value } }
const rule = (id: string, require: object): object => ({ id, severity: "high", controls: [], require })
const rules = [
  rule("identity", { signers: { identities: [identity], keys: [], distinct: 1 } }),
  rule("log", { log: { origins: "any", count: 1, promises: false } }),
]
write("policy.json", JSON.stringify({ v: 1, id: "proofs", version: 1, scope: {}, waivers: [], rules }))
writeLog(log)
