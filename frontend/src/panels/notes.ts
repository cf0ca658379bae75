/** A paper note on the picture: what changed since the last visit. */

import { ago } from '../shell/ago'
import { part, version } from '../shell/list'
import { prefer, preferences } from '../shell/preferences'

/** Who was here just now has missed nothing worth a note. */
const SHORT_ABSENCE = 10 * 60_000

function pin(title: string, content: Node): void {
  const note = document.createElement('section')
  note.className = 'note'
  const heading = document.createElement('h2')
  heading.textContent = title
  const close = document.createElement('button')
  close.type = 'button'
  close.textContent = 'Take it down'
  close.addEventListener('click', () => note.remove())
  note.append(heading, content, close)
  part('notes')!.replaceChildren(note)
}

async function tellWhatChanged(): Promise<void> {
  const { seen } = preferences()
  const away = seen ? Date.now() - seen.at : 0
  if (!seen || seen.seq >= version() || away < SHORT_ABSENCE) return
  const answer = await fetch(`/fragments/news/?since=${seen.seq}`)
  if (answer.status !== 200) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const content = document.createDocumentFragment()
  content.append(...fresh.body.childNodes)
  pin(`Since you were here ${ago(away)}`, content)
}

export function startNotes(): void {
  let remembers = true
  const remember = (): void => {
    if (remembers) prefer({ seen: { seq: version(), at: Date.now() } })
  }
  part('tools')!
    .querySelector('[data-act="forget"]')!
    .addEventListener('click', (event) => {
      remembers = false
      localStorage.removeItem('greenhouse')
      ;(event.target as HTMLButtonElement).textContent = 'Forgotten'
    })
  document.addEventListener('visibilitychange', () => document.hidden && remember())
  addEventListener('pagehide', remember)
  tellWhatChanged()
    .catch(() => undefined) // then there is no note
    .finally(remember)
}
