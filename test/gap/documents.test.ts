/** The pages about the two formats say what the code does. */
import { describe, expect, it } from "vitest"
import { detectExpectations, parseExpectations } from "../../src/gap/expectations.ts"
import { ACTIONS } from "../../src/gap/explain.ts"
import { GAP_CLASSES } from "../../src/gap/gap.ts"
import { GAP_REPORT_TYPE, createGapReport } from "../../src/gap/gap-report.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { fencesOf } from "../docs/fences.ts"
import { readText } from "../support/tree.ts"
import { expected, inputOf, judged } from "./made.ts"

const [expectations, report] = ["expectations", "gap-report"].map(name => readText(`docs/formats/${name}.md`))

/** The first cells of the rows of every table, without their code marks. */
const firstCells = (text = "") =>
  [...text.matchAll(/^\| `([^|]+?) *\|/gm)].map(([, cell]) => String(cell).replaceAll("`", ""))

describe("docs/formats/expectations.md", () => {
  it("shows one list of each form, and each is read", () => {
    const fences = fencesOf("", expectations ?? "")
    const texts = fences.map(({ text }) => utf8(text))
    expect(texts.map(detectExpectations)).toEqual(["csv", "json", "cyclonedx"])
    const lists = texts.map(text => parseExpectations(text))
    expect(lists.map(list => list.ok && list.value.artifacts.map(({ names }) => names))).toEqual([
      [["manual, printed"], ["app.tar.gz"]],
      [["app.tar.gz"]],
      [["@acme/left-pad@1.3.0"]],
    ])
  })
})

describe("docs/formats/gap-report.md", () => {
  const cells = firstCells(report)

  it("tells every class and every action", () => {
    expect(cells).toEqual(expect.arrayContaining(Object.keys(GAP_CLASSES)))
    expect(cells).toEqual(expect.arrayContaining(ACTIONS.filter(action => action !== "none")))
  })

  it("tells every member", () => {
    const covered = [{ expectation: expected("a"), judged: [judged("a", "unproven", null, ["sct-missing"])] }]
    const made = createGapReport(inputOf(covered), nodeCrypto())
    const told = new Set(cells.flatMap(cell => cell.split(", ")))
    const members = [...Object.keys(made), ...Object.keys(made.gaps[0] ?? {})].filter(name => name !== "inputs")
    expect(members.filter(name => !told.has(name))).toEqual([])
    for (const input of Object.keys(made.inputs)) expect(told).toContain(`inputs.${input}`)
    for (const name of Object.keys(made.gaps[0]?.evidence[0] ?? {})) expect(report).toContain(name)
    for (const name of [...Object.keys(made.trust), ...Object.keys(made.inputs.evidence)])
      expect(report).toContain(name)
    expect(report).toContain(GAP_REPORT_TYPE)
  })
})
