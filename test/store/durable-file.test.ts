import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { nodeDurableFiles as files } from "../../appliance/store/durable-file.node.ts"
import { joinPath, replaceFile } from "../../appliance/store/durable-files.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { temporaryDirectory } from "../support/store.ts"

describe("durable files", () => {
  it("are replaced whole, with the mode asked for, also over what a crash left", async () => {
    const directory = await temporaryDirectory()
    const path = join(directory, "HEAD")
    await replaceFile(files, directory, "HEAD", utf8("one"))
    expect((await stat(path)).mode & 0o777).toBe(0o644)
    await writeFile(`${path}.tmp`, "left by a crash")
    await replaceFile(files, directory, "HEAD", utf8("two"), 0o600)
    expect(await readFile(path, "utf8")).toBe("two")
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await files.isPrivate(path)).toBe(true)
    expect(await files.list(directory)).toEqual(["HEAD"])
  })

  it("are never written through a link, not even a link left under the temporary name", async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, "victim"), "untouched")
    await symlink(join(directory, "victim"), join(directory, "HEAD.tmp"))
    await expect(files.create(join(directory, "HEAD.tmp"), utf8("x"), 0o644)).rejects.toMatchObject({
      code: "INPUT_UNREADABLE",
    })
    await replaceFile(files, directory, "HEAD", utf8("new"))
    expect(await readFile(join(directory, "victim"), "utf8")).toBe("untouched")
    expect(await readFile(join(directory, "HEAD"), "utf8")).toBe("new")
  })

  it("are absent by an answer", async () => {
    const directory = await temporaryDirectory()
    const path = join(directory, "nothing")
    expect(await files.read(path, 10)).toBeUndefined()
    expect(await files.isPrivate(path)).toBeUndefined()
    expect(await files.list(path)).toBeUndefined()
    await files.remove(path)
  })

  it("are read up to their limit", async () => {
    const directory = await temporaryDirectory()
    const path = join(directory, "file")
    await files.create(path, new Uint8Array(10).fill(7), 0o644)
    expect(await files.read(path, 10)).toEqual(new Uint8Array(10).fill(7))
    await expect(files.read(path, 9)).rejects.toMatchObject({ code: "INPUT_UNREADABLE" })
  })

  it("report what the system says, under a name of ours", async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, "file"), "")
    const REFUSED = { code: "INPUT_UNREADABLE" }
    await expect(files.create(join(directory, "file"), utf8("x"), 0o644)).rejects.toMatchObject(REFUSED)
    await expect(files.read(directory, 10)).rejects.toMatchObject(REFUSED)
    await expect(files.list(join(directory, "file"))).rejects.toMatchObject(REFUSED)
    await expect(files.makeDirectory(join(directory, "file", "x"), 0o755)).rejects.toMatchObject(REFUSED)
    await expect(files.rename(join(directory, "nothing"), join(directory, "x"))).rejects.toMatchObject(REFUSED)
    await expect(files.syncDirectory(join(directory, "file"))).rejects.toMatchObject(REFUSED)
    await expect(files.isPrivate(join(directory, "file", "x"))).rejects.toMatchObject(REFUSED)
  })

  it("lie in directories that are made with their parents, and left alone when they are there", async () => {
    const directory = await temporaryDirectory()
    const deep = join(directory, "a", "b", "c")
    await files.makeDirectory(deep, 0o700)
    await files.makeDirectory(deep, 0o755)
    expect((await stat(deep)).mode & 0o777).toBe(0o700)
    await mkdir(join(deep, "d"))
    await files.remove(join(directory, "a"))
    expect(await files.list(directory)).toEqual([])
  })

  it("have POSIX paths", () => {
    expect(joinPath("/a", "b")).toBe("/a/b")
    expect(joinPath("/", "b")).toBe("/b")
  })
})
