/** Drawn icons: fonts of the machine may lack any sign. Every icon stands beside a word, so none is announced. */
import type { ReactNode } from "react"

const DRAWN = {
  posture: "M12 3l7 3v6c0 4-3 7-7 9-4-2-7-5-7-9V6z",
  evidence: "M6 3h8l4 4v14H6z M14 3v4h4 M9 12h6 M9 16h6",
  verify: "M4 12l5 5L20 6",
  bulk: "M4 6h16 M4 12h16 M4 18h10",
  reports: "M5 4h14v16H5z M9 9h6 M9 13h6 M9 17h3",
  mirror: "M4 5h7v14H4z M13 5h7v14h-7z",
  gaps: "M4 12h4 M16 12h4 M10 12h.01 M14 12h.01",
  trust: "M8 14a4 4 0 1 1 3.5-2L20 12v4h-3v-2",
  audit: "M6 4v16 M6 6h11 M6 12h8 M6 18h12",
  operators: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M2 21c0-4 3-7 7-7s7 3 7 7 M16 4a4 4 0 0 1 0 7 M18 14c2.5 1 4 3.5 4 7",
  settings: "M4 7h9 M17 7h3 M4 17h3 M11 17h9 M15 5v4 M9 15v4",
  manual: "M4 5h7a2 2 0 0 1 2 2v13a2 2 0 0 0-2-2H4z M20 5h-5a2 2 0 0 0-2 2v13a2 2 0 0 1 2-2h5z",
  copy: "M9 9h11v11H9z M5 15H4V4h11v1",
  close: "M6 6l12 12 M18 6L6 18",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z M15.5 15.5L21 21",
  turn: "M9 6l6 6-6 6",
  warning: "M12 4l9 16H3z M12 10v4 M12 17h.01",
  empty: "M4 5h16v14H4z M4 14h5l1 2h4l1-2h5",
  wait: "M12 7v5l3 2 M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
  print: "M7 9V4h10v5 M5 9h14v8h-3 M8 17H5 M8 14h8v6H8z",
  menu: "M4 6h16 M4 12h16 M4 18h16",
  file: "M6 3h8l4 4v14H6z M14 3v4h4",
  star: "M12 3l2.2 6.8L21 12l-6.8 2.2L12 21l-2.2-6.8L3 12l6.8-2.2z",
} as const

/** The name of an icon. */
export type IconName = keyof typeof DRAWN

/** An icon, as large as the text. */
export function Icon({ name, className = "" }: { readonly name: IconName; readonly className?: string }): ReactNode {
  return (
    <svg className={`icon ${className}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={DRAWN[name]} />
    </svg>
  )
}
