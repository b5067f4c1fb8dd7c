/**
 * Operators' keys in a real browser: a key file that the command line made is opened there, a challenge is signed there,
 * and a key that is made there is opened by OpenSSL. The code is the one that the window uses.
 */
import { createPrivateKey, generateKeyPairSync, verify } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "esbuild"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { Secret } from "../../src/kernel/secret.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { printKeyFile } from "../../ui/contract/key-file.ts"
import { makeOperatorKey } from "../../ui/contract/operator-key.ts"
import { launch, openPage, type Watched } from "./support/chromium.ts"
import { serveFolder } from "./support/serve-folder.ts"

const root = join(import.meta.dirname, "../..")
const folder = mkdtempSync(join(tmpdir(), "stella-browser-key-"))
const PASSPHRASE = "Löwe über der Brücke"
const ASKED = {
  v: 1,
  site: "0f".repeat(16),
  purpose: "login",
  challenge: "c".repeat(75),
  expires: "2031-04-02T10:01:00Z",
} as const
const MESSAGE = Buffer.from(
  `stella-login/1\0{"challenge":"${ASKED.challenge}","expires":"${ASKED.expires}","operator":"kim","purpose":"login","site":"${ASKED.site}","v":1}`,
)

let browser: Browser
let watched: Watched
let server: Awaited<ReturnType<typeof serveFolder>>

beforeAll(async () => {
  const entry = `
    export { answerChallenge, makeOperatorKey, openOperatorKey } from "./ui/contract/operator-key.ts"
    export { Secret } from "./src/kernel/secret.ts"
    export { utf8 } from "./src/kernel/bytes.ts"`
  const stdin = { contents: entry, resolveDir: root, loader: "ts" } as const
  const built = await build({ stdin, bundle: true, write: false, format: "iife", globalName: "K", target: "es2024" })
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>keys</title>")
  const manifest = {
    entry: "index.html",
    contentSecurityPolicy: "default-src 'none'; script-src 'self'",
    files: [{ path: "index.html", type: "text/html; charset=utf-8" }],
  }
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest))
  server = await serveFolder(folder)
  browser = await launch()
  watched = await openPage(browser, server.origin)
  await watched.page.goto(server.origin + "/index.html")
  // An assignment to window: a variable of an evaluated script does not outlive it.
  await watched.page.evaluate(`${built.outputFiles[0]?.text ?? ""}; window.K = K; undefined`)
})
afterAll(async () => {
  await browser.close()
  await server.close()
  rmSync(folder, { recursive: true })
})

/** Opens a key file in the browser and answers the challenge with it. */
function answerInBrowser(keyFile: string, passphrase: string): Promise<{ signature: string } | { code: string }> {
  const given = JSON.stringify({ keyFile, passphrase, asked: ASKED })
  return watched.page.evaluate(`(async ({ keyFile, passphrase, asked }) => {
    const opened = await K.openOperatorKey(keyFile, new K.Secret(K.utf8(passphrase)), crypto.subtle)
    return opened.ok ? K.answerChallenge(asked, "kim", opened.value) : { code: opened.error.code }
  })(${given})`)
}

describe("in Chromium", () => {
  it("a key file that was made outside signs a challenge, and a wrong passphrase opens nothing", async () => {
    const random = { bytes: (n: number) => crypto.getRandomValues(new Uint8Array(n)) }
    const secret = new Secret(new TextEncoder().encode(PASSPHRASE))
    const made = unwrap(await makeOperatorKey(secret, { subtle: crypto.subtle, random }))
    const answer = await answerInBrowser(made.keyFile, PASSPHRASE)
    const signature = Buffer.from("signature" in answer ? answer.signature : "", "base64url")
    expect(verify(null, MESSAGE, made.publicKey, signature)).toBe(true)
    expect(await answerInBrowser(made.keyFile, "Löwe unter der Brücke")).toEqual({ code: "KEY_UNAVAILABLE" })
  })

  it("a P-256 key of another tool signs a challenge", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const salt = crypto.getRandomValues(new Uint8Array(16))
    const iv = crypto.getRandomValues(new Uint8Array(16))
    const base = await crypto.subtle.importKey("raw", Buffer.from(PASSPHRASE), "PBKDF2", false, ["deriveKey"])
    const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 1000 }
    const key = await crypto.subtle.deriveKey(derivation, base, { name: "AES-CBC", length: 256 }, false, ["encrypt"])
    const pkcs8 = privateKey.export({ format: "der", type: "pkcs8" })
    const encrypted = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, pkcs8))
    const answer = await answerInBrowser(printKeyFile({ salt, iterations: 1000, iv, encrypted }), PASSPHRASE)
    const signature = Buffer.from("signature" in answer ? answer.signature : "", "base64url")
    expect(verify("sha256", MESSAGE, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(true)
  })

  it("a key that is made there is opened by OpenSSL, and nothing went wrong on the page", async () => {
    const made = await watched.page.evaluate<{ keyFile: string; publicKey: string }>(`(async () => {
      const random = { bytes: n => crypto.getRandomValues(new Uint8Array(n)) }
      const made = await K.makeOperatorKey(new K.Secret(K.utf8(${JSON.stringify(PASSPHRASE)})), { subtle: crypto.subtle, random })
      if (!made.ok) throw made.error
      return { keyFile: made.value.keyFile, publicKey: made.value.publicKey }
    })()`)
    const opened = createPrivateKey({ key: made.keyFile, passphrase: PASSPHRASE })
    expect(opened.asymmetricKeyType).toBe("ed25519")
    const answer = await answerInBrowser(made.keyFile, PASSPHRASE)
    const signature = Buffer.from("signature" in answer ? answer.signature : "", "base64url")
    expect(verify(null, MESSAGE, made.publicKey, signature)).toBe(true)
    expect(watched.wrong).toEqual([])
  })
})
