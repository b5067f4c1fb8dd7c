/** Row views reject with a StellaError where the disk fails; the store's own methods hand that on as a value. */
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"

/** Runs `work`; a StellaError it throws becomes a `Result`, anything else is a bug and goes on as it is. */
export async function attempt<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work())
  } catch (error) {
    if (error instanceof StellaError) return err(error)
    throw error
  }
}
