/** Where the console lies that came with the program, if one did. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** In the tree `npm run console` has put it there; in a package it lies beside the emitted program. */
const PLACES = ["../../dist/console", "../../../console"]

/** The folder, or undefined where none was built. */
export function builtConsole(): string | undefined {
  return PLACES.map(place => fileURLToPath(new URL(place, import.meta.url))).find(folder =>
    existsSync(join(folder, "manifest.json")),
  )
}
