/** Which component shows which screen. */
import { lazy, type ReactNode } from "react"
import { AuditScreen } from "../screens/audit.tsx"
import { BulkScreen } from "../screens/bulk.tsx"
import { EvidenceScreen } from "../screens/evidence.tsx"
import { GapsScreen } from "../screens/gaps.tsx"
import { MirrorScreen } from "../screens/mirror.tsx"
import { OperatorsScreen } from "../screens/operators.tsx"
import { PostureScreen } from "../screens/posture.tsx"
import { ReportsScreen } from "../screens/reports.tsx"
import { SettingsScreen } from "../screens/settings.tsx"
import { TrustScreen } from "../screens/trust.tsx"
import { VerifyScreen } from "../screens/verify.tsx"
import type { RouteId } from "./routes.ts"

const ManualScreen = lazy(async () => ({ default: (await import("../screens/manual.tsx")).ManualScreen }))

/** The screen of a route. */
export function Screen({ route }: { readonly route: RouteId }): ReactNode {
  switch (route) {
    case "posture":
      return <PostureScreen />
    case "evidence":
      return <EvidenceScreen />
    case "verify":
      return <VerifyScreen />
    case "bulk":
      return <BulkScreen />
    case "reports":
      return <ReportsScreen />
    case "mirror":
      return <MirrorScreen />
    case "gaps":
      return <GapsScreen />
    case "trust":
      return <TrustScreen />
    case "audit":
      return <AuditScreen />
    case "operators":
      return <OperatorsScreen />
    case "settings":
      return <SettingsScreen />
    case "manual":
      return <ManualScreen />
  }
}
