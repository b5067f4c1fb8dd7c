/** The console as it is served: on the real service of its own origin. */
import "./browser/schema-library.ts"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { createHttpBackend } from "./backend/http.ts"
import { printThroughShell } from "./browser/shell-bridge.ts"
import { App } from "./shell/app.tsx"

printThroughShell(message => window.alert(message))
const root = document.getElementById("root")
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App backend={createHttpBackend()} />
    </StrictMode>,
  )
}
