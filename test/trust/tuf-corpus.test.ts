/** The repositories of sigstore as they were published, and what a sealed site meets when they grow old. */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { nodeFiles } from "../../appliance/operations/files.node.ts"
import { builtinTufRoot } from "../../appliance/trust/builtin-root.node.ts"
import { verifyTufRepository, type TufStart } from "../../appliance/trust/tuf-client.ts"
import { tufDirectory } from "../../appliance/trust/tuf-directory.ts"
import { trustFromTuf } from "../../appliance/trust/tuf-import.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()
let folder = ""
const publicGood = () => join(folder, "_tuf/sigstore-root-signing")
const staging = () => join(folder, "_tuf/sigstore-staging-python-fixture")
const history = () => join(publicGood(), "metadata/root_history")

async function verify(directory: string, start: TufStart, at: string) {
  const source = unwrap(await tufDirectory(directory, nodeFiles))
  return verifyTufRepository(source, { start, at: new Date(at), target: "trusted_root.json" }, crypto)
}

async function code(directory: string, start: TufStart, at: string): Promise<string> {
  const result = await verify(directory, start, at)
  return result.ok ? "ok" : result.error.code
}

function pin(path: string): TufStart {
  return { kind: "pinned", root: new Uint8Array(readFileSync(path)) }
}

/** A copy of a repository to break. */
function copy(of: string): string {
  const to = mkdtempSync(join(folder, "copy-"))
  cpSync(of, to, { recursive: true })
  return to
}

describe.skipIf(!shared)("the public-good repository", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "stella-tuf-"))
    execFileSync("tar", ["-xzf", join(shared ?? "", "corpus/_tuf.tar.gz"), "-C", folder])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const FRESH = "2026-08-25T00:00:00Z"

  it("is verified from every root it ever had", async () => {
    const expected = readFileSync(join(shared ?? "", "corpus/_roots/public-good.trusted_root.json"))
    for (let version = 1; version <= 15; version++) {
      const update = unwrap(await verify(publicGood(), pin(join(history(), `${String(version)}.root.json`)), FRESH))
      expect(Buffer.from(update.target).equals(expected)).toBe(true)
      expect(update.roles).toEqual({
        root: { version: 15, expires: "2026-11-20T13:58:18Z" },
        timestamp: { version: 762, expires: "2026-08-28T19:25:56Z" },
        snapshot: { version: 165, expires: "2036-05-15T08:09:16Z" },
        targets: { version: 14, expires: "2036-05-09T09:00:52Z" },
      })
    }
  })

  it("becomes trust with the expiry of its root", async () => {
    const source = unwrap(await tufDirectory(publicGood(), nodeFiles))
    const start = pin(join(history(), "10.root.json"))
    const { loaded } = unwrap(await trustFromTuf(source, { start, at: new Date(FRESH) }, crypto))
    expect(loaded.trust).toMatchObject({ basis: "tuf", takenAt: FRESH, expires: "2026-11-20T13:58:18Z" })
    expect(loaded.trust.roots).toHaveLength(1)
    expect(loaded.blobs.size).toBe(2)
  })

  it("expires with its timestamp, and later with its root", async () => {
    const start = pin(join(history(), "1.root.json"))
    expect(await code(publicGood(), start, "2026-08-28T19:25:55Z")).toBe("ok")
    const stale = await verify(publicGood(), start, "2026-08-28T19:25:56Z")
    expect(stale.ok ? {} : stale.error).toMatchObject({ code: "TRUST_EXPIRED", detail: { role: "timestamp" } })
    const old = await verify(publicGood(), start, "2026-11-20T13:58:18Z")
    expect(old.ok ? {} : old.error).toMatchObject({ code: "TRUST_EXPIRED", detail: { role: "root", version: 15 } })
  })

  it("leads to the built-in root", async () => {
    const later = copy(publicGood())
    writeFileSync(join(later, "metadata/root_history/16.root.json"), await builtinTufRoot(crypto))
    const update = unwrap(await verify(later, pin(join(history(), "1.root.json")), FRESH))
    expect(update.roles.root).toEqual({ version: 16, expires: "2027-04-22T19:27:31Z" })
  })

  it("is refused from a root that is not its own", async () => {
    const root = pin(join(shared ?? "", "corpus/_roots/github.tuf_root.json"))
    expect(await code(publicGood(), root, "2025-01-01T00:00:00Z")).not.toBe("ok")
  })

  it("is refused after any of its files was altered or lost", async () => {
    const start = pin(join(history(), "12.root.json"))
    const root15 = "metadata/root_history/15.root.json"
    const files = [
      "metadata/timestamp.json",
      "metadata/snapshot.json",
      "metadata/targets.json",
      "targets/trusted_root.json",
    ]
    for (const name of [...files, root15]) {
      const broken = copy(publicGood())
      const path = join(broken, name)
      const text = readFileSync(path, "utf8")
      writeFileSync(
        path,
        text.replace(/"version": ?\d+|"start": ?"20/, m => m.replace(/\d/, d => (d === "9" ? "8" : "9"))),
      )
      expect(readFileSync(path, "utf8")).not.toBe(text)
      expect(await code(broken, start, FRESH), name).toBe("TRUST_UNVERIFIED")
      if (name === root15) continue // without it the chain ends at 14, which had expired by then
      rmSync(path)
      expect(await code(broken, start, FRESH), name).toBe("TRUST_MISSING")
    }
    const cut = copy(publicGood())
    rmSync(join(cut, root15))
    expect(await code(cut, start, FRESH)).toBe("TRUST_EXPIRED")
  })

  it("is refused when it is older than what was seen", async () => {
    const first = unwrap(await verify(publicGood(), pin(join(history(), "1.root.json")), FRESH))
    expect(await code(publicGood(), { kind: "state", state: first.state }, FRESH)).toBe("ok")
    const newer = { ...first.state, timestamp: 763 }
    expect(await code(publicGood(), { kind: "state", state: newer }, FRESH)).toBe("TRUST_ROLLBACK")
  })

  it("is read under the names it is served by", async () => {
    const served = mkdtempSync(join(folder, "served-"))
    cpSync(history(), served, { recursive: true })
    const metadata = join(publicGood(), "metadata")
    cpSync(join(metadata, "timestamp.json"), join(served, "timestamp.json"))
    cpSync(join(metadata, "snapshot.json"), join(served, "165.snapshot.json"))
    cpSync(join(metadata, "targets.json"), join(served, "14.targets.json"))
    const hash = "6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66"
    cpSync(join(publicGood(), "targets/trusted_root.json"), join(served, `targets/${hash}.trusted_root.json`))
    expect(await code(served, pin(join(history(), "5.root.json")), FRESH)).toBe("ok")
  })

  it("is no folder", async () => {
    for (const path of [join(folder, "nothing"), join(history(), "1.root.json")]) {
      const source = await tufDirectory(path, nodeFiles)
      expect(source.ok ? "ok" : source.error.code).toBe("TRUST_MISSING")
    }
  })
})

