/**
 * A table of any length: only the rows in sight are in the document, one row has the focus (arrows, Home, End, Page Up,
 * Page Down; Enter or Space opens it), and assistive technology hears how many there are and which one this is.
 */
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
} from "react"
import { useSay } from "../messages/text.ts"

/** A column. `wide` ones are left out where the window is narrow. */
export interface Column<Row> {
  readonly id: string
  readonly head: string
  /** A track of a CSS grid, such as `minmax(0, 2fr)`. */
  readonly width: string
  readonly number?: boolean
  readonly wide?: boolean
  readonly cell: (row: Row) => ReactNode
}

interface DataGridProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** How many there are in all; null while nobody knows. */
  readonly total: number | null
  readonly keyOf: (row: Row) => string
  readonly selected?: string | undefined
  readonly onOpen: (row: Row) => void
  /** Asks for the next rows, where there are more than are here. */
  readonly onMore?: (() => void) | undefined
  readonly foot?: ReactNode
}

const OVERSCAN = 8
/** Rows from the end at which the next ones are asked for. */
const ASK_AHEAD = 40

/** Height of a row in pixels, as `--row` (2.25rem) comes out with the text size in use. */
function rowHeight(): number {
  return 2.25 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

/** Where a key leads from row `at`, or undefined for a key that does not move. */
function moved(key: string, at: number, page: number, last: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(at + 1, last)
    case "ArrowUp":
      return Math.max(at - 1, 0)
    case "PageDown":
      return Math.min(at + page, last)
    case "PageUp":
      return Math.max(at - page, 0)
    case "Home":
      return 0
    case "End":
      return last
    default:
      return undefined
  }
}

/** The table. */
export function DataGrid<Row>(props: DataGridProps<Row>): ReactNode {
  const { label, columns, rows, total, keyOf, selected, onOpen, onMore, foot } = props
  const say = useSay()
  const scroller = useRef<HTMLDivElement>(null)
  const [height] = useState(rowHeight)
  const [view, setView] = useState({ top: 0, height: 480 })
  const [active, setActive] = useState(0)
  const wanted = useRef(false)
  const at = Math.min(active, Math.max(rows.length - 1, 0))

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight })
    measure()
    const watcher = new ResizeObserver(measure)
    watcher.observe(element)
    element.addEventListener("scroll", measure, { passive: true })
    return () => {
      watcher.disconnect()
      element.removeEventListener("scroll", measure)
    }
  }, [])

  const first = Math.max(0, Math.floor(view.top / height) - OVERSCAN)
  const end = Math.min(rows.length, Math.ceil((view.top + view.height) / height) + OVERSCAN)
  useEffect(() => {
    if (onMore !== undefined && end + ASK_AHEAD > rows.length) onMore()
  }, [end, rows.length, onMore])

  // The focus follows the active row after the row is there and no sticky header lies over it.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!wanted.current || element === null) return
    wanted.current = false
    const top = at * height
    const room = element.clientHeight - height
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + height > element.scrollTop + room) element.scrollTop = top + height - room
    element.querySelector<HTMLElement>(`[aria-rowindex="${String(at + 2)}"]`)?.focus({ preventScroll: true })
  }, [at, height])

  const onKey = (event: KeyboardEvent): void => {
    const row = rows[at]
    if ((event.key === "Enter" || event.key === " ") && row !== undefined) {
      event.preventDefault()
      onOpen(row)
      return
    }
    const to = moved(event.key, at, Math.max(1, Math.floor(view.height / height) - 2), rows.length - 1)
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    wanted.current = true
    setActive(to)
  }

  const indices = [...Array(Math.max(0, end - first)).keys()].map(offset => first + offset)
  if (rows.length > 0 && (at < first || at >= end)) indices.push(at)
  const template = {
    "--columns": columns.map(column => column.width).join(" "),
    "--columns-narrow": columns.flatMap(column => (column.wide === true ? [] : [column.width])).join(" "),
  } as CSSProperties
  const classOf = (column: Column<Row>): string =>
    `${column.number === true ? "number" : ""} ${column.wide === true ? "wide" : ""}`

  return (
    <div className="grid" style={template}>
      <div
        ref={scroller}
        className="scroller"
        role="grid"
        aria-label={label}
        aria-rowcount={total === null ? -1 : total + 1}
        aria-readonly="true"
        onKeyDown={onKey}
      >
        <div className="row head" role="row" aria-rowindex={1}>
          {columns.map(column => (
            <span key={column.id} role="columnheader" className={classOf(column)}>
              {column.head}
            </span>
          ))}
        </div>
        <div className="body" role="rowgroup" style={{ height: rows.length * height }}>
          {indices.map(index => {
            const row = rows[index]
            if (row === undefined) return null
            const key = keyOf(row)
            return (
              <div
                key={key}
                className="row"
                role="row"
                aria-rowindex={index + 2}
                aria-selected={key === selected}
                tabIndex={index === at ? 0 : -1}
                style={{ top: index * height }}
                onFocus={() => setActive(index)}
                onClick={() => {
                  setActive(index)
                  onOpen(row)
                }}
              >
                {columns.map(column => (
                  <span key={column.id} role="gridcell" className={classOf(column)}>
                    {column.cell(row)}
                  </span>
                ))}
              </div>
            )
          })}
        </div>
      </div>
      <div className="foot">
        <span role="status">
          {total === null ? say("grid.loaded", { n: rows.length }) : say("grid.loadedOf", { n: rows.length, total })}
        </span>
        <span>{say("grid.keys")}</span>
        {foot}
      </div>
    </div>
  )
}
