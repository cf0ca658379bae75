import { describe, expect, it } from 'vitest'
import { QUALITY_MONITOR } from './presets'
import { oneHigher, oneLower, QualityMonitor, theLower } from './quality'

/** Feeds frames of one length for so many seconds; returns the changes it asked for. */
function run(monitor: QualityMonitor, milliseconds: number, seconds: number): string[] {
  const changes: string[] = []
  for (let time = 0; time < seconds; time += milliseconds / 1000) {
    const change = monitor.frame(milliseconds)
    if (change) changes.push(change)
  }
  return changes
}

const { window, settling, upAfter } = QUALITY_MONITOR

describe('quality monitor', () => {
  it('ignores the first three seconds, however slow', () => {
    expect(run(new QualityMonitor('high'), 200, settling - 0.2)).toEqual([])
  })

  it('steps down after two bad windows, not after one', () => {
    const monitor = new QualityMonitor('high')
    run(monitor, 16, settling)
    for (let frame = 0; frame < window * 2 - 1; frame++) expect(monitor.frame(50)).toBeUndefined()
    expect(monitor.frame(50)).toBe('medium')
  })

  it('forgives a bad window between good ones', () => {
    const monitor = new QualityMonitor('high')
    run(monitor, 20, settling)
    for (let round = 0; round < 4; round++) {
      for (let frame = 0; frame < window; frame++) expect(monitor.frame(50)).toBeUndefined()
      for (let frame = 0; frame < window; frame++) expect(monitor.frame(20)).toBeUndefined()
    }
  })

  it('judges the median, so a few long frames do not count', () => {
    const monitor = new QualityMonitor('high')
    run(monitor, 16, settling)
    for (let frame = 0; frame < window * 4; frame++) expect(monitor.frame(frame % 5 === 0 ? 300 : 20)).toBeUndefined()
  })

  it('steps up once after twenty good seconds, and only once', () => {
    const monitor = new QualityMonitor('low')
    expect(run(monitor, 10, settling + upAfter + 1)).toEqual(['medium'])
    expect(run(monitor, 10, 60)).toEqual([])
  })

  it('starts its patience anew after a return from hidden', () => {
    const monitor = new QualityMonitor('high')
    run(monitor, 16, settling)
    for (let frame = 0; frame < window + 10; frame++) monitor.frame(50)
    monitor.restart()
    expect(run(monitor, 500, settling - 0.5)).toEqual([])
    for (let frame = 0; frame < window; frame++) expect(monitor.frame(50)).toBeUndefined()
  })

  it('never leaves the ladder', () => {
    const monitor = new QualityMonitor('low')
    expect(run(monitor, 60, 40)).toEqual([])
    expect([oneLower('low'), oneHigher('high')]).toEqual(['low', 'high'])
  })

  it('does not rise where it may not, but still falls', () => {
    const monitor = new QualityMonitor('medium', false)
    expect(run(monitor, 10, settling + upAfter + 5)).toEqual([])
    expect(run(monitor, 50, settling + (window * 3 * 50) / 1000)).toEqual(['low'])
  })

  it('knows the lower of two levels', () => {
    expect(theLower('high', 'medium')).toBe('medium')
    expect(theLower('low', 'medium')).toBe('low')
    expect(theLower('high', 'high')).toBe('high')
  })
})
