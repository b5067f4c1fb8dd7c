/** `npm pack` runs this first: it emits what package.json names in `exports` and `files`. */
import { join } from "node:path"
import { emit, root } from "./emit.ts"

emit(join(root, "dist/js"))
