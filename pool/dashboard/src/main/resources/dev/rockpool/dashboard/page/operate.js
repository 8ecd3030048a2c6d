// What an operator can do. Each change is confirmed in a dialog, and the server notes who made it.
import { byId, el, setText, toast } from "./dom.js"
import { setting, time } from "./format.js"
import { call } from "./stream.js"

const FIELDS = [
  ["maxSize", "Most connections", "count"],
  ["minIdle", "Idle connections to keep", "count"],
  ["maxPending", "Most waiting callers", "count"],
  ["acquireTimeout", "A caller waits at most", "time"],
  ["connectTimeout", "A connect takes at most", "time"],
  ["idleTimeout", "A connection is idle at most", "time"],
  ["maxLifetime", "A connection lives at most", "time"],
  ["leakThreshold", "A lease counts as leaked after", "time"],
]

export class Operator {
  constructor(pool) {
    this.pool = pool // gives { id, name, settings }
    this.run = null
    byId("dialog-cancel").addEventListener("click", () => byId("dialog").close())
    byId("dialog-form").addEventListener("submit", event => {
      event.preventDefault()
      this.submit()
    })
    byId("diagnose").addEventListener("click", () => this.diagnose())
    byId("buttons").replaceChildren(
      this.button("Check idle connections", "Probes every idle connection, at most half of them at a time.", "check"),
      this.button("Evict all", "Replaces all connections: idle ones now, leased ones on return. For a failover or a changed password.", "evict-all"),
      this.button("Close idle connections", "Closes the connections that are idle now. Leased ones are left alone.", "clear"),
      this.button("Remove expired", "Closes connections past their lifetime or idle time now.", "remove-expired"),
      this.button("Reset times", "Starts the means, percentiles and maxima again. Counters go on.", "reset-times"),
      el("button", { type: "button", onclick: () => this.resize() }, "Size and timeouts"),
      el("button", { type: "button", class: "danger", onclick: () => this.pause() }, "Pause"),
      this.button("Resume", "Ends the pause. Waiting callers are served.", "resume"))
  }

  button(name, what, operation) {
    return el("button", {
      type: "button",
      onclick: () => this.ask(name, [el("p", {}, what)], name, () => this.send(operation, {})),
    }, name)
  }

  evict(row) {
    this.ask("Evict connection " + row.number, [el("p", {}, row.state === "LEASED"
      ? "It is leased. It will be closed when it is returned."
      : "It will be closed now.")], "Evict", () => this.send("evict", { connection: row.number }))
  }

  acknowledge(alert) {
    return this.now("acknowledge", { alert: alert.id })
  }

  watchUsage(on) {
    if (on) return this.now("watch-usage", { on })
    this.ask("Stop watching", [el("p", {}, "What was seen so far is forgotten, also for other readers.")],
      "Stop watching", () => this.send("watch-usage", { on }))
  }

  // What harms nothing needs no confirmation.
  async now(operation, body) {
    try {
      toast("Done: " + (await this.send(operation, body)).done + ".")
    } catch (e) {
      toast(e.message)
    }
  }

  pause() {
    const { name } = this.pool()
    const confirm = el("input", { type: "text", autocomplete: "off", required: true })
    const minutes = el("select", {}, ...[1, 5, 15, 60].map(value => el("option", { value }, value + " min")))
    this.ask("Pause the pool", [
      el("p", {}, "Callers wait, up to their own time limits, until the pause ends by itself or is ended by Resume."),
      el("label", {}, "For at most ", minutes),
      el("label", {}, "Type the name of the pool, ", el("b", {}, name), ", to confirm ", confirm),
    ], "Pause", () => this.send("pause", { confirm: confirm.value, seconds: Number(minutes.value) * 60 }), true)
  }

