import type { components } from '../api/schema'

/** What the socket says: an event of the outbox, or a word of its own. */
type Message = components['schemas']['SocketMessage']

/** One event of the outbox, as every socket and `GET /api/v1/events/` carry it. */
export type Envelope = components['schemas']['EventOut']
export type EventType = Envelope['event_type']
/** What an event carries, by its type. */
export type EventData = { [E in Envelope as E['event_type']]: E['data'] }

export type Connection = 'still' | 'live' | 'reconnecting' | 'offline'

export interface Listener {
  /** Each event once, in the order of `seq`. */
  event(envelope: Envelope): void
  /** What was missed is gone: load the state again. */
  resync(): void
  connection(connection: Connection): void
  /** How many look at the garden now, this page included. */
  present(present: number): void
}

const LONGEST_WAIT = 30_000
const PING_EVERY = 25_000
const HIDDEN_FOR = 60_000
const TRIES_BEFORE_OFFLINE = 4

/** Milliseconds before the next try: doubling, at most half a minute, and never all browsers at once. */
export function pause(tries: number, chance = Math.random()): number {
  return Math.min(LONGEST_WAIT, 1000 * 2 ** tries) * (0.5 + chance / 2)
}

/**
 * Follows the garden from `seq` on, for as long as the page is looked at.
 *
 * Reconnects by itself, resumes where it was, and asks for what lies in a gap before it goes on.
 */
export function openSocket(seq: number, listener: Listener): void {
  let socket: WebSocket | null = null
  let tries = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let hiding: ReturnType<typeof setTimeout> | undefined
  let heard = true
  let turn = Promise.resolve()

  function deliver(envelope: Envelope): void {
    if (envelope.seq <= seq) return
    seq = envelope.seq
    listener.event(envelope)
  }

  function startOver(newest: number): void {
    seq = newest
    listener.resync()
  }

  /** A database may leave numbers out, so a gap is a question and not yet a loss. */
  async function receive(envelope: Envelope): Promise<void> {
    while (envelope.seq > seq + 1) {
      const answer = await fetch(`/api/v1/events/?since=${seq}`)
      if (!answer.ok) throw new Error(`events: ${answer.status}`)
      const missed: components['schemas']['EventsOut'] = await answer.json()
      if (missed.resync) return startOver(missed.newest)
      if (missed.events.length === 0) break
      missed.events.forEach(deliver)
    }
    deliver(envelope)
  }

  function hear(message: Message): void {
    heard = true
    if (message.event_type === 'hello') {
      tries = 0
      const resumesAt = message.data.resumes_at ?? seq // what is missing in between left the state as it was
      turn = turn.then(() => {
        seq = Math.max(seq, resumesAt)
      })
    }
    if (message.event_type === 'resync') turn = turn.then(() => startOver(message.seq))
    listener.connection('live')
    if ('present' in message.data) listener.present(message.data.present)
    if ('timestamp' in message) turn = turn.then(() => receive(message)).catch(() => socket?.close())
  }

  function connect(): void {
    clearTimeout(retry)
    if (socket || document.hidden) return
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const opened = new WebSocket(`${scheme}//${location.host}/ws/garden?since=${seq}`)
    socket = opened
    heard = true
    opened.onmessage = (message) => hear(JSON.parse(message.data))
    opened.onclose = () => {
      if (socket !== opened) return
      socket = null
      if (document.hidden) return
      listener.connection(navigator.onLine && tries < TRIES_BEFORE_OFFLINE ? 'reconnecting' : 'offline')
      retry = setTimeout(connect, pause(tries++))
    }
  }

  function leave(): void {
    const left = socket
    socket = null
    left?.close()
    clearTimeout(retry)
  }

  setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return
    if (!heard) return socket.close() // the line is dead and nobody has said so
    heard = false
    socket.send('{"type":"ping"}')
  }, PING_EVERY)

  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiding)
    if (document.hidden) hiding = setTimeout(leave, HIDDEN_FOR)
    else connect()
  })
  addEventListener('online', connect)
  addEventListener('offline', () => socket?.close())
  addEventListener('pagehide', leave) // an open socket would keep the page out of the back-forward cache
  addEventListener('pageshow', connect)
  connect()
}
