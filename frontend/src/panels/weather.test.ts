import { expect, it } from 'vitest'
import { tellTimes } from './weather'

it('tells ages from now, and moments by the clock with their day where it is another', () => {
  const panel = document.createElement('div')
  const now = new Date(Date.UTC(2026, 5, 15, 14, 30))
  const time = (kind: string, minutes: number): string =>
    `<time data-${kind} datetime="${new Date(now.getTime() - minutes * 60_000).toISOString()}">then</time>`
  Object.assign(document.documentElement.dataset, { ahead: '0', zone: 'UTC' })
  panel.innerHTML = time('ago', 12) + time('clock', 60) + time('clock', 60 * 48)
  tellTimes(panel, now.getTime())
  const told = [...panel.querySelectorAll('time')].map(({ textContent }) => textContent?.replace(/\s/g, ' '))
  expect(told).toEqual(['12 minutes ago', '13:30 UTC', '13 Jun, 14:30 UTC'])
})
