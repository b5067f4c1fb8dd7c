/**
 * No socket: the whole corpus run, in child processes, opens no internet socket. Watched by strace; where tracing is
 * refused the run must pass in a network namespace without interfaces; where neither is to be had this test fails,
 * for a claim that nobody checked is no claim.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { shared } from "../support/shared.ts"

const RUN = new URL("../support/corpus-run.ts", import.meta.url).pathname
const TIMEOUT_MS = 300_000

let directory = ""
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "stella-no-socket-"))
})
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

function run(command: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const child = spawnSync(command, args, { encoding: "utf8", timeout: TIMEOUT_MS })
  return { status: child.status, stdout: child.stdout, stderr: child.stderr }
}

/** The run must have judged something, or the absence of sockets says nothing. */
function judgedEnough(stdout: string): void {
  const { judged, proven } = JSON.parse(stdout) as { judged: number; proven: number }
  expect(judged).toBeGreaterThanOrEqual(shared === undefined ? 1 : 700)
  expect(proven).toBeGreaterThanOrEqual(shared === undefined ? 1 : 650)
}

/** Lines of a trace that name an internet address family. */
function internetCalls(trace: string): string[] {
  return trace.split("\n").filter(line => /AF_INET6?|PF_INET6?|sa_family=(2|10)\b/.test(line))
}

test("the trace reader sees a socket where there is one", () => {
  const trace = join(directory, "positive")
  const program = "require('node:net').connect(9, '127.0.0.1').on('error', () => {})"
  const traced = run("strace", ["-f", "-o", trace, "-e", "trace=network", process.execPath, "-e", program])
  if (traced.status === 0) expect(internetCalls(readFileSync(trace, "utf8")).length).toBeGreaterThan(0)
  else expect(run("unshare", ["-n", "true"]).status, "neither strace nor unshare works here").toBe(0)
})

test(
  "the whole corpus run opens no internet socket",
  () => {
    const trace = join(directory, "trace")
    const traced = run("strace", ["-f", "-o", trace, "-e", "trace=network", process.execPath, RUN])
    if (traced.status === 0) {
      judgedEnough(traced.stdout)
      expect(internetCalls(readFileSync(trace, "utf8"))).toEqual([])
      return
    }
    const sealed = run("unshare", ["-n", process.execPath, RUN])
    expect(sealed.status, `strace: ${traced.stderr}\nunshare: ${sealed.stderr}`).toBe(0)
    judgedEnough(sealed.stdout)
  },
  TIMEOUT_MS,
)
