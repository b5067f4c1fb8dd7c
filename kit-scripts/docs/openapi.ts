/** Writes `docs/reference/openapi.json`, which the program prints by itself: `node kit-scripts/docs/openapi.ts`. */
import { writeFileSync } from "node:fs"
import { printedBy } from "./printed-by.ts"

/** The document: what `stella help openapi` prints. */
export const openApiDocument = (): string => printedBy("help", "openapi")

if (import.meta.main) writeFileSync(new URL("../../docs/reference/openapi.json", import.meta.url), openApiDocument())
