/** What the program prints, for the pages of the reference that it prints by itself. */
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../appliance/cli/stella.mjs", import.meta.url))

/** Standard output of `stella` with these arguments. */
export function printedBy(...args: readonly string[]): string {
  return execFileSync(process.execPath, [bin, ...args], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
}
