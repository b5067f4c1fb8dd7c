/** What `npm pack` gives: installed in an empty folder it is imported as an SDK, type-checks and runs as `stella`. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { fencesOf } from "../docs/fences.ts"
import { readText, root } from "../support/tree.ts"
import { plainEnvironment, run } from "./commands.ts"

const version = (JSON.parse(readText("package.json")) as { readonly version: string }).version
const folder = mkdtempSync(join(tmpdir(), "stella-pack-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}
let paths: readonly string[] = []

beforeAll(async () => {
  const packed = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root })
  expect(packed.exit, packed.stderr).toBe(0)
  // npm answers with a list, or with an object by package name.
  const answer = JSON.parse(packed.stdout) as readonly Packed[] | Readonly<Record<string, Packed>>
  const [one] = Object.values(answer)
  if (one === undefined) throw new Error("npm pack named no file")
  paths = one.files.map(file => file.path)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, one.filename)]
  const installed = await run("npm", args, { cwd: folder })
  expect(installed.exit, installed.stderr).toBe(0)
}, 300_000)

const compiler = join(root, "node_modules/typescript/bin/tsc")
const installed = (path: string) => join(folder, "node_modules/stella-attestor", path)

describe("the tarball", () => {
  it("holds JavaScript, declarations and documents, and nothing else", () => {
    const odd = paths.filter(
      path =>
        !/^dist\/js\/(src|mirror|appliance|ui\/contract)\/.+\.(js|d\.ts|json)$/.test(path) &&
        !/^dist\/console\/(index\.html|(manifest|manual)\.json|licences\.txt|assets\/[\w.-]+\.(js|css|svg))$/.test(
          path,
        ) &&
        !/^dist\/js\/kit-scripts\/judges\/(index\.json|[0-9]+-[0-9a-f]{64}\.mjs)$/.test(path) &&
        !["package.json", "LICENSE", "README.md", "CHANGELOG.md", "appliance/cli/stella.mjs"].includes(path),
    )
    expect(odd).toEqual([])
    expect(paths).toContain("LICENSE")
    expect(paths).toContain("dist/js/kit-scripts/judges/index.json")
    expect(paths).toContain("dist/js/src/index.js")
    expect(paths).toContain("dist/js/src/index.d.ts")
    expect(paths).toContain("dist/console/manifest.json")
  })

  it("leaves no import of a TypeScript file behind", () => {
    for (const path of paths.filter(p => p.startsWith("dist/js/"))) {
      const text = readFileSync(installed(path), "utf8")
      expect(text.match(/(\bfrom |\bimport\(|\bimport |\bnew URL\()"\.{1,2}\/[^"]*\.ts"/), path).toBeNull()
    }
  })
})

describe("the installed package", () => {
  it("finds the console that came with it", async () => {
    const place = JSON.stringify(installed("dist/js/appliance/service/built-console.node.js"))
    const ask = `const { builtConsole } = await import(${place}); console.log(builtConsole())`
    const said = await run(process.execPath, ["--input-type=module", "-e", ask], { cwd: folder })
    expect(said).toEqual({ exit: 0, stdout: installed("dist/console") + "\n", stderr: "" })
  })

  it("is imported from JavaScript", async () => {
    const program = `
      import * as sdk from "stella-attestor"
      import { nodeCrypto } from "stella-attestor/node"
      console.log(JSON.stringify({ names: Object.keys(sdk).sort(), hash: typeof nodeCrypto().hash }))
    `
    writeFileSync(join(folder, "consumer.mjs"), program)
    const done = await run(process.execPath, ["consumer.mjs"], { cwd: folder })
    expect(done.exit, done.stderr).toBe(0)
    const { names, hash } = JSON.parse(done.stdout) as { readonly names: readonly string[]; readonly hash: string }
    for (const name of ["parseBundle", "assembleCase", "judge", "replay", "createEnvelope"])
      expect(names).toContain(name)
    expect(hash).toBe("function")
  })

  it("has declarations that a strict compiler accepts without skipping them", async () => {
    const program = `
      import { judge, parseBundle } from "stella-attestor"
      import { nodeCrypto } from "stella-attestor/node"
      export const parsed: ReturnType<typeof parseBundle> | undefined = undefined
      export const parts: readonly unknown[] = [judge, nodeCrypto]
      // @ts-expect-error a name that the SDK does not have: the types are really read
      export type { NoSuchThing } from "stella-attestor"
    `
    writeFileSync(join(folder, "consumer.ts"), program)
    const options = {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      target: "es2024",
      module: "nodenext",
      lib: ["es2024", "dom"],
      types: [],
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }))
    const done = await run(process.execPath, [compiler, "-p", folder], { cwd: folder })
    expect(done.stdout).toBe("")
    expect(done.exit).toBe(0)
  })

  it("runs the README's example, which type-checks as it is printed", async () => {
    const example = fencesOf("README.md", readText("README.md")).find(f => f.language === "ts")
    if (example === undefined) return expect.fail("the README has no example")
    writeFileSync(join(folder, "example.ts"), example.text)
    const options = { strict: true, noEmit: true, target: "es2024", module: "nodenext", types: ["node"] }
    const compilerOptions = { ...options, typeRoots: [join(root, "node_modules/@types")] }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["example.ts"] }))
    const checked = await run(process.execPath, [compiler, "-p", folder], { cwd: folder })
    expect(checked).toMatchObject({ exit: 0, stdout: "" })
    const done = await run(process.execPath, ["example.ts"], { cwd: folder })
    expect(done.exit, done.stderr).toBe(0)
    expect(done.stdout).toMatch(/^proven\n/)
  })

  it("runs as stella", async () => {
    const stella = join(folder, "node_modules/.bin/stella")
    const said = await run(stella, ["--version"], { cwd: folder })
    expect(said).toEqual({ exit: 0, stdout: `stella ${version}\n`, stderr: "" })
    const help = await run(stella, ["help"], { cwd: folder })
    expect(help.exit, help.stderr).toBe(0)
    expect(help.stdout).toContain("attest")
    const wrong = await run(stella, ["no-such-noun"], { cwd: folder })
    expect(wrong.exit).toBe(2)
    expect(wrong.stderr).toContain("hint:")
  })

  it("runs under the machine's own Node, older or not", async () => {
    const own = (process.env["PATH"] ?? "")
      .split(":")
      .map(path => join(path, "node"))
      .filter(path => !path.includes("node_modules") && existsSync(path))
    const launcher = installed("appliance/cli/stella.mjs")
    const env = plainEnvironment()
    for (const node of own) {
      const help = await run(node, [launcher, "help"], { cwd: folder, env })
      expect(help.exit, `${node}: ${help.stderr}`).toBe(0)
      expect(help.stdout).toContain("attest")
    }
  })
})
