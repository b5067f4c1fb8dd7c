/** Running other programs in packaging tests, with an environment that our own npm run has not coloured. */
import { execFile } from "node:child_process"

/** How a program ended. `exit` is null when a signal ended it. */
export interface Ended {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The environment without what npm adds for its scripts, so that an npm started by a test stands where it is put. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = /^npm_config_(cache|registry|userconfig|globalconfig)$/
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm|NODE|VITEST)/i.test(name) || kept.test(name)),
  )
}

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = options.env ?? plainEnvironment()
    const settings = { cwd: options.cwd, env, maxBuffer: 64 * 1024 * 1024 }
    const child = execFile(command, args, settings, (error, stdout, stderr) => {
      // A program that could not be started has no exit status; one that ended badly has.
      if (error !== null && child.exitCode === null && child.signalCode === null) {
        reject(new Error(`${command} could not be started`, { cause: error }))
        return
      }
      resolve({ exit: child.exitCode, stdout, stderr })
    })
  })
}
