/** Bytes that nobody may print, for the faces that take a passphrase. */
export { Secret } from "../../src/kernel/secret.ts"
