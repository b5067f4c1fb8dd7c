// node .ci/with-node.mjs <script> [argument…]: installs what is missing, then runs the script on the project's Node.
import { spawn } from "node:child_process"
import { environment, installPackages, projectNode, root } from "./install.mjs"

const node = installPackages() ? projectNode() : undefined
if (node === undefined) process.exitCode = 1
else {
  const child = spawn(node, process.argv.slice(2), { cwd: root, env: environment(node), stdio: "inherit" })
  // The terminal sends its interrupt to the child as well; this process only waits for how the child ends.
  process.on("SIGINT", () => undefined)
  process.on("SIGTERM", () => child.kill("SIGTERM"))
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1)
  })
}
