/**
 * `npm run -s bench -- start [--json]`: how long a person waits. The bin is run directly, as an installed command is;
 * each figure is the median of nine runs.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { benchBundles } from "./bundles.ts"

const RUNS = 9
const root = new URL("..", import.meta.url).pathname
const stella = join(root, "appliance/cli/stella.mjs")

export interface StartFigures {
  readonly versionMs: number
  readonly verifyMs: number
  readonly rehearsalSeconds: number
}

function wallMs(command: string, args: readonly string[]): number {
  const start = process.hrtime.bigint()
  const child = spawnSync(command, args, { encoding: "utf8" })
  const ms = Number(process.hrtime.bigint() - start) / 1e6
  if (child.status !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${String(child.status)}: ${child.stderr}`)
  return ms
}

function median(run: () => number): number {
  const values = Array.from({ length: RUNS }, run).sort((a, b) => a - b)
  return values[(RUNS - 1) / 2] as number
}

/** The arguments of one offline verification that ends in `proven`. */
function verification(directory: string): readonly string[] {
  const bundle = benchBundles().find(
    b => b.class.startsWith("message") && b.artifact !== undefined && b.identities !== "any",
  )
  if (bundle === undefined || bundle.identities === "any") throw new Error("no bundle to verify is at hand")
  const [identity] = bundle.identities
  if (identity === undefined || !("exact" in identity.san) || !("exact" in identity.issuer))
    throw new Error("no identity")
  const artifact = join(directory, "artifact")
  const evidence = join(directory, "artifact.sigstore.json")
  writeFileSync(artifact, bundle.artifact ?? "")
  writeFileSync(evidence, bundle.bytes)
  return [
    "attest",
    "verify",
    artifact,
    "--bundle",
    evidence,
    "--trusted-root",
    bundle.root,
    "--certificate-identity",
    identity.san.exact,
    "--certificate-oidc-issuer",
    identity.issuer.exact,
  ]
}

/** Measures start-up, one verification and the rehearsal. */
export function measureStart(): StartFigures {
  const directory = mkdtempSync(join(tmpdir(), "stella-bench-"))
  try {
    const args = verification(directory)
    return {
      versionMs: median(() => wallMs(stella, ["--version"])),
      verifyMs: median(() => wallMs(stella, args)),
      rehearsalSeconds: wallMs("npm", ["--prefix", root, "-s", "start", "--", "--no-serve"]) / 1000,
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
