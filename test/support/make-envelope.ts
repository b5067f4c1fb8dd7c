/**
 * Signs a statement about files with a development key, for scripts:
 * `node make-envelope.ts KEY.pem OUT.json FILE…` writes a DSSE envelope of an in-toto statement.
 */
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { openFileSigner } from "../../appliance/keys/file-signer.node.ts"
import { createEnvelope, pae } from "../../src/formats/dsse.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"

const [key = "", out = "", ...files] = process.argv.slice(2)
const signer = unwrap(await openFileSigner({ path: key, profile: "development" }))
const subject = files.map(name => ({
  name,
  digest: { sha256: createHash("sha256").update(readFileSync(name)).digest("hex") },
}))
const statement = {
  _type: "https://in-toto.io/Statement/v1",
  subject,
  predicateType: "https://example.com/release/v1",
  predicate: {},
}
const payloadType = "application/vnd.in-toto+json"
const payload = utf8(JSON.stringify(statement))
const sig = unwrap(await signer.sign(pae(payloadType, payload)))
writeFileSync(out, createEnvelope(payloadType, payload, [{ sig }]))
