/** The browser's cryptography: its algorithms, and its source of secrets. */
import type { KeyMaking } from "../../contract/operator-key.ts"

/** What an operator's key is made and used with. */
export const browserCrypto: KeyMaking = {
  subtle: crypto.subtle,
  random: { bytes: n => crypto.getRandomValues(new Uint8Array(n)) },
}
