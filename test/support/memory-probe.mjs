/**
 * Loaded before a program (`--import`): at SIGUSR2 it collects all garbage and writes to standard error what is left, in
 * bytes, so that a test of a leak does not measure how lazy the collector is.
 */
import { setImmediate } from "node:timers"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc")

process.on("SIGUSR2", () => {
  collect()
  // What finalizers have let go of is collected in a second round.
  setImmediate(() => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    process.stderr.write(`{"held":${heapUsed + external}}\n`)
  })
})
