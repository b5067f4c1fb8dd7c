/** The window derives no verdict and sends no artifact. */
import { createHash, randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ts from "typescript"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { filesBelow, readText } from "../support/tree.ts"
import { openStage, type Stage } from "./support/gallery.ts"

let stage: Stage
let folder: string
beforeAll(async () => {
  stage = await openStage()
  folder = mkdtempSync(join(tmpdir(), "stella-artifact-"))
})
afterAll(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

describe("an artifact", () => {
  it("is hashed in the window, chunk by chunk, and nothing is sent", async () => {
    const { page, wrong, close } = await stage.open("ready", "#/verify")
    const bytes = randomBytes(48 * 1024 * 1024)
    const file = join(folder, "artifact.bin")
    writeFileSync(file, bytes)
    const sent: string[] = []
    page.on("request", request => {
      if (request.method() !== "GET") sent.push(request.url())
    })
    await page.locator('input[type="file"]').nth(1).setInputFiles(file)
    const expected = createHash("sha256").update(bytes).digest("hex")
    await page.getByText(`sha256:${expected}`).first().waitFor({ timeout: 20_000 })
    expect(await page.getByLabel("or its digest").inputValue()).toBe(`sha256:${expected}`)
    expect(await page.getByRole("group", { name: "The same on the command line" }).innerText()).toContain(expected)
    expect(sent).toEqual([])
    expect(wrong).toEqual([])
    await close()
  })

  it("may be named by a digest in any of the ways people paste one", async () => {
    const { page, close } = await stage.open("ready", "#/verify")
    const field = page.getByLabel("or its digest")
    const go = page.getByRole("button", { name: "Verify", exact: true })
    for (const [text, fine] of [
      ["a".repeat(64), true],
      [`SHA256:${"AB".repeat(32)}`, true],
      [`sha256: ${"01234567 ".repeat(8)}`, true],
      ["a".repeat(63), false],
      [`sha512:${"a".repeat(64)}`, false],
      ["g".repeat(64), false],
    ] as const) {
      await field.fill(text)
      expect(await go.isEnabled(), text).toBe(fine)
      expect(await field.getAttribute("aria-invalid"), text).toBe(String(!fine))
    }
    await close()
  })
})

describe("verdicts", () => {
  it("are those of the Report even where its checks would say something else", async () => {
    const { page, close } = await stage.open("ready", `#/bulk?job=${"0".repeat(32)}&n=1`)
    await page.locator(".verdict-panel.proven").waitFor()
    await page.goto(stage.address("contradiction", `#/bulk?job=${"0".repeat(32)}&n=1`))
    // The scene has a Report that says failed over checks that all pass.
    await page.locator(".verdict-panel.failed").waitFor()
    expect(await page.locator(".outcome.fail").count()).toBe(0)
    expect(await page.locator("dialog .verdict-panel").innerText()).toContain("FAILED")
    await close()
  })

  it("are written nowhere in the console but where they are drawn, filtered or made up for the gallery", () => {
    const MAY = [
      "ui/app/parts/verdict-mark.tsx",
      "ui/app/screens/totals.tsx",
      "ui/app/screens/judged-grid.tsx",
      "ui/app/screens/gap-view.tsx",
    ]
    const words = new Set(["proven", "failed", "unproven"])
    const found: string[] = []
    for (const path of filesBelow("ui/app", [".ts", ".tsx"])) {
      if (MAY.includes(path) || path.startsWith("ui/app/gallery/")) continue
      const source = ts.createSourceFile(
        path,
        readText(path),
        ts.ScriptTarget.Latest,
        true,
        path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
      )
      const visit = (node: ts.Node): void => {
        // Types may name them; a value "failed" may be a state of a request, so only the other two are told apart.
        if (
          ts.isStringLiteral(node) &&
          !ts.isLiteralTypeNode(node.parent) &&
          words.has(node.text) &&
          node.text !== "failed"
        )
          found.push(`${path}: ${node.text}`)
        ts.forEachChild(node, visit)
      }
      visit(source)
    }
    expect(found).toEqual([])
  })
})

describe("the page", () => {
  it("makes no code from text, and no other policy for it: the browser holds it to that", async () => {
    const { page, wrong, close } = await stage.open("ready", "#/posture")
    await page.getByRole("heading", { level: 1, name: "Posture" }).waitFor()
    const refused = async (attempt: () => unknown): Promise<string> =>
      page.evaluate(
        `(() => { try { (${attempt.toString()})(); return "done" } catch (error) { return error.name } })()`,
      )
    expect(await refused(() => new Worker(window.location.href))).toBe("TypeError")
    expect(await refused(() => (document.createElement("div").innerHTML = "<b>x</b>"))).toBe("TypeError")
    expect(await refused(() => document.createElement("script").setAttribute("src", "./x.js"))).toBe("TypeError")
    expect(
      await refused(() =>
        (
          window as unknown as { trustedTypes: { createPolicy: (name: string, rules: object) => unknown } }
        ).trustedTypes.createPolicy("default", {}),
      ),
    ).toBe("TypeError")
    // Each attempt is told to whoever listens; nothing else was.
    expect(wrong.length).toBeGreaterThan(0)
    expect(wrong.filter(what => !/trusted|policy/i.test(what))).toEqual([])
    await close()
  })
})

describe("the gallery", () => {
  it("plays scenes for tests only: the console that is served has none of it", () => {
    const main = readFileSync(join(import.meta.dirname, "../../ui/app/main.tsx"), "utf8")
    expect(main).not.toContain("gallery")
    for (const path of filesBelow("ui/app", [".ts", ".tsx"]))
      if (!path.startsWith("ui/app/gallery/")) expect(readText(path), path).not.toMatch(/from "\.\.?\/gallery\//)
  })
})
