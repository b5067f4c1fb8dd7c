/**
 * The command line as a client of the service gives the same bytes as without it: standard output, standard error and
 * exit status of every operation, in text and in JSON, and the same site afterwards.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { execFileSync } from "node:child_process"
import { createHash, generateKeyPairSync } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ISSUER, SIGNER } from "../../kit-scripts/vectors/evidence/world.ts"
import { NOT_ROUTED } from "../../ui/contract/routes.ts"
import { OPERATIONS, type OperationName } from "../../ui/contract/operations.ts"
import { root } from "../support/tree.ts"
import { ServiceProcess, stella } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-parity-"))
const base = join(folder, "base")
const AT = "2026-11-20T10:11:09Z"
const FROZEN = { frozen: true }
const sha256 = (path: string): string =>
  createHash("sha256")
    .update(readFileSync(join(base, path)))
    .digest("hex")
const identity = ["--certificate-identity", SIGNER.value, "--certificate-oidc-issuer", ISSUER]

/** Commands of each operation: good ones, failing ones, and ones about files that are not there. */
let cases: Readonly<Record<OperationName, readonly (readonly string[])[]>>

beforeAll(async () => {
  mkdirSync(base)
  execFileSync(process.execPath, [join(root, "test/support/make-logged.ts"), base])
  mkdirSync(join(base, "tree/sub"), { recursive: true })
  cpSync(join(base, "artifact"), join(base, "tree/artifact"))
  cpSync(join(base, "bundle.json"), join(base, "tree/artifact.sigstore.json"))
  cpSync(join(base, "bundle.json"), join(base, "tree/sub/other.sigstore.json"))
  const bundle = readFileSync(join(base, "bundle.json"), "utf8")
  writeFileSync(join(base, "many.jsonl"), `${bundle}\n\nnot json\n${bundle}\n`)
  writeFileSync(
    join(base, "expected.csv"),
    `name,digest,predicate\napp,sha256:${sha256("artifact")},\nother,sha256:${"0".repeat(64)},\n`,
  )
  const [kim, rita] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ec", { namedCurve: "P-256" })]
  writeFileSync(join(base, "kim.pub"), kim.publicKey.export({ format: "pem", type: "spki" }))
  writeFileSync(join(base, "rita.der"), rita.publicKey.export({ format: "der", type: "spki" }))
  const run = async (...args: string[]): Promise<void> => {
    const { status, stderr } = await stella(base, args, FROZEN)
    if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr}`)
  }
  await run("init", "site")
  await run("trust", "import", "root.json", "--sha256", sha256("root.json"), "--store", "site")
  await run("attest", "import", "bundle.json", "--store", "site")
  await run("mirror", "ingest", "log", "--store", "site")
  await run(
    "attest",
    "verify",
    "artifact",
    "--store",
    "site",
    "--policy",
    "policy.json",
    "--save-case",
    "case",
    "--at",
    AT,
  )
  const evidence = `sha256:${sha256("bundle.json")}`
  const [log] = readFileSync(join(base, "log/checkpoint"), "utf8").split("\n")
  const origin = log ?? ""
  const store = ["--store", "site"]
  cases = {
    init: [
      ["init", "elsewhere"],
      ["init", "site"],
    ],
    status: [
      ["status", ...store],
      ["status", ...store, "--json"],
    ],
    "attest.verify": [
      ["attest", "verify", "artifact", ...store, "--policy", "policy.json"],
      ["attest", "verify", "artifact", ...store, "--policy", "policy.json", "--json", "--save-case", "kept"],
      ["attest", "verify", "artifact", "--bundle", "bundle.json", ...identity, ...store],
      ["attest", "verify", "tree", ...store, ...identity, "--json"],
      ["attest", "verify", "--bundle", "many.jsonl", ...store, "--json"],
      ["attest", "verify", ...store],
      ["attest", "verify", "missing", `sha256:${"0".repeat(64)}`, "log", ...store],
      ["attest", "verify", "artifact", "--bundle", "missing.json", ...store],
      ["attest", "verify", "artifact", "--policy", "log", ...store],
      ["attest", "verify", "artifact", "--save-case", "case", ...store],
      ["attest", "verify", "artifact", "--trusted-root", "missing", ...store],
    ],
    "attest.inspect": [
      ["attest", "inspect", "bundle.json", ...store],
      ["attest", "inspect", evidence, ...store, "--json"],
      ["attest", "inspect", "missing.json", ...store],
      ["attest", "inspect", "artifact", ...store],
    ],
    "attest.list": [
      ["attest", "list", ...store],
      ["attest", "list", ...store, "--json", "--subject", `sha256:${sha256("artifact")}`],
    ],
    "attest.fetch": [
      ["attest", "fetch", evidence, ...store],
      ["attest", "fetch", evidence, ...store, "--json"],
      ["attest", "fetch", evidence, "--out", "fetched", ...store],
      ["attest", "fetch", evidence, "--out", "artifact", ...store],
      ["attest", "fetch", `sha256:${"0".repeat(64)}`, ...store],
    ],
    "attest.replay": [
      ["attest", "replay", "case", ...store],
      ["attest", "replay", "case", ...store, "--json"],
      ["attest", "replay", "log", ...store],
    ],
    "attest.import": [
      ["attest", "import", "many.jsonl", "tree", "missing", ...store],
      ["attest", "import", "artifact", ...store, "--json"],
    ],
    "trust.show": [
      ["trust", "show", ...store],
      ["trust", "show", "--trusted-root", "root.json", ...store, "--json"],
    ],
    "trust.import": [
      ["trust", "import", "root.json", "--sha256", sha256("root.json"), ...store],
      ["trust", "import", "root.json", "--sha256", "0".repeat(64), ...store, "--json"],
      ["trust", "import", "tree", ...store],
    ],
    "trust.status": [
      ["trust", "status", ...store],
      ["trust", "status", ...store, "--json"],
    ],
    "mirror.ingest": [
      ["mirror", "ingest", "log", ...store, "--json"],
      ["mirror", "ingest", "tree", ...store],
      ["mirror", "ingest", "missing", ...store],
    ],
    "mirror.head": [
      ["mirror", "head", ...store],
      ["mirror", "head", "nobody", ...store, "--json"],
    ],
    "mirror.prove": [
      ["mirror", "prove", origin, "--index", "0", ...store, "--json"],
      ["mirror", "prove", origin, "--index", "999", ...store],
    ],
    "mirror.find": [
      ["mirror", "find", origin, "--leaf", "0".repeat(64), ...store, "--json"],
      ["mirror", "find", origin, "--issuer", "https://nobody.example", "--limit", "1", ...store],
      ["mirror", "find", origin, ...store],
    ],
    "mirror.fsck": [
      ["mirror", "fsck", ...store],
      ["mirror", "fsck", ...store, "--json"],
    ],
    "gap.report": [
      ["gap", "report", "tree", "--expect", "expected.csv", ...store, "--policy", "policy.json"],
      ["gap", "report", "--expect", "expected.csv", ...store, "--json", "--save-report", "gaps.json"],
      ["gap", "report", "--expect", "artifact", ...store],
    ],
    "audit.list": [
      ["audit", "list", ...store],
      ["audit", "list", ...store, "--json", "--operation", "attest.import", "--limit", "1"],
      ["audit", "list", ...store, "--actor", "nobody", "--since", AT],
    ],
    "audit.verify": [
      ["audit", "verify", ...store],
      ["audit", "verify", ...store, "--json"],
    ],
    // A key that is made is another one each time; what can be compared are refusals.
    "operator.key": [
      ["operator", "key", "kim.pub", "--passphrase-file", "missing"],
      ["operator", "key", "new.key", "--json"],
    ],
    "operator.add": [
      ["operator", "add", "kim", "--role", "administrator", "--public-key", "kim.pub", ...store],
      [
        "operator",
        "add",
        "rita",
        "--role",
        "auditor",
        "--role",
        "operator",
        "--public-key",
        "rita.der",
        ...store,
        "--json",
      ],
      ["operator", "add", "kim", "--role", "auditor", "--public-key", "root.json", ...store],
      ["operator", "add", "lee", "--role", "auditor", "--public-key", "kim.pub", ...store, "--json"],
      ["operator", "add", "lee", "--role", "auditor", "--public-key", "missing.pub", ...store],
    ],
    "operator.list": [
      ["operator", "list", ...store],
      ["operator", "list", ...store, "--json"],
    ],
    "operator.disable": [
      ["operator", "disable", "rita", ...store],
      ["operator", "disable", "rita", ...store, "--json"],
      ["operator", "disable", "kim", ...store],
    ],
    "conformance.verify-bundle": [
      ["conformance", "verify-bundle", "--bundle", "bundle.json", "--trusted-root", "root.json", "artifact"],
    ],
  }
}, 120_000)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Digests of the files of a folder; of a site, and of the user's own state, only their names. */
function filesIn(place: string): Record<string, string> {
  const out: Record<string, string> = {}
  for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(place.length + 1)
    if (!entry.isFile() || /^(site|elsewhere|\.home|\.state)\//.test(name)) continue
    out[name] = createHash("sha256").update(readFileSync(path)).digest("hex")
  }
  return out
}

const TESTED = OPERATIONS.map(({ name }) => name)

describe("the command line asks the service", () => {
  // Two copies of one place: in one the commands run by themselves, in the other a service owns the site.
  const here = join(folder, "here")
  const there = join(folder, "there")
  let service: ServiceProcess
  let asked = 0

  beforeAll(async () => {
    for (const place of [here, there]) cpSync(base, place, { recursive: true })
    // Here, too, a service has begun; being killed, it leaves a socket at which nobody answers, and no second record.
    await (await ServiceProcess.start(here, ["--store", "site"], FROZEN)).stop("SIGKILL")
    service = await ServiceProcess.start(there, ["--store", "site"], FROZEN)
  }, 60_000)
  afterAll(async () => {
    await service.stop()
  })

  it("with a case for every operation", () => {
    expect(Object.keys(cases).sort()).toEqual([...TESTED].sort())
  })

  for (const name of TESTED)
    it(`${name} gives the same bytes`, { timeout: 60_000 }, async () => {
      for (const args of cases[name]) {
        const [alone, through] = await Promise.all([stella(here, args, FROZEN), stella(there, args, FROZEN)])
        const shown = args.join(" ")
        expect(through.stdout.toString(), shown).toBe(alone.stdout.toString())
        expect(through.stderr, shown).toBe(alone.stderr)
        expect(through.status, shown).toBe(alone.status)
        expect(through.stderr, shown).not.toContain("SERVICE_UNAVAILABLE")
        if (NOT_ROUTED[name] === undefined && name !== "conformance.verify-bundle") asked++
      }
    })

  it("and every one of them was answered by it; the files written and the store's newest commit are the same", async () => {
    const head = (place: string) => readFileSync(join(place, "site/HEAD"), "utf8")
    expect(head(there)).toBe(head(here))
    expect(await service.stop()).toBe(0)
    expect(service.log.split("\n").filter(line => line.includes('"answered"'))).toHaveLength(asked)
    expect(filesIn(there)).toEqual(filesIn(here))
    expect(existsSync(join(there, "site/service.sock"))).toBe(false)
  })
})
