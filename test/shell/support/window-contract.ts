/**
 * What a window of the shell does, whoever plays Electron. The same suite runs against the played one and against a real one, so
 * that what the played one lets a test believe is what really happens.
 */
import { describe, expect, it } from "vitest"

/** Who asks a channel: the page of our window, another window at the same address, a page of another origin, a frame. */
export type Asker = "page" | "twin" | "foreign" | "frame"

/** A window under test. */
export interface WindowUnderTest {
  /** A request of the page to its own origin. */
  get(
    path: string,
    method?: string,
  ): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>> }>
  /** Tries to leave for an address. True when the page was left. */
  leaves(address: string): Promise<boolean>
  /** Tries to open a window. True when one opened. */
  opens(address: string): Promise<boolean>
  /** Whether a permission is given to the page. */
  grants(permission: "geolocation" | "notifications" | "media" | "clipboard-read"): Promise<boolean>
  /** Whether a request of the session goes out. */
  lets(address: string): Promise<boolean>
  /** Asks the channel for a PDF; gives the outcome, or the refusal's text. The person cancels. */
  call(asker: Asker, argument: unknown): Promise<string>
}

/** The content policy that whoever serves the console serves it under, as docs/design/console.md and the facts of Electron have it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types stella-worker"

const AWAY = [
  "https://example.invalid/",
  "http://127.0.0.1:1/",
  "file:///etc/passwd",
  "stella://elsewhere/",
  "stella://console.example.invalid/",
]

/** The suite. */
export function windowContract(name: string, window: () => WindowUnderTest): void {
  describe(`a window of the shell, ${name}`, () => {
    it("shows the console under its content policy, and closes what a browser leaves open", async () => {
      const { status, headers } = await window().get("/")
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
      })
    })

    it.for([
      "/../main.cjs",
      "/%2e%2e/main.cjs",
      "/..%2fmain.cjs",
      "/assets/../../main.cjs",
      "/assets/%2e%2e%2f%2e%2e%2fmain.cjs",
      "/index.html%20",
      "//main.cjs",
      "/preload.cjs",
      "/manifest.json",
      "/console/index.html",
      "/etc/passwd",
      "/healthz",
      "/api/v2/status",
      "/api/v1x",
    ])("has nothing at %s", async path => {
      const { status, headers } = await window().get(path)
      expect(status).toBe(404)
      expect(headers["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'")
    })

    it("lets its files be read and nothing else be done to them", async () => {
      expect((await window().get("/", "HEAD")).status).toBe(200)
      for (const method of ["POST", "PUT", "DELETE"])
        expect((await window().get("/index.html", method)).status).toBe(405)
    })

    it.for([...AWAY, "stella://console/other", "data:text/html,x"])("does not leave for %s", async address => {
      expect(await window().leaves(address)).toBe(false)
    })

    it.for([...AWAY, "stella://console/", "about:blank"])("opens no window at %s", async address => {
      expect(await window().opens(address)).toBe(false)
    })

    it.for(["geolocation", "notifications", "media", "clipboard-read"] as const)("gives no %s", async permission => {
      expect(await window().grants(permission)).toBe(false)
    })

    it.for(AWAY)("lets no request out to %s", async address => {
      expect(await window().lets(address)).toBe(false)
    })

    it("lets requests to its own origin through", async () => {
      expect(await window().lets("stella://console/index.html")).toBe(true)
    })

    it.for(["twin", "foreign", "frame"] as const)("does not answer a call of a %s", async asker => {
      expect(await window().call(asker, { v: 1, name: "stella.pdf" })).toContain("SENDER_REFUSED")
    })

    it.for([
      ["a path", { v: 1, name: "../x.pdf" }],
      ["a folder", { v: 1, name: "a/b.pdf" }],
      ["another type", { v: 1, name: "x.exe" }],
      ["no name", { v: 1 }],
      ["a number", { v: 1, name: 7 }],
      ["an unknown member", { v: 1, name: "x.pdf", path: "/etc/passwd" }],
      ["another version", { v: 2, name: "x.pdf" }],
      ["nothing", undefined],
      ["a text", "x.pdf"],
    ] as const)("does not answer its page when it is asked with %s", async ([, argument]) => {
      expect(await window().call("page", argument)).toContain("ARGUMENT_REFUSED")
    })

    it("answers its page", async () => {
      expect(await window().call("page", { v: 1, name: "stella.pdf" })).toBe("cancelled")
    })
  })
}
