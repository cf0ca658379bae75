/** A no stays in this browser, which then does not ask again. A yes is a form like any other, and needs no script. */

import { part } from '../shell/list'
import { prefer, preferences } from '../shell/preferences'

export function startChoice(): void {
  const question = part('choice')
  if (!question) return
  const asksNotTo =
    navigator.doNotTrack === '1' || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl
  question.hidden = preferences().declined || asksNotTo === true
  question.querySelector('[value="no"]')!.addEventListener('click', (event) => {
    event.preventDefault()
    prefer({ declined: true })
    question.hidden = true
    document.getElementById('main')!.focus()
  })
}
