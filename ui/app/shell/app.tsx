/** The console: choices, speech, session, and inside them the frame with one screen. */
import { Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react"
import { BackendContext, type Backend, type Who } from "../backend/backend.ts"
import { problemOf, type Problem } from "../backend/problem.ts"
import { goTo, printPlace, usePlace } from "../browser/place.ts"
import {
  applyPreferences,
  keepPreferences,
  onSystemChange,
  readPreferences,
  THEMES,
  type Preferences,
} from "../browser/preferences.ts"
import { LANGUAGES, SpeechContext, sayIn, useSay, type Language } from "../messages/text.ts"
import { Announcer } from "../parts/announcer.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { AskedForProvider } from "../screens/asked-for.tsx"
import { LoginScreen } from "../screens/login.tsx"
import { CONTROL_NAME, DIALOGS, openDialog } from "../screens/operation-button.tsx"
import { THEME_NAME } from "../screens/settings.tsx"
import { Frame } from "./frame.tsx"
import { Help } from "./help.tsx"
import { JobsProvider } from "./jobs-context.tsx"
import { Palette, type Choice } from "./palette.tsx"
import { PreferencesContext, usePreferences } from "./preferences-context.ts"
import { ROUTES, routeOf } from "./routes.ts"
import { Screen } from "./screens.tsx"
import { useShortcuts } from "./shortcuts.ts"
import { WhoContext } from "./who-context.ts"

function useChoices(onHelp: () => void): readonly Choice[] {
  const say = useSay()
  const { choose } = usePreferences()
  return useMemo(
    () => [
      ...ROUTES.map((route): Choice => ({
        id: route.id,
        kind: say("palette.goTo"),
        name: say(route.name),
        run: () => goTo(printPlace(route.id)),
      })),
      ...DIALOGS.map((operation): Choice => ({
        id: operation,
        kind: say("palette.do"),
        name: say(CONTROL_NAME[operation]),
        run: () => openDialog(operation),
      })),
      ...THEMES.map((theme): Choice => ({
        id: `theme-${theme}`,
        kind: say("settings.theme"),
        name: say(THEME_NAME[theme]),
        run: () => choose({ theme }),
      })),
      ...(Object.keys(LANGUAGES) as Language[]).map((language): Choice => ({
        id: `language-${language}`,
        kind: say("settings.language"),
        name: LANGUAGES[language],
        run: () => choose({ language }),
      })),
      { id: "keys", kind: say("palette.show"), name: say("keys.title"), run: onHelp },
      { id: "print", kind: say("palette.do"), name: say("action.print"), run: () => window.print() },
    ],
    [say, choose, onHelp],
  )
}

function Inside({ who }: { readonly who: Who }): ReactNode {
  const say = useSay()
  const route = routeOf(usePlace().route)
  const { preferences } = usePreferences()
  const [shown, setShown] = useState<"palette" | "help" | undefined>(undefined)
  const palette = useCallback(() => setShown("palette"), [])
  const help = useCallback(() => setShown("help"), [])
  const close = useCallback(() => setShown(undefined), [])
  const choices = useChoices(help)
  useShortcuts({ palette, help, letters: preferences.letters })
  // A new screen is announced by its heading, which takes the focus; the first one leaves it where it is.
  const before = useRef(route.id)
  useEffect(() => {
    document.title = `${say(route.name)} · Stella Attestor`
    if (before.current === route.id) return
    before.current = route.id
    document.getElementById("main")?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [route, say])
  return (
    <Frame here={route.id} who={who} onPalette={palette} onHelp={help}>
      <Suspense fallback={<Loading what={say("loading.screen")} />}>
        <Screen route={route.id} key={route.id} />
      </Suspense>
      {shown === "palette" ? <Palette choices={choices} onClose={close} /> : null}
      {shown === "help" ? <Help onClose={close} /> : null}
    </Frame>
  )
}

type Session = { readonly who: Who | undefined } | { readonly problem: Problem } | undefined

function Gate({ backend }: { readonly backend: Backend }): ReactNode {
  const say = useSay()
  const [session, setSession] = useState<Session>(undefined)
  const [turn, setTurn] = useState(0)
  const look = useCallback(() => setTurn(n => n + 1), [])
  useEffect(() => {
    let gone = false
    backend.who().then(
      who => {
        if (!gone) setSession({ who })
      },
      (thrown: unknown) => {
        if (!gone) setSession({ problem: problemOf(thrown) })
      },
    )
    return () => {
      gone = true
    }
  }, [backend, turn])
  useEffect(() => backend.onSessionEnd(() => setSession({ who: undefined })), [backend])
  if (session === undefined || "problem" in session)
    return (
      <div className="login">
        <main>
          {session === undefined ? (
            <Loading what={say("loading.service")} />
          ) : (
            <Failed problem={session.problem} onRetry={look} />
          )}
        </main>
      </div>
    )
  if (session.who === undefined) return <LoginScreen onDone={look} />
  return (
    <WhoContext value={session.who}>
      <JobsProvider>
        <AskedForProvider>
          <Inside who={session.who} />
        </AskedForProvider>
      </JobsProvider>
    </WhoContext>
  )
}

/** The whole window, over a service. */
export function App({ backend }: { readonly backend: Backend }): ReactNode {
  const [preferences, setPreferences] = useState<Preferences>(readPreferences)
  useEffect(() => {
    applyPreferences(preferences)
    return onSystemChange(() => applyPreferences(preferences))
  }, [preferences])
  const choose = useCallback((change: Partial<Preferences>) => {
    setPreferences(before => {
      const next = { ...before, ...change }
      keepPreferences(next)
      return next
    })
  }, [])
  const choosing = useMemo(() => ({ preferences, choose }), [preferences, choose])
  const { language } = preferences
  const speech = useMemo(() => ({ language, say: sayIn(language) }), [language])
  return (
    <PreferencesContext value={choosing}>
      <SpeechContext value={speech}>
        <BackendContext value={backend}>
          <Announcer>
            <Gate backend={backend} />
          </Announcer>
        </BackendContext>
      </SpeechContext>
    </PreferencesContext>
  )
}
