/** The words for how a job stands. */
import type { Job } from "../backend/backend.ts"
import type { MessageKey } from "../messages/en.ts"

export const JOB_STATE: Readonly<Record<Job["state"], MessageKey>> = {
  running: "job.running",
  done: "job.done",
  failed: "job.failed",
  cancelled: "job.cancelled",
  interrupted: "job.interrupted",
}
