/** Stores and real processes: one owner, kill -9 while committing, and death at LevelDB's own system calls. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect, it, onTestFinished } from "vitest"
import { fsckStore } from "../../appliance/store/fsck.ts"
import { openSite } from "../../appliance/store/site.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { evidenceOf, realPorts, sha256, temporaryDirectory } from "../support/store.ts"

const PROGRAM = fileURLToPath(new URL("programs/commit-forever.ts", import.meta.url))
const SLOW = process.env["SLOW"] !== undefined

function start(parent: string): { child: ChildProcess; lines: AsyncIterator<string> } {
  const child = spawn(process.execPath, [PROGRAM, join(parent, "site"), join(parent, "state")], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  onTestFinished(() => {
    child.kill("SIGKILL")
  })
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

/** The site after a death: at the last acknowledged commit or the one after it, whole, and free of damage. */
async function inspect(parent: string, acknowledged: number): Promise<number> {
  const directory = join(parent, "site")
  const site = unwrap(await openSite(directory, realPorts(parent)))
  const { commitNumber } = site
  expect([acknowledged, acknowledged + 1]).toContain(commitNumber)
  for (let commit = 2; commit <= commitNumber; commit++) {
    for (const n of [1, 2, 3]) {
      const { bytes } = evidenceOf(3 * commit + n, 2000)
      expect(unwrap(await site.evidence.get(sha256(bytes))).bytes).toEqual(bytes)
    }
  }
  // Nothing of a commit that did not happen shows.
  expect(unwrap(await site.evidence.list({ limit: 100_000 })).items).toHaveLength(3 * (commitNumber - 1))
  expect(unwrap(await site.audit.verify()).n).toBe(commitNumber)
  await site.close()
  for await (const event of fsckStore(directory, realPorts(parent))) expect(event.type).not.toBe("damage")
  return commitNumber
}

describe("two processes", () => {
  it("cannot own one store, and the lock dies with its owner", async () => {
    const parent = await temporaryDirectory()
    const { child, lines } = start(parent)
    await lines.next()
    const second = await openSite(join(parent, "site"), realPorts(parent))
    expect(second).toMatchObject({ ok: false, error: { code: "STORE_LOCKED" } })
    const events = []
    for await (const event of fsckStore(join(parent, "site"), realPorts(parent))) events.push(event)
    expect(events).toMatchObject([
      { type: "damage", code: "STORE_LOCKED" },
      { type: "summary", damaged: 1 },
    ])
    child.kill("SIGKILL")
    await once(child, "exit")
    await unwrap(await openSite(join(parent, "site"), realPorts(parent))).close()
  })
})

describe("kill -9 while committing", () => {
  it("loses nothing that was acknowledged and leaves nothing half-done", async () => {
    const parent = await temporaryDirectory()
    let last = 1
    for (const commits of SLOW ? [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144] : [0, 2, 7]) {
      const { child, lines } = start(parent)
      for (let i = 0; i <= commits; i++) last = Number((await lines.next()).value)
      child.kill("SIGKILL")
      // What was printed before the kill is still in the pipe.
      for (;;) {
        const next = await lines.next()
        if (next.done === true) break
        last = Number(next.value)
      }
      last = await inspect(parent, last)
    }
  })
})

/** Whether programs can be traced here, and with which words it was refused. */
function tracing(): string | undefined {
  const tried = spawnSync("strace", ["-f", "-o", "/dev/null", "true"], { encoding: "utf8" })
  if (tried.error !== undefined) return "strace is not installed"
  return tried.status === 0 ? undefined : tried.stderr.trim()
}

const refused = tracing()
if (refused !== undefined) process.stderr.write(`SKIPPED: death at LevelDB's system calls: ${refused}\n`)

const CALLS = ["fdatasync", "fsync", "rename", "unlink"] as const

function trace(parent: string, options: readonly string[]): string {
  const log = join(parent, "trace")
  const program = [process.execPath, PROGRAM, join(parent, "site"), join(parent, "state"), "2"]
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" }
  const run = spawnSync("strace", ["-f", "-qq", "-o", log, ...options, ...program], { encoding: "utf8", env })
  return run.stdout
}

describe.skipIf(refused !== undefined)("death at a system call of LevelDB or of the store", () => {
  it.each(CALLS)("%s", async name => {
    const whole = await temporaryDirectory()
    trace(whole, ["-e", `trace=${name}`])
    const count = readFileSync(join(whole, "trace"), "utf8")
      .split("\n")
      .filter(l => l.includes(`${name}(`)).length
    expect(count).toBeGreaterThan(0)
    // The first, the last and one in between, or all of them where there is time.
    const all = Array.from({ length: count }, (_, i) => i + 1)
    const chosen = SLOW ? all : [...new Set([1, Math.ceil(count / 2), count])]
    for (const when of chosen) {
      const parent = await temporaryDirectory()
      const output = trace(parent, ["-e", `trace=${name}`, "-e", `inject=${name}:signal=SIGKILL:when=${when}`])
      // Calls are counted for each thread, so a high number may not be reached by any; the first one always is.
      const killed = (await readFile(join(parent, "trace"), "utf8")).includes("killed by SIGKILL")
      expect(killed || when > 1).toBe(true)
      const acknowledged = Number(output.trim().split("\n").at(-1) ?? 0)
      const opened = await openSite(join(parent, "site"), realPorts(parent))
      if (!opened.ok) {
        expect([acknowledged, opened.error.code]).toEqual([0, "STORE_MISSING"])
        continue
      }
      await opened.value.close()
      await inspect(parent, Math.max(acknowledged, 1))
    }
  })
})
