/**
 * Reading the launch: a file that whoever started the shell has made for it (mode 0600), named by a variable. It is neither in
 * the arguments, which everybody on the machine can list, nor in any log; it is removed once it has been read, and the
 * variable with it, so that no process that is started later inherits it.
 */
import { lstatSync, readFileSync, unlinkSync } from "node:fs"
import { geteuid } from "node:process"
import { LAUNCH_VARIABLE } from "../contract/shell-names.ts"
import { launch, type Launch } from "../contract/shell.ts"
import { ShellRefusal } from "./shell-refusal.ts"

const MAX_BYTES = 4096

/** Takes the launch. @throws ShellRefusal LAUNCH_MALFORMED when there is none, or it is somebody else's */
export function takeLaunch(env: Record<string, string | undefined>): Launch {
  const path = env[LAUNCH_VARIABLE]
  Reflect.deleteProperty(env, LAUNCH_VARIABLE)
  const malformed = (why: string, cause?: unknown): ShellRefusal => new ShellRefusal("LAUNCH_MALFORMED", why, cause)
  if (path === undefined || path === "")
    throw malformed(`${LAUNCH_VARIABLE} names no launch; the shell is started by its launcher: npm run shell`)
  try {
    const { uid, mode, size } = lstatSync(path)
    if (uid !== geteuid?.() || (mode & 0o077) !== 0) throw malformed("the launch is open to others than its user")
    if (size > MAX_BYTES) throw malformed("the launch is too long")
    const text = readFileSync(path, "utf8")
    unlinkSync(path)
    return launch.parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof ShellRefusal) throw error
    throw malformed("the launch cannot be read", error)
  }
}
