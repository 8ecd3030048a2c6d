// Light, dark, or what the system says.
import { byId } from "./dom.js"

const KEY = "rockpool-theme"
const system = matchMedia("(prefers-color-scheme: dark)")

function stored() {
  try { return localStorage.getItem(KEY) ?? "auto" } catch { return "auto" }
}

export function startTheme(onChange) {
  const select = byId("theme")
  const apply = () => {
    const wanted = select.value
    document.documentElement.dataset.theme = wanted === "auto" ? (system.matches ? "dark" : "light") : wanted
    onChange()
  }
  select.value = stored()
  select.addEventListener("change", () => {
    try { localStorage.setItem(KEY, select.value) } catch { /* it lasts as long as the page */ }
    apply()
  })
  system.addEventListener("change", apply)
  apply()
}

export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim()
}
