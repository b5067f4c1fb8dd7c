/** `npm run -s bench -- <name> [--json]`: runs one benchmark and prints its figures. */
import { measureMutants } from "./mutants.ts"
import { measureService } from "./service.ts"
import { measureStart } from "./start.ts"
import { measureMemory, measureVerify, type VerifyFigures } from "./verify.ts"

const [name, ...flags] = process.argv.slice(2)
const json = flags.includes("--json")

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
    console.error("usage: npm run -s bench -- verify|start|mutants|service [--json]")
    process.exitCode = 2
}
