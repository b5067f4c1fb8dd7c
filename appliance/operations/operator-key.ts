/** `operator key`: makes a key pair where its operator works. It needs no site, and none learns of it. */
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import { ok } from "../../src/kernel/result.ts"
import type { Key } from "../../ui/contract/operations/operator.ts"
import type { DocumentHandler } from "./context.ts"

export const operatorKey: DocumentHandler<Key["input"], Key["output"]> = async (input, context) => {
  const { files, crypto, signal } = context
  const { out, passphraseFile: file, passphraseFd: descriptor } = input
  const made = await context.newOperatorKey(
    { prompt: `new passphrase for ${out}`, twice: true, file, descriptor },
    signal,
  )
  if (!made.ok) return made
  const { keyFile, publicKey, spki } = made.value
  const publicKeyFile = `${out}.pub`
  // The private key last: a public key without its private one is litter, the other way round it would look complete.
  for (const [path, text, access] of [
    [publicKeyFile, publicKey, undefined],
    [out, keyFile, "private"],
  ] as const) {
    const written = await files.create(path, utf8(text), access)
    if (!written.ok) return written
  }
  const id = toHex(crypto.hash("sha256", spki))
  return ok({ v: 1, type: "result", code: null, message: null, keyFile: out, publicKeyFile, id, publicKey })
}