  resize() {
    const settings = this.pool().settings
    const inputs = FIELDS.map(([name, label, kind]) => {
      const value = shown(settings[name], kind)
      return { name, kind, before: value, node: el("input", { type: "number", min: 0, step: kind === "time" ? "any" : 1, value, placeholder: "none" }), label }
    })
    const preview = el("div", { class: "preview", role: "status" }, "Nothing would change.")
    const wanted = () => Object.fromEntries(inputs.filter(input => input.node.value !== input.before)
      .map(input => [input.name, parsed(input)]))
    let timer
    const look = () => {
      clearTimeout(timer)
      timer = setTimeout(async () => {
        try {
          show(preview, await call("preview", { pool: this.pool().id, settings: wanted() }))
        } catch (e) {
          setText(preview, e.message)
        }
      }, 250)
    }
    const fields = inputs.map(input => el("label", {}, input.label + (input.kind === "time" ? " (seconds)" : ""), input.node))
    for (const input of inputs) input.node.addEventListener("input", look)
    this.ask("Size and timeouts", [el("div", { class: "fields" }, ...fields), preview], "Apply",
      () => this.send("reconfigure", { settings: wanted() }))
  }

  async diagnose() {
    try {
      const found = await call("diagnose", { pool: this.pool().id })
      this.ask("Diagnosis", [
        el("p", { class: "headline" }, found.verdict),
        el("ul", {}, ...found.advice.map(line => el("li", {}, "Try: " + line))),
        ...found.leases.map(lease),
        ...found.waiting.map(callers => el("p", {}, callers.count + " waiting: " + callers.caller + ", for up to " + time(callers.oldest))),
      ], "Close", null)
    } catch (e) {
      toast(e.message)
    }
  }

  ask(title, content, ok, run, danger = false) {
    this.run = run
    setText(byId("dialog-title"), title)
    byId("dialog-body").replaceChildren(...content)
    setText(byId("dialog-ok"), ok)
    byId("dialog-ok").classList.toggle("danger", danger)
    byId("dialog-cancel").hidden = run === null
    setText(byId("dialog-problem"), "")
    byId("dialog").showModal()
  }

  async submit() {
    if (!this.run) return byId("dialog").close()
    byId("dialog-ok").disabled = true
    try {
      const answer = await this.run()
      byId("dialog").close()
      toast("Done: " + answer.done + ".")
    } catch (e) {
      setText(byId("dialog-problem"), e.message)
    } finally {
      byId("dialog-ok").disabled = false
    }
  }

  send(operation, body) {
    return call(operation, { pool: this.pool().id, ...body })
  }
}

function lease(held) {
  const what = held.sql ?? (held.active === true ? "a statement" : held.active === false ? "nothing" : null)
  return el("details", { class: "lease" },
    el("summary", {}, "Connection " + held.connection + ", " + (held.caller ?? held.holder) + (held.held > 0 ? ", for " + time(held.held) : "")),
    el("p", {}, "Held by " + held.holder + (what ? ", running " + what : "") + "."),
    held.stack.length ? el("pre", { tabindex: 0 }, held.stack.join("\n")) : null)
}

function show(place, preview) {
  if (preview.problems.length) return place.replaceChildren(...preview.problems.map(text => el("p", { class: "problem" }, text)))
  if (!preview.changes.length) return setText(place, "Nothing would change.")
  const text = (change, raw) => raw === null ? "none" : /Timeout|Lifetime|Threshold/.test(change.name) ? time(raw) : String(raw)
  place.replaceChildren(
    el("ul", {}, ...preview.changes.map(change =>
      el("li", {}, change.name + ": ", el("s", {}, text(change, change.from)), " → ", el("b", {}, text(change, change.to))))),
    ...preview.effects.map(effect => el("p", { class: "quiet" }, effect)))
}

// A time such as "PT1M30S" in seconds.
function shown(raw, kind) {
  if (raw === null || raw === undefined) return ""
  if (kind === "count") return String(raw)
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(raw)
  return found ? String((Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0)) * 60 + Number(found[3] ?? 0)) : setting(raw)
}

function parsed(input) {
  if (input.node.value === "") return null
  return input.kind === "time" ? Math.round(Number(input.node.value) * 1000) : Number(input.node.value)
}
