/** Fetching the manual, which lies beside the console's own files. */
import type { Manual } from "../manual/manual.ts"
import { ProblemError } from "../backend/problem.ts"

/** The manual. Whoever serves the console has checked the file's digest; its form is that of the same build. */
export async function loadManual(file: string, signal: AbortSignal): Promise<Manual> {
  const response = await fetch(`./${file}`, { signal })
  if (!response.ok)
    throw new ProblemError({
      code: "SERVICE_UNAVAILABLE",
      message: `${file}: ${String(response.status)}`,
      hint: "",
      detail: {},
    })
  return (await response.json()) as Manual
}
