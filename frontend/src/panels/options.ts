/** What the visitor chooses: drawing or 3D, how fine, moving or still. */

import { part } from '../shell/list'
import { prefer } from '../shell/preferences'
import { type GardenState, store } from '../shell/store'
import { foldsIn } from './foldout'

export function startOptions(): void {
  const tools = part('tools')!
  const options = tools.querySelector('details')!
  const form = options.querySelector('form')!
  const pause = tools.querySelector<HTMLButtonElement>('[data-act="pause"]')!

  function show({ sceneWanted, quality, level, drawingBecause, paused }: GardenState): void {
    const radio = form.querySelector<HTMLInputElement>(`[name="scene"][value="${sceneWanted}"]`)
    if (radio) radio.checked = true
    const select = form.querySelector('select')!
    select.value = quality
    select.options[0]!.textContent = `by itself (now ${level})`
    part('because', form)!.textContent = drawingBecause
    pause.setAttribute('aria-pressed', String(paused))
    pause.querySelector('span')!.textContent = paused ? 'Move' : 'Pause'
  }

  form.addEventListener('change', () => {
    const asked = new FormData(form)
    const quality = asked.get('quality') as GardenState['quality']
    prefer({ quality })
    store.setState({ sceneWanted: asked.get('scene') as GardenState['sceneWanted'], quality })
  })
  pause.addEventListener('click', () => {
    const paused = !store.getState().paused
    prefer({ paused })
    store.setState({ paused })
  })
  foldsIn(options)
  store.subscribe(show)
  show(store.getState())
}
