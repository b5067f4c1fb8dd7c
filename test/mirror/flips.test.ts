/**
 * Five thousand flipped bytes in the files of a mirror on LevelDB: before any fsck, each answer is the one given before the
 * flip or a named refusal; and where a flip has changed what the database holds, fsck says so. In a few places LevelDB's
 * own assertions end the process instead: nothing is answered then, and such flips are counted.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "vitest"
import { makeForms, type Examined, type Flip, type FlipWork } from "../support/flips.ts"
import { shared } from "../support/shared.ts"
import { realPorts } from "../support/store.ts"

const PROGRAM = fileURLToPath(new URL("programs/flip.ts", import.meta.url))
/** How many bytes are flipped, over both forms. */
const FLIPS = process.env["SLOW"] === undefined ? 5000 : 40_000
/** Processes at a time. */
const LANES = 3
/** Of a file shorter than its share, every byte is flipped; of each at least so many. */
const LEAST = 64
const FILES = /^(\d+\.(log|ldb)|MANIFEST-\d+|CURRENT)$/

let parent: string
let work: FlipWork
let file: string

/** Positions over the files of a form, in proportion to their sizes. */
async function planOf(directory: string, form: number, count: number): Promise<Flip[]> {
  const folder = join(directory, "db")
  const names = (await readdir(folder)).filter(name => FILES.test(name)).sort()
  const sizes = await Promise.all(names.map(async name => (await stat(join(folder, name))).size))
  const total = sizes.reduce((a, b) => a + b, 0)
  return names.flatMap((name, i) => {
    const size = sizes[i] ?? 0
    const share = Math.min(size, Math.max(LEAST, Math.ceil((count * size) / total)))
    return Array.from({ length: share }, (_, n) => ({ form, name, position: Math.floor((n * size) / share) }))
  })
}

beforeAll(async () => {
  if (shared === undefined) return
  parent = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "stella-flips-"))
  const made = await makeForms(parent, realPorts(parent))
  const plans = await Promise.all(made.forms.map(({ directory }, i) => planOf(directory, i, FLIPS / 2)))
  work = { parent, ...made, plan: plans.flat() }
  file = join(parent, "work.json")
  await writeFile(file, JSON.stringify(work))
  return () => rm(parent, { recursive: true, force: true })
})

type Line = Examined & { readonly i: number }

/** Every n-th flip from the first on, process after process where LevelDB ends one. */
async function lane(first: number): Promise<{ lines: Line[]; ended: number[] }> {
  const lines: Line[] = []
  const ended: number[] = []
  for (let next = first; next < work.plan.length;) {
    const child = spawn(process.execPath, [PROGRAM, file, String(next), String(LANES)], {
      stdio: ["ignore", "pipe", "pipe"],
    })
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")])
    const some = out.split("\n").filter(line => line !== "")
    lines.push(...some.map(line => JSON.parse(line) as Line))
    next += some.length * LANES
    if (child.exitCode === 0) break
    // Any other end is a failure of this test, and its text says which.
    expect(err).toMatch(/leveldb.*Assertion/)
    expect(child.signalCode).toBe("SIGABRT")
    ended.push(next)
    next += LANES
  }
  return { lines, ended }
}

describe.skipIf(!shared)("a mirror with a flipped byte", () => {
  it(`gives no wrong answer, ${FLIPS} times, and fsck finds what has changed`, async () => {
    expect(work.plan.length).toBeGreaterThanOrEqual(FLIPS)
    const kinds = new Set(work.plan.map(({ name }) => name.replace(/[0-9-]/g, "")))
    expect([...kinds].sort()).toEqual([".ldb", ".log", "CURRENT", "MANIFEST"])
    const lanes = await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)))
    const lines = lanes.flatMap(one => one.lines)
    const ended = lanes.flatMap(one => one.ended)
    expect(lines.length + ended.length).toBe(work.plan.length)
    const where = ({ i }: Line): unknown => work.plan[i]
    expect(lines.filter(line => line.wrong.length > 0).map(where)).toEqual([])
    expect(lines.filter(line => (line.isRefused || line.isChanged) && line.damage === 0).map(where)).toEqual([])
    // Most bytes matter: a test that damages nothing would show nothing.
    expect(lines.filter(line => line.isRefused).length).toBeGreaterThan(FLIPS / 4)
    expect(lines.filter(line => line.isChanged).length).toBeGreaterThan(FLIPS / 4)
    // LevelDB asserts few things about what it reads; were it many, the answers would not be ours.
    expect(ended.length).toBeLessThan(FLIPS / 100)
    process.stdout.write(`flips: ${work.plan.length}, ended by LevelDB: ${ended.length}\n`)
  }, 900_000)
})
