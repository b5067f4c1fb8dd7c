/**
 * Crypto providers for Node, the entry `stella-attestor/node`.
 *
 * @example
 * ```ts
 * import { nodeCrypto } from "stella-attestor/node"
 * const crypto = nodeCrypto()
 * ```
 */
export { nodeCrypto } from "./node.node.ts"
export { portableCrypto } from "./portable.ts"
