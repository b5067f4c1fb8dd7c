/** A site with operators whose keys are made by node:crypto, and access to it under a clock that the test sets. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { join } from "node:path"
import { openNodeAccess } from "../../appliance/access/node-access.node.ts"
import type { Access } from "../../appliance/access/access.ts"
import { disable, enrol } from "../../appliance/access/operator-store.ts"
import type { Site } from "../../appliance/store/site.ts"
import { nodeDurableFiles } from "../../appliance/store/durable-file.node.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { u64be } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { Random } from "../../src/kernel/ports.ts"
import type { RoleName } from "../../ui/contract/roles.ts"
import type { Challenge, LoginByKey } from "../../ui/contract/session.ts"
import { auditOf, realSite } from "./store.ts"

export const crypto = nodeCrypto()
export const OWNER_ACTOR = { kind: "os-user", id: "1000", name: "tester", role: "owner" } as const

/** When the tests begin. */
export const START = new Date("2031-04-02T10:00:00Z")
/** Some seconds after the beginning, or before it. */
export const after = (seconds: number): Date => new Date(START.getTime() + seconds * 1000)

/** Bytes that look random and are the same in every run. */
export function seededRandom(seed: string): Random {
  let n = 0n
  return {
    bytes: length => {
      const out = new Uint8Array(length)
      for (let at = 0; at < length; at += 32)
        out.set(
          createHash("sha256")
            .update(seed)
            .update(u64be(n++))
            .digest()
            .subarray(0, length - at),
          at,
        )
      return out
    },
  }
}

/** A person with a key pair. */
export interface Person {
  readonly name: string
  readonly id: string
  readonly spki: Uint8Array
  readonly privateKey: KeyObject
}

/** Makes a person; P-256 keys sign in IEEE P1363 form. */
export function person(name: string, kind: "ed25519" | "P-256" = "ed25519"): Person {
  const { publicKey, privateKey } =
    kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: kind })
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }))
  return { name, id: createHash("sha256").update(spki).digest("hex"), spki, privateKey }
}

/** Signs as an operator does, without any code of the product. */
export function signed(message: string, { privateKey }: Person): string {
  const bytes = Buffer.from(message)
  const signature =
    privateKey.asymmetricKeyType === "ed25519"
      ? sign(null, bytes, privateKey)
      : sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" })
  return signature.toString("base64url")
}

/** The bytes to be signed, as docs/formats/session.md says them. */
export function messageOf(asked: Challenge, operator: string): string {
  const { challenge, expires, purpose, site } = asked
  return `stella-login/1\0{"challenge":"${challenge}","expires":"${expires}","operator":"${operator}","purpose":"${purpose}","site":"${site}","v":1}`
}

/** A right answer to a challenge. */
export function answer(asked: Challenge, who: Person): LoginByKey {
  const signature = signed(messageOf(asked, who.name), who)
  return { v: 1, operator: who.name, challenge: asked.challenge, signature }
}

/** Enrols a person. */
export async function enrolPerson(site: Site, who: Person, roles: readonly RoleName[], at = START): Promise<void> {
  const key = parsePublicKey(who.spki)
  if (!key.ok) throw new Error(key.error.reason)
  const enrolledAt = at.toISOString().slice(0, 19) + "Z"
  const operator = { id: who.id, name: who.name, roles, key: key.value, enrolledAt, disabledAt: null }
  unwrap(await site.commit(() => enrol(site, operator, crypto), { ...auditOf("operator.add"), at }))
}

/** Disables whoever has that name. */
export async function disableOperator(site: Site, name: string, at = START): Promise<void> {
  unwrap(await site.commit(() => disable(site, name, at, crypto), { ...auditOf("operator.disable"), at }))
}

/** Access to a site; a second one on the same folder is what a restart gives. */
export async function accessTo(site: Site, directory: string, seed: string): Promise<Access> {
  const stateDirectory = join(directory, "..", "state")
  const options = { crypto, random: seededRandom(seed), files: nodeDurableFiles, stateDirectory, owner: OWNER_ACTOR }
  return unwrap(await openNodeAccess(site, options))
}

/** A site with four enrolled people: kim (all roles), rita (auditor), sam (operator, P-256), ada (administrator). */
export async function peopledSite(seed = "access") {
  const { site, directory } = await realSite()
  const people = { kim: person("kim"), rita: person("rita"), sam: person("sam", "P-256"), ada: person("ada") }
  await enrolPerson(site, people.kim, ["administrator", "auditor", "operator"])
  await enrolPerson(site, people.rita, ["auditor"])
  await enrolPerson(site, people.sam, ["operator"])
  await enrolPerson(site, people.ada, ["administrator"])
  return { site, directory, people, access: await accessTo(site, directory, seed) }
}

/** Logs a person in. */
export async function logIn(access: Access, who: Person, now = START) {
  return unwrap(await access.login(answer(access.challenge(now), who), now))
}

/** A session's credential. */
export const credential = (token: string) => ({ kind: "session", token }) as const
