/**
 * Tells the server what is looked at, for how long, and what is done, without knowing anybody: nothing is read from the
 * device and nothing stored on it. It says nothing where the browser asks for that, and nothing of a page nobody sees.
 */

import { store } from '../shell/store'

interface Step {
  step_type: 'project_view' | 'interaction' | 'navigation'
  project_id?: string
  area?: string
  position?: { x: number; z: number } | undefined
  duration?: number
  scroll_depth?: number
  at?: string
  context?: Record<string, string | number | boolean>
}

/** Milliseconds: who gives no sign for so long has looked away; and between two batches. */
const ATTENTION = 30_000
const PACE = 15_000
const TRIES = 3

const { plant, uncounted } = document.body.dataset
const area = location.pathname
const page: Step = plant ? { step_type: 'project_view', area, project_id: plant } : { step_type: 'navigation', area }
let vitals: Record<string, number> = {}
let waiting: Step[] = []
let place = page
let position: Step['position']
let noticed = 0 // when there was a sign of attention last
let away = true
let spent = 0
let clicks = 0
let trusted = false
let depth = 0

/** Engaged time and not open time: a pause counts up to half a minute, and a page that is not seen counts nothing. */
function notice(): void {
  const now = performance.now()
  if (!away) spent += Math.min(now - noticed, ATTENTION)
  noticed = now
  depth = Math.min(1, Math.max(depth, (scrollY + innerHeight) / document.documentElement.scrollHeight))
}

function note(step: Step): void {
  waiting.push({ at: new Date().toISOString(), position, ...step })
}

/** Notes how long the visitor stayed, and where they go on. */
function stay(next = place, tells = next !== place): void {
  notice()
  if (spent >= 1000 || tells) {
    note({ ...place, duration: Math.round(spent) / 1000 })
    spent = 0
  }
  place = next
}

function act(action = ''): void {
  if (action) note({ ...place, step_type: 'interaction', context: { action } })
}

async function send(path: string, body: object, ends = false, tries = TRIES): Promise<void> {
  const url = `/api/v1/visitors/${path}/`
  const content = new Blob([JSON.stringify(body)], { type: 'application/json' })
  // A beacon cannot hear that it was turned away, so it is for the page that ends.
  if (ends) navigator.sendBeacon(url, content)
  else {
    const answer = await fetch(url, { method: 'POST', body: content, keepalive: true }).catch(() => null)
    // The same batch again, which counts once.
    if (tries > 1 && (!answer || answer.status === 503)) setTimeout(send, 6000 / tries, path, body, ends, tries - 1)
  }
}

/** Sends what was noted; how fast the page was is told when it ends, or may. */
function flush(ends: boolean): void {
  // Clicks and speeds ride on a step: where none waits, on one of no length.
  stay(place, !waiting[0] && (clicks > 0 || (ends && Object.keys(vitals).length > 0)))
  const last = waiting.at(-1)
  if (!last) return
  last.scroll_depth = depth
  last.context = { ...last.context, trusted, clicks, ...(ends && vitals) }
  send('journey', { batch_id: crypto.randomUUID(), steps: waiting }, ends)
  waiting = []
  clicks = 0
  if (ends) vitals = {}
}

function watch(
  type: string,
  see: (entry: PerformanceEntry & { value: number; hadRecentInput: boolean }) => void,
): void {
  const options = { type, buffered: true, durationThreshold: 40 }
  new PerformanceObserver((list) => list.getEntries().forEach(see as (entry: PerformanceEntry) => void)).observe(
    options,
  )
}

function begin(): void {
  const query = new URLSearchParams(location.search)
  send('beacon', {
    batch_id: crypto.randomUUID(),
    path: area,
    referrer: document.referrer.split('/', 3).join('/'),
    utm: Object.fromEntries(['source', 'medium', 'campaign'].map((name) => [name, query.get(`utm_${name}`)])),
    screen: `${innerWidth}x${innerHeight}`, // of which the class is kept
  })
  for (const type of ['pointerdown', 'pointermove', 'keydown', 'scroll']) {
    const see = ({ isTrusted }: Event): void => {
      notice()
      if (isTrusted && type !== 'scroll') trusted = true
      if (isTrusted && type === 'pointerdown') clicks++
    }
    addEventListener(type, see, { passive: true, capture: true })
  }
  addEventListener('click', ({ target }) => act((target as Element).closest<HTMLElement>('[data-act]')?.dataset.act))
  addEventListener('submit', ({ target }) => {
    const [, first, , last] = new URL((target as HTMLFormElement).action).pathname.split('/')
    act(first === 'seeds' ? 'seed_planted' : last)
  })
  addEventListener('journey', ({ detail }: CustomEventInit<string | { x: number; z: number }>) => {
    if (typeof detail === 'string') act(detail)
    else {
      stay({ ...place })
      position = detail
    }
  })
  store.subscribe(({ opened, visiting }, before) => {
    if (opened === before.opened && visiting === before.visiting) return
    const project_id = document.querySelector<HTMLElement>(`.card[data-slug="${opened}"]`)?.dataset.plant ?? visiting
    stay(project_id ? { step_type: 'project_view', project_id } : page)
  })
  addEventListener('pagehide', () => flush(true))
  setInterval(() => away || flush(false), PACE)
  watch('largest-contentful-paint', ({ startTime }) => {
    vitals.lcp = startTime
  })
  watch('event', ({ duration }) => {
    vitals.inp = Math.max(vitals.inp ?? 0, duration)
  })
  watch('layout-shift', ({ value, hadRecentInput }) => {
    if (!hadRecentInput) vitals.cls = (vitals.cls ?? 0) + value
  })
}

/** Begins once the page is seen: one that is prerendered or opened in the background may never be. */
export function startBeacon(): void {
  const { doNotTrack, globalPrivacyControl } = navigator as Navigator & { globalPrivacyControl?: boolean }
  if (doNotTrack === '1' || globalPrivacyControl || uncounted !== undefined) return
  let begun = false
  const look = (): void => {
    if (document.hidden) {
      if (begun) flush(true)
      away = true
    } else if (!(document as Document & { prerendering?: boolean }).prerendering) {
      noticed = performance.now()
      away = false
      if (!begun) begin()
      begun = true
    }
  }
  for (const type of ['visibilitychange', 'prerenderingchange']) document.addEventListener(type, look)
  look()
}
