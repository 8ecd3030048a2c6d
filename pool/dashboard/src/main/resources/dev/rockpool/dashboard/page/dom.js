// Builds elements. Text goes in as text only, so nothing that a pool says can become markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value)
    else if (name === "class") node.className = value
    else node.setAttribute(name, value === true ? "" : String(value))
  }
  node.append(...children.filter(child => child !== null && child !== undefined))
  return node
}

export const byId = id => document.getElementById(id)

// Changes nothing if it is the same already: no layout, no repeated word for screen readers, no lost selection.
export function setText(node, text) {
  const wanted = text === null || text === undefined ? "" : String(text)
  if (node.textContent !== wanted) node.textContent = wanted
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value)
}

export function toast(text) {
  const node = byId("toast")
  setText(node, text)
  node.classList.add("shown")
  clearTimeout(toast.timer)
  toast.timer = setTimeout(() => { node.classList.remove("shown"); setText(node, "") }, 5000)
}
