/** The operations that the console asks for, by name, as types of the contract. */
import type { Fetch, Import, Inspect, List, Replay, Verify } from "../../contract/operations/attest.ts"
import type { Verify as AuditVerify } from "../../contract/operations/audit.ts"
import type { Report as GapReport } from "../../contract/operations/gap.ts"
import type { Fsck, Prove, ShowHead } from "../../contract/operations/mirror.ts"
import type { Status } from "../../contract/operations/site.ts"
import type { Show, Status as TrustStatus } from "../../contract/operations/trust.ts"

export interface OperationTypes {
  readonly status: Status
  readonly "attest.verify": Verify
  readonly "attest.inspect": Inspect
  readonly "attest.list": List
  readonly "attest.fetch": Fetch
  readonly "attest.replay": Replay
  readonly "attest.import": Import
  readonly "trust.show": Show
  readonly "trust.status": TrustStatus
  readonly "mirror.head": ShowHead
  readonly "mirror.prove": Prove
  readonly "mirror.fsck": Fsck
  readonly "gap.report": GapReport
  readonly "audit.verify": AuditVerify
}
