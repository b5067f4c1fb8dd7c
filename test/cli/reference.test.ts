/** The generated pages are what their generators write now. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { cliPage } from "../../kit-scripts/docs/cli.ts"
import { exitCodesPage } from "../../kit-scripts/docs/exit-codes.ts"
import { parityPage } from "../../kit-scripts/docs/parity.ts"
import { reasonsPage } from "../../kit-scripts/docs/reasons.ts"
import { ERRORS } from "../../src/kernel/errors.ts"
import { OPERATIONS } from "../../ui/contract/operations.ts"
import { REASONS } from "../../src/kernel/reasons.ts"

const page = (name: string): string =>
  readFileSync(join(resolve(import.meta.dirname, "../.."), "docs/reference", name), "utf8")

describe("reference pages", () => {
  it("exit-codes.md is what `node kit-scripts/docs/exit-codes.ts` writes, with every code once", () => {
    expect(exitCodesPage()).toBe(page("exit-codes.md"))
    for (const code of Object.keys(ERRORS)) expect(exitCodesPage().split(`| \`${code}\` |`)).toHaveLength(2)
  })

  it("reasons.md is what `node kit-scripts/docs/reasons.ts` writes, with every reason once", () => {
    expect(reasonsPage()).toBe(page("reasons.md"))
    for (const reason of Object.keys(REASONS)) expect(reasonsPage().split(`| \`${reason}\` |`)).toHaveLength(2)
  })

  it("parity.md is what `node kit-scripts/docs/parity.ts` writes, with every operation once and no cell empty", () => {
    expect(parityPage()).toBe(page("parity.md"))
    for (const { name } of OPERATIONS) expect(parityPage().split(`| \`${name}\` |`)).toHaveLength(2)
    for (const row of parityPage().match(/^\| `.*$/gm) ?? [])
      expect(
        row
          .split("|")
          .map(cell => cell.trim())
          .slice(1, -1),
      ).not.toContain("")
  })

  it("cli.md is what `node kit-scripts/docs/cli.ts` writes", () => {
    expect(cliPage()).toBe(page("cli.md"))
  })
})
