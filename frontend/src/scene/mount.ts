/** Brings the scene into its box, over the drawing, and takes it away again. */

import { fetchGarden } from '../api/client'
import { oneLower, theLower } from '../engine/quality'
import type { QualityLevel } from '../engine/types'
import { lookSoon, subscribe } from '../shell/follower'
import { preferences } from '../shell/preferences'
import type { Envelope } from '../shell/socket'
import { store } from '../shell/store'
import { Showing } from './showing'

/** Beyond this many plants a garden starts at the middle level, and may rise. */
const MANY = 400

/** Once the browser has taken a canvas away, the level that it may manage. */
let ceiling: QualityLevel | undefined

/**
 * Shows the garden. Returns what takes it away. When the browser took the canvas away, `onLost` is called and the
 * drawing is back by then; `onReturn` says that the browser would draw again. It does so after the first loss only:
 * what is lost twice would be lost again. Raises where the scene cannot start.
 */
export async function mount(box: HTMLElement, onLost: () => void, onReturn: () => void): Promise<() => void> {
  const query = new URLSearchParams(location.search)
  const missed: (Envelope | null)[] = []
  const unsubscribe = subscribe({ hear: (event) => void missed.push(event) })
  const state = await fetchGarden().finally(unsubscribe) // what happens while it is on its way is not lost
  const showing = new Showing(box, {
    state,
    level: firstLevel(query, state.projects.length),
    mayRise: ceiling === undefined,
    query,
    onLost() {
      if (!ceiling) showing.canvas.addEventListener('webglcontextrestored', onReturn, { once: true })
      ceiling = oneLower(store.getState().level)
      onLost()
    },
  })
  for (const event of missed) showing.live.hear(event)
  if (missed.length > 0) lookSoon()
  try {
    await showing.begin()
  } catch (error) {
    showing.end()
    throw error
  }
  if (query.has('inspect') || query.has('bench')) Object.assign(window, { greenhouse: showing })
  if (query.has('bench')) void import('./bench').then(({ bench }) => bench(showing))
  return () => showing.end()
}

function firstLevel(query: URLSearchParams, plants: number): QualityLevel {
  const asked = query.get('quality')
  const { quality, level } = preferences()
  let first = level === 'high' && plants > MANY ? 'medium' : level
  if (quality !== 'auto') first = quality
  if (asked === 'high' || asked === 'medium' || asked === 'low') first = asked
  return theLower(first, ceiling ?? first)
}
