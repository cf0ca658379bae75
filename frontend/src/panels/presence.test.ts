import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { store } from '../shell/store'
import { sentence, startPresence } from './presence'

beforeEach(() => {
  vi.useFakeTimers()
  document.body.innerHTML = '<span data-part="present"></span>'
})
afterEach(() => vi.useRealTimers())

describe('who else is here', () => {
  it('says nothing to who is alone', () => {
    expect([0, 1, 2, 3].map(sentence)).toEqual(['', '', '1 other is here', '2 others are here'])
  })

  it('is not said at every coming and going, but is right in the end', () => {
    startPresence()
    const said = (): string | null => document.body.textContent
    for (const present of [2, 3, 4]) store.setState({ present })
    expect(said()).toBe('1 other is here')
    vi.advanceTimersByTime(5000)
    expect(said()).toBe('3 others are here')
    store.setState({ present: 1 })
    vi.advanceTimersByTime(5000)
    expect(said()).toBe('')
  })
})
