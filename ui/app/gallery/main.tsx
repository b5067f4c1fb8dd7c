/**
 * The gallery: the design system on one page, and with `?scene=…` the console itself on a service that plays that scene.
 * It is built for tests and for people who change the console; it is never shipped.
 */
import "../browser/schema-library.ts"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { App } from "../shell/app.tsx"
import { Gallery } from "./gallery.tsx"
import { SCENES } from "./scene.ts"
import { askedFor, createSceneBackend } from "./scenes.ts"

const query = new URLSearchParams(window.location.search)
const scene = SCENES.find(one => one === query.get("scene"))
const rows = Number(query.get("rows") ?? "400")
// What tests look at from outside.
Object.assign(window, { stellaAsked: askedFor })
const root = document.getElementById("root")
if (root !== null) {
  const shown = scene === undefined ? <Gallery /> : <App backend={createSceneBackend(scene, rows)} />
  createRoot(root).render(<StrictMode>{shown}</StrictMode>)
}
