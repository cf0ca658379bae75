/**
 * Follows the garden for the whole page: it alone listens to the socket and decides when to look again. What shows the
 * garden subscribes: the page with its fragments, the scene with its state, the sound.
 */

import { MOVES_ISLAND, QUIET } from '../api/eventFacts'
import { type Envelope, openSocket } from './socket'
import { store } from './store'

export interface Subscriber {
  /** Each event once and in order, or null where some were missed for good. */
  hear?(event: Envelope | null): void
  /** The garden may be another one by now. `whole` where the island is, too. Rejects where it could not be had. */
  look?(whole: boolean): Promise<void>
}

/** Milliseconds in which events that belong together arrive together, and between two looks. */
const TOGETHER = 250
const BETWEEN_LOOKS = 1500
/** Milliseconds between looks at the hour and the sky, which change without an event. */
const SKY_MOVES = 300_000

const subscribers = new Set<Subscriber>()
let timer: ReturnType<typeof setTimeout> | undefined
let lastLook = Number.NEGATIVE_INFINITY
let due = false
let whole = false

/** Returns what ends the subscription. */
export function subscribe(subscriber: Subscriber): () => void {
  subscribers.add(subscriber)
  return () => void subscribers.delete(subscriber)
}

/** Looks once for all that is asked within a moment, and not more often than is good for the server. */
export function lookSoon(atWhole = false): void {
  whole ||= atWhole
  due = true
  schedule()
}

/** A page that nobody sees waits with its look until it is seen. */
function schedule(): void {
  if (!due || document.hidden || timer !== undefined) return
  timer = setTimeout(look, Math.max(TOGETHER, lastLook + BETWEEN_LOOKS - Date.now()))
}

async function look(): Promise<void> {
  timer = undefined
  if (document.hidden) return
  lastLook = Date.now()
  const atWhole = whole
  due = whole = false
  const looks = await Promise.allSettled([...subscribers].map(async (subscriber) => subscriber.look?.(atWhole)))
  // The next event, or the sky, asks again; what was missed is not lost by then.
  whole ||= atWhole && looks.some(({ status }) => status === 'rejected')
}

function tell(event: Envelope | null): void {
  for (const { hear } of subscribers) hear?.(event)
}

/**
 * Follows for as long as the page is looked at: events after `seq`, where there are live ones (else null), and the sky.
 * What does not concern the page asks for no look.
 */
export function follow(seq: number | null, concerns: (event: Envelope) => boolean): void {
  document.addEventListener('visibilitychange', schedule)
  setInterval(() => lookSoon(true), SKY_MOVES)
  if (seq === null) return
  openSocket(seq, {
    event(event) {
      tell(event)
      if (!QUIET.has(event.event_type) && concerns(event)) lookSoon(MOVES_ISLAND.has(event.event_type))
    },
    resync() {
      tell(null)
      lookSoon(true)
    },
    present: (present) => store.setState({ present }),
    connection: (connection) =>
      store.setState(connection === 'live' ? { connection, asOf: new Date() } : { connection }),
  })
}
