// Tables that change each second. Rows stay the same elements, so that the focus stays where it is.
import { el, setAttribute, setText } from "./dom.js"

export class Table {
  // A column: name, text(row), and perhaps kind(row) for a badge, bar(row) for a share or button(row) for something to press.
  constructor(node, caption, columns) {
    this.columns = columns
    this.rows = new Map()
    this.body = el("tbody", { role: "rowgroup" })
    node.setAttribute("role", "table")
    node.append(
      el("caption", { class: "unseen" }, caption),
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...columns.map(column =>
        el("th", { scope: "col", role: "columnheader", class: column.number ? "number" : column.class },
          column.unseen ? el("span", { class: "unseen" }, column.name) : column.name)))),
      this.body)
  }

  show(rows, keyOf) {
    const seen = new Set()
    let before = null
    for (const row of rows) {
      const key = keyOf(row)
      seen.add(key)
      const view = this.rows.get(key) ?? this.add(key)
      this.columns.forEach((column, i) => this.fill(column, view.cells[i], row))
      const next = before ? before.nextSibling : this.body.firstChild
      if (next !== view.node) this.body.insertBefore(view.node, next)
      before = view.node
    }
    for (const [key, view] of this.rows) {
      if (seen.has(key)) continue
      view.node.remove()
      this.rows.delete(key)
    }
  }

  add(key) {
    const cells = this.columns.map(column =>
      el("td", { role: "cell", "data-name": column.unseen ? "" : column.name, class: column.number ? "number" : column.class }))
    const node = el("tr", { role: "row" }, ...cells)
    const view = { node, cells }
    this.rows.set(key, view)
    return view
  }

  fill(column, cell, row) {
    if (column.button) return this.button(column, cell, row)
    const text = column.text(row)
    if (column.bar) return this.bar(column, cell, row, text)
    if (!column.kind) {
      setText(cell, text)
      return column.title && setAttribute(cell, "title", column.title(row) ?? "")
    }
    if (!cell.firstChild) cell.append(el("span"))
    cell.firstChild.className = "badge " + column.kind(row)
    setText(cell.firstChild, text)
  }

  // The text says it all, so the bar is for the eye only.
  bar(column, cell, row, text) {
    if (!cell.firstChild) cell.append(el("progress", { max: 1, "aria-hidden": true }), el("span"))
    cell.firstChild.value = Math.min(1, Math.max(0, column.bar(row) || 0))
    setText(cell.lastChild, text)
  }

  button(column, cell, row) {
    const wanted = column.button(row)
    if (!wanted) return cell.replaceChildren()
    if (!cell.firstChild) cell.append(el("button", { type: "button", class: "small" }))
    const button = cell.firstChild
    setText(button, wanted.text)
    setAttribute(button, "aria-label", wanted.label)
    button.onclick = wanted.press
  }
}
