import { expect, it } from 'vitest'
import { tellTimes } from './weather'

it('tells ages from now, and moments by the clock with their day where it is another', () => {
  const panel = document.createElement('div')
  const now = new Date(2026, 5, 15, 14, 30)
  const time = (kind: string, minutes: number): string =>
    `<time data-${kind} datetime="${new Date(now.getTime() - minutes * 60_000).toISOString()}">then</time>`
  panel.innerHTML = time('ago', 12) + time('clock', 60) + time('clock', 60 * 48)
  tellTimes(panel, now.getTime())
  const told = [...panel.querySelectorAll('time')].map(({ textContent }) => textContent?.replace(/\s/g, ' '))
  expect(told).toEqual(['12 minutes ago', '1:30 PM', 'Jun 13, 2026, 2:30 PM'])
})
