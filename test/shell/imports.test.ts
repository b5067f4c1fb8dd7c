/** What is in the shell: its whole import graph, as the bundler walks it. No store, no token and no operation is ever loaded there. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ts from "typescript"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Metafile } from "esbuild"
import { buildShell } from "../../packaging/shell/build-shell.ts"
import { filesBelow, readText } from "../support/tree.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-imports-"))
let main: Metafile
let preload: Metafile
beforeAll(async () => {
  ;[main, preload] = await buildShell({ out: join(folder, "shell"), released: true })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const inputs = (of: Metafile): string[] => Object.keys(of.inputs)
const outside = (of: Metafile): string[] => [
  ...new Set(Object.values(of.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))),
]

/** Names imported from a module, over all files of the shell. */
function importedFrom(module: string, { types }: { readonly types: boolean }): string[] {
  const names = new Set<string>()
  for (const path of filesBelow("ui/shell", [".ts"])) {
    const file = ts.createSourceFile(path, readText(path), ts.ScriptTarget.ESNext)
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
      if (statement.moduleSpecifier.text !== module) continue
      const clause = statement.importClause
      if (clause === undefined || (clause.phaseModifier === ts.SyntaxKind.TypeKeyword && !types)) continue
      expect(clause.name, path).toBeUndefined()
      const bindings = clause.namedBindings
      if (bindings === undefined || !ts.isNamedImports(bindings)) throw new Error(`${path} imports all of ${module}`)
      for (const { name } of bindings.elements) names.add(name.text)
    }
  }
  return [...names].sort()
}

describe("the shell's import graph", () => {
  it("is read at all", () => {
    expect(inputs(main)).toContain("ui/shell/main.node.ts")
    expect(inputs(main).length).toBeGreaterThan(20)
    expect(inputs(preload)).toContain("ui/shell/preload.ts")
  })

  it("stays in the shell, the contract and the neutral formats, with the schema library as the only package", () => {
    const allowed = /^(ui\/shell|ui\/contract|src\/(kernel|formats))\/|^node_modules\/zod\//
    expect([...inputs(main), ...inputs(preload)].filter(path => !allowed.test(path))).toEqual([])
  })

  it("has no store, no LevelDB, no PKCS#11 and no service in it", () => {
    const named = [...inputs(main), ...inputs(preload)]
    for (const forbidden of [
      "appliance/",
      "mirror/",
      "node_modules/level/",
      "classic-level",
      "abstract-level",
      "pkcs11js",
      "fastify",
    ])
      expect(
        named.filter(path => path.includes(forbidden)),
        forbidden,
      ).toEqual([])
    const text = readFileSync(join(folder, "shell/main.cjs"), "utf8")
    expect(text).not.toMatch(/require\("(level|classic-level|pkcs11js|[^"]+\.node)"\)/)
  })

  it("loads Electron and a few modules of Node, and nothing that starts programs or opens other connections", () => {
    expect(outside(main).sort()).toEqual([
      "electron",
      "node:crypto",
      "node:fs",
      "node:fs/promises",
      "node:http",
      "node:path",
      "node:process",
      "node:stream",
      "node:stream/promises",
    ])
    expect(outside(preload)).toEqual(["electron"])
  })

  it("takes named parts of Electron: none that opens other programs, keeps secrets, updates itself or reports home", () => {
    expect(importedFrom("electron", { types: false })).toEqual([
      "BrowserWindow",
      "Menu",
      "app",
      "contextBridge",
      "dialog",
      "ipcMain",
      "ipcRenderer",
      "protocol",
      "session",
    ])
    for (const name of [
      "shell",
      "safeStorage",
      "autoUpdater",
      "crashReporter",
      "net",
      "utilityProcess",
      "desktopCapturer",
      "clipboard",
    ])
      expect(importedFrom("electron", { types: true })).not.toContain(name)
  })

  it("has one CommonJS file for the window, small enough to be read at a glance", () => {
    const text = readFileSync(join(folder, "shell/preload.cjs"), "utf8")
    expect(text.match(/require\(/g)).toHaveLength(1)
    expect(text).not.toMatch(/ipcRenderer\.(on|send|sendSync|postMessage)\b/)
    expect(text.length).toBeLessThan(4000)
  })

  it("loads no address, but for its own", () => {
    for (const path of filesBelow("ui/shell", [".ts"])) {
      const loads = readText(path).match(/\bload(?:URL|File)\([^)]*\)/g) ?? []
      for (const load of loads) expect(load, path).toBe("loadURL(`${SHELL_ORIGIN}/`)")
    }
  })
})
