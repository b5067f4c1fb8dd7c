/**
 * The shell around the window, where there is one. In the shell, printing is saving a PDF: it prints on no paper of its own, and
 * a PDF is what a sealed site carries to its printer. No view needs to know: all of them print by `window.print`.
 */
import { SHELL_CALLS } from "../../contract/shell.ts"
import { BRIDGE } from "../../contract/shell-names.ts"
import { parsePlace } from "./place.ts"

interface Bridge {
  readonly savePdf: (name: string) => Promise<unknown>
}

function bridgeOf(value: unknown): Bridge | undefined {
  const is = typeof value === "object" && value !== null && "savePdf" in value && typeof value.savePdf === "function"
  return is ? (value as Bridge) : undefined
}

/** A plain name for what is on paper: `stella-gaps.pdf`. */
export function pdfNameOf(fragment: string): string {
  const route = parsePlace(fragment).route.replaceAll(/[^a-z0-9]+/g, "")
  return route === "" ? "stella.pdf" : `stella-${route.slice(0, 32)}.pdf`
}

/** Lets the window print through the shell. Says what went wrong to `failed`, in the machine's words. */
export function printThroughShell(failed: (message: string) => void): void {
  const bridge = bridgeOf(Reflect.get(window, BRIDGE))
  if (bridge === undefined) return
  window.print = () => {
    bridge.savePdf(pdfNameOf(window.location.hash)).then(
      said => {
        const answer = SHELL_CALLS.savePdf.output.parse(said)
        if (answer.outcome === "failed") failed(answer.message)
      },
      (thrown: unknown) => failed(String(thrown)),
    )
  }
}
