/** What a client sends as files: names that are none and that cost too much. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ServiceProcess, stella } from "../support/service.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-uploads-"))
const requests = join(folder, "site/service/requests")
let service: ServiceProcess

beforeAll(async () => {
  expect((await stella(folder, ["init", "site"])).status).toBe(0)
  service = await ServiceProcess.start(folder, ["--store", "site"])
}, 30_000)
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe("a part file", () => {
  it("without a name is refused, also when its type makes it a file", async () => {
    const head = 'Content-Disposition: form-data; name="file"\r\nContent-Type: application/octet-stream'
    const answer = await service.ask("POST", "/api/v1/attest/inspect", {
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body: `--b\r\n${head}\r\n\r\nx\r\n--b--\r\n`,
    })
    expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code: "USAGE" })])
    expect(readdirSync(requests)).toEqual([])
  })
})
