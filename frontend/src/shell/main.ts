import { announcer } from './announcer'
import { clock } from './clock'
import { follow, subscribe } from './follower'
import { stayOnThePage } from './forms'
import { applyChanges, applyPage, part, takeDownInTime, version } from './list'
import type { Envelope } from './socket'
import { store } from './store'

const { page, plant, live } = document.body.dataset
const announce = announcer(part('announcer')!)

// --- The words beside the dot ---------------------------------------------------------------------------------------

store.subscribe(({ connection, asOf }) => {
  const text = part('connection')
  text?.closest<HTMLElement>('.connection')?.setAttribute('data-connection', connection)
  if (text) text.textContent = `${connection === 'still' ? '' : `${connection}, `}as of ${clock(asOf)}`
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

/** Brings the page up to date: all of it, or what changed since its version. */
async function catchUp(whole: boolean): Promise<void> {
  let answer = await fetch(whole ? location.href : `/fragments/changes/?since=${version()}`)
  const startOver = answer.status === 205
  if (startOver) answer = await fetch(location.href)
  if (answer.status >= 500) throw new Error(`page: ${answer.status}`)
  if (!answer.ok) return // gone: what is shown stays, with its time
  announce((whole || startOver ? applyPage : applyChanges)(await answer.text()))
  store.setState({ asOf: new Date() })
}

/** What every page shows: announcements, and what no event of its own tells. */
const EVERYWHERE: readonly string[] = ['system_update', 'state_refreshed']

/** A project's page looks again for its own plant only. */
function concerns({ event_type, data }: Envelope): boolean {
  return page === 'garden' || EVERYWHERE.includes(event_type) || ('project_id' in data && data.project_id === plant)
}

takeDownInTime()
stayOnThePage()
if (page === 'garden' || live !== undefined) {
  subscribe({ look: (whole) => catchUp(whole || page !== 'garden') })
  follow(live === undefined ? null : version(), concerns)
}

// --- The scene and the panels, once the page stands ------------------------------------------------------------------

const whenIdle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 200))

const begin = (): void => {
  import('../beacon/beacon').then(({ startBeacon }) => startBeacon()).catch(() => {}) // blocked: nobody is missing
  if (page === 'garden') {
    // The page works without them, so a lost connection is no error here.
    import('../panels/start').catch((error) => console.warn('The panels did not load.', error))
    import('./gate')
      .then(({ keepGate }) => keepGate(document.getElementById('scene')!))
      .catch((error) => console.warn('The scene did not load.', error))
  }
}
const later = (): void => void whenIdle(begin, { timeout: 2000 })
if (document.readyState === 'complete') later()
else addEventListener('load', later, { once: true })
