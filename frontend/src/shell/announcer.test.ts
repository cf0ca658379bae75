import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { announcer, summary } from './announcer'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('says the first thing at once and the rest together later', () => {
  const region = document.createElement('p')
  const announce = announcer(region, 5000)
  announce(['moss grew.'])
  announce(['fern grew.'])
  announce(['birch was planted.'])
  expect(region.textContent).toBe('moss grew.')
  vi.advanceTimersByTime(5000)
  expect(region.textContent).toBe('fern grew. birch was planted.')
})

it('is silent about nothing, and ready again after a rest', () => {
  const region = document.createElement('p')
  const announce = announcer(region, 5000)
  announce([])
  expect(region.textContent).toBe('')
  announce(['moss grew.'])
  vi.advanceTimersByTime(5000)
  announce(['fern grew.'])
  expect(region.textContent).toBe('fern grew.')
})

it('counts what would be too much to hear', () => {
  expect(summary(['a.', 'b.', 'c.', 'd.'])).toBe('a. b. c. And 1 more thing happened.')
  expect(summary(['a.', 'b.', 'c.', 'd.', 'e.'])).toBe('a. b. c. And 2 more things happened.')
})
