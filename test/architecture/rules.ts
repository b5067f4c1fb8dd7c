/** The layer rules: a file's path and text in, the sentences about what it breaks out. */
import { posix } from "node:path"
import { isBuiltin } from "node:module"
import {
  BANNED_NAMES,
  MAX_LINES,
  MAY,
  NODE_PLACES,
  NODE_ROOMS,
  PACKAGES,
  PROGRAMS,
  ROOMS,
  SRC_ORDER,
  type Room,
} from "./layers.ts"
import { scan } from "./scan.ts"

/** What package.json says that the rules need. */
export interface Manifest {
  readonly name: string
  /** Entry points by subpath ("." and "./node"), as repository paths. */
  readonly entries: Readonly<Record<string, string>>
  /** Every package it names. */
  readonly packages: readonly string[]
}

/** The room of a repository path (forward slashes), "" for a file in no room. */
export function roomOf(path: string): Room | "" {
  return ROOMS.find(room => path.startsWith(room + "/")) ?? ""
}

function srcRank(path: string): number {
  const folder = path.split("/")[1] ?? ""
  const rank = SRC_ORDER.findIndex(row => row.includes(folder))
  // src/index.ts stands above all folders: it may import any of them and none may import it.
  return rank < 0 ? SRC_ORDER.length : rank
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
}

/** The repository path an import leads to, or undefined for a package or a module of Node. */
function target(path: string, specifier: string, manifest: Manifest): string | undefined {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(path), specifier)
  if (packageOf(specifier) !== manifest.name) return undefined
  return manifest.entries["." + specifier.slice(manifest.name.length)]
}

function mayUseNode(path: string, room: Room | ""): boolean {
  if (room === "src") return false
  return path.endsWith(".node.ts") || NODE_ROOMS.includes(room) || NODE_PLACES.some(place => path.startsWith(place))
}

/** The launcher loads sources or emitted files; retained judges are loaded from bytes that were rehashed. */
const LOADERS: readonly string[] = ["appliance/cli/stella.mjs", "appliance/operations/judging/retained-judges.node.ts"]

/** Tools and the two loaders may choose what to load at run time; the product's code may not. */
function loadsByName(path: string, room: Room | ""): boolean {
  return NODE_ROOMS.includes(room) || LOADERS.includes(path)
}

function importBreak(path: string, specifier: string, manifest: Manifest): string | undefined {
  const room = roomOf(path)
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith("node:")) return `imports ${specifier}: write node:${specifier}`
    if (mayUseNode(path, room)) return undefined
    return room === "src"
      ? `imports ${specifier}: src is environment-neutral`
      : `imports ${specifier}: a file that needs Node is called *.node.ts`
  }
  const to = target(path, specifier, manifest)
  if (to === undefined) {
    const name = packageOf(specifier)
    const allowed = room === "" ? undefined : PACKAGES[room]
    if (allowed !== undefined && !allowed.includes(name)) return `imports the package ${name}: not a package of ${room}`
    return manifest.packages.includes(name) ? undefined : `imports the package ${name}: not in package.json`
  }
  if (PROGRAMS.includes(to)) return undefined
  const toRoom = roomOf(to)
  if (room === "") return undefined
  if (toRoom === "") return room === "test" ? undefined : `imports ${to}: outside every room`
  if (room !== toRoom) return MAY[room].includes(toRoom) ? undefined : `imports ${to}: ${room} may not import ${toRoom}`
  if (room !== "src") return undefined
  const [from, at] = [srcRank(path), srcRank(to)]
  const sameFolder = path.split("/")[1] === to.split("/")[1]
  if (at < from || sameFolder) return undefined
  return `imports ${to}: inside src a folder imports only the ones before it`
}

/** Every rule that one file breaks, each as `path:line: what`. */
export function breaks(path: string, text: string, manifest: Manifest): string[] {
  const found = scan(path, text)
  const room = roomOf(path)
  const out: string[] = []
  const name = posix.basename(path)
  if (BANNED_NAMES.test(name)) out.push(`${path}:1: a file named ${name} says nothing about what belongs in it`)
  if (room === "src" && name.endsWith(".node.ts")) out.push(`${path}:1: *.node.ts never lives in src`)
  if (!/^[a-z0-9]+([.-][a-z0-9]+)*\.(ts|tsx|js|mjs)$/.test(name)) out.push(`${path}:1: file names are kebab-case`)
  const longest = room === "test" || room === "bench" ? MAX_LINES.test : MAX_LINES.product
  if (found.lines > longest) out.push(`${path}:${found.lines}: longer than ${longest} lines; carry an idea out`)
  // What a tool looks for has the name that it looks for, and a declaration describes what somebody else exports.
  if (!/\.config\.(ts|js)$|\.d\.ts$/.test(name)) {
    for (const line of found.defaultExports) out.push(`${path}:${line}: default export`)
  }
  for (const { specifier, line } of found.imports) {
    if (specifier === undefined) {
      if (!loadsByName(path, room)) out.push(`${path}:${line}: computed import: nobody can see what it loads`)
      continue
    }
    const broken = importBreak(path, specifier, manifest)
    if (broken !== undefined) out.push(`${path}:${line}: ${broken}`)
  }
  return out
}
