/** The built console as a folder: the same bytes each time, a manifest of all of it, small, and without anything of the gallery. */
import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { buildConsole } from "../../packaging/console/build-console.ts"
import { pageOf } from "../../packaging/console/manual.ts"
import { filesBelow } from "../support/tree.ts"

/** The most that the whole console may come to, compressed. */
const MAX_GZIP_BYTES = 900 * 1000

interface Manifest {
  readonly v: number
  readonly entry: string
  readonly contentSecurityPolicy: string
  readonly files: readonly {
    readonly path: string
    readonly type: string
    readonly bytes: number
    readonly sha256: string
  }[]
}

const folder = mkdtempSync(join(tmpdir(), "stella-built-"))
const [one, two] = [join(folder, "one"), join(folder, "two")]
const manifestIn = (built: string): Manifest =>
  JSON.parse(readFileSync(join(built, "manifest.json"), "utf8")) as Manifest

beforeAll(async () => {
  await buildConsole({ out: one })
  await buildConsole({ out: two })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("the built console", () => {
  it("is the same each time", () => {
    expect(readFileSync(join(one, "manifest.json"), "utf8")).toBe(readFileSync(join(two, "manifest.json"), "utf8"))
  })

  it("has a manifest of every file", () => {
    const { v, entry, files } = manifestIn(one)
    expect(v).toBe(1)
    expect(files.map(file => file.path)).toContain(entry)
    const there = readdirSync(one, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
    expect(there.length).toBe(files.length + 1)
    for (const file of files) {
      const bytes = readFileSync(join(one, file.path))
      expect(createHash("sha256").update(bytes).digest("hex"), file.path).toBe(file.sha256)
      expect(bytes.length, file.path).toBe(file.bytes)
    }
  })

  it("allows nothing but its own files", () => {
    const { contentSecurityPolicy } = manifestIn(one)
    expect(contentSecurityPolicy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
    expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|https?:|data:/)
    expect(contentSecurityPolicy).toMatch(/; require-trusted-types-for 'script'; trusted-types stella-worker$/)
    for (const { path } of manifestIn(one).files.filter(file => file.path.endsWith(".html")))
      expect(readFileSync(join(one, path), "utf8")).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son[a-z]+=/)
  })

  it("is small, manual and all", () => {
    const { files } = manifestIn(one)
    const compressed = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(one, file.path))).length, 0)
    expect(compressed).toBeLessThan(MAX_GZIP_BYTES)
  })

  it("names no other place to fetch from, makes no code from text, and has no scene of the gallery", () => {
    for (const { path } of manifestIn(one).files.filter(file => file.path.endsWith(".js"))) {
      const text = readFileSync(join(one, path), "utf8")
      expect(text, path).not.toContain("forge.example")
      expect(text, path).not.toMatch(/dangerouslySetInnerHTML:\s*\{|\.insertAdjacentHTML\(|document\.write\(/)
      expect(text, path).not.toMatch(/fetch\(["'`]https?:/)
    }
  })

  it("carries the licences of what is in it", () => {
    const licences = readFileSync(join(one, "licences.txt"), "utf8")
    for (const name of ["react", "react-dom", "zod", "@noble/hashes"]) expect(licences).toContain(`${name} `)
  })

  it("has every page of docs/ in its manual", () => {
    const manual = JSON.parse(readFileSync(join(one, "manual.json"), "utf8")) as {
      readonly pages: readonly { readonly path: string }[]
    }
    const pages = filesBelow("docs", [".md"])
      .map(path => path.slice("docs/".length))
      .sort()
    expect(manual.pages.map(page => page.path)).toEqual(pages)
  })
})

describe("the manual", () => {
  it("is blocks and text: HTML in a page is text or nothing", () => {
    const page = pageOf(
      "a.md",
      "# A <b>b</b>\n\n<!-- a note -->\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) `a < b` &amp; *c*\n",
    )
    const text = JSON.stringify(page)
    expect(page.title).toBe("A <b>b</b>")
    expect(text).not.toContain("a note")
    // It is a text of the tree, which the window draws as text.
    expect(text).toContain("<script>alert(1)</script>")
    expect(page.blocks.map(block => block["t"])).toEqual(["heading", "text", "text"])
    expect(text).toContain('{"t":"code","text":"a < b"}')
  })

  it("keeps tables, lists and code", () => {
    const { blocks } = pageOf("a.md", "| a | b |\n| - | - |\n| 1 | `2` |\n\n1. x\n2. y\n\n```sh\nstella help\n```\n")
    expect(blocks.map(block => block["t"])).toEqual(["table", "list", "code"])
    expect(blocks[2]).toEqual({ t: "code", text: "stella help" })
  })
})
