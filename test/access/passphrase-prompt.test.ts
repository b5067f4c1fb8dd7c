/** The passphrase prompt on a real terminal: asked for twice, shown never, erased by backspace, stopped by Ctrl-C. */
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { root } from "../support/tree.ts"

const dir = mkdtempSync(join(tmpdir(), "stella-prompt-"))
const BIN = join(root, "appliance/cli/stella.mjs")
afterAll(() => {
  rmSync(dir, { recursive: true })
})

/** Instead of a text: the program is asked to stop. */
const STOP = Symbol("stop")

/** Runs `operator key FILE` on a terminal and types each text when its prompt has come. */
async function typeInto(
  file: string,
  typed: readonly (string | typeof STOP)[],
): Promise<{ status: number | null; screen: string }> {
  const command = `exec '${process.execPath}' '${BIN}' operator key ${file}`
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: dir,
    env: { PATH: process.env["PATH"], HOME: dir, STELLA_STATE_DIR: join(dir, "state") },
    stdio: ["pipe", "pipe", "ignore"],
  })
  let screen = ""
  let next = 0
  const prompts = ["new passphrase", "the same again"]
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString()
    const prompt = prompts[next]
    if (prompt === undefined || !screen.includes(prompt) || !screen.endsWith(": ")) return
    const text = typed[next++] ?? ""
    if (text !== STOP) child.stdin.write(text)
    else process.kill(Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim()), "SIGTERM")
  })
  const [status] = (await once(child, "close")) as [number | null]
  return { status, screen }
}

describe("the passphrase prompt", () => {
  it("takes what is typed twice, and shows nothing of it", async () => {
    const { status, screen } = await typeInto("a.key", ["correct horsx\x7fe é\x7fbattery\r", "correct horse battery\n"])
    expect(status, screen).toBe(0)
    expect(screen).not.toMatch(/correct|horse|battery/)
    execFileSync("openssl", ["pkey", "-in", join(dir, "a.key"), "-passin", "pass:correct horse battery", "-noout"])
  })

  it.each([
    ["two that differ", ["correct horse battery\r", "correct horse buttery\r"], 40, "are not the same"],
    ["nothing", ["\r", "\r"], 40, "the passphrase is empty"],
    ["Ctrl-C", ["correct\x03"], 130, "interrupted"],
    ["Ctrl-D", ["correct horse battery\r", "\x04"], 130, "interrupted"],
    ["SIGTERM", ["correct horse battery\r", STOP], 130, "interrupted"],
  ] as const)("makes no key of %s", async (_, typed, exit, says) => {
    const { status, screen } = await typeInto("b.key", typed)
    expect(status, screen).toBe(exit)
    expect(screen).toContain(says)
    expect(existsSync(join(dir, "b.key")) || existsSync(join(dir, "b.key.pub"))).toBe(false)
  })
})
