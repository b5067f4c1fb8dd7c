import { join } from "node:path"
import { describe, onTestFinished } from "vitest"
import { levelDatabase } from "../../appliance/store/level-key-value.node.ts"
import { memoryDatabases, memoryKeyValue } from "../../appliance/store/memory-key-value.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { databaseContract } from "../contract/database.ts"
import { keyValueContract } from "../contract/key-value.ts"
import { realSite, temporaryDirectory } from "../support/store.ts"

async function level() {
  const directory = join(await temporaryDirectory(), "db")
  const database = unwrap(await levelDatabase(directory, { create: true }))
  onTestFinished(() => database.close())
  return database
}

describe("KeyValue in memory", () => keyValueContract(async () => memoryKeyValue()))

describe("KeyValue in a memory database, between neighbours", () =>
  keyValueContract(async () => {
    const database = unwrap(await memoryDatabases()("db", { create: true }))
    const row = { type: "put", key: utf8("k"), value: utf8("v") } as const
    for (const sublevel of ["log", "log-22"]) await database.batch([{ sublevel, changes: [row] }], { sync: true })
    return database.sublevel("log-2")
  }))

describe("KeyValue on LevelDB", () => keyValueContract(async () => (await level()).sublevel("rows")))

describe("KeyValue on LevelDB, between neighbours", () =>
  keyValueContract(async () => {
    const database = await level()
    const row = { type: "put", key: utf8("k"), value: utf8("v") } as const
    for (const sublevel of ["log", "log-22"]) await database.batch([{ sublevel, changes: [row] }], { sync: true })
    return database.sublevel("log-2")
  }))

describe("content rows of a site", () =>
  keyValueContract(async () => {
    const { site } = await realSite()
    return site.kv("log-1")
  }))

describe("a stage that holds some keys back", () =>
  keyValueContract(async () => {
    const { site } = await realSite()
    return site.stage("log-1", key => (key[0] ?? 0) % 2 === 0).rows
  }))

describe("Database in memory", () =>
  databaseContract(async () => ({ open: memoryDatabases(), directory: "/imaginary/db" })))

describe("Database on LevelDB", () =>
  databaseContract(async () => ({ open: levelDatabase, directory: join(await temporaryDirectory(), "db") })))
