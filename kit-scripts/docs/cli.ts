/** Writes `docs/reference/cli.md`, which the program prints by itself: `node kit-scripts/docs/cli.ts`. */
import { writeFileSync } from "node:fs"
import { printedBy } from "./printed-by.ts"

/** The page: what `stella help reference` prints. */
export const cliPage = (): string => printedBy("help", "reference")

if (import.meta.main) writeFileSync(new URL("../../docs/reference/cli.md", import.meta.url), cliPage())
