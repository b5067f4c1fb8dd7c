/** The generated pages are what their generators write now. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { cliPage } from "../../kit-scripts/docs/cli.ts"
import { exitCodesPage } from "../../kit-scripts/docs/exit-codes.ts"
import { reasonsPage } from "../../kit-scripts/docs/reasons.ts"
import { ERRORS } from "../../src/kernel/errors.ts"
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

  it("cli.md is what `node kit-scripts/docs/cli.ts` writes", () => {
    expect(cliPage()).toBe(page("cli.md"))
  })
})
