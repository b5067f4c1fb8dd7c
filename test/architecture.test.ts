/** Holds the layer table (architecture/layers.ts) against every file of the tree, and holds itself against files that break it. */
import { describe, expect, it } from "vitest"
import { MAY, ROOMS } from "./architecture/layers.ts"
import { breaks, type Manifest } from "./architecture/rules.ts"
import { filesBelow, readText } from "./support/tree.ts"

interface PackageJson {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly "stella-source": string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}
const pkg = JSON.parse(readText("package.json")) as PackageJson
const manifest: Manifest = {
  name: pkg.name,
  entries: Object.fromEntries(Object.entries(pkg.exports).map(([k, v]) => [k, v["stella-source"].slice(2)])),
  packages: [pkg.dependencies, pkg.optionalDependencies, pkg.devDependencies].flatMap(d => Object.keys(d)),
}

describe("the layers", () => {
  it("hold in every file", () => {
    const files = filesBelow("", [".ts", ".tsx", ".js", ".mjs"]).filter(f => !f.startsWith("kit-scripts/judges/"))
    expect(files.length).toBeGreaterThan(20)
    expect(files.flatMap(path => breaks(path, readText(path), manifest))).toEqual([])
  })

  it("let nothing but tests and measurements import test, bench, kit-scripts or packaging", () => {
    for (const room of ROOMS) {
      if (room === "test" || room === "bench") continue
      for (const closed of ["test", "bench", "kit-scripts", "packaging"] as const)
        expect(MAY[room]).not.toContain(closed)
    }
  })
})

describe("a file that breaks the layers is caught", () => {
  // Path, text, and the sentence expected (undefined: allowed).
  const cases: readonly (readonly [path: string, text: string, expected: string | undefined])[] = [
    [
      "src/kernel/a.ts",
      'import { x } from "../formats/dsse.ts"',
      "inside src a folder imports only the ones before it",
    ],
    ["src/formats/a.ts", 'import type { x } from "../kernel/result.ts"', undefined],
    ["src/formats/a.ts", 'import type { x } from "../verify/x.ts"', "inside src a folder imports only the ones before"],
    ["src/custody/a.ts", 'export { x } from "../gap/x.ts"', "inside src a folder imports only the ones before it"],
    ["src/gap/a.ts", 'export * from "../judge/x.ts"', undefined],
    ["src/judge/a.ts", 'import { x } from "../index.ts"', "inside src a folder imports only the ones before it"],
    ["src/index.ts", 'export * from "./gap/x.ts"', undefined],
    ["src/verify/a.ts", 'import { x } from "../../mirror/x.ts"', "src may not import mirror"],
    ["src/verify/a.ts", 'import { x } from "node:crypto"', "src is environment-neutral"],
    ["src/verify/a.ts", 'type X = import("node:fs").Stats', "src is environment-neutral"],
    ["src/verify/a.ts", 'const x = await import("node:fs")', "src is environment-neutral"],
    ["src/verify/a.ts", "const x = await import(name)", "computed import"],
    ["src/verify/a.ts", 'import { z } from "zod"', "not a package of src"],
    ["src/verify/a.node.ts", "export const x = 1", "never lives in src"],
    ["src/kernel/utils.ts", "export const x = 1", "says nothing"],
    ["src/kernel/a.ts", "export default 1", "default export"],
    ["src/kernel/a.ts", "export default function f() {}", "default export"],
    ["src/kernel/a.ts", "const x = 1\nexport { x as default }", "default export"],
    ["src/kernel/Aa.ts", "export const x = 1", "kebab-case"],
    ["src/kernel/a.ts", "//\n".repeat(401), "longer than 400 lines"],
    ["src/kernel/a.ts", "//\n".repeat(400), undefined],
    ["mirror/a.ts", 'import { x } from "../src/index.ts"', undefined],
    ["mirror/a.ts", 'import { x } from "../appliance/x.ts"', "mirror may not import appliance"],
    ["mirror/a.ts", 'import { x } from "stella-attestor"', undefined],
    ["mirror/a.ts", 'import { x } from "node:fs"', "is called *.node.ts"],
    ["mirror/a.node.ts", 'import { x } from "node:fs"', undefined],
    ["mirror/a.node.ts", 'import { x } from "fs"', "write node:fs"],
    ["mirror/a.node.ts", 'new Worker(new URL("../appliance/w.node.ts", import.meta.url))', "mirror may not import app"],
    ["mirror/a.ts", 'import { x } from "left-pad"', "not a package of mirror"],
    ["kit-scripts/a.ts", 'import { x } from "left-pad"', "not in package.json"],
    ["appliance/a.ts", 'import { x } from "../ui/contract/x.ts"', undefined],
    ["appliance/a.ts", 'import { x } from "../kit-scripts/x.ts"', "appliance may not import kit-scripts"],
    ["appliance/a.ts", 'import { x } from "../test/x.ts"', "appliance may not import test"],
    ["appliance/a.ts", 'import { x } from "../vitest.config.ts"', "outside every room"],
    ["appliance/cli/a.ts", 'import { x } from "node:process"', undefined],
    ["ui/contract/a.ts", 'import { x } from "../../appliance/x.ts"', "ui/contract may not import appliance"],
    ["ui/app/a.tsx", 'import { x } from "../../src/index.ts"', "ui/app may not import src"],
    ["kit-scripts/a.ts", 'import { x } from "../appliance/x.ts"', "kit-scripts may not import appliance"],
    ["kit-scripts/a.ts", 'import { x } from "../bench/x.ts"', "kit-scripts may not import bench"],
    ["kit-scripts/a.ts", 'spawn(new URL("../appliance/cli/stella.mjs", import.meta.url))', undefined],
    ["appliance/compose.ts", 'import { x } from "node:os"', undefined],
    ["appliance/compose-more.ts", 'import { x } from "node:os"', "is called *.node.ts"],
    ["bench/a.ts", 'import { x } from "../test/x.ts"', undefined],
    ["test/a.test.ts", "//\n".repeat(601), "longer than 600 lines"],
    ["test/a.test.ts", 'import { x } from "../appliance/x.ts"', undefined],
  ]
  for (const [path, text, expected] of cases) {
    it(`${path}: ${text.slice(0, 60).replaceAll("\n", " ")} -> ${expected ?? "allowed"}`, () => {
      const found = breaks(path, text, manifest)
      if (expected === undefined) expect(found).toEqual([])
      else {
        expect(found).toHaveLength(1)
        expect(found[0]).toContain(expected)
      }
    })
  }

  it("names the line", () => {
    expect(breaks("src/kernel/a.ts", '\n\nimport "node:fs"', manifest)[0]).toMatch(/^src\/kernel\/a\.ts:3: /)
  })
})
