/** A walk along what the page suggests, then the featured plants, or the first of the list where none is featured. */

import { part } from '../shell/list'
import { store } from '../shell/store'

const MOST = 8
const STAY = 7000 // milliseconds at a plant

interface Stop {
  id: string
  words: string
}

/** What a project is; where nobody said it, what its plant is. */
export function words(card: ParentNode): string {
  const text = (of: string): string => card.querySelector(of)?.textContent?.trim() ?? ''
  const said = text('.description')
  if (!said) return `${text('h3 a')}, ${text('.stage')}.`
  return `${text('h3 a')}: ${said}${/[.!?…。؟]$/.test(said) ? '' : '.'}`
}

function stops(): Stop[] {
  const cards = [...document.querySelectorAll<HTMLElement>('.card:not([hidden])')]
  const featured = cards.filter((card) => card.querySelector('.featured'))
  const suggested = [...document.querySelectorAll<HTMLElement>('[data-next]')].flatMap(({ dataset }) =>
    cards.filter((card) => card.dataset.plant === dataset.next),
  )
  const route = new Set([...suggested, ...(featured.length > 1 ? featured : cards)])
  return [...route].slice(0, MOST).map((card) => ({
    id: card.dataset.plant ?? '',
    words: words(card),
  }))
}

export function startTour(): void {
  const button = part('tools')!.querySelector<HTMLButtonElement>('[data-act="tour"]')!
  const caption = part('caption')!
  const words = part('caption-words')!
  let timer: ReturnType<typeof setTimeout> | undefined
  let route: Stop[] = []
  let at = 0

  function visit(): void {
    clearTimeout(timer)
    const stop = route[at]
    if (!stop) {
      dispatchEvent(new CustomEvent('journey', { detail: 'tour_finished' }))
      end()
      return
    }
    words.textContent = `${stop.words} ${at + 1} of ${route.length}.`
    store.setState({ visiting: stop.id, opened: null, openedStar: null })
    at++
    timer = setTimeout(visit, STAY)
  }

  function begin(): void {
    route = stops()
    at = 0
    caption.hidden = route.length === 0
    button.setAttribute('aria-pressed', String(route.length > 0))
    visit()
  }

  function end(): void {
    clearTimeout(timer)
    caption.hidden = true
    button.setAttribute('aria-pressed', 'false')
    if (store.getState().visiting) store.setState({ visiting: null })
  }

  button.addEventListener('click', () => (store.getState().visiting ? end() : begin()))
  caption.querySelector('[data-act="next"]')!.addEventListener('click', visit)
  caption.querySelector('[data-act="stop"]')!.addEventListener('click', () => {
    end()
    button.focus()
  })
  // Who opens a sheet or looks at the drawing has left the tour.
  store.subscribe(({ visiting, opened, openedStar, scene }, before) => {
    if (before.visiting && (!visiting || (opened && !before.opened) || openedStar || !scene)) end()
  })
}
