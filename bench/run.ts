/** `npm run -s bench -- <name> [--json]`: runs one benchmark and prints its figures. */
import { measureHashing } from "./hashing.ts"
import { measureMutants } from "./mutants.ts"
import { measureService } from "./service.ts"
import { measureStart } from "./start.ts"
import { measureMemory, measureVerify, type VerifyFigures } from "./verify.ts"

const [name, ...flags] = process.argv.slice(2)
const json = flags.includes("--json")

/** The number that a flag gives, `--name=N` or `--name N`, or the usual one. */
function asked(name: string, usual: number): number {
  const at = flags.findIndex(one => one === name || one.startsWith(`${name}=`))
  if (at < 0) return usual
  return Number(flags[at] === name ? flags[at + 1] : flags[at]?.slice(name.length + 1))
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
    print(await measureConsole(asked("--rows", 1_000_000)))
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
  case "mirror": {
    const { measureMirror } = await import("./mirror.ts")
    print(await measureMirror(asked("--leaves", 2 ** 18)))
    break
  }
  case "mirror-scale": {
    const { measureScale } = await import("./mirror-scale.ts")
    print(await measureScale(asked("--leaves", 2 ** 27)))
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
    console.error(
      "usage: npm run -s bench -- verify|hashing|index|mirror|mirror-scale|start|mutants|service|console [--rows=N] [--leaves=N] [--json]",
    )
    process.exitCode = 2
}
