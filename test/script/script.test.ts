/** Every script of this folder, run against the real program. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "vitest"
import { parseScript, runScript } from "../support/script.ts"
import { shared } from "../support/shared.ts"

const folder = import.meta.dirname

describe.concurrent("scripts", () => {
  for (const name of readdirSync(folder).filter(file => file.endsWith(".txt"))) {
    const script = parseScript(readFileSync(join(folder, name), "utf8"))
    it.skipIf(script.needsShared && shared === undefined)(name, { timeout: 300_000 }, async () => {
      await runScript(name, script)
    })
  }
})
