/** Owns a site until standard input ends: `node hold-site.ts DIR` prints one line when it has it. */
import { compose } from "../../appliance/compose.ts"
import { unwrap } from "../../src/kernel/result.ts"

const site = unwrap(await compose().world.openSite(process.argv[2] ?? ""))
process.stdout.write("held\n")
process.stdin.resume()
process.stdin.on("end", () => {
  void site.close()
})
