// Starts the page: finds out who looks, which pools there are, and follows one of them.
import { Charts } from "./charts.js"
import { byId, el, setText } from "./dom.js"
import { clock } from "./format.js"
import { Operator } from "./operate.js"
import { Panels } from "./panels.js"
import { Stream, call } from "./stream.js"
import { startTheme } from "./theme.js"
import { Usage } from "./usage.js"

const LOOK_FOR_POOLS = 5000
const OLD = 5000
let heard = 0
let role = "NOBODY"
let stream = null
let names = []
let seen = { id: null, name: "", settings: {} }

const charts = new Charts()
const operator = new Operator(() => seen)
const panels = new Panels(row => role === "OPERATE" && row.number > 0 && row.state !== "CLOSING"
  ? { text: "Evict", label: "Evict connection " + row.number, press: () => operator.evict(row) } : null,
alert => role === "OPERATE" ? () => operator.acknowledge(alert) : null)
const usage = new Usage(on => operator.watchUsage(on))

const handlers = {
  // Without an answer for some seconds the page says how old its figures are, so that nobody takes them for the present.
  live: good => {
    const now = Date.now()
    if (good) heard = now
    const old = !good && heard > 0 && now - heard > OLD
    byId("live").dataset.good = good
    setText(byId("live-text"), good ? "Live" : old ? "No answer since " + clock(heard) : "Reconnecting")
    byId("app").classList.toggle("old", old)
  },
  history: history => {
    names = history.names
    charts.add(names, history.points)
  },
  state: state => {
    seen.name = state.name
    document.title = state.figures.leased + "/" + state.figures.maxSize + " " + state.name + " · Rockpool"
    panels.state(state)
    usage.show(state.usage, role === "OPERATE")
    if (state.point) charts.add(names, [state.point])
  },
  log: log => {
    seen.settings = log.settings
    panels.log(log)
  },
  pause: pause => panels.pause(pause),
  refused: () => start().catch(() => handlers.live(false)),
}

function follow(id) {
  stream?.close()
  seen = { id, name: "", settings: {} }
  charts.clear()
  stream = new Stream(id, handlers)
}

async function findPools() {
  const pools = await call("pools")
  const select = byId("pools")
  const key = JSON.stringify(pools.map(pool => [pool.id, pool.health]))
  if (select.dataset.key !== key) {
    select.dataset.key = key
    const chosen = select.value || decodeURIComponent(location.hash.slice(1))
    select.replaceChildren(...pools.map(pool =>
      el("option", { value: pool.id }, pool.id + (pool.health === "HEALTHY" ? "" : " (" + pool.health.toLowerCase() + ")"))))
    if (pools.some(pool => pool.id === chosen)) select.value = chosen
  }
  if (pools.length && seen.id !== select.value) follow(select.value)
}

async function start() {
  const session = await call("session")
  role = session.role
  const known = role !== "NOBODY"
  byId("login").hidden = known
  byId("app").hidden = !known
  byId("picker").hidden = !known
  byId("live").hidden = !known
  byId("log-out").hidden = !session.canLogOut
  byId("log-in").hidden = session.canLogOut || !known
  byId("operations").hidden = role !== "OPERATE"
  setText(byId("who"), session.canLogOut ? session.name : "")
  if (known) await findPools()
  else {
    stream?.close()
    stream = null
    seen = { id: null, name: "", settings: {} }
    byId("login-token").focus()
  }
}

byId("pools").addEventListener("change", event => {
  location.hash = encodeURIComponent(event.target.value)
  follow(event.target.value)
})
byId("log-in").addEventListener("click", () => {
  byId("login").hidden = !byId("login").hidden
  byId("login-token").focus()
})
byId("log-out").addEventListener("click", async () => {
  await call("logout", {})
  location.reload()
})
byId("login-form").addEventListener("submit", async event => {
  event.preventDefault()
  try {
    await call("login", { token: byId("login-token").value, name: byId("login-name").value })
    byId("login-token").value = ""
    setText(byId("login-problem"), "")
    await start()
  } catch (e) {
    setText(byId("login-problem"), e.message)
  }
})
document.addEventListener("visibilitychange", () => charts.draw())
setInterval(() => { if (role !== "NOBODY") findPools().catch(() => handlers.live(false)) }, LOOK_FOR_POOLS)
startTheme(() => charts.restyle())
start().catch(() => handlers.live(false))
