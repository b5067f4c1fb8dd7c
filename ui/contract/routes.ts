/**
 * Where operations are found over HTTP: `attest.verify` at `/api/v1/attest/verify`. The service makes its routes from
 * this, the OpenAPI document its paths, and clients their addresses; nothing of it is written down again.
 */
import type { Operation } from "./operation.ts"
import { OPERATIONS, type OperationName } from "./operations.ts"
import { API_BASE } from "./wire.ts"

export { API_BASE, TYPES } from "./wire.ts"

/** The OpenAPI 3.1 document. */
export const OPENAPI_PATH = `${API_BASE}/openapi.json`

/** The list of jobs; one of them is below, by its id. */
export const JOBS_PATH = `${API_BASE}/jobs`

/** Who is asking; logging in and out. */
export const SESSION_PATH = `${API_BASE}/session`

/** One row of the table of routes. */
export interface OperationRoute {
  readonly operation: Operation & { readonly name: OperationName }
  readonly path: string
  /** Every operation is asked by POST; one that changes nothing also by GET, with its input as the query. */
  readonly methods: readonly ("GET" | "POST")[]
}

const UNROUTED = {
  init: "a service owns one site, which is there before it starts",
  "operator.key": "a private key is made where its operator works, and no service ever has it",
} as const satisfies Readonly<Partial<Record<OperationName, string>>>

/** The name of an operation that no route leads to. */
export type Unrouted = keyof typeof UNROUTED

/** Operations that no route leads to, and why. */
export const NOT_ROUTED: Readonly<Partial<Record<OperationName, string>>> = UNROUTED

/** The address of an operation. */
export function pathOf(name: OperationName): string {
  return `${API_BASE}/${name.replace(".", "/")}`
}

/** The table of routes. */
export const OPERATION_ROUTES: readonly OperationRoute[] = OPERATIONS.filter(
  row => NOT_ROUTED[row.name] === undefined,
).map(operation => ({
  operation,
  path: pathOf(operation.name),
  methods: operation.changesState ? ["POST"] : ["GET", "POST"],
}))
