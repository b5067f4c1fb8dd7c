/** Settings: how the window looks and listens, who is logged in and what they may do. */
import type { ReactNode } from "react"
import { useBackend } from "../backend/backend.ts"
import { MOTIONS, THEMES, type Motion, type Theme } from "../browser/preferences.ts"
import type { MessageKey } from "../messages/en.ts"
import { LANGUAGES, useSay, type Language } from "../messages/text.ts"
import { useResult } from "../backend/asking.ts"
import { Choice } from "../parts/choice.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, Loading } from "../parts/states.tsx"
import { Digest, Fact } from "../parts/values.tsx"
import { usePreferences } from "../shell/preferences-context.ts"
import { useWho } from "../shell/who-context.ts"
import { commandOf } from "./command.ts"
import { useWork } from "./use-work.ts"

/** The themes' names. */
export const THEME_NAME: Readonly<Record<Theme, MessageKey>> = {
  auto: "settings.themeAuto",
  light: "settings.themeLight",
  dark: "settings.themeDark",
  contrast: "settings.themeContrast",
}
const MOTION_NAME: Readonly<Record<Motion, MessageKey>> = {
  auto: "settings.motionAuto",
  reduced: "settings.motionReduced",
}

/** The screen. */
export function SettingsScreen(): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const who = useWho()
  const { preferences, choose } = usePreferences()
  const leaving = useWork<null>()
  const [status, again] = useResult("status", {})
  const leave = (): void =>
    leaving.begin(async () => {
      await backend.logout()
      return null
    })
  return (
    <>
      <ScreenHeading title={say("screen.settings")} lead={say("settings.lead")} command={commandOf("status")} />
      <div className="columns">
        <section className="card">
          <h2>{say("settings.window")}</h2>
          <Choice
            legend={say("settings.theme")}
            value={preferences.theme}
            options={THEMES.map(theme => [theme, say(THEME_NAME[theme])] as const)}
            onChoose={theme => choose({ theme })}
          />
          <Choice
            legend={say("settings.motion")}
            value={preferences.motion}
            options={MOTIONS.map(motion => [motion, say(MOTION_NAME[motion])] as const)}
            onChoose={motion => choose({ motion })}
          />
          <Choice
            legend={say("settings.language")}
            value={preferences.language}
            options={(Object.keys(LANGUAGES) as Language[]).map(language => [language, LANGUAGES[language]] as const)}
            onChoose={language => choose({ language })}
          />
          <label className="check-line">
            <input
              type="checkbox"
              checked={preferences.letters}
              onChange={event => choose({ letters: event.target.checked })}
            />
            {say("settings.letters")}
          </label>
          <p className="soft">{say("settings.kept")}</p>
        </section>
        <section className="card">
          <h2>{say("settings.session")}</h2>
          <dl className="facts">
            <Fact name={say("settings.who")}>{who.name}</Fact>
            <Fact name={say("settings.role")}>{who.role}</Fact>
            <Fact name={say("settings.scopes")}>
              {who.scopes.length === 0 ? "–" : <span className="mono">{who.scopes.join(", ")}</span>}
            </Fact>
          </dl>
          {who.scopes.length === 0 ? (
            <Empty title={say("settings.noScopes")}>
              <p>{say("settings.noScopesText")}</p>
            </Empty>
          ) : null}
          <div className="actions">
            <button type="button" className="button" onClick={leave}>
              {say("settings.logout")}
            </button>
          </div>
          {leaving.work.state === "failed" ? <Failed problem={leaving.work.problem} onRetry={leave} /> : null}
        </section>
        <section className="card">
          <h2>{say("settings.site")}</h2>
          {status.state === "loading" ? <Loading what={say("posture.loading")} /> : null}
          {status.state === "failed" ? <Failed problem={status.problem} onRetry={again} /> : null}
          {status.state === "ready" ? (
            <dl className="facts">
              <Fact name={say("posture.site")}>
                <Digest value={status.value.siteId} />
              </Fact>
              <Fact name={say("settings.store")}>
                <Digest value={status.value.storeId} />
              </Fact>
              <Fact name={say("posture.epoch")}>
                {String(status.value.epoch.n)} · <Digest value={status.value.epoch.id} />
              </Fact>
            </dl>
          ) : null}
        </section>
      </div>
    </>
  )
}
