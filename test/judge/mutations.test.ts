/** Mutants of our own vectors: the classes of evidence that the corpus does not have, and all there is without it. */
import { shared } from "../support/shared.ts"
import { mutationTests } from "./mutations.ts"
import { ownGroups } from "./proven-cases.ts"

const limit = shared === undefined ? 800 : 400
mutationTests("our own vectors", {
  groups: ownGroups(),
  limitFor: () => limit,
  atLeast: shared === undefined ? 20_000 : 10_000,
})
