/** The manual as the build leaves it: every page of docs/ as a tree of blocks, without any HTML (packaging/console/manual.ts writes it). */

/** Running text. */
export type Inline =
  | string
  | { readonly t: "code"; readonly text: string }
  | { readonly t: "strong" | "em" | "del"; readonly in: readonly Inline[] }
  | { readonly t: "link"; readonly to: string; readonly in: readonly Inline[] }

/** A block of a page. */
export type Block =
  | { readonly t: "heading"; readonly level: number; readonly in: readonly Inline[] }
  | { readonly t: "text"; readonly in: readonly Inline[] }
  | { readonly t: "code"; readonly text: string }
  | { readonly t: "list"; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly t: "quote"; readonly in: readonly Block[] }
  | {
      readonly t: "table"
      readonly head: readonly (readonly Inline[])[]
      readonly rows: readonly (readonly (readonly Inline[])[])[]
    }
  | { readonly t: "rule" }

/** A page. */
export interface Page {
  /** Its path below docs/: `formats/report.md`. */
  readonly path: string
  readonly title: string
  readonly blocks: readonly Block[]
}

/** All pages, in the order of their paths. */
export interface Manual {
  readonly v: 1
  readonly pages: readonly Page[]
}

/** The name of the file beside the console's own. */
export const MANUAL_FILE = "manual.json"
