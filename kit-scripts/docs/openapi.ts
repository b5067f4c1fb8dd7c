/** Writes `docs/reference/openapi.json`, which the program prints by itself: `node kit-scripts/docs/openapi.ts`. */
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../appliance/cli/stella.mjs", import.meta.url))

/** The document: what `stella help openapi` prints. */
export function openApiDocument(): string {
  return execFileSync(process.execPath, [bin, "help", "openapi"], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
}

if (import.meta.main) writeFileSync(new URL("../../docs/reference/openapi.json", import.meta.url), openApiDocument())
