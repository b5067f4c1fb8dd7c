/** Reasons in plain sentences, for the faces: what is the matter and what closes it (docs/reference/reasons.md). */
export { EXPLANATIONS, type Explanation } from "../../src/gap/explain.ts"
