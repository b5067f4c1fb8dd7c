/**
 * The fuses of a released shell: switches inside Electron's own binary that no argument and no variable turns back. A fuse that
 * the binary does not have (an older Electron) is named, not passed over.
 */
import { flipFuses, FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from "@electron/fuses"

/** Each fuse and how it has to be. Integrity of the archive is looked at by Electron on macOS and Windows only. */
export const FUSES: Readonly<Record<keyof typeof FuseV1Options, boolean>> = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
}

const names = Object.keys(FUSES) as (keyof typeof FUSES)[]

/** How the fuses of a binary are: on, off, or undefined where it does not have it. */
export async function fusesOf(binary: string): Promise<Record<keyof typeof FUSES, boolean | undefined>> {
  const wire = await getCurrentFuseWire(binary)
  const read = (name: keyof typeof FUSES): boolean | undefined => {
    const state = wire[FuseV1Options[name]]
    return state === FuseState.ENABLE ? true : state === FuseState.DISABLE ? false : undefined
  }
  return Object.fromEntries(names.map(name => [name, read(name)])) as Record<keyof typeof FUSES, boolean | undefined>
}

/** Sets the fuses that a binary has, in the file itself, and reads them again. @throws Error when one is not as it has to be */
export async function setFuses(binary: string): Promise<void> {
  const before = await fusesOf(binary)
  const there = names.filter(name => before[name] !== undefined)
  const wanted = Object.fromEntries(there.map(name => [FuseV1Options[name], FUSES[name]]))
  await flipFuses(binary, { version: FuseVersion.V1, ...wanted })
  const after = await fusesOf(binary)
  const wrong = there.filter(name => after[name] !== FUSES[name])
  if (wrong.length > 0) throw new Error(`fuses that cannot be set: ${wrong.join(", ")}`)
}
