/**
 * Who is here: what runs, or is being read, for somebody who was recognised when it began. When an operator is disabled,
 * whatever is here for them ends at once, before whoever disabled them has the answer.
 */
import type { StellaError } from "../../src/kernel/errors.ts"
import type { Result } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import type { OperationName } from "../../ui/contract/operations.ts"
import type { Recognised } from "../access/access.ts"

/** Whether somebody who was recognised still is. The failure is NOT_AUTHENTICATED. */
export type Confirm = (who: Recognised) => Promise<Result<void>>

interface Here {
  readonly who: Recognised
  readonly stop: (reason: StellaError) => void
}

/** All that is here. */
export class Presence {
  readonly #confirm: Confirm
  readonly #here = new Set<Here>()

  constructor(confirm: Confirm) {
    this.#confirm = confirm
  }

  /** Something begins for somebody; it is here until that is disposed of, or stopped. */
  enter(who: Recognised, stop: (reason: StellaError) => void): Disposable {
    const here = { who, stop }
    this.#here.add(here)
    return {
      [Symbol.dispose]: () => {
        this.#here.delete(here)
      },
    }
  }

  /** Stops what is here for those who are not recognised any more. */
  async #sweep(): Promise<void> {
    for (const { who, stop } of this.#here) {
      const still = await this.#confirm(who)
      if (!still.ok) stop(still.error)
    }
  }

  /** The same events; one that says that an operator is disabled is held back until that is so everywhere. */
  async *watch(
    operation: OperationName,
    events: AsyncIterable<OperationEvent>,
  ): AsyncGenerator<OperationEvent, void, undefined> {
    for await (const event of events) {
      if (operation === "operator.disable" && event.type === "result") await this.#sweep()
      yield event
    }
  }
}
