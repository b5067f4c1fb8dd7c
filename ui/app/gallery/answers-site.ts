/** What the service of the gallery answers about operators, the journal, and what is done to the site. */
import { ROLES } from "../../contract/roles.ts"
import type { Asked, Events, InputOf } from "../backend/backend.ts"
import { AGE, digest, MOMENT, operator, record } from "./fixtures.ts"
import { BROKEN, done, type Scene } from "./scene.ts"

/** How some operations are answered. */
export type Answers<N extends Asked> = { [K in N]: (input: InputOf<K>) => Events<K> }

type OfTheSite =
  | "operator.add"
  | "operator.list"
  | "operator.disable"
  | "audit.list"
  | "audit.verify"
  | "trust.import"
  | "mirror.ingest"
  | "mirror.fsck"

const ROLE_NAMES = Object.keys(ROLES) as (keyof typeof ROLES)[]

/** The answers of a scene with so many rows. */
export function siteAnswers(scene: Scene, rows: number): Answers<OfTheSite> {
  const first = scene === "first-run"
  const records = first ? 1 : rows
  const people = first ? 1 : 14
  return {
    "operator.add": async function* ({ name, role }) {
      yield { ...done, type: "result", operator: { ...operator(0), name, roles: role } }
    },
    "operator.list": async function* () {
      for (let i = 0; i < people; i++) {
        if (scene === "partial" && i === 5) throw BROKEN
        yield { ...done, type: "result", operator: operator(i) }
      }
      yield { ...done, type: "summary", enabled: people - 2, disabled: 2, total: people }
    },
    "operator.disable": async function* ({ name }) {
      yield { ...done, type: "result", operator: { ...operator(0), name, disabledAt: MOMENT } }
    },
    "audit.list": async function* ({ limit = rows, after, actor, operation, outcome }) {
      let n = Math.min(after === undefined ? records : after - 1, records)
      let total = 0
      for (; n > 0 && total < limit; n--) {
        if (scene === "partial" && total === 30) throw BROKEN
        const one = record(n)
        if (actor !== undefined && one.actor.name !== actor) continue
        if (operation !== undefined && one.operation !== operation) continue
        if (outcome !== undefined && one.outcome !== outcome) continue
        total++
        yield { ...done, type: "result", record: one }
      }
      yield { ...done, type: "summary", total, next: n > 0 ? n + 1 : null }
    },
    "audit.verify": async function* () {
      yield { ...done, type: "result", records, head: digest(95) }
    },
    "trust.import": async function* () {
      yield { ...done, type: "result", ...AGE, basis: "pinned", generation: 3 }
    },
    "mirror.ingest": async function* () {
      yield { v: 1, type: "progress", done: 300, total: 1200, unit: "items" }
      if (scene === "partial") throw BROKEN
      yield {
        ...done,
        type: "summary",
        head: { origin: "log.forge.example", size: "52004", root: digest(7) },
        before: { origin: "log.forge.example", size: "48000", root: digest(8) },
        tiles: 17,
        entries: "4004",
        hashesOnly: "0",
      }
    },
    "mirror.fsck": async function* () {
      yield { v: 1, type: "progress", done: 900, unit: "items" }
      if (scene === "partial") {
        for (const [part, n] of [
          ["evidence", 77],
          ["log log.forge.example", 78],
        ] as const)
          yield {
            v: 1,
            type: "result",
            code: "STORE_CORRUPT",
            message: BROKEN.message,
            part,
            where: digest(n),
            what: BROKEN.message,
          }
        throw BROKEN
      }
      yield { ...done, type: "summary", rows: 4021, blobs: 400, logs: 1, damaged: 0 }
    },
  }
}

/** What somebody in this scene may do. */
export function scopesIn(scene: Scene): readonly string[] {
  if (scene === "empty") return []
  if (scene === "reader") return ROLES.operator.scopes.filter(scope => !scope.endsWith(".write"))
  return [...new Set(ROLE_NAMES.flatMap((name): readonly string[] => ROLES[name].scopes))]
}
