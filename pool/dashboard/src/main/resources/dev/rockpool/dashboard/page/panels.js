// The panels: what each shows of a state.
import { byId, el, setAttribute, setText } from "./dom.js"
import { clock, count, setting, time, word } from "./format.js"
import { Table } from "./tables.js"

const STATES = { LEASED: "leased", IDLE: "idle", OPENING: "open", PROBING: "open", CLOSING: "limit" }
const HEALTH = { HEALTHY: ["good", "Healthy"], DEGRADED: ["warn", "Degraded"], UNHEALTHY: ["bad", "Unhealthy"] }
const MOST_STONES = 80
const MOST_ALERTS = 8

export class Panels {
  constructor(evict, acknowledge) {
    this.acknowledge = acknowledge
    this.connections = new Table(byId("connections"), "Connections", [
      { name: "No.", number: true, text: row => row.number || "–" },
      { name: "State", text: row => word(row.state), kind: row => STATES[row.state] },
      { name: "For", number: true, text: row => time(row.inState) },
      { name: "Caller", class: "maybe", text: row => row.caller ?? "" },
      { name: "Holder", class: "maybe holder", text: row => row.holder ?? "", title: row => row.holder },
      { name: "Runs", class: "maybe sql", text: runs, title: runs },
      { name: "Age", number: true, text: row => time(row.age) },
      { name: "Leases", number: true, text: row => count(row.leases) },
      { name: "Last probe", class: "maybe", text: probe },
      { name: "Note", text: row => row.reason ?? (row.retired ? "will be closed" : row.status === "SUSPECT" ? "to be probed" : "") },
      { name: "Evict", unseen: true, button: row => evict(row) },
    ])
    this.waiting = new Table(byId("waiting"), "Waiting callers", [
      { name: "Caller", text: row => row.caller },
      { name: "Count", number: true, text: row => count(row.count) },
      { name: "Longest wait", number: true, text: row => time(row.oldest) },
    ])
    this.callers = new Table(byId("callers"), "Holders of connections", [
      { name: "Caller", text: row => row.name },
      { name: "Connections", number: true, text: row => row.count },
      { name: "Longest lease", number: true, text: row => time(row.longest) },
    ])
    this.closed = new Table(byId("closed"), "Recently closed connections", [
      { name: "No.", number: true, text: row => row.number },
      { name: "Why", text: row => row.reason },
      { name: "Age", number: true, text: row => time(row.age) },
    ])
  }

  state(state) {
    this.verdict(state)
    this.alerts(state.alerts)
    this.stones(state)
    figures(state.figures)
    this.connections.show(state.connections, row => row.number + row.state)
    setText(byId("connections-note"), state.figures.total + " of " + state.figures.maxSize +
      (state.connections.length < state.figures.total ? ", the first " + state.connections.length + " are shown" : ""))
    showOrSay("waiting", state.waiting, () => this.waiting.show(state.waiting, row => row.caller))
    const holders = byHolder(state.connections)
    showOrSay("callers", holders, () => this.callers.show(holders, row => row.name))
  }

  verdict(state) {
    const [kind, name] = HEALTH[state.health.status]
    byId("health").className = "badge " + kind
    setText(byId("health"), name)
    byId("paused").hidden = !state.figures.paused
    // Reading stacks takes time, so it is done seldom where it takes long.
    setText(byId("verdict-age"), state.verdictAge > 2000 ? "seen " + time(state.verdictAge) + " ago" : "")
    const bad = state.figures.paused || state.figures.pending > 0 || kind !== "good"
    setAttribute(byId("verdict"), "data-kind", kind === "good" && bad ? "warn" : kind)
    setText(byId("headline"), sentence(state.verdict))
    const lines = [...state.health.issues, ...state.advice.map(line => "Try: " + line)]
    const list = byId("advice")
    if (list.dataset.lines === JSON.stringify(lines)) return
    list.dataset.lines = JSON.stringify(lines)
    list.replaceChildren(...lines.map(line => el("li", {}, line)))
  }

  // Those that fire, then those that are over.
  alerts(all) {
    const list = byId("alert-list")
    byId("alerts").hidden = all.length === 0
    const key = JSON.stringify(all.map(alert => [alert.id, alert.resolvedAt, alert.acknowledgedBy]))
    if (list.dataset.key === key) return
    list.dataset.key = key
    const sorted = [...all].sort((a, b) => (a.resolvedAt ? 1 : 0) - (b.resolvedAt ? 1 : 0) || b.firedAt - a.firedAt)
    list.replaceChildren(...sorted.slice(0, MOST_ALERTS).map(alert => this.alert(alert)))
  }

