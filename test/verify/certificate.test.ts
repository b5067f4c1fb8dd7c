/** Certificates and those above them, beside what the vectors hold. */
import { expect, test } from "vitest"
import { envelope, preAuthentication, statement, STATEMENT_TYPE } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { changed, pem, type JsonObject } from "../../kit-scripts/vectors/evidence/json.ts"
import { Others } from "../../kit-scripts/vectors/evidence/roots.ts"
import { certificateAuthority } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { DAY, ISSUER, SIGNER } from "../../kit-scripts/vectors/evidence/world.ts"
import { parseCertificate, type Certificate } from "../../src/formats/certificate.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { authorityProfileFault, isIssuedBy, leafProfileFault } from "../../src/verify/certificate-path.ts"
import { certificateSigner } from "../../src/verify/signer.ts"
import { algorithm, buildCertificate, ecKey, name } from "../support/der-build.ts"
import { crypto } from "../support/judge-corpus.ts"
import { ask, made, open, world } from "../judge/ask.ts"

function certificate(der: Uint8Array): Certificate {
  const parsed = parseCertificate(der)
  if (!parsed.ok) throw new Error(parsed.error.where)
  return parsed.value
}

const issuerKey = ecKey("P-256")
const issuer = certificate(buildCertificate(issuerKey, { subject: name("issuer") }))

test("the algorithm of a signature has to go with the issuer's key", async () => {
  expect(await isIssuedBy(certificate(buildCertificate(issuerKey)), issuer, crypto)).toBe(true)
  const ed25519 = algorithm("1.3.101.112")
  const claimed = certificate(buildCertificate(issuerKey, { inner: ed25519, outer: ed25519 }))
  expect(await isIssuedBy(claimed, issuer, crypto)).toBe(false)
})

test("profiles name the first thing that is wrong", () => {
  expect(authorityProfileFault(issuer, 0)).toBe("is not a certificate authority")
  expect(leafProfileFault(issuer)).toBe("extended key usage lacks codeSigning")
  expect(authorityProfileFault(certificate(world.ca.intermediateDer), 0)).toBeUndefined()
  expect(authorityProfileFault(certificate(world.ca.intermediateDer), 1)).toBe("path is too long")
})

test("a certificate without a name is nobody's in Facts, too", () => {
  expect(certificateSigner(issuer, crypto)).toMatchObject({ issuer: null, san: null })
})

test("an authority that is listed twice is one, in either of its windows", async () => {
  const { window } = world
  const twice = [{ from: window.from, until: world.at - DAY }, window].map(w => certificateAuthority(world.ca, w))
  const root = { ...world.trustedRoot(), certificateAuthorities: twice }
  expect(open(await ask(made().bundle, { roots: [root] }))).toEqual({ verdict: "proven" })
})

test("what is carried after the leaf is the authority's own, in its order, or refused", async () => {
  const others = new Others(world)
  const { intermediateDer, rootDer } = world.ca
  const verdict = async (version: "0.1" | "0.2", ...chain: readonly Uint8Array[]) =>
    open(await ask(made({ version, chain }).bundle))
  const untrusted = { verdict: "failed", certificate: "fail certificate-untrusted" }
  expect(await verdict("0.2")).toEqual({ verdict: "proven" })
  expect(await verdict("0.2", intermediateDer)).toEqual({ verdict: "proven" })
  expect(await verdict("0.1", intermediateDer, rootDer)).toEqual({ verdict: "proven" })
  expect(await verdict("0.2", others.ca.intermediateDer)).toMatchObject(untrusted)
  expect(await verdict("0.2", intermediateDer, intermediateDer)).toMatchObject(untrusted)
  const leaf = world.ca.issue({ key: world.key("p256"), san: SIGNER, issuer: ISSUER, at: world.at - 5 })
  expect(await verdict("0.2", leaf, intermediateDer)).toMatchObject(untrusted)
})

test("nothing is carried above an anchor that is an intermediate: nobody would notice what it is", async () => {
  const anchored = changed(
    certificateAuthority(world.ca, world.window),
    "certChain.certificates[1]",
    undefined,
  ) as JsonObject
  const certificates = ((anchored["certChain"] as JsonObject)["certificates"] as (object | undefined)[]).filter(Boolean)
  const root = { ...world.trustedRoot(), certificateAuthorities: [{ ...anchored, certChain: { certificates } }] }
  const { bundle } = made({ version: "0.1", chain: [world.ca.intermediateDer, world.ca.rootDer] })
  const refused = { verdict: "failed", certificate: "fail certificate-untrusted" }
  expect(open(await ask(bundle, { roots: [root] }))).toMatchObject(refused)
  const { bundle: foreign } = made({ version: "0.2", chain: [world.ca.intermediateDer, world.tsa.der] })
  expect(open(await ask(foreign, { roots: [root] }))).toMatchObject(refused)
  const { bundle: plain } = made({ version: "0.1", chain: [world.ca.intermediateDer] })
  expect(open(await ask(plain, { roots: [root] }))).toEqual({ verdict: "proven" })
})

test("a bare envelope may carry its certificate in PEM, and nothing else in that place", async () => {
  const key = world.key("p256")
  const payload = utf8(JSON.stringify(statement()))
  const der = world.ca.issue({ key, san: SIGNER, issuer: ISSUER, at: world.at - 5 })
  const sig = key.sign(preAuthentication(STATEMENT_TYPE, payload))
  const sealed = async (cert: string) => {
    const document = changed(envelope(STATEMENT_TYPE, payload, [{ sig }]), "signatures[0].cert", cert)
    return open(await ask(document as JsonObject, { input: { form: "envelope" } }))
  }
  expect(await sealed(pem("CERTIFICATE", der))).toMatchObject({ verdict: "unproven", validity: "skip time-missing" })
  for (const text of ["", "no PEM", pem("PUBLIC KEY", der), pem("CERTIFICATE", utf8("no certificate"))]) {
    expect(await sealed(text)).toMatchObject({ verdict: "failed", certificate: "fail certificate-malformed" })
  }
})
