/** `npm pack` runs this first: it emits what package.json names in `exports` and `files`. */
import { join } from "node:path"
import { buildConsole } from "./console/build-console.ts"
import { emit, root } from "./emit.ts"

emit(join(root, "dist/js"))
await buildConsole({ out: join(root, "dist/console") })
