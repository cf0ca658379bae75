import { describe, expect, it } from 'vitest'
import { type Circumstances, interval } from './pacemaker'

const lively: Circumstances = { hidden: false, inView: true, asked: false, lively: true, onBattery: false, idle: 0 }

describe('the pacemaker', () => {
  it('goes with the screen while somebody is there', () => {
    expect(interval(lively)).toBe(0)
  })

  it('is never heard unseen', () => {
    for (const unseen of [{ hidden: true }, { inView: false }]) {
      expect(interval({ ...lively, ...unseen, asked: true })).toBe(Number.POSITIVE_INFINITY)
    }
  })

  it('calms down to thirty frames on battery and when nobody moves', () => {
    for (const calm of [{ onBattery: true }, { idle: 21 }]) expect(interval({ ...lively, ...calm })).toBeCloseTo(1 / 30)
  })

  it('draws a still garden only when asked', () => {
    const still = { ...lively, lively: false }
    expect(interval(still)).toBe(Number.POSITIVE_INFINITY)
    expect(interval({ ...still, asked: true, idle: 100 })).toBe(0)
  })
})
