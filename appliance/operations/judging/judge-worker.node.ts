/** A worker thread that judges batches on one basis: batches in, judgements out, in the same order. */
import { parentPort, workerData } from "node:worker_threads"
import { nodeCrypto } from "../../../mirror/crypto/node.node.ts"
import { StellaError } from "../../../src/kernel/errors.ts"
import { BatchJudge, type Judgeable, type JudgedText } from "./batch.ts"
import type { Basis } from "./basis.ts"
import type { WorkerAnswer } from "./judging.node.ts"

const port = parentPort
if (port === null) throw new StellaError("INTERNAL", "this module is the entry of a worker thread")

const judge = new BatchJudge(workerData as Basis, nodeCrypto())

async function answer(batch: readonly Judgeable[]): Promise<WorkerAnswer> {
  const judged: JudgedText[] = []
  try {
    for (const one of batch) {
      const { text, sha256, factsKey, facts } = await judge.judge(one)
      judged.push({ text, sha256, factsKey, facts })
    }
    return { judged }
  } catch (error) {
    // A bug ends the worker, and the main thread tells of it.
    if (!(error instanceof StellaError) || error.code === "INTERNAL") throw error
    const { code, message, detail } = error
    return { failed: { code, message, detail } }
  }
}

// One batch after another, so that the answers keep the order of the questions.
let before = Promise.resolve()
port.on("message", (batch: readonly Judgeable[]) => {
  before = before.then(async () => {
    port.postMessage(await answer(batch))
  })
})
