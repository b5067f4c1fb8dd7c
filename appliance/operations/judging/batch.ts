/** Judging one batch of Cases in the thread that calls: what the program does by itself and what each worker does. */
import { parseCase } from "../../../src/formats/case.ts"
import type { Report } from "../../../src/formats/report.ts"
import { fromUtf8 } from "../../../src/kernel/bytes.ts"
import { StellaError } from "../../../src/kernel/errors.ts"
import type { Crypto } from "../../../src/kernel/ports.ts"
import { unwrap } from "../../../src/kernel/result.ts"
import { assembleCase, createBasis, type CaseBasis, type CaseInput } from "../../../src/judge/assemble.ts"
import { createJudge, JUDGE_VERSION, type Judge } from "../../../src/judge/judge.ts"
import { factsKey } from "../../store/facts-cache.ts"
import type { Basis } from "./basis.ts"

/** One judgement in texts, as it leaves a worker. `facts` are there when they were established now and not remembered. */
export interface JudgedText {
  readonly text: string
  readonly sha256: string
  readonly factsKey: string
  readonly facts: string | undefined
}

/** One judgement. */
export interface Judged extends JudgedText {
  readonly report: Report
}

/** A Case to judge, with the Facts that are remembered of its Core. */
export interface Judgeable {
  readonly input: CaseInput
  readonly facts: Uint8Array | undefined
}

/** Judges on one basis, which is hashed once. Runs that follow one another may share a judge, which remembers trust. */
export class BatchJudge {
  readonly #crypto: Crypto
  readonly #basis: CaseBasis
  readonly #judge: Judge

  constructor(basis: Basis, crypto: Crypto, judge = createJudge(crypto)) {
    this.#crypto = crypto
    this.#basis = createBasis(basis, crypto)
    this.#judge = judge
  }

  /** The key under which the Facts of this Case are remembered. */
  factsKey(input: CaseInput): string {
    const { case: text } = assembleCase(input, this.#basis, this.#crypto)
    const parsed = parseCase(text)
    if (!parsed.ok) throw new StellaError("INTERNAL", `an assembled Case cannot be read: ${parsed.error.where}`)
    return factsKey(this.#crypto, parsed.value.core, JUDGE_VERSION)
  }

  /** @throws StellaError CLOSURE_BROKEN or TRUST_MALFORMED */
  async judge({ input, facts: remembered }: Judgeable): Promise<Judged> {
    let fresh: string | undefined
    const memory = {
      get: () => (remembered === undefined ? undefined : fromUtf8(remembered)),
      put: (_key: string, facts: string) => {
        fresh = facts
      },
    }
    const judged = unwrap(await this.#judge.judge(assembleCase(input, this.#basis, this.#crypto), memory))
    return { text: judged.text, report: judged.report, sha256: judged.sha256, factsKey: judged.factsKey, facts: fresh }
  }
}
