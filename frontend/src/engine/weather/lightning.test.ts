import { describe, expect, it } from 'vitest'
import { flashAt } from './lightning'

describe('lightning', () => {
  it('never flashes more than three times in any second', () => {
    let lastRise = Number.NEGATIVE_INFINITY
    let rises: number[] = []
    for (let time = 0; time < 600; time += 0.01) {
      if (flashAt(time + 0.01) - flashAt(time) > 0.2) {
        if (time - lastRise > 0.03) rises.push(time)
        lastRise = time
      }
      rises = rises.filter((rise) => time - rise < 1)
      expect(rises.length).toBeLessThanOrEqual(3)
    }
  })

  it('strikes now and then, and the same second strikes the same', () => {
    const bright = Array.from({ length: 6000 }, (_, index) => flashAt(index / 10)).filter((flash) => flash > 0.2)
    expect(bright.length).toBeGreaterThan(20)
    expect(flashAt(123.4)).toBe(flashAt(123.4))
  })
})
