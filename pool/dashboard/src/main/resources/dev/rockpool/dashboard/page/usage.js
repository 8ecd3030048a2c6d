// Whether the size fits, who uses the pool, and the longest leases.
import { byId, setText } from "./dom.js"
import { count, share, time, word } from "./format.js"
import { Table } from "./tables.js"

const KINDS = { FITS: "good", UNKNOWN: "", TOO_LARGE: "", BURSTS: "" }

export class Usage {
  // `change` is called with true or false to begin or stop watching.
  constructor(change) {
    this.watched = false
    this.callers = new Table(byId("usage"), "Usage by caller", [
      { name: "Caller", text: row => row.caller },
      { name: "Share", number: true, text: row => share(row.held / this.held), bar: row => row.held / this.held },
      { name: "Held", number: true, text: row => time(row.held) },
      { name: "Waited", number: true, text: row => time(row.waited) },
    ])
    this.slowest = new Table(byId("slowest"), "Longest leases", [
      { name: "Caller", text: row => row.caller },
      { name: "Held for", number: true, text: row => time(row.held) },
      { name: "Now", text: row => row.active ? "still held" : "", kind: row => row.active ? "warn" : "none" },
      { name: "Holder", class: "holder minor", text: row => row.holder, title: row => row.holder },
      { name: "Connection", class: "minor", text: row => row.connection },
    ])
    byId("watch-usage").addEventListener("click", () => change(!this.watched))
  }

  show(usage, operates) {
    this.watched = usage.watched
    const button = byId("watch-usage")
    button.hidden = !operates
    setText(button, usage.watched ? "Stop watching" : "Watch the usage")
    byId("size-empty").hidden = usage.watched
    byId("size-kind").hidden = !usage.watched
    byId("size-text").hidden = !usage.watched
    byId("size-evidence").hidden = !usage.watched || usage.evidence.length === 0
    if (usage.watched) this.advice(usage)
    const rows = usage.watched ? usage.callers : []
    const more = usage.watched && usage.more > 0
      ? [{ caller: count(usage.more) + " more callers", held: usage.moreHeld, waited: usage.moreWaited }] : []
    this.held = Math.max(1, usage.held ?? 0)
    this.callers.show([...rows, ...more], row => row.caller)
    byId("usage").hidden = rows.length === 0
    byId("usage-empty").hidden = rows.length > 0
    setText(byId("usage-empty"), usage.watched ? "Nothing has been seen so far." : "The usage is not watched.")
    setText(byId("usage-note"), usage.watched ? "share of all held time since it is watched" : "")
    const slowest = usage.watched ? usage.slowest : []
    byId("slowest-card").hidden = slowest.length === 0
    this.slowest.show(slowest, row => row.connection + " " + row.holder + " " + row.caller + " " + slowest.indexOf(row))
  }

  advice(usage) {
    const kind = byId("size-kind")
    kind.className = "badge " + (KINDS[usage.kind] ?? "warn")
    setText(kind, word(usage.kind) + (usage.size > 0 ? ": " + usage.size : ""))
    setText(byId("size-text"), usage.text.charAt(0).toUpperCase() + usage.text.slice(1) + (/[.!?]$/.test(usage.text) ? "" : "."))
    const list = byId("size-evidence")
    while (list.children.length > usage.evidence.length) list.lastChild.remove()
    while (list.children.length < usage.evidence.length) list.append(document.createElement("li"))
    usage.evidence.forEach((line, i) => setText(list.children[i], line))
  }
}
