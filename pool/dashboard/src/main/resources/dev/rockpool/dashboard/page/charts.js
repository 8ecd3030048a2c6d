// Five charts over time, each with the same numbers as a table.
/* global uPlot */
import { byId, el, setAttribute, setText } from "./dom.js"
import { clock, count, rate, time } from "./format.js"
import { color } from "./theme.js"

const MOST_POINTS = 3600
const TABLE_ROWS = 10

// `from` computes what is drawn, as areas lie on each other; `show` is the number itself.
const CHARTS = [
  {
    id: "connections", title: "Connections over time", wide: true, format: count,
    note: "Shaded: every connection was leased, and callers waited.",
    series: [
      { name: "opening or closing", color: "open", area: true, from: p => p.leased + p.idle + p.opening + p.probing + p.closing, show: p => p.opening + p.probing + p.closing },
      { name: "idle", color: "idle", area: true, from: p => p.leased + p.idle, show: p => p.idle },
      { name: "leased", color: "leased", area: true, from: p => p.leased, show: p => p.leased },
      { name: "waiting callers", color: "waiting", from: p => p.pending },
      { name: "maximum", color: "limit", dash: [5, 4], from: p => p.max },
    ],
  },
  {
    id: "waits", title: "Waiting for a connection", format: time,
    series: [
      { name: "99 % waited at most", color: "waiting", area: true, from: p => p.waitP99 },
      { name: "half waited at most", color: "leased", from: p => p.waitP50 },
      { name: "longest present wait", color: "bad", dash: [5, 4], from: p => p.oldest },
    ],
  },
  {
    id: "use", title: "How long leases last", format: time,
    series: [{ name: "mean lease", color: "leased", area: true, from: p => p.use }],
  },
  {
    id: "outcomes", title: "Callers per second", format: rate,
    series: [
      { name: "served", color: "leased", area: true, from: p => p.served },
      { name: "timed out", color: "bad", from: p => p.timedOut },
      { name: "rejected or shed", color: "waiting", from: p => p.rejected + p.shed },
      { name: "no connect", color: "open", from: p => p.failed },
      { name: "cancelled", color: "limit", from: p => p.cancelled },
    ],
  },
  {
    id: "open", title: "How long connects take", format: time,
    series: [{ name: "mean connect", color: "open", dots: true, from: p => p.open }],
  },
]

export class Charts {
  constructor() {
    this.points = []
    this.minutes = 5
    this.views = CHARTS.map(chart => new Chart(chart, this))
    byId("charts").replaceChildren(...this.views.map(view => view.node))
    for (const button of document.querySelectorAll("[data-minutes]")) {
      button.addEventListener("click", () => {
        this.minutes = Number(button.dataset.minutes)
        for (const other of document.querySelectorAll("[data-minutes]"))
          setAttribute(other, "aria-pressed", other === button)
        this.draw()
      })
    }
  }

  clear() {
    this.points = []
    this.draw()
  }

  // Points that are known already are left out, as after a reconnect.
  add(names, rows) {
    for (const row of rows) {
      const point = Object.fromEntries(names.map((name, i) => [name, row[i]]))
      if (this.points.length === 0 || point.at > this.points.at(-1).at) this.points.push(point)
    }
    this.points.splice(0, this.points.length - MOST_POINTS)
    this.draw()
  }

  shown() {
    const begin = Date.now() - this.minutes * 60000
    return this.points.filter(point => point.at >= begin)
  }

  draw() {
    if (document.hidden) return
    const points = this.shown()
    for (const view of this.views) view.draw(points)
  }

  restyle() {
    for (const view of this.views) view.restyle()
    this.draw()
  }
}

class Chart {
  constructor(chart, all) {
    this.chart = chart
    this.all = all
    this.place = el("div", { class: "plot", "aria-hidden": "true" })
    this.values = chart.series.map(() => el("b", {}, "–"))
    this.keys = chart.series.map((series, i) =>
      el("li", {}, el("i", { class: "key " + series.color, "aria-hidden": "true" }), series.name + " ", this.values[i]))
    this.body = el("tbody")
    this.table = el("details", { class: "numbers" },
      el("summary", {}, "Show as a table"),
      el("div", { class: "scroll" }, el("table", { class: "rows" },
        el("caption", { class: "unseen" }, chart.title + ", the latest first"),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Time"),
          ...chart.series.map(series => el("th", { scope: "col" }, series.name)))),
        this.body)))
    this.table.addEventListener("toggle", () => this.all.draw())
    const title = el("h2", { id: "chart-" + chart.id }, chart.title)
    this.node = el("section", { class: "card chart" + (chart.wide ? " wide" : ""), "aria-labelledby": "chart-" + chart.id },
      title, el("ul", { class: "keys" }, ...this.keys), this.place,
      chart.note ? el("p", { class: "quiet note" }, chart.note) : null, this.table)
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.place)
  }

  size() {
    return { width: Math.max(200, this.place.clientWidth), height: this.chart.wide ? 210 : 160 }
  }

  restyle() {
    this.plot?.destroy()
    this.plot = null
  }

  options() {
    const grid = { stroke: color("line"), width: 1 }
    const axis = { stroke: color("quiet"), grid, ticks: { show: false }, font: "12px system-ui, sans-serif" }
    return {
      ...this.size(),
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false }, sync: { key: "rockpool" } },
      scales: { x: { time: true }, y: { range: (_, low, high) => [0, high > 0 ? high * 1.12 : 1] } },
      axes: [
        { ...axis, size: 30, values: (_, ticks) => ticks.map(tick => clock(tick * 1000).slice(0, this.all.minutes > 5 ? 5 : 8)), space: 76 },
        { ...axis, size: 58, values: (_, ticks) => ticks.map(this.chart.format) },
      ],
      series: [{}, ...this.chart.series.map(series => ({
        stroke: color(series.color),
        width: series.area ? 1.5 : 2,
        dash: series.dash,
        fill: series.area ? color(series.color + "-area") : undefined,
        points: series.dots ? { show: true, size: 6, fill: color(series.color) } : { show: false },
        spanGaps: false,
      }))],
      hooks: {
        drawClear: [plot => this.chart.wide && this.shade(plot)],
        setCursor: [plot => this.say(plot.cursor.idx)],
      },
    }
  }

  // The times in which callers waited although every connection was leased.
  shade(plot) {
    const context = plot.ctx
    context.save()
    context.fillStyle = color("bad-area")
    const width = Math.max(2, plot.bbox.width / Math.max(1, this.points.length))
    for (const point of this.points) {
      if (!(point.exhausted > 0)) continue
      const x = plot.valToPos(point.at / 1000, "x", true)
      context.fillRect(x - width, plot.bbox.top, width + 1, plot.bbox.height)
    }
    context.restore()
  }

  say(index) {
    const point = this.points?.[index ?? this.points.length - 1]
    this.chart.series.forEach((series, i) =>
      setText(this.values[i], point ? this.chart.format((series.show ?? series.from)(point)) : "–"))
  }

  draw(points) {
    this.points = points
    const data = [points.map(point => point.at / 1000), ...this.chart.series.map(series => points.map(series.from))]
    if (this.plot) this.plot.setData(data)
    else this.plot = new uPlot(this.options(), data, this.place)
    this.say(this.plot.cursor.idx)
    if (this.table.open) this.fill(points.slice(-TABLE_ROWS).reverse())
  }

  fill(points) {
    this.body.replaceChildren(...points.map(point => el("tr", {}, el("th", { scope: "row" }, clock(point.at)),
      ...this.chart.series.map(series => el("td", {}, this.chart.format((series.show ?? series.from)(point)))))))
  }
}
