// Numbers for people. Times come in milliseconds; null means unknown.

const NONE = "–"

function digits(value) {
  if (value >= 100) return Math.round(value).toString()
  return value >= 10 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(2).replace(/\.?0+$/, "")
}

export function time(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return NONE
  if (ms <= 0) return "0"
  if (ms < 1) return digits(ms * 1000) + " µs"
  if (ms < 1000) return digits(ms) + " ms"
  const seconds = ms / 1000
  if (seconds < 60) return digits(seconds) + " s"
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return minutes + " min " + Math.floor(seconds % 60) + " s"
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? hours + " h " + (minutes % 60) + " min" : Math.floor(hours / 24) + " d"
}

export function count(value) {
  return value === null || value === undefined ? NONE : Math.round(value).toLocaleString("en")
}

export function rate(value) {
  if (value === null || value === undefined) return NONE
  return value >= 100 ? Math.round(value).toLocaleString("en") : digits(value)
}

// A share from 0 to 1.
export function share(value) {
  if (!Number.isFinite(value)) return NONE
  return value > 0 && value < 0.01 ? "< 1 %" : Math.round(value * 100) + " %"
}

export function clock(at) {
  return new Date(at).toLocaleTimeString("en-GB")
}

export function word(constant) {
  return constant.toLowerCase().replaceAll("_", " ")
}

// "PT30S" as "30 s". Anything else stays as it is.
export function setting(value) {
  if (value === null) return "never or none"
  if (typeof value === "object") return JSON.stringify(value)
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(String(value))
  if (!found) return String(value)
  return time(((Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0)) * 60 + Number(found[3] ?? 0)) * 1000)
}
