/** The OpenAPI 3.1 document, made from the list of operations, their schemas and the table of errors. */
import * as z from "zod"
import { ERRORS, StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { membersOf } from "../../ui/contract/input.ts"
import type { Operation, OperationSchemas } from "../../ui/contract/operation.ts"
import { JOBS_PATH, OPERATION_ROUTES, SESSION_PATH, TYPES } from "../../ui/contract/routes.ts"
import { eventsQuery, job, jobFiles, jobs, jobsQuery, problem, progress, whoami } from "../../ui/contract/service.ts"
import { code, failure } from "../../ui/contract/events.ts"
import { challenge, login, session } from "../../ui/contract/session.ts"

type Json = { [name: string]: unknown }

/** JSON Schema 2020-12, without the marker of its dialect. */
function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema, ...made } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json
  if (typeof $schema !== "string") throw new StellaError("INTERNAL", "a schema without its dialect")
  return made
}

/** A schema as the document has it. */
function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  return shared(jsonSchema(schema, io)) as Json
}

/** Parts that many schemas have, by their names among the components. */
const SHARED: Readonly<Record<string, z.ZodType>> = { Code: code, Failure: failure }

const printed = (schema: z.ZodType): string => JSON.stringify(jsonSchema(schema, "output"))

const NAMES = new Map(Object.entries(SHARED).map(([name, schema]) => [printed(schema), name]))

/** The schema with its shared parts by reference; `but` is left as it is. */
function shared(value: unknown, but?: string): unknown {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(item => shared(item, but))
  const name = NAMES.get(JSON.stringify(value))
  if (name !== undefined && name !== but) return reference(name)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shared(part, but)]))
}

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const content = (type: string, schema: Json): Json => ({ [type]: { schema } })

/** Codes that any operation can end with before it answers. */
const ALWAYS: readonly ErrorCode[] = [
  "USAGE",
  "INPUT_UNREADABLE",
  "INTERNAL",
  "INTERRUPTED",
  "NOT_AUTHENTICATED",
  "FORBIDDEN",
  "ORIGIN_REFUSED",
  "RATE_LIMITED",
  "SERVICE_UNAVAILABLE",
  "STORE_CORRUPT",
  "DISK_FULL",
]

const OF_A_BODY: readonly ErrorCode[] = [
  "BODY_TOO_LARGE",
  "BODY_TYPE_REFUSED",
  "BODY_TOO_SLOW",
  "IDEMPOTENCY_CONFLICT",
  "OUTPUT_REFUSED",
]

/** Problem responses, one for each HTTP status of the codes. */
function problems(codes: readonly ErrorCode[]): Json {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of new Set(codes)) {
    const { http } = ERRORS[code]
    if (http >= 400) byStatus.set(http, [...(byStatus.get(http) ?? []), code])
  }
  const rows = [...byStatus].sort(([a], [b]) => a - b)
  return Object.fromEntries(
    rows.map(([status, named]) => [
      String(status),
      { description: named.join(", "), content: content(TYPES.problem, reference("Problem")) },
    ]),
  )
}

function answerOf(operation: Operation, schemas: OperationSchemas): Json {
  const output = schemaOf(schemas.output, "output")
  if (operation.answers === "document")
    return {
      description: "The result, as --json prints it",
      headers: { etag: { schema: { type: "string" } } },
      content: content(TYPES.json, output),
    }
  const line = { anyOf: [output, reference("Progress")] }
  return {
    description: "Events, one a line or as server-sent events; the schema is that of one",
    content: { [TYPES.lines]: { schema: line }, [TYPES.events]: { schema: { type: "string" } } },
  }
}

const PREFER: Json = {
  name: "Prefer",
  in: "header",
  description: "respond-async: answer with a job",
  schema: { type: "string" },
}
const KEY: Json = {
  name: "Idempotency-Key",
  in: "header",
  description: "the same key and input give the same job's answer again",
  schema: { type: "string", minLength: 1, maxLength: 128, pattern: "^[\\x21-\\x7e]+$" },
}

function queryParameters(schema: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: "query",
    // A list may be left out: then it is empty.
    required: required.includes(name) && of["type"] !== "array",
    ...(of["type"] === "array" ? { style: "form", explode: true } : {}),
    schema: of,
  }))
}

/** Inputs as bodies: what the command line takes as a list may be left out. */
function bodySchema(operation: Operation, schemas: OperationSchemas): Json {
  const input = schemaOf(schemas.input, "input")
  const lists = membersOf(operation, schemas).filter(member => member.many && member.positional)
  const required = ((input["required"] ?? []) as string[]).filter(name => !lists.some(list => list.name === name))
  return { ...input, required }
}

async function operationPath(operation: Operation, methods: readonly string[]): Promise<Json> {
  const schemas = await operation.schemas()
  const [tag = ""] = operation.name.split(".")
  const shared = {
    tags: [tag],
    summary: operation.summary,
    description: `${operation.help}\n\nScopes: ${operation.scopes.join(", ")}.`,
    "x-scopes": operation.scopes,
  }
  const answer = answerOf(operation, schemas)
  const input = bodySchema(operation, schemas)
  const form = {
    type: "object",
    required: ["input"],
    properties: {
      input: { type: "string", contentMediaType: TYPES.json, contentSchema: input },
      file: { type: "array", items: { type: "string", format: "binary" } },
    },
  }
  const post = {
    ...shared,
    operationId: operation.name,
    parameters: [PREFER, KEY],
    requestBody: {
      required: false,
      content: { ...content(TYPES.json, input), ...content(TYPES.form, form) },
    },
    responses: {
      "200": answer,
      "202": {
        description: "A job",
        headers: { location: { schema: { type: "string" } } },
        content: content(TYPES.json, reference("Job")),
      },
      ...problems([...ALWAYS, ...OF_A_BODY, ...operation.codes]),
    },
  }
  if (!methods.includes("GET")) return { post }
  const cached = operation.answers === "document" ? { "304": { description: "The client's copy is still good" } } : {}
  const get = {
    ...shared,
    operationId: `${operation.name}:get`,
    parameters: queryParameters(schemas.input),
    responses: { "200": answer, ...cached, ...problems([...ALWAYS, ...operation.codes]) },
  }
  return { get, post }
}

