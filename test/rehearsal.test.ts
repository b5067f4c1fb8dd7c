/** The rehearsal as `npm start` runs it, and its way with surprises. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, onTestFinished, test } from "vitest"
import { fitted, printerOn } from "../kit-scripts/rehearsal/print.ts"
import { openStage, runStep } from "../kit-scripts/rehearsal/stage.ts"

const root = join(import.meta.dirname, "..")
const folders: string[] = []
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "stella-rehearsal-test-"))
  folders.push(path)
  return path
}
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

function rehearse(...args: readonly string[]) {
  const done = spawnSync(process.execPath, [join(root, "kit-scripts/rehearsal.ts"), "--no-serve", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, TMPDIR: folder() },
  })
  return { ...done, temporary: folders.at(-1) ?? "" }
}

describe("npm start -- --no-serve", () => {
  test("ends without a surprise, within 20 seconds, and leaves nothing behind", { timeout: 120_000 }, () => {
    const { status, stdout, stderr, temporary } = rehearse()
    expect(stderr).toBe("")
    expect(stdout).not.toContain("SURPRISE")
    expect(status).toBe(0)
    const [, commands, seconds] = /^All (\d+) commands ended as they should \((\d+\.\d) s\)/m.exec(stdout) ?? []
    expect(Number(commands)).toBeGreaterThanOrEqual(16)
    expect(Number(seconds)).toBeLessThan(20)
    for (const word of ["PROVEN", "FAILED", "UNPROVEN", "SAME", "REPLAY_DIFFERS", "SPLIT_VIEW", "1 of 4", "npx stella"])
      expect(stdout).toContain(word)
    expect(stdout).not.toContain("\x1b")
    expect(readdirSync(temporary)).toEqual([])
  })

  test(
    "keeps the folder that was asked for, and takes no folder that has something in it",
    { timeout: 120_000 },
    () => {
      const kept = join(folder(), "kept")
      expect(rehearse(kept).status).toBe(0)
      expect(existsSync(join(kept, "site/store.json"))).toBe(true)
      const again = rehearse(kept)
      expect(again.status).toBe(2)
      expect(again.stderr).toContain("is not empty")
      expect(again.stdout).toBe("")
    },
  )
})

describe("the end of npm start", () => {
  test(
    "is the console of the site, and a login that works once, until it is stopped",
    { timeout: 120_000 },
    async () => {
      const temporary = folder()
      const child = spawn(process.execPath, [join(root, "kit-scripts/rehearsal.ts")], {
        cwd: root,
        env: { ...process.env, TMPDIR: temporary },
        stdio: ["ignore", "pipe", "inherit"],
      })
      onTestFinished(() => void child.kill("SIGTERM"))
      const ended = once(child, "close")
      let text = ""
      child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part))
      await expect.poll(() => text, { timeout: 60_000, interval: 100 }).toContain("Ctrl-C ends it.")
      const url = /address +(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(text)?.[1] ?? ""
      const code = /one-time login +(\S+) /.exec(text)?.[1] ?? ""
      const page = await fetch(url)
      expect([page.status, page.headers.get("content-type")]).toEqual([
        200,
        expect.stringContaining("text/html") as string,
      ])
      const body = JSON.stringify({ v: 1, code })
      const headers = { "content-type": "application/json" }
      const logIn = async () => fetch(`${url}api/v1/session`, { method: "POST", headers, body })
      const session = (await (await logIn()).json()) as { token: string; operator: { name: string } }
      expect(session.operator.name).toBe("kim")
      const asked = await fetch(`${url}api/v1/attest/list`, { headers: { authorization: `Bearer ${session.token}` } })
      expect((await asked.text()).trimEnd().split("\n").at(-1)).toContain('"total":6')
      expect((await logIn()).status).toBe(401)
      child.kill("SIGTERM")
      expect(await ended).toEqual([0, null])
      expect(readdirSync(temporary)).toEqual([])
    },
  )
})

describe("a step", () => {
  async function played(line: string, more: { exit?: number; shows?: readonly RegExp[] } = {}) {
    let text = ""
    const print = printerOn(part => (text += part), false)
    const stage = openStage(folder(), { WORD: "word" })
    const keep = (): boolean => false
    const surprises = await runStep({ title: "A step", commands: [{ line, keep, ...more }] }, 1, stage, print)
    return { text, surprises }
  }

  test("that comes to what it should is no surprise", async () => {
    const { surprises, text } = await played('echo "$WORD" && exit 3', { exit: 3, shows: [/^word$/m] })
    expect(surprises).toEqual([])
    expect(text).toContain("exit 3")
    expect(text).not.toContain("    word\n")
  })

  test("with another exit status is a surprise, and everything that came out is shown", async () => {
    const { surprises, text } = await played("echo out; echo err >&2; false")
    expect(surprises).toEqual(["`echo out; echo err >&2; false` ended with 1, not with 0"])
    expect(text).toContain("    out\n    err\n")
    expect(text).toContain("SURPRISE")
  })

  test("with other output is a surprise", async () => {
    const { surprises } = await played("stella --version", { shows: [/^stella \d/m, /unlikely/] })
    expect(surprises).toEqual(["`stella --version` does not show /unlikely/"])
  })

  test("keeps its state and its store to itself", async () => {
    const { text } = await played('echo "$STELLA_STATE_DIR" "$STELLA_STORE"; false')
    expect(text).toMatch(/stella-rehearsal-test-[^/]+\/\.state/)
  })
})

test("lines are fitted: digests by their ends, checks cut, sentences broken", () => {
  const digest = "0123456789abcdef".repeat(4)
  expect(fitted(`sha256:${digest}`)).toEqual(["sha256:01234567…cdef"])
  expect(fitted(`  ✓ check  ${"x".repeat(100)}`)).toEqual([`  ✓ check  ${"x".repeat(88)}…`])
  const long = Array.from({ length: 30 }, () => "word").join(" ")
  expect(fitted(long).join(" ")).toBe(long)
  expect(fitted(long).every(line => line.length <= 100)).toBe(true)
})
