/** The message files: the same rows with the same names to fill in, every row used, and no sentence of the window outside them. */
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { de } from "../../ui/app/messages/de.ts"
import { en } from "../../ui/app/messages/en.ts"
import { filesBelow, readText } from "../support/tree.ts"

type Row = string | { readonly one: string; readonly other: string }
const rowsOf = (file: Readonly<Record<string, Row>>): [string, Row][] => Object.entries(file)
const textsOf = (row: Row): string[] => (typeof row === "string" ? [row] : [row.one, row.other])
const namesIn = (row: Row): string[] =>
  [...new Set(textsOf(row).flatMap(text => text.match(/\{[a-zA-Z]+\}/g) ?? []))].sort()

const SOURCES = filesBelow("ui/app", [".ts", ".tsx"]).filter(path => !path.startsWith("ui/app/messages/"))

function parse(path: string): ts.SourceFile {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  return ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true, kind)
}

function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, child => walk(child, see))
}

describe("message files", () => {
  it("have the same rows with the same names in them", () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort())
    const german = new Map(rowsOf(de))
    for (const [key, row] of rowsOf(en)) {
      const other = german.get(key)
      expect(other, key).toBeDefined()
      if (other === undefined) continue
      expect(namesIn(other), key).toEqual(namesIn(row))
      expect(typeof other, key).toBe(typeof row)
      for (const text of [...textsOf(row), ...textsOf(other)]) expect(text.trim(), key).not.toBe("")
    }
  })

  it("have no row that nothing says, and lack none that is said", () => {
    const said = new Set<string>()
    const unknown: string[] = []
    for (const path of SOURCES) {
      walk(parse(path), node => {
        if (!ts.isStringLiteral(node)) return
        if (node.text in en) said.add(node.text)
        const call = node.parent
        if (ts.isCallExpression(call) && call.expression.getText() === "say" && !(node.text in en))
          unknown.push(node.text)
      })
    }
    expect(unknown).toEqual([])
    expect(Object.keys(en).filter(key => !said.has(key))).toEqual([])
  })

  it("hold every sentence: no text is written into a component", () => {
    const NAMES = /^(Stella Attestor|Ctrl K|[^\p{L}]*|g|tuf)$/u
    const SPOKEN = ["aria-label", "title", "placeholder", "alt", "label", "note", "lead"]
    const written: string[] = []
    for (const path of SOURCES.filter(one => !one.startsWith("ui/app/gallery/"))) {
      walk(parse(path), node => {
        if (ts.isJsxText(node) && !NAMES.test(node.text.trim())) written.push(`${path}: ${node.text.trim()}`)
        if (!ts.isJsxAttribute(node) || node.initializer === undefined || !ts.isStringLiteral(node.initializer)) return
        const text = node.initializer.text
        if (SPOKEN.includes(node.name.getText()) && !(text in en) && !NAMES.test(text)) written.push(`${path}: ${text}`)
      })
    }
    expect(written).toEqual([])
  })
})
