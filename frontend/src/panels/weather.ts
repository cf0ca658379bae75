/** The weather panel says by itself how old everything is; here its times are told from now, by the garden's clock. */

import { ago } from '../shell/ago'
import { clock, shifted } from '../shell/clock'
import { part } from '../shell/list'
import { foldsIn } from './foldout'

const MINUTE = 60_000

const day = (at: Date): string =>
  shifted(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** Puts the times of the panel into words: how long ago, or at what hour here. */
export function tellTimes(panel: ParentNode, now: number): void {
  for (const time of panel.querySelectorAll('time')) {
    const then = new Date(time.dateTime)
    const sameDay = day(then) === day(new Date(now))
    if ('ago' in time.dataset) time.textContent = ago(now - then.getTime())
    else time.textContent = sameDay ? clock(then) : `${day(then)}, ${clock(then)}`
  }
}

export function startWeather(): void {
  const details = part('weather-details') as HTMLDetailsElement
  const panel = part('weather')!
  const tell = (): void => {
    if (details.open) tellTimes(panel, Date.now())
  }
  foldsIn(details)
  details.addEventListener('toggle', tell)
  setInterval(tell, MINUTE)
  // The shell replaces what it says when the weather changes.
  new MutationObserver(tell).observe(panel, { childList: true })
}
