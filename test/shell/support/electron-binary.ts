/** Which Electron a test is made with. A name that leads nowhere is an error, not a skip. */
import { findElectron } from "../../../kit-scripts/shell/find-electron.ts"

/** Its program, or undefined where none is installed and none is named. */
export function electronBinary(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const found = findElectron(env)
  if (found.ok) return found.value
  if ((env["STELLA_ELECTRON"] ?? "") !== "") throw found.error
  return undefined
}
