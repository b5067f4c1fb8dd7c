/**
 * Names that the shell and those it speaks with share: its own origin, its bridge into the window, and how it shows the
 * service that it was launched. Without any schema, because the preload script reads this file.
 */

/** The shell's own scheme and the only host in it; together they are the only origin that exists for the window. */
export const SHELL_SCHEME = "stella"
export const SHELL_HOST = "console"
export const SHELL_ORIGIN = `${SHELL_SCHEME}://${SHELL_HOST}`

/** The header in which the shell's launch token comes, on the window's door of the service. */
export const LAUNCH_HEADER = "stella-launch"

/** Where the owner of a site asks for a launch; on the owner's socket only. */
export const LAUNCH_PATH = "/api/v1/shell/launch"

/** The variable that names the launch file; the file is removed as soon as it has been read. */
export const LAUNCH_VARIABLE = "STELLA_SHELL_LAUNCH"

/** What the preload script puts into the window. */
export const BRIDGE = "stellaShell"

/** Every channel between window and main process; each is asked (`invoke`) and answered. */
export const CHANNELS = { savePdf: "stella:save-pdf" } as const
