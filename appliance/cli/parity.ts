/** The page of `stella help parity`: each operation on the command line, over HTTP, in the typed client and in the console. */
import { ASKABLE } from "../../ui/contract/client.ts"
import { OPERATIONS, type OperationName } from "../../ui/contract/operations.ts"
import { PLACES, SCREENS, type Elsewhere, type Place } from "../../ui/contract/places.ts"
import { NOT_ROUTED, OPERATION_ROUTES } from "../../ui/contract/routes.ts"
import { wordsOf } from "./route.ts"

const places: Readonly<Record<OperationName, Place | Elsewhere>> = PLACES

function inConsole(name: OperationName): string {
  const place = places[name]
  if ("why" in place) return `copy the command: ${place.why}`
  const { letter, title } = SCREENS[place.screen]
  const steps = [`${title} (\`g ${letter}\`)`, place.inside, place.control && `**${place.control}**`]
  return steps.filter(step => step !== undefined).join(", ")
}

function overHttp(name: OperationName): string {
  const route = OPERATION_ROUTES.find(({ operation }) => operation.name === name)
  if (route !== undefined) return `\`${route.methods.join("`, `")}\` \`${route.path}\``
  return `none: ${NOT_ROUTED[name] ?? ""}`
}

function inClient(name: OperationName): string {
  return ASKABLE.some(askable => askable === name) ? `\`ask("${name}", …)\`` : "none: no route"
}

/** The page, as Markdown; `docs/reference/parity.md` is this. */
export function parity(): string {
  const rows = OPERATIONS.map(operation => {
    const cells = [`\`${operation.name}\``, `\`stella ${wordsOf(operation)}\``]
    return `| ${[...cells, overHttp(operation.name), inClient(operation.name), inConsole(operation.name)].join(" | ")} |`
  })
  return `# Parity

Every operation in each of the three faces, and in the typed client. This page is printed by \`stella help parity\`, from the
same lists that make the commands, the routes and the screens. The console copies the command to the clipboard on every
screen; where it can do no more than that, the table says why. \`stella serve\` is no operation: it is the service.

| operation | command line | HTTP | client | console |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`
}
