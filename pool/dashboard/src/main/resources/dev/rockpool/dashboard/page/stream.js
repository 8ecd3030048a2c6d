// What the server sends. A stream that is cut, or silent for too long, is opened again; points that were missed follow.

const SILENCE = 2500
const RETRY = 1000

export class Stream {
  constructor(pool, handlers) {
    this.pool = pool
    this.handlers = handlers
    this.closed = false
    this.open()
    this.watch = setInterval(() => this.look(), 500)
  }

  open() {
    this.heard = performance.now()
    this.source = new EventSource("api/stream?pool=" + encodeURIComponent(this.pool))
    for (const kind of ["history", "state", "log", "pause"]) {
      this.source.addEventListener(kind, event => {
        this.heard = performance.now()
        this.handlers.live(true)
        this.handlers[kind](JSON.parse(event.data))
      })
    }
    this.source.onerror = () => { if (!this.closed) this.handlers.live(false) }
  }

  // EventSource reconnects by itself after a cut, but not after a refusal, nor when the network swallows everything.
  look() {
    const silent = performance.now() - this.heard
    const refused = this.source.readyState === EventSource.CLOSED
    if (this.closed || silent < (refused ? RETRY : SILENCE)) return
    this.handlers.live(false)
    this.source.close()
    if (refused) this.handlers.refused()
    this.open()
  }

  close() {
    this.closed = true
    clearInterval(this.watch)
    this.source.close()
  }
}

// Calls of the server. The answer of a problem becomes an error with its text.
export async function call(path, body) {
  const response = await fetch("api/" + path, body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  const error = new Error(answer.problem ?? "The server answered " + response.status)
  error.status = response.status
  throw error
}
