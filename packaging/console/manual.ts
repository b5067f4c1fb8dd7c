/**
 * Makes the console's manual out of docs/: Markdown is read at build time into a tree of blocks, and the window draws that
 * tree. No HTML is made anywhere, so none can be smuggled in; raw HTML in a page is dropped when it is a comment, and shown as text
 * otherwise.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { lexer, type Token, type Tokens } from "marked"

type Inline = string | Readonly<Record<string, unknown>>
type Block = Readonly<Record<string, unknown>>

const COMMENT = /^\s*<!--[\s\S]*?-->\s*$/

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&#39;": "'",
}

/** The lexer escapes some characters for HTML, which this is not. */
function plain(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|#39);/g, entity => ENTITIES[entity] ?? entity)
}

function inlines(tokens: readonly Token[] | undefined): Inline[] {
  return (tokens ?? []).flatMap((token): Inline[] => {
    const inside = "tokens" in token ? (token.tokens as Token[] | undefined) : undefined
    switch (token.type) {
      case "codespan":
        return [{ t: "code", text: plain((token as Tokens.Codespan).text) }]
      case "strong":
      case "em":
      case "del":
        return [{ t: token.type, in: inlines(inside) }]
      case "link":
        return [{ t: "link", to: (token as Tokens.Link).href, in: inlines(inside) }]
      case "br":
        return ["\n"]
      case "html":
        return COMMENT.test(token.raw) ? [] : [token.raw]
      case "image":
        return [(token as Tokens.Image).text]
      default:
        return inside === undefined ? [plain("text" in token ? String(token.text) : token.raw)] : inlines(inside)
    }
  })
}

function blocks(tokens: readonly Token[]): Block[] {
  return tokens.flatMap((token): Block[] => {
    switch (token.type) {
      case "space":
      case "def":
        return []
      case "heading": {
        const { depth, tokens: inside } = token as Tokens.Heading
        return [{ t: "heading", level: depth, in: inlines(inside) }]
      }
      case "code":
        return [{ t: "code", text: (token as Tokens.Code).text }]
      case "blockquote":
        return [{ t: "quote", in: blocks((token as Tokens.Blockquote).tokens) }]
      case "list": {
        const { ordered, items } = token as Tokens.List
        return [{ t: "list", ordered, items: items.map(item => blocks(item.tokens)) }]
      }
      case "table": {
        const { header, rows } = token as Tokens.Table
        const cells = (row: readonly Tokens.TableCell[]): Inline[][] => row.map(cell => inlines(cell.tokens))
        return [{ t: "table", head: cells(header), rows: rows.map(cells) }]
      }
      case "hr":
        return [{ t: "rule" }]
      case "html":
        return COMMENT.test(token.raw) ? [] : [{ t: "text", in: [token.raw] }]
      default: {
        const inside = "tokens" in token ? (token.tokens as Token[] | undefined) : undefined
        return [{ t: "text", in: inside === undefined ? [plain(token.raw)] : inlines(inside) }]
      }
    }
  })
}

/** One page of Markdown as the console draws it. */
export function pageOf(path: string, markdown: string): { path: string; title: string; blocks: Block[] } {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? path
  return { path, title: title.replaceAll("`", ""), blocks: blocks(lexer(markdown)) }
}

/** The manual: every page below `docs`, sorted by path. */
export function manualOf(docs: string): string {
  const paths = readdirSync(docs, { recursive: true, encoding: "utf8" })
    .map(path => path.replaceAll("\\", "/"))
    .filter(path => path.endsWith(".md"))
    .sort()
  return JSON.stringify({ v: 1, pages: paths.map(path => pageOf(path, readFileSync(join(docs, path), "utf8"))) }) + "\n"
}