const json = (description: string, schema: Json): Json => ({ description, content: content(TYPES.json, schema) })
const ID: Json = { name: "id", in: "path", required: true, schema: { type: "string", pattern: "^[0-9a-f]{32}$" } }

function jobPaths(): Json {
  const one = `${JOBS_PATH}/{id}`
  const row = (operationId: string, summary: string, responses: Json, parameters: readonly Json[] = [ID]): Json => ({
    tags: ["jobs"],
    operationId,
    summary,
    parameters,
    responses: { ...responses, ...problems([...ALWAYS, "JOB_MISSING"]) },
  })
  const events = { [TYPES.lines]: { schema: {} }, [TYPES.events]: { schema: { type: "string" } } }
  const file: Json = { name: "file", in: "path", required: true, schema: { type: "integer", minimum: 0 } }
  return {
    [JOBS_PATH]: {
      get: row(
        "jobs",
        "List your jobs, newest first",
        { "200": json("Jobs", reference("Jobs")) },
        queryParameters(jobsQuery),
      ),
    },
    [one]: {
      get: row("job", "Show a job", { "200": json("The job", reference("Job")) }),
      delete: row("job:delete", "Cancel a running job, or remove an ended one", {
        "202": json("It is being cancelled", reference("Job")),
        "204": { description: "It is removed" },
      }),
    },
    [`${one}/events`]: {
      get: row(
        "job:events",
        "Read a job's events, then those that come",
        { "200": { description: "Events", content: events } },
        [ID, ...queryParameters(eventsQuery), { name: "Last-Event-ID", in: "header", schema: { type: "string" } }],
      ),
    },
    [`${one}/files`]: {
      get: row("job:files", "List what a job wrote", { "200": json("Files", reference("JobFiles")) }),
    },
    [`${one}/files/{file}`]: {
      get: row(
        "job:file",
        "Read what a job wrote",
        {
          "200": {
            description: "The bytes",
            content: content("application/octet-stream", { type: "string", format: "binary" }),
          },
          ...problems(["NOT_FOUND"]),
        },
        [ID, file],
      ),
    },
  }
}

function sessionPaths(): Json {
  const body = (schema: Json): Json => ({ required: true, content: content(TYPES.json, schema) })
  const row = (operationId: string, summary: string, responses: Json, more: Json = {}): Json => ({
    tags: ["session"],
    operationId,
    summary,
    ...more,
    responses: { ...responses, ...problems([...ALWAYS, ...OF_A_BODY]) },
  })
  const open = { security: [] }
  return {
    [`${SESSION_PATH}/challenge`]: {
      post: row(
        "session:challenge",
        "Get something to sign",
        { "200": json("A challenge", reference("Challenge")) },
        open,
      ),
    },
    [SESSION_PATH]: {
      post: row(
        "session:login",
        "Log in",
        { "200": json("A session", reference("Session")) },
        {
          ...open,
          requestBody: body(reference("Login")),
        },
      ),
      get: row("session", "Say who is asking", { "200": json("The actor", reference("WhoAmI")) }),
      delete: row("session:logout", "Log out", { "204": { description: "The session has ended" } }),
    },
    [`${SESSION_PATH}/renewal`]: {
      post: row("session:renewal", "Go on with a new token", { "200": json("A session", reference("Session")) }),
    },
  }
}

function healthPaths(): Json {
  const row = (operationId: string, summary: string): Json => ({
    get: {
      tags: ["health"],
      operationId,
      summary,
      security: [],
      responses: { "200": json("Well", reference("Health")), "503": json("Not now", reference("Health")) },
    },
  })
  return {
    "/healthz": row("healthz", "Tell whether the process answers"),
    "/readyz": row("readyz", "Tell whether the site can be used"),
  }
}

const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  Problem: problem,
  Progress: progress,
  Job: job,
  Jobs: jobs,
  JobFiles: jobFiles,
  WhoAmI: whoami,
  Challenge: challenge,
  Login: login,
  Session: session,
  Health: z.strictObject({ status: z.string() }),
}

/** The document. `version` is the program's. */
export async function openApi(version: string): Promise<Json> {
  const operations = await Promise.all(
    OPERATION_ROUTES.map(
      async ({ operation, path, methods }) => [path, await operationPath(operation, methods)] as const,
    ),
  )
  return {
    openapi: "3.1.0",
    info: {
      title: "Stella Attestor",
      version,
      summary: "Verify attestations on machines without a network",
      description: "docs/formats/http-api.md describes what all addresses have in common.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ session: [] }],
    paths: { ...Object.fromEntries(operations), ...jobPaths(), ...sessionPaths(), ...healthPaths() },
    components: {
      schemas: {
        ...Object.fromEntries(
          Object.entries(SHARED).map(([name, schema]) => [name, shared(jsonSchema(schema, "output"), name)]),
        ),
        ...Object.fromEntries(Object.entries(COMPONENTS).map(([name, schema]) => [name, schemaOf(schema, "output")])),
      },
      securitySchemes: { session: { type: "http", scheme: "bearer" } },
    },
  }
}

/** The document as text. */
export async function printOpenApi(version: string): Promise<string> {
  return JSON.stringify(await openApi(version), undefined, 2) + "\n"
}
