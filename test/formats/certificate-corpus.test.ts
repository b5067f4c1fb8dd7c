import { X509Certificate } from "node:crypto"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { schemeFor } from "../../src/formats/algorithm-registry.ts"
import { identityOf, parseCertificate, type Certificate } from "../../src/formats/certificate.ts"
import { registeredKey, registeredScheme } from "../../src/formats/algorithm-registry.ts"
import { parseSctList, sctScheme, sctSignedBytes } from "../../src/formats/sct.ts"
import { checkSignature } from "../../src/formats/signature.ts"
import { compareBytes, equalBytes, toHex } from "../../src/kernel/bytes.ts"
import { corpusCertificates, cpythonLeaves, leafCases, readRoots, type Roots } from "../support/corpus-der.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()
const where = shared ?? ""

function parsed(der: Uint8Array): Certificate {
  const result = parseCertificate(der)
  return result.ok ? result.value : expect.fail(`${result.error.reason} at ${result.error.where}`)
}

/** SubjectAltName as Node prints it. */
function printSan(certificate: Certificate): string | undefined {
  const label = { email: "email:", uri: "URI:", dns: "DNS:" }
  return certificate.san?.names
    .map(({ type, value }) =>
      type === "email" || type === "uri" || type === "dns" ? label[type] + value : "othername:<unsupported>",
    )
    .join(", ")
}

describe.skipIf(shared === undefined)("certificates of the corpus", () => {
  const all = shared === undefined ? [] : corpusCertificates(where)

  it("are all read, and say what Node reads in them", () => {
    expect(all.length).toBeGreaterThan(700)
    for (const { der, path } of all) {
      const ours = parsed(der)
      const node = new X509Certificate(der)
      const hexSerial = toHex(ours.serial).replace(/^(00)+/, "")
      expect([path, hexSerial.toUpperCase()]).toEqual([path, node.serialNumber.replace(/^(00)+/, "")])
      expect(ours.notBefore).toBe(node.validFromDate.getTime() / 1000)
      expect(ours.notAfter).toBe(node.validToDate.getTime() / 1000)
      expect(ours.subjectEmpty).toBe((node.subject as string | undefined) === undefined)
      // OpenSSL's notion of a CA takes the key usage into account.
      expect((ours.basicConstraints?.ca ?? false) && (ours.keyUsage?.keyCertSign ?? true)).toBe(node.ca)
      expect(Buffer.from(ours.spki).equals(node.publicKey.export({ type: "spki", format: "der" }))).toBe(true)
      expect(printSan(ours)).toBe(node.subjectAltName)
      // Node's `keyUsage` is the extended one.
      expect(ours.extendedKeyUsage?.oids).toEqual(node.keyUsage)
      expect(ours.unknownCritical).toEqual([])
    }
  })

  it("verify under the keys of those that issued them, and under no other", async () => {
    const parsedAll = all.map(({ der }) => parsed(der))
    const issuers = parsedAll.filter(c => c.basicConstraints?.ca === true)
    let verified = 0
    // One leaf for each issuer's name is enough: P-384 is slow.
    const byIssuer = new Map(parsedAll.map(c => [toHex(c.issuer), c]))
    for (const c of byIssuer.values()) {
      for (const ca of issuers.filter(i => equalBytes(i.subject, c.issuer))) {
        const scheme = schemeFor(c.scheme, ca.publicKey)
        const outcome =
          scheme === undefined
            ? "unsupported"
            : await checkSignature(crypto, {
                scheme,
                key: ca.publicKey,
                signature: c.signature,
                data: { message: c.tbs },
              })
        const expected = new X509Certificate(c.der).verify(new X509Certificate(ca.der).publicKey)
        expect(outcome === "valid").toBe(expected)
        if (expected) verified++
      }
    }
    expect(verified).toBeGreaterThanOrEqual(20)
  })

  it("name the identities that their cases expect", () => {
    let seen = 0
    for (const { path, outcome, identity, issuer, leaf } of leafCases(where)) {
      if (outcome !== "pass" || identity === undefined) continue
      const claimed = identityOf(parsed(leaf))
      expect([path, claimed.san?.value, claimed.issuer]).toEqual([path, identity, issuer ?? claimed.issuer])
      seen++
    }
    expect(seen).toBeGreaterThan(15)
    const releases = cpythonLeaves(where)
    expect(releases).toHaveLength(600)
    for (const { identity, issuer, leaf } of releases) {
      expect(identityOf(parsed(leaf))).toEqual({ issuer, san: { type: "email", value: identity } })
    }
  })
})

describe.skipIf(shared === undefined)("SCTs of the corpus", () => {
  const fail = (message: string): never => expect.fail(message)

  /** Outcomes of all SCTs of a leaf whose log and authority the root knows. */
  async function outcomes(leaf: Certificate, roots: Roots): Promise<string[]> {
    const list = parseSctList(leaf.sctList ?? fail("no SCTs"))
    const issuer =
      roots.authorities.map(parsed).find(a => compareBytes(a.subject, leaf.issuer) === 0) ?? fail("no issuer")
    const issuerKeyHash = crypto.hash("sha256", issuer.spki)
    const results: string[] = []
    for (const sct of list.ok ? list.value : fail(list.error.where)) {
      const log = roots.logs.get(toHex(sct.logId)) ?? fail("no log")
      const key = registeredKey(registeredScheme(log.keyDetails) ?? fail(log.keyDetails), log.bytes)
      if (!key.ok) return fail(key.error.where)
      const scheme = sctScheme(sct, key.value) ?? fail("no scheme")
      const message = sctSignedBytes(sct, issuerKeyHash, leaf.precertTbs())
      results.push(
        await checkSignature(crypto, { scheme, key: key.value, signature: sct.signature, data: { message } }),
      )
    }
    return results
  }

  it("all verify over the precertificate cut out of the leaf", async () => {
    const roots = new Map<string, Roots>()
    let seen = 0
    for (const { path, outcome, trustedRoot, leaf } of leafCases(where)) {
      if (outcome !== "pass" || trustedRoot === undefined || path.includes("github")) continue
      const root = roots.get(trustedRoot) ?? (trustedRoot.endsWith(".json") ? readRoots(trustedRoot) : undefined)
      if (root === undefined || root.logs.size === 0) continue
      roots.set(trustedRoot, root)
      const certificate = parsed(leaf)
      if (certificate.sctList === undefined) continue
      const results = await outcomes(certificate, root)
      expect([path, ...new Set(results)]).toEqual([path, "valid"])
      seen += results.length
    }
    expect(seen).toBeGreaterThan(30)
  })

  it("verify for all CPython releases, and for none after a change in the certificate", async () => {
    const roots = readRoots(`${where}/corpus/_roots/public-good.trusted_root.json`)
    for (const { leaf } of cpythonLeaves(where)) expect(await outcomes(parsed(leaf), roots)).toEqual(["valid"])
    const first = cpythonLeaves(where)[0] ?? fail("no releases")
    const certificate = parsed(first.leaf)
    const tbsAt = certificate.tbs.byteOffset - first.leaf.byteOffset
    for (let i = tbsAt + 20; i < tbsAt + certificate.tbs.length; i += 37) {
      const changed = Uint8Array.from(first.leaf)
      changed[i] = (changed[i] as number) ^ 1
      const result = parseCertificate(changed)
      if (!result.ok || result.value.sctList === undefined) continue
      if (toHex(result.value.sctList) !== toHex(certificate.sctList ?? fail(""))) continue
      if (!equalBytes(result.value.issuer, certificate.issuer)) continue
      expect(await outcomes(result.value, roots)).toEqual(["mismatch"])
    }
  })
})
