/**
 * Where the shared third-party data lies: `../shared` beside the repository, or `STELLA_SHARED`. Undefined when it is
 * not there; tests that need it are skipped then, and counted as skipped.
 */
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const path = process.env["STELLA_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url))

/** Absolute path of the shared data, or undefined. */
export const shared: string | undefined = existsSync(path) ? path : undefined
