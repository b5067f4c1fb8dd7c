/** `npm run -s bench -- <name> [--json]`: runs one benchmark and prints its figures. */
import { measureHashing } from "./hashing.ts"
import { measureMutants } from "./mutants.ts"
import { measureService } from "./service.ts"
import { measureStart } from "./start.ts"
import { measureMemory, measureVerify, type VerifyFigures } from "./verify.ts"

const [name, ...flags] = process.argv.slice(2)
const json = flags.includes("--json")

const ROWS = "--rows="

/** Rows for the console's benchmark: a million, unless told otherwise. */
function rowsAsked(): number {
  const flag = flags.find(one => one.startsWith(ROWS))
  return flag === undefined ? 1_000_000 : Number(flag.slice(ROWS.length))
}

function print(figures: object): void {
  if (json) {
    console.log(
      JSON.stringify(figures, (_key, value: unknown) => (typeof value === "number" ? Number(value.toFixed(3)) : value)),
    )
    return
  }
  for (const [key, value] of Object.entries(figures)) {
    console.log(
      typeof value === "number"
        ? `${key.padEnd(28)} ${value.toFixed(2)}`
        : `${key.padEnd(28)} ${JSON.stringify(value)}`,
    )
  }
}

switch (name) {
  case "verify": {
    const figures: VerifyFigures = await measureVerify()
    print(figures)
    break
  }
  case "mutants":
    print(await measureMutants())
    break
  case "console": {
    // A bundler and a browser are loaded for this one only.
    const { measureConsole } = await import("./console.ts")
    print(await measureConsole(rowsAsked()))
    break
  }
  case "hashing":
    print(measureHashing())
    break
  case "index": {
    const { measureIndex } = await import("./index.ts")
    print(await measureIndex())
    break
  }
  case "start":
    print(measureStart())
    break
  case "verify-memory":
    console.log(String(await measureMemory()))
    break
  case "service":
    print(await measureService())
    break
  default:
    console.error("usage: npm run -s bench -- verify|hashing|index|start|mutants|service|console [--rows=N] [--json]")
    process.exitCode = 2
}