describe.skipIf(!shared)("the staging fixture", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "stella-tuf-"))
    execFileSync("tar", ["-xzf", join(shared ?? "", "corpus/_tuf.tar.gz"), "-C", folder])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const root = () => pin(join(shared ?? "", "corpus/_roots/staging.tuf_root.json"))

  it("was good before it expired, and is refused by name afterwards", async () => {
    expect(existsSync(join(staging(), "17.targets.json"))).toBe(true)
    const update = unwrap(await verify(staging(), root(), "2025-07-29T13:28:43Z"))
    expect(update.roles.timestamp).toEqual({ version: 353, expires: "2025-07-29T13:28:44Z" })
    expect(update.roles.targets.version).toBe(17)
    const stale = await verify(staging(), root(), "2025-07-29T13:28:44Z")
    expect(stale.ok ? {} : stale.error).toMatchObject({ code: "TRUST_EXPIRED", detail: { role: "timestamp" } })
    const old = await verify(staging(), root(), "2026-11-20T00:00:00Z")
    expect(old.ok ? {} : old.error).toMatchObject({ code: "TRUST_EXPIRED", detail: { role: "root", version: 14 } })
  })

  it("lacks its target under the hash and the plain name", async () => {
    const broken = copy(staging())
    const name = "ed6a9cf4e7c2e3297a4b5974fce0d17132f03c63512029d7aa3a402b43acab49.trusted_root.json"
    renameSync(join(broken, "targets", name), join(broken, "targets/another.json"))
    expect(await code(broken, root(), "2025-07-01T00:00:00Z")).toBe("TRUST_MISSING")
  })
})
