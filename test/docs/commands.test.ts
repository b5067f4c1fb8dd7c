/** Every command and program that the documents print is run, here or by the file that the page names. */
import { afterAll, describe, expect, it } from "vitest"
import { filesBelow, readText } from "../support/tree.ts"
import { commandsOf, fencesOf, matchesShown, planOf, type Fence } from "./fences.ts"
import { openWorkspace } from "./workspace.ts"

const pages = [...filesBelow("", [".md"]).filter(path => !path.includes("/")), ...filesBelow("docs", [".md"])]
const LANGUAGES = ["sh", "text", "json", "ts"]

function shownAfter(fences: readonly Fence[], index: number): Fence | undefined {
  const next = fences[index + 1]
  return next?.language === "text" && next.mark === "output" ? next : undefined
}

/** A made-up command with a folder that may be written and digests in full. */
function madeReal(command: string): string {
  return command
    .replaceAll("/srv/stella", "./site")
    .replaceAll(/\b([0-9a-f]{4})…([0-9a-f]{4})\b/g, `$1${"0".repeat(56)}$2`)
}

for (const page of pages) {
  const fences = fencesOf(page, readText(page))
  if (fences.length === 0) continue
  describe(page, () => {
    const workspace = openWorkspace()
    afterAll(() => workspace.close())

    it("names the language of every fence", () => {
      expect(fences.filter(f => !LANGUAGES.includes(f.language)).map(f => `${f.page}:${f.line}`)).toEqual([])
    })

    fences.forEach((fence, index) => {
      if (fence.language !== "sh" && fence.language !== "ts") return
      const commands = fence.language === "ts" ? ["a program"] : commandsOf(fence.text)
      it(`line ${fence.line}: ${commands.join("; ").slice(0, 80)}`, () => {
        const plan = planOf(fence.mark)
        if (plan === undefined) return expect.fail("a comment before the fence has to say how it is run; see fences.ts")
        expect(commands.length).toBeGreaterThan(0)
        if (plan.kind === "elsewhere") {
          const texts = plan.files.map(readText)
          expect(commands.filter(command => !texts.some(text => text.includes(command)))).toEqual([])
          return
        }
        if (plan.kind === "form") {
          for (const command of commands) {
            const folders = Array.from(command.matchAll(/ ([a-z-]+)\/(?= |$)/g), m => m[1])
            // A service runs until it is told to end.
            const ended = madeReal(command).replace(/^stella serve /, "timeout --preserve-status 3 stella serve ")
            const { stderr } = workspace.run(["mkdir -p .", ...folders].join(" ") + "\n" + ended)
            expect(stderr, command).not.toMatch(/error\[(USAGE|CONFIG_INVALID|INTERNAL)\]|command not found/)
          }
          return
        }
        const done = fence.language === "ts" ? workspace.runProgram(fence.text) : workspace.run(fence.text)
        expect(done.exit, done.stderr).toBe(plan.exit)
        const shown = shownAfter(fences, index)
        if (shown !== undefined && !matchesShown(shown.text, done.stdout)) expect(done.stdout).toBe(shown.text)
      })
    })
  })
}

describe("the reader of fences", () => {
  it("finds fences, their marks and their lines", () => {
    const text =
      "a\n\n<!-- run, exit 3 -->\n\n```sh\nstella x \\\n  --y\n# why\n```\n\n<!-- old -->\nb\n```json\n{}\n```\n"
    expect(fencesOf("p.md", text)).toEqual([
      { page: "p.md", line: 5, language: "sh", mark: "run, exit 3", text: "stella x \\\n  --y\n# why" },
      { page: "p.md", line: 13, language: "json", mark: "", text: "{}" },
    ])
    expect(commandsOf("stella x \\\n  --y\n# why\n\nls")).toEqual(["stella x --y", "ls"])
  })

  it("reads marks strictly", () => {
    expect(planOf("run")).toEqual({ kind: "run", exit: 0 })
    expect(planOf("run, exit 10")).toEqual({ kind: "run", exit: 10 })
    expect(planOf("run by a, b/c")).toEqual({ kind: "elsewhere", files: ["a", "b/c"] })
    expect(planOf("run for its form")).toEqual({ kind: "form" })
    for (const mark of ["", "runs", "run exit 1", "run, exit x", "skip"]) expect(planOf(mark)).toBeUndefined()
  })

  it("compares output with its gaps", () => {
    expect(matchesShown("a …\n…\nz", "a 12\nb\nc\nz\n")).toBe(true)
    expect(matchesShown("a …\n…\nz", "a 12\nz\n")).toBe(true)
    expect(matchesShown("a (1)\nz", "a (1)\nz")).toBe(true)
    expect(matchesShown("a\nz", "a\nb\nz")).toBe(false)
    expect(matchesShown("a", "a\nz")).toBe(false)
  })

  it("runs commands in a folder of their own with stella on PATH, and stops at the first failure", () => {
    const workspace = openWorkspace()
    try {
      expect(workspace.run("stella --version").stdout).toMatch(/^stella [0-9]+\.[0-9]+\.[0-9]+\n$/)
      expect(workspace.run("pwd").stdout.trim()).toBe(workspace.folder)
      expect(workspace.run("false\necho on").exit).toBe(1)
      expect(workspace.run("false | true").exit).toBe(1)
      expect(workspace.runProgram("process.exitCode = 7 satisfies number").exit).toBe(7)
    } finally {
      workspace.close()
    }
  })
})
