/**
 * Where in the console somebody is: the fragment of the address, `#/evidence?subject=sha256:…`. Filters, sorting and what
 * is open live there, so that a reload, the back key and a copied address all lead to the same view. The fragment never
 * leaves the window: no server sees what is being looked at by its address.
 */
import { useCallback, useSyncExternalStore } from "react"

/** A place: the route and its parameters. */
export interface Place {
  readonly route: string
  /** What follows the route: `manual/formats/report.md` has the rest `formats/report.md`. */
  readonly rest: string
  readonly query: Readonly<Record<string, string>>
}

/** Reads a fragment. */
export function parsePlace(fragment: string): Place {
  const text = fragment.replace(/^#?\/?/, "")
  const mark = text.indexOf("?")
  const path = mark < 0 ? text : text.slice(0, mark)
  const slash = path.indexOf("/")
  const query = Object.fromEntries(new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1)))
  return {
    route: slash < 0 ? path : path.slice(0, slash),
    rest: slash < 0 ? "" : path.slice(slash + 1),
    query,
  }
}

/** Writes a place as a fragment; parameters that are empty are left out. */
export function printPlace(route: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const set = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "")
  const tail = new URLSearchParams(set).toString().replaceAll("%3A", ":").replaceAll("%2F", "/")
  return `#/${route}${tail === "" ? "" : "?" + tail}`
}

const CHANGED = "stella-place"

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed)
  window.addEventListener(CHANGED, changed)
  return () => {
    window.removeEventListener("hashchange", changed)
    window.removeEventListener(CHANGED, changed)
  }
}

/** Goes to a place: as a new step of the history, or in the step that is there (a filter being typed is no step). */
export function goTo(fragment: string, step: "new" | "same" = "new"): void {
  if (step === "new") {
    window.location.hash = fragment
    return
  }
  window.history.replaceState(null, "", fragment)
  window.dispatchEvent(new Event(CHANGED))
}

/** The place in use. */
export function usePlace(): Place {
  return parsePlace(useSyncExternalStore(subscribe, () => window.location.hash))
}

/** The parameters of the place in use, and how to change some of them (an empty text takes one away). */
export function useQuery(): [
  Place["query"],
  (change: Readonly<Record<string, string>>, step?: "new" | "same") => void,
] {
  const { query } = usePlace()
  const change = useCallback((changes: Readonly<Record<string, string>>, step: "new" | "same" = "same") => {
    const here = parsePlace(window.location.hash)
    const route = here.rest === "" ? here.route : `${here.route}/${here.rest}`
    goTo(printPlace(route, { ...here.query, ...changes }), step)
  }, [])
  return [query, change]
}
