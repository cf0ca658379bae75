/** Pointing at a skill in the list points at its star. */

import { part } from '../shell/list'
import { store } from '../shell/store'

export function startStars(): void {
  const list = part('stars')
  if (!list) return
  for (const type of ['focusin', 'pointerover'] as const) {
    list.addEventListener(type, (event) => {
      store.setState({ star: (event.target as Element).closest<HTMLElement>('[data-star]')?.dataset.star ?? null })
    })
  }
  for (const type of ['focusout', 'pointerleave'] as const) {
    list.addEventListener(type, () => store.setState({ star: null }))
  }
}
