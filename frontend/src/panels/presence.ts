/** How many others look at the garden, in words: for the drawing, and for those who hear the page. */

import { part } from '../shell/list'
import { store } from '../shell/store'

/** Milliseconds between two sentences: who listens to the page is not to hear every coming and going. */
const CALM = 5000

/** `present` counts this page, too. */
export function sentence(present: number): string {
  const others = present - 1
  if (others < 1) return ''
  return others === 1 ? '1 other is here' : `${others} others are here`
}

export function startPresence(): void {
  const line = part('present')
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = (): void => {
    timer = undefined
    const words = sentence(store.getState().present)
    if (!line || line.textContent === words) return
    line.textContent = words
    timer = setTimeout(tell, CALM)
  }
  store.subscribe(() => {
    if (timer === undefined) tell()
  })
  tell()
}
