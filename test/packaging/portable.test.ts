/** The portable tar: the same bytes on repeat, and a program that runs where there is no Node and no network. */
import { createHash, generateKeyPairSync, sign } from "node:crypto"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createEnvelope, pae } from "../../src/index.ts"
import { readText, root } from "../support/tree.ts"
import { run, type Ended } from "./commands.ts"

const version = (JSON.parse(readText("package.json")) as { readonly version: string }).version
const name = `stella-attestor-${version}-linux-x64`
// A blank in the path: whoever unpacks the tar chooses the folder.
const folder = mkdtempSync(join(tmpdir(), "stella portable "))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const build = (out: string) => run(process.execPath, [join(root, "packaging/portable-tar.ts"), out], { cwd: root })
const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex")
const tar = join(folder, `${name}.tar.gz`)

beforeAll(async () => {
  const built = await build(folder)
  expect(built.exit, built.stderr).toBe(0)
  expect(built.stdout.trim()).toBe(tar)
  const unpacked = await run("tar", ["-xzf", tar, "-C", folder], { cwd: folder })
  expect(unpacked.exit, unpacked.stderr).toBe(0)
}, 300_000)

/** Writes an artifact, evidence that is really about it, and the key. */
function writeEvidence(): void {
  const artifact = Buffer.from("what is installed")
  const subject = [{ name: "app.bin", digest: { sha256: createHash("sha256").update(artifact).digest("hex") } }]
  const predicateType = "https://slsa.dev/provenance/v1"
  const statement = { _type: "https://in-toto.io/Statement/v1", subject, predicateType, predicate: {} }
  const payload = Buffer.from(JSON.stringify(statement))
  const type = "application/vnd.in-toto+json"
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  writeFileSync(join(folder, "app.bin"), artifact)
  writeFileSync(join(folder, "other.bin"), "something else")
  writeFileSync(
    join(folder, "app.dsse.json"),
    createEnvelope(type, payload, [{ sig: sign("sha256", pae(type, payload), privateKey) }]),
  )
  writeFileSync(join(folder, "signer.pem"), publicKey.export({ type: "spki", format: "pem" }))
}

/** Runs a program where there is no network interface but a loopback that is down, and no Node but the tar's own. */
function sealed(command: string, args: readonly string[]): Promise<Ended> {
  const bin = join(folder, "bin")
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, "node"), "#!/bin/sh\necho another node ran >&2\nexit 99\n", { mode: 0o755 })
  const namespace = process.getuid?.() === 0 ? ["--net"] : ["--map-root-user", "--net"]
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: join(folder, "home") }
  return run("unshare", [...namespace, "--", command, ...args], { cwd: folder, env })
}

describe("the portable tar", () => {
  it("has the same bytes when it is built again", async () => {
    const again = join(folder, "again")
    const built = await build(again)
    expect(built.exit, built.stderr).toBe(0)
    expect(sha256(join(again, basename(tar)))).toBe(sha256(tar))
    expect(readFileSync(`${tar}.sha256`, "utf8")).toBe(`${sha256(tar)}  ${name}.tar.gz\n`)
  }, 300_000)

  it("holds plain files of root in one folder, readable by all and writable by none but the owner", async () => {
    const listed = await run("tar", ["--numeric-owner", "--utc", "-tvzf", tar], { cwd: folder })
    const lines = listed.stdout.trimEnd().split("\n")
    expect(lines.length).toBeGreaterThan(100)
    for (const line of lines) {
      expect(line).toMatch(new RegExp(`^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x) 0/0 +[0-9]+ 1980-01-01 00:00 ${name}/`))
    }
    const names = lines.map(line => line.slice(line.indexOf(name)))
    expect(names.filter(path => /\/node_modules\/(typescript|vitest|eslint|esbuild)\//.test(path))).toEqual([])
    expect(names.filter(path => path.includes("/prebuilds/") && !/\/prebuilds\/(linux-x64|$)/.test(path))).toEqual([])
    expect(names).toContain(`${name}/node/bin/node`)
    expect(names).toContain(`${name}/LICENSE`)
  })
})

describe("the unpacked folder, in a network namespace without interfaces", () => {
  const stella = join(folder, name, "bin/stella")

  it("is really without a network", async () => {
    const seen = await sealed("cat", ["/proc/net/dev"])
    expect(seen.exit, seen.stderr).toBe(0)
    const interfaces = Array.from(seen.stdout.matchAll(/^ *([a-z0-9]+):/gm), m => m[1])
    expect(interfaces).toEqual(["lo"])
    expect((await sealed("cat", ["/proc/net/route"])).stdout.trimEnd().split("\n")).toHaveLength(1)
  })

  it("says its version and its help", async () => {
    expect(await sealed(stella, ["--version"])).toEqual({ exit: 0, stdout: `stella ${version}\n`, stderr: "" })
    const help = await sealed(stella, ["help"])
    expect(help.exit, help.stderr).toBe(0)
    expect(help.stdout).toContain("attest")
  })

  it("runs through a symbolic link", async () => {
    symlinkSync(stella, join(folder, "s"))
    expect((await sealed(join(folder, "s"), ["--version"])).stdout).toBe(`stella ${version}\n`)
  })

  it("makes a site on its own LevelDB", async () => {
    const site = join(folder, "site")
    const made = await sealed(stella, ["init", site])
    expect(made.exit, made.stderr).toBe(0)
    const status = await sealed(stella, ["status", "--store", site, "--json"])
    expect(JSON.parse(status.stdout)).toMatchObject({ v: 1 })
  })

  it("verifies, refuses and replays, with the bytes that the tree gives in another locale and time zone", async () => {
    writeEvidence()
    const asked = ["--bundle", "app.dsse.json", "--key", "signer.pem", "--at", "2026-01-01T00:00:00Z"]
    const proven = await sealed(stella, ["attest", "verify", "app.bin", ...asked, "--save-case", "sealed"])
    expect(proven.exit, proven.stderr).toBe(0)
    expect(proven.stdout).toMatch(/^PROVEN /)
    expect((await sealed(stella, ["attest", "replay", "sealed"])).exit).toBe(0)
    const refused = await sealed(stella, ["attest", "verify", "other.bin", ...asked])
    expect(refused.exit).toBe(14)
    expect(refused.stdout).not.toContain("PROVEN")

    const inTree = [
      join(root, "appliance/cli/stella.mjs"),
      "attest",
      "verify",
      "app.bin",
      ...asked,
      "--save-case",
      "tree",
    ]
    const env = { PATH: "/usr/bin:/bin", HOME: join(folder, "home"), TZ: "Pacific/Chatham", LC_ALL: "tr_TR.UTF-8" }
    const again = await run(process.execPath, inTree, { cwd: folder, env })
    expect(again.exit, again.stderr).toBe(0)
    const saved = (from: string) =>
      readdirSync(join(folder, from), { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => [entry.name, sha256(join(entry.parentPath, entry.name))])
        .sort()
    expect(saved("tree").length).toBeGreaterThan(4)
    expect(saved("tree")).toEqual(saved("sealed"))
  })
})
