// All checks of the project, one after the other; every one runs even when an earlier one failed. The last line is
// "N passed, N failed, N skipped": the tests as the runner's JSON result counts them, and a failed step as one failure.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { environment, installPackages, projectNode, root } from "./install.mjs"

const DEADLINE_MS = 24 * 60_000
// Programs that tests start, and the Debian packages they come in.
const PROGRAMS = { strace: "strace", openssl: "openssl", unshare: "util-linux", tar: "tar", chromium: "chromium" }
const started = Date.now()
const cache = join(root, ".cache")
const resultFile = join(cache, "vitest.json")
const closingFile = join(cache, "closing-line")

const count = { passed: 0, failed: 0, skipped: 0 }
const failures = []

function fail(what) {
  count.failed++
  failures.push(what)
}

function onPath(program) {
  return (process.env.PATH ?? "").split(":").some(folder => existsSync(join(folder, program)))
}

/** Installs missing Debian packages when that is allowed; names them in one line otherwise. */
function installPrograms() {
  const wanted = Object.entries(PROGRAMS).filter(([program]) => !onPath(program))
  if (wanted.length === 0) return
  const packages = wanted.map(([, name]) => name).join(" ")
  if (process.getuid?.() === 0 && onPath("apt-get")) {
    console.error(`installing Debian packages: ${packages}`)
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
    spawnSync("apt-get", ["update", "-q"], { stdio: ["ignore", 2, 2], env })
    const install = ["install", "-q", "-y", "--no-install-recommends", ...packages.split(" ")]
    spawnSync("apt-get", install, { stdio: ["ignore", 2, 2], env })
  }
  if (wanted.some(([program]) => !onPath(program))) {
    console.error(
      `MISSING Debian packages: ${packages}; tests that need them will fail. Install: sudo apt-get install -y ${packages}`,
    )
  }
}

/** Runs one step with its output on ours. Returns whether it ended well within the time left. */
function run(name, node, args) {
  const left = DEADLINE_MS - (Date.now() - started)
  const from = Date.now()
  console.log(`\n== ${name}`)
  const done = spawnSync(node, args, {
    cwd: root,
    env: environment(node),
    stdio: ["ignore", "inherit", "inherit"],
    timeout: Math.max(left, 1),
  })
  const well = done.status === 0
  console.log(`== ${name}: ${well ? "ok" : "FAILED"} (${((Date.now() - from) / 1000).toFixed(1)} s)`)
  return well
}

/** Adds up the runner's JSON result. Returns the skipped tests' names. */
function readResult(ended) {
  if (!existsSync(resultFile)) {
    fail("tests: the runner left no result")
    return []
  }
  const result = JSON.parse(readFileSync(resultFile, "utf8"))
  const skipped = []
  let failed = 0
  for (const file of result.testResults) {
    const name = relative(root, file.name)
    for (const test of file.assertionResults) {
      if (test.status === "passed") count.passed++
      else if (test.status === "failed") {
        failed++
        fail(`${name}: ${test.fullName}`)
      } else {
        count.skipped++
        skipped.push(`${name}: ${test.fullName}`)
      }
    }
    // A file that could not be loaded has no tests to count.
    if (file.status === "failed" && !file.assertionResults.some(test => test.status === "failed")) {
      failed++
      fail(`${name}: ${(file.message ?? "").split("\n")[0]}`)
    }
  }
  if (count.passed === 0) fail("tests: none passed")
  else if (!ended && failed === 0) fail("tests: the runner failed although no test did")
  return skipped
}

/** Says which tests did not run, by file, so that a skip is never quiet. */
function announce(skipped) {
  if (skipped.length === 0) return
  const shared = process.env.STELLA_SHARED ?? join(dirname(root), "shared")
  console.log(`\nSKIPPED ${skipped.length} tests. They prove nothing in this run.`)
  if (!existsSync(shared)) {
    console.log(
      "The shared test data (../shared, or the folder STELLA_SHARED names) is not here; tests that need it are among them.",
    )
  }
  const byFile = new Map()
  for (const name of skipped) {
    const file = name.split(":")[0]
    byFile.set(file, (byFile.get(file) ?? 0) + 1)
  }
  for (const [file, n] of byFile) console.log(`  ${n} in ${file}`)
}

mkdirSync(cache, { recursive: true })
rmSync(resultFile, { force: true })
rmSync(closingFile, { force: true })
const node = installPackages() ? projectNode() : undefined
if (node === undefined) fail("installation")
else {
  installPrograms()
  const bin = name => join(root, "node_modules", name)
  const steps = [
    ["types", [bin("typescript/bin/tsc"), "-p", "tsconfig.json", "--noEmit"]],
    ["types of src alone", [bin("typescript/bin/tsc"), "-p", "src/tsconfig.json", "--noEmit"]],
    ["types of the console", [bin("typescript/bin/tsc"), "-p", "ui/app/tsconfig.json", "--noEmit"]],
    ["types of the console's tests", [bin("typescript/bin/tsc"), "-p", "test/console/tsconfig.json", "--noEmit"]],
    ["lint", [bin("eslint/bin/eslint.js"), "--max-warnings", "0", "."]],
    ["format", [bin("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn", "."]],
    // What package.json runs for it. That it goes on to serve the console is for the tests.
    ["npm start", [join(root, ".ci/with-node.mjs"), "kit-scripts/rehearsal.ts", "--no-serve"]],
  ]
  for (const [name, args] of steps) if (!run(name, node, args)) fail(`step: ${name}`)
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultFile}`]
  const ended = run("tests", node, [bin("vitest/vitest.mjs"), "run", ...reporters])
  announce(readResult(ended))
}
if (failures.length > 0) console.log(`\nFAILED:\n${failures.map(f => `  ${f}`).join("\n")}`)
const closing = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`
writeFileSync(closingFile, `${closing}\n`)
console.log(`\n${closing}`)
process.exitCode = count.failed === 0 ? 0 : 1
