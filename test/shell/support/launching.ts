/** Launching a shell as its launcher does: the owner of the site asks for a launch and leaves it in a file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { LAUNCH_HEADER, LAUNCH_PATH } from "../../../ui/contract/shell-names.ts"
import { launch, type Launch } from "../../../ui/contract/shell.ts"
import { ask } from "../../support/service.ts"

/** Asks a service for a launch. */
export async function askForLaunch(socketPath: string): Promise<Launch> {
  const answer = await ask({ socketPath }, "POST", LAUNCH_PATH)
  if (answer.status !== 200) throw new Error(answer.text)
  return launch.parse(answer.json())
}

/** Ends a launch. */
export async function endLaunch(socketPath: string, { token }: Launch): Promise<void> {
  const answer = await ask({ socketPath }, "DELETE", LAUNCH_PATH, { headers: { [LAUNCH_HEADER]: token } })
  if (answer.status !== 204) throw new Error(answer.text)
}

/** Leaves a launch in a file, and gives its path and how to remove the folder. */
export function leaveLaunch(given: unknown, mode = 0o600): { readonly path: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "stella-launch-"))
  const path = join(folder, "launch.json")
  writeFileSync(path, typeof given === "string" ? given : JSON.stringify(given), { mode })
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
