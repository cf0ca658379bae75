/** Photo mode: nothing lies over the garden, and the view of the moment can be saved. */

import { part } from '../shell/list'
import { store } from '../shell/store'

/** Whose garden it is, when and under which sky, and where it is found. */
export function signature(): string[] {
  const said = (where: string): string[] =>
    [...document.querySelectorAll(where)].map((words) => (words.textContent ?? '').replace(/\s+/g, ' ').trim())
  const [sky = ''] = [...said('[data-part="sky"] .why'), ...said('[data-part="sky"]')].filter(Boolean)
  const day = new Date().toLocaleDateString([], { dateStyle: 'long' })
  return [
    said('.masthead h1 bdi').join(' · '),
    [day, sky.replace(/\.$/, ''), location.host].filter(Boolean).join(' · '),
  ]
}

export function startPhoto(): void {
  const begin = part('tools')!.querySelector<HTMLButtonElement>('[data-act="photo"]')!
  const bar = part('photo-bar')!
  const save = bar.querySelector<HTMLButtonElement>('[data-act="save"]')!
  let wasWide = false

  function setMode(on: boolean): void {
    bar.hidden = !on
    document.documentElement.toggleAttribute('data-photo', on)
    if (on) {
      wasWide = store.getState().wide
      store.setState({ wide: true })
      save.focus()
    } else {
      store.setState({ wide: wasWide })
      begin.focus({ preventScroll: true })
    }
  }

  begin.addEventListener('click', () => setMode(true))
  bar.querySelector('[data-act="done"]')!.addEventListener('click', () => setMode(false))
  save.addEventListener('click', async () => {
    const picture = await store.getState().scene?.photograph(signature())
    if (!picture) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(picture)
    link.download = `garden-${new Date().toISOString().slice(0, 10)}.png`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000) // when the browser has surely taken it
  })
  store.subscribe(({ wide }) => {
    if (!bar.hidden && !wide) setMode(false)
  })
}