  alert(alert) {
    const kind = alert.resolvedAt ? "" : alert.level === "CRITICAL" ? "bad" : "warn"
    const note = alert.resolvedAt ? "over since " + clock(alert.resolvedAt)
      : "since " + clock(alert.firedAt) + (alert.acknowledgedBy ? ", seen by " + alert.acknowledgedBy.replace(/^dashboard: /, "") : "")
    const press = alert.resolvedAt || alert.acknowledgedBy ? null : this.acknowledge(alert)
    return el("li", {}, el("span", { class: "badge " + kind }, word(alert.level)), el("b", {}, alert.name),
      el("span", {}, alert.reason), el("span", { class: "quiet" }, note), press ? el("button", { type: "button", class: "small", onclick: press,
        "aria-label": "Acknowledge alert " + alert.name }, "Acknowledge") : null)
  }

  // One stone for each slot of the pool.
  stones(state) {
    const f = state.figures
    const kinds = [["leased", f.leased], ["idle", f.idle], ["open", f.opening + f.probing], ["limit", f.closing],
      ["free", Math.max(0, f.maxSize - f.total - f.closing)]]
    const place = byId("stones")
    const all = kinds.flatMap(([kind, many]) => Array(Math.min(many, MOST_STONES)).fill(kind)).slice(0, MOST_STONES)
    while (place.children.length > all.length) place.lastChild.remove()
    while (place.children.length < all.length) place.append(el("i"))
    all.forEach((kind, i) => setAttribute(place.children[i], "class", kind))
    const key = f.leased + " leased, " + f.idle + " idle, " + (f.maxSize - f.total) + " not open"
    setAttribute(place, "aria-label", key)
    setText(byId("stones-key"), key + (f.pending ? ", " + f.pending + " waiting" : ""))
  }

  log(log) {
    showOrSay("events", log.events, () => events(log.events))
    showOrSay("closed", log.closed, () => this.closed.show(log.closed, row => row.number))
    byId("settings").replaceChildren(...Object.entries(log.settings).map(([name, value]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, setting(value)))))
  }

  pause(pause) {
    setText(byId("paused"), pause.until ? "Paused until " + clock(pause.until) : "Paused")
  }
}

function runs(row) {
  if (row.sql) return row.sql
  if (row.state !== "LEASED") return ""
  return row.active === true ? "a statement" : row.active === false ? "nothing" : ""
}

function probe(row) {
  if (!row.probe) return ""
  return row.probe.alive ? "alive, " + time(row.probe.ago) + " ago" : "dead: " + row.probe.error
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".")
}

function showOrSay(id, rows, show) {
  byId(id).hidden = rows.length === 0
  byId(id + "-empty").hidden = rows.length > 0
  show()
}

function byHolder(connections) {
  const all = new Map()
  for (const row of connections) {
    if (row.state !== "LEASED") continue
    const name = row.caller ?? row.holder ?? "unknown"
    const known = all.get(name) ?? { name, count: 0, longest: 0 }
    all.set(name, { name, count: known.count + 1, longest: Math.max(known.longest, row.inState) })
  }
  return [...all.values()].sort((a, b) => b.count - a.count || b.longest - a.longest)
}

function figures(f) {
  const failed = f.timedOut + f.rejected + f.shed + f.failed
  show([
    ["In use", f.leased + " / " + f.maxSize, f.idle + " idle", f.leased >= f.maxSize ? "warn" : ""],
    ["Waiting", count(f.pending), f.pending ? "longest " + time(f.oldestWait) : "nobody", f.pending ? "warn" : ""],
    ["Served", count(f.acquired), "since the start", ""],
    ["Not served", count(failed), f.timedOut + " timed out", failed ? "bad" : ""],
    ["Wait, 99 %", time(f.wait.p99), "half " + time(f.wait.p50), ""],
    ["Mean lease", time(f.use.mean), "longest " + time(f.use.max), ""],
    ["Connect", time(f.open.mean), f.openFailed ? count(f.openFailed) + " failed" : count(f.opened) + " opened", f.openFailed ? "warn" : ""],
    ["Exhausted", time(f.exhaustedFor), f.leaked ? count(f.leaked) + " leaks" : "in all", ""],
  ])
}

function show(tiles) {
  const place = byId("figures")
  if (place.children.length !== tiles.length)
    place.replaceChildren(...tiles.map(() => el("div", { class: "tile" }, el("dt"), el("dd"), el("dd", { class: "quiet" }))))
  tiles.forEach(([name, value, more, kind], i) => {
    const [title, main, small] = place.children[i].children
    setText(title, name)
    setText(main, value)
    setText(small, more)
    setAttribute(main, "class", kind)
  })
}

function events(all) {
  const place = byId("events")
  if (Number(place.dataset.latest) === all[0]?.number) return
  place.dataset.latest = all[0]?.number
  place.replaceChildren(...all.map(event => el("li", { "data-kind": event.kind },
    el("time", { datetime: new Date(event.at).toISOString() }, clock(event.at)), " ", el("span", {}, event.text))))
}
