/** Writes `docs/reference/cli.md`, which the program prints by itself: `node kit-scripts/docs/cli.ts`. */
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../appliance/cli/stella.mjs", import.meta.url))

/** The page: what `stella help reference` prints. */
export function cliPage(): string {
  return execFileSync(process.execPath, [bin, "help", "reference"], { encoding: "utf8" })
}

if (import.meta.main) writeFileSync(new URL("../../docs/reference/cli.md", import.meta.url), cliPage())
