/** Fetching the manual, which lies beside the console's own files. */
import { StellaError } from "../../contract/failure.ts"
import type { Manual } from "../manual/manual.ts"
import { request } from "./request.ts"

/** The manual. Whoever serves the console has checked the file's digest; its form is that of the same build. */
export async function loadManual(file: string, signal: AbortSignal): Promise<Manual> {
  const response = await request(`./${file}`, { signal })
  if (response.status >= 400) throw new StellaError("SERVICE_UNAVAILABLE", `${file}: ${String(response.status)}`)
  return JSON.parse(new TextDecoder().decode(await response.arrayBuffer())) as Manual
}
