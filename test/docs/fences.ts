/**
 * Reads the code fences of a Markdown page and what its comments say about them. Every fence of commands (`sh`) or of a
 * program (`ts`) is marked by the comment right before it:
 *
 * - `<!-- run -->` or `<!-- run, exit 10 -->`: a test runs it and expects that exit status (0 unless said);
 * - `<!-- run for its form -->`: the names in it are made up; a test runs each command and expects no usage error;
 * - `<!-- run by FILE, FILE -->`: something else runs it; each of its lines stands in one of these files.
 *
 * A `text` fence marked `<!-- output -->` is what the fence before it prints; a line `…` stands for any lines, and `…`
 * inside a line for any characters.
 */

/** One fence, with the line it starts at. */
export interface Fence {
  readonly page: string
  readonly line: number
  readonly language: string
  /** The comment right before it, without its brackets; "" when there is none. */
  readonly mark: string
  readonly text: string
}

/** All fences of a page, in order. */
export function fencesOf(page: string, markdown: string): Fence[] {
  const lines = markdown.split("\n")
  const out: Fence[] = []
  let mark = ""
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? "").trim()
    const comment = /^<!-- (.*) -->$/.exec(line)
    const open = /^```([a-z]*)/.exec(line)
    if (open !== null) {
      const start = i + 1
      do i++
      while (i < lines.length && (lines[i] ?? "").trim() !== "```")
      out.push({ page, line: start, language: open[1] ?? "", mark, text: lines.slice(start, i).join("\n") })
      mark = ""
    } else if (comment !== null) mark = comment[1] ?? ""
    else if (line !== "") mark = ""
  }
  return out
}

/** What a fence's mark asks for. */
export type Plan =
  | { readonly kind: "run"; readonly exit: number }
  | { readonly kind: "form" }
  | { readonly kind: "elsewhere"; readonly files: readonly string[] }

/** Reads a mark; undefined when it is none of the forms above. */
export function planOf(mark: string): Plan | undefined {
  const run = /^run(?:, exit ([0-9]{1,3}))?$/.exec(mark)
  if (run !== null) return { kind: "run", exit: Number(run[1] ?? 0) }
  if (mark === "run for its form") return { kind: "form" }
  const elsewhere = /^run by (.+)$/.exec(mark)
  return elsewhere === null ? undefined : { kind: "elsewhere", files: (elsewhere[1] ?? "").split(", ") }
}

/** The commands of a fence: its lines without empty ones and comments, continued lines joined. */
export function commandsOf(text: string): string[] {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map(line => line.trim().replace(/\s+/g, " "))
    .filter(line => line !== "" && !line.startsWith("#"))
}

/** True when `actual` is what a page shows, with its `…` for what may differ. */
export function matchesShown(shown: string, actual: string): boolean {
  const escaped = shown.trimEnd().replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  const pattern = escaped
    .split("\n")
    .map(line => (line.trim() === "…" ? "(?:[^\n]*\n?)*?" : line.replaceAll("…", "[^\n]*") + "\n"))
    .join("")
  return new RegExp(`^${pattern}$`).test(actual.trimEnd() + "\n")
}
