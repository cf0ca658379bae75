/** Walking in: the garden fills the window, and keys and buttons move the visitor. */

import { part } from '../shell/list'
import { type SceneHandle, store } from '../shell/store'

const TURN = Math.PI / 14
const RISE = Math.PI / 30
const NEARER = 0.84

const STEPS: Record<string, (scene: SceneHandle) => void> = {
  left: (scene) => scene.turn(-TURN, 0),
  right: (scene) => scene.turn(TURN, 0),
  up: (scene) => scene.turn(0, RISE),
  down: (scene) => scene.turn(0, -RISE),
  nearer: (scene) => scene.approach(NEARER),
  away: (scene) => scene.approach(1 / NEARER),
}

const KEYS: Record<string, string> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  '+': 'nearer',
  '=': 'nearer',
  '-': 'away',
  Home: 'whole',
}

/** Whether the keys belong to something that is typed into, chosen from or read. */
function isTaken(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, dialog, details[open]') !== null
}

export function startWalk(): void {
  const tools = part('tools')!
  const enter = tools.querySelector<HTMLButtonElement>('[data-act="wide"]')!

  function step(name: string): void {
    const { scene } = store.getState()
    if (!scene) return
    if (name === 'whole') {
      store.setState({ opened: null, openedStar: null, visiting: null })
      scene.overview()
    } else STEPS[name]?.(scene)
  }

  function setWide(wide: boolean): void {
    if (wide === store.getState().wide) return
    store.setState({ wide })
    if (!wide) enter.focus({ preventScroll: true })
  }

  enter.addEventListener('click', () => setWide(!store.getState().wide))
  tools.querySelector('.compass')!.addEventListener('click', (event) => {
    step((event.target as Element).closest<HTMLElement>('[data-act]')?.dataset.act ?? '')
  })
  document.addEventListener('keydown', (event) => {
    const { wide, opened, openedStar } = store.getState()
    if (!wide || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target))
      return
    if (event.key === 'Escape' && !opened && !openedStar) setWide(false)
    const name = KEYS[event.key]
    if (!name) return
    event.preventDefault()
    step(name)
  })
  store.subscribe(({ wide }, before) => {
    if (wide === before.wide) return
    document.documentElement.toggleAttribute('data-wide', wide)
    enter.setAttribute('aria-pressed', String(wide))
    enter.querySelector('span')!.textContent = wide ? 'Walk out' : 'Walk in'
    // What lies under the garden is out of sight, so it is out of reach as well.
    for (const covered of document.querySelectorAll<HTMLElement>('main, .masthead, .hud, .colophon, .skip')) {
      covered.inert = wide
    }
  })
}
