/**
 * A damaged store never gives a wrong answer: each one is right, or is refused with STORE_CORRUPT, and fsck then finds
 * the damage. LevelDB itself returns a flipped byte of a table as data and drops damaged records of its log in silence.
 */
import { cp, mkdtemp, open, readdir, readFile, rm, stat, truncate, unlink } from "node:fs/promises"
import { join } from "node:path"
import { beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { tmpdir } from "node:os"
import { openSite, type SitePorts } from "../../appliance/store/site.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { databaseFolder, examine, makeFullSite, rightAnswers } from "../support/full-site.ts"
import { realPorts, temporaryDirectory } from "../support/store.ts"

const SLOW = process.env["SLOW"] !== undefined

/** The same site with its rows in LevelDB's log, and with its rows in a table. */
const FORMS = ["log", "table"] as const
type Form = (typeof FORMS)[number]

let parent: string
let ports: SitePorts
let right: ReadonlyMap<string, string>
const original = (form: Form) => join(parent, form)

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "stella-corruption-"))
  ports = realPorts(parent)
  await makeFullSite(original("log"), ports)
  await cp(original("log"), original("table"), { recursive: true })
  // Opening turns what is in the log into a table.
  right = await rightAnswers(original("table"), ports)
  return () => rm(parent, { recursive: true })
})

async function copyOf(form: Form): Promise<string> {
  const directory = await temporaryDirectory()
  await cp(original(form), directory, { recursive: true })
  return directory
}

async function filesOf(form: Form, pattern: RegExp): Promise<string[]> {
  return (await readdir(databaseFolder(original(form)))).filter(name => pattern.test(name)).sort()
}

async function flip(path: string, position: number, mask: number): Promise<void> {
  await using file = await open(path, "r+")
  const byte = new Uint8Array(1)
  await file.read(byte, 0, 1, position)
  await file.write(Uint8Array.of((byte[0] ?? 0) ^ mask), 0, 1, position)
}

describe.each(FORMS)("a site whose rows are in a %s", form => {
  it("is intact to begin with", async () => {
    const directory = await copyOf(form)
    expect(await examine(directory, ports, right)).toEqual({ wrong: [], refused: [], damage: [] })
    const names = await filesOf(form, form === "log" ? /\.log$/ : /\.ldb$/)
    const sizes = await Promise.all(
      names.map(async name => (await stat(join(databaseFolder(original(form)), name))).size),
    )
    expect(Math.max(...sizes)).toBeGreaterThan(8000)
  })

  it("with a flipped byte anywhere gives no wrong answer, and fsck finds what was refused", async () => {
    const work = join(parent, `flips-${form}`)
    onTestFinished(() => rm(work, { recursive: true, force: true }))
    let refusals = 0
    let flips = 0
    for (const name of await filesOf(form, /^(\d+\.(log|ldb)|MANIFEST-\d+|CURRENT)$/)) {
      const { size } = await stat(join(databaseFolder(original(form)), name))
      const step = Math.max(1, Math.floor(size / (SLOW ? 3000 : 120)))
      for (let position = 0; position < size; position += step) {
        await rm(work, { recursive: true, force: true })
        await cp(original(form), work, { recursive: true })
        await flip(join(databaseFolder(work), name), position, position % 2 === 0 ? 0x01 : 0x80)
        const { wrong, refused, damage } = await examine(work, ports, right)
        expect([name, position, wrong]).toEqual([name, position, []])
        if (refused.length > 0) {
          refusals++
          expect([name, position, refused, damage.length > 0]).toEqual([name, position, refused, true])
        }
        flips++
      }
    }
    expect(flips).toBeGreaterThan(100)
    // Most of the bytes matter: a test that damages nothing would show nothing.
    expect(refusals).toBeGreaterThan(flips / 3)
  }, 600_000)

  it("cut short gives no wrong answer", async () => {
    for (const name of await filesOf(form, /^(\d+\.(log|ldb)|MANIFEST-\d+|CURRENT)$/)) {
      const { size } = await stat(join(databaseFolder(original(form)), name))
      if (size === 0) continue
      for (const length of new Set([0, 1, Math.floor(size / 3), Math.floor(size / 2), size - 1])) {
        const directory = await copyOf(form)
        await truncate(join(databaseFolder(directory), name), length)
        const { wrong, refused, damage } = await examine(directory, ports, right)
        expect([name, length, wrong]).toEqual([name, length, []])
        expect([name, length, refused.length === 0 || damage.length > 0]).toEqual([name, length, true])
      }
    }
  })

  it("with a file missing gives no wrong answer", async () => {
    for (const name of await filesOf(form, /^(\d+\.(log|ldb)|MANIFEST-\d+|CURRENT)$/)) {
      const directory = await copyOf(form)
      const empty = (await stat(join(databaseFolder(directory), name))).size === 0
      await unlink(join(databaseFolder(directory), name))
      const { wrong, refused, damage } = await examine(directory, ports, right)
      expect([name, wrong]).toEqual([name, []])
      if (!empty) expect([name, refused, damage.length > 0]).toEqual([name, [expect.stringMatching(/^open: /)], true])
    }
  })

  it("without CURRENT is corrupt, and not one file is touched", async () => {
    const directory = await copyOf(form)
    const folder = databaseFolder(directory)
    const current = await readFile(join(folder, "CURRENT"))
    await unlink(join(folder, "CURRENT"))
    const before = await Promise.all(
      (await readdir(folder)).sort().map(async n => [n, await readFile(join(folder, n))]),
    )
    expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
    const after = await Promise.all((await readdir(folder)).sort().map(async n => [n, await readFile(join(folder, n))]))
    expect(after).toEqual(before)
    // Nothing is lost: with the file back the site is whole.
    await using file = await open(join(folder, "CURRENT"), "w")
    await file.writeFile(current)
    await unwrap(await openSite(directory, ports)).close()
    expect(await examine(directory, ports, right)).toEqual({ wrong: [], refused: [], damage: [] })
  })
})
