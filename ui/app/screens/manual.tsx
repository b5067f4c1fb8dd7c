/** The offline manual: docs/ as it was when this console was built. */
import type { ReactNode } from "react"
import { useTask } from "../backend/asking.ts"
import { loadManual } from "../browser/manual-file.ts"
import { printPlace, usePlace } from "../browser/place.ts"
import { MANUAL_FILE, type Block, type Inline, type Manual, type Page } from "../manual/manual.ts"
import { useSay } from "../messages/text.ts"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, Loading, Partial } from "../parts/states.tsx"

/** Where a link of a page leads: another page of the manual, or nowhere (there is no network to follow it on). */
export function pageOf(from: string, to: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(to) || to.startsWith("#") || to.startsWith("/")) return undefined
  const path = to.split("#")[0] ?? ""
  const parts = from.split("/").slice(0, -1)
  for (const part of path.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "." && part !== "") parts.push(part)
  }
  return parts.join("/")
}

function InlineText({ of, from }: { readonly of: readonly Inline[]; readonly from: string }): ReactNode {
  return of.map((part, index) => {
    if (typeof part === "string") return part
    switch (part.t) {
      case "code":
        return <code key={index}>{part.text}</code>
      case "strong":
        return (
          <strong key={index}>
            <InlineText of={part.in} from={from} />
          </strong>
        )
      case "em":
        return (
          <em key={index}>
            <InlineText of={part.in} from={from} />
          </em>
        )
      case "del":
        return (
          <del key={index}>
            <InlineText of={part.in} from={from} />
          </del>
        )
      case "link": {
        const page = pageOf(from, part.to)
        const inside = <InlineText of={part.in} from={from} />
        if (page?.endsWith(".md") === true)
          return (
            <a key={index} href={printPlace(`manual/${page}`)}>
              {inside}
            </a>
          )
        return (
          <span key={index}>
            {inside} <code>{part.to}</code>
          </span>
        )
      }
    }
  })
}

function Heading({ level, children }: { readonly level: number; readonly children: ReactNode }): ReactNode {
  // The page's own heading comes under the screen's.
  if (level === 1) return <h2>{children}</h2>
  if (level === 2) return <h3>{children}</h3>
  return <h4>{children}</h4>
}

function Blocks({ of, from }: { readonly of: readonly Block[]; readonly from: string }): ReactNode {
  return of.map((block, index) => {
    switch (block.t) {
      case "heading":
        return (
          <Heading key={index} level={block.level}>
            <InlineText of={block.in} from={from} />
          </Heading>
        )
      case "text":
        return (
          <p key={index}>
            <InlineText of={block.in} from={from} />
          </p>
        )
      case "code":
        return (
          <pre key={index}>
            <code>{block.text}</code>
          </pre>
        )
      case "list": {
        const items = block.items.map((item, at) => (
          <li key={at}>
            <Blocks of={item} from={from} />
          </li>
        ))
        return block.ordered ? <ol key={index}>{items}</ol> : <ul key={index}>{items}</ul>
      }
      case "quote":
        return (
          <blockquote key={index}>
            <Blocks of={block.in} from={from} />
          </blockquote>
        )
      case "table":
        return (
          <table key={index} className="plain-table">
            <thead>
              <tr>
                {block.head.map((cell, at) => (
                  <th key={at} scope="col">
                    <InlineText of={cell} from={from} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, column) => (
                    <td key={column}>
                      <InlineText of={cell} from={from} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )
      case "rule":
        return <hr key={index} />
    }
  })
}

function PageList({ pages, here }: { readonly pages: readonly Page[]; readonly here: string }): ReactNode {
  const say = useSay()
  const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/")
  const folders = [...new Set(pages.map(({ path }) => folderOf(path)))]
  return (
    <nav aria-label={say("manual.pages")} tabIndex={0}>
      {folders.map(folder => (
        <div key={folder}>
          <strong>{folder}</strong>
          <ul role="list">
            {pages
              .filter(({ path }) => folderOf(path) === folder)
              .map(({ path, title }) => (
                <li key={path}>
                  <a href={printPlace(`manual/${path}`)} aria-current={path === here ? "page" : undefined}>
                    {title}
                  </a>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

const FIRST = "runbooks/README.md"

function Pages({ manual }: { readonly manual: Manual }): ReactNode {
  const say = useSay()
  const { rest } = usePlace()
  const path = rest === "" ? FIRST : rest
  const page = manual.pages.find(one => one.path === path)
  return (
    <div className="manual">
      <PageList pages={manual.pages} here={path} />
      <article className="prose" lang="en">
        {page === undefined ? (
          <>
            <Partial>{say("manual.partial", { path })}</Partial>
            <a href={printPlace("manual")}>{say("manual.first")}</a>
          </>
        ) : (
          <Blocks of={page.blocks} from={page.path} />
        )}
      </article>
    </div>
  )
}

/** The screen. */
export function ManualScreen(): ReactNode {
  const say = useSay()
  const [held, again] = useTask("manual", async (_backend, signal) => loadManual(MANUAL_FILE, signal))
  return (
    <>
      <ScreenHeading title={say("screen.manual")} lead={say("manual.lead")} command="stella help" />
      {held.state === "loading" ? <Loading what={say("manual.loading")} /> : null}
      {held.state === "failed" ? <Failed problem={held.problem} onRetry={again} /> : null}
      {held.state === "ready" && held.value.pages.length === 0 ? (
        <Empty title={say("manual.emptyTitle")}>
          <p>{say("manual.emptyText")}</p>
        </Empty>
      ) : null}
      {held.state === "ready" && held.value.pages.length > 0 ? <Pages manual={held.value} /> : null}
    </>
  )
}
