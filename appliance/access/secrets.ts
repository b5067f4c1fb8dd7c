/** The secret arithmetic that access needs beside checking signatures. `secrets.node.ts` has the real one. */
export interface Secrets {
  /** HMAC-SHA256. */
  mac(key: Uint8Array, message: Uint8Array): Uint8Array
  /** True when both are the same bytes; takes the same time whatever they are, if they are of one length. */
  same(a: Uint8Array, b: Uint8Array): boolean
}
