/** The rehearsal itself: the scene is set in a folder, and every step of it is run and held to what it should come to. */
import type { Printer } from "./print.ts"
import { setScene } from "./scene.ts"
import { openStage, runStep, type Stage } from "./stage.ts"
import { stepsOf } from "./steps.ts"

/** What came of it. */
export interface Outcome {
  readonly stage: Stage
  readonly commands: number
  readonly surprises: readonly string[]
}

/** Plays all steps into an empty folder. */
export async function play(folder: string, print: Printer, stop: AbortSignal): Promise<Outcome> {
  const scene = setScene(folder, Math.floor(Date.now() / 1000))
  const signer = `--certificate-identity ${scene.identity} --certificate-oidc-issuer ${scene.issuer}`
  const stage = openStage(folder, { STELLA_STORE: "site", SIGNER: signer })
  const surprises: string[] = []
  let commands = 0
  for (const [i, step] of stepsOf(scene).entries()) {
    surprises.push(...(await runStep(step, i + 1, stage, print)))
    commands += step.commands.length
    if (stop.aborted) break
  }
  return { stage, commands, surprises }
}
