import { announcer } from './announcer'
import { keepGate } from './gate'
import { applyChanges, applyPage, part, version } from './list'
import { type Envelope, follow } from './socket'
import { type Connection, listeners, store } from './store'

const FIRST_LOOK = 250 // milliseconds in which events that belong together arrive together
const BETWEEN_LOOKS = 1500
const SKY_MOVES = 600_000

const { page, plant, live } = document.body.dataset
const announce = announcer(part('announcer')!)

// --- The words beside the dot ---------------------------------------------------------------------------------------

const WORDS: Record<Connection, string> = {
  still: '',
  live: 'live, ',
  reconnecting: 'reconnecting, ',
  offline: 'offline, ',
}

store.subscribe(({ connection, asOf }) => {
  const text = part('connection')
  text?.closest<HTMLElement>('.connection')?.setAttribute('data-connection', connection)
  if (text) text.textContent = `${WORDS[connection]}as of ${asOf.toLocaleTimeString([], { timeStyle: 'short' })}`
})

// --- Pointing at a card points at its plant -------------------------------------------------------------------------

const main = document.getElementById('main')
for (const type of ['focusin', 'pointerover'] as const) {
  main?.addEventListener(type, (event) => {
    const focus = (event.target as Element).closest<HTMLElement>('.card')?.dataset.plant ?? null
    if (focus !== store.getState().focus) store.setState({ focus })
  })
}
for (const type of ['focusout', 'pointerleave'] as const) {
  main?.addEventListener(type, () => store.setState({ focus: null }))
}
store.subscribe(({ focus }, before) => {
  if (focus === before.focus) return
  document.querySelector('.plant.pointed')?.classList.remove('pointed')
  const card = document.querySelector<HTMLElement>(`.card[data-plant="${focus}"]`)
  if (card) document.getElementById(`form-${card.dataset.slug}`)?.parentElement?.classList.add('pointed')
})

// --- Catching up ----------------------------------------------------------------------------------------------------

/** With these the island itself changes, and the page is loaded again; the rest comes as a fragment. */
const COME_AND_GO = new Set(['seed_planted', 'project_changed', 'project_removed'])

let look: ReturnType<typeof setTimeout> | undefined
let lastLook = 0
let wholePage = page !== 'garden'

function lookSoon(): void {
  if (look !== undefined) return
  look = setTimeout(catchUp, Math.max(FIRST_LOOK, lastLook + BETWEEN_LOOKS - Date.now()))
}

async function catchUp(): Promise<void> {
  look = undefined
  lastLook = Date.now()
  const whole = wholePage
  wholePage = page !== 'garden'
  try {
    let answer = await fetch(whole ? location.href : `/fragments/changes/?since=${version()}`)
    const startOver = answer.status === 205
    if (startOver) answer = await fetch(location.href)
    if (!answer.ok) {
      wholePage ||= whole && answer.status >= 500
      return // gone, or broken for now: what is shown stays, with its time
    }
    announce((whole || startOver ? applyPage : applyChanges)(await answer.text()))
  } catch {
    wholePage ||= whole // the network failed; the next event, or the next connection, asks again
  }
}

function loadAgain(): void {
  wholePage = true
  lookSoon()
}

function receive(event: Envelope): void {
  for (const listener of listeners) listener(event)
  const { event_type, data } = event
  if (page !== 'garden' && data.project_id !== plant) return
  if (COME_AND_GO.has(event_type)) wholePage = true
  lookSoon()
}

if (live !== undefined) {
  follow(version(), {
    event: receive,
    resync() {
      for (const listener of listeners) listener(null)
      loadAgain()
    },
    connection: (connection) =>
      store.setState(connection === 'live' ? { connection, asOf: new Date() } : { connection }),
  })
  setInterval(() => document.hidden || loadAgain(), SKY_MOVES)
}

// --- The scene and the panels, once the page stands ------------------------------------------------------------------

const whenIdle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 200))

if (page === 'garden') {
  const begin = (): void => {
    // The page works without them, so a lost connection is no error here.
    import('../panels/start').catch((error) => console.warn('The panels did not load.', error))
    keepGate(document.getElementById('scene')!)
  }
  const later = (): void => void whenIdle(begin, { timeout: 2000 })
  if (document.readyState === 'complete') later()
  else addEventListener('load', later, { once: true })
}
