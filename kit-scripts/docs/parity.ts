/** Writes `docs/reference/parity.md`, which the program prints by itself: `node kit-scripts/docs/parity.ts`. */
import { writeFileSync } from "node:fs"
import { printedBy } from "./printed-by.ts"

/** The page: what `stella help parity` prints. */
export const parityPage = (): string => printedBy("help", "parity")

if (import.meta.main) writeFileSync(new URL("../../docs/reference/parity.md", import.meta.url), parityPage())
