/** Switches of Chromium: what it must not do by itself, and which ones no released shell is started with. */
import type { App } from "electron"

/** Whatever would speak to the world by itself, or keep what it has seen. */
const OFF: readonly (readonly [name: string, value?: string])[] = [
  ["disable-background-networking"],
  ["disable-component-update"],
  ["disable-domain-reliability"],
  ["disable-sync"],
  ["disable-breakpad"],
  ["disable-default-apps"],
  ["disable-client-side-phishing-detection"],
  ["disable-spell-checking"],
  ["dns-prefetch-disable"],
  ["no-pings"],
  ["no-first-run"],
  ["disable-http-cache"],
  ["disable-quic"],
  [
    "disable-features",
    "MediaRouter,OptimizationHints,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
  ],
  ["force-webrtc-ip-handling-policy", "disable_non_proxied_udp"],
  // No name and no address of any other machine means anything here.
  ["host-resolver-rules", "MAP * ~NOTFOUND"],
  ["no-proxy-server"],
]

/** Switches that let somebody else look into the window or loosen its rules. */
const REFUSED = [
  "no-sandbox",
  "remote-debugging-port",
  "remote-debugging-pipe",
  "auto-open-devtools-for-tabs",
  "disable-web-security",
  "allow-running-insecure-content",
  "load-extension",
  "disable-site-isolation-trials",
  "js-flags",
] as const

type CommandLine = Pick<App["commandLine"], "appendSwitch" | "hasSwitch">

/** Sets them. */
export function setSwitches(commandLine: CommandLine): void {
  for (const [name, value] of OFF) commandLine.appendSwitch(name, value)
}

/** Switches with which a released shell does not start. */
export function refusedSwitches(commandLine: CommandLine): readonly string[] {
  return REFUSED.filter(name => commandLine.hasSwitch(name))
}
