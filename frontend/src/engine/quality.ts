/**
 * Watches how long frames take and says when to change the quality: down after two bad windows in a row, up once after
 * a long good time. The first seconds and those after a return from hidden do not count.
 */

import { QUALITY_MONITOR } from './presets'
import type { QualityLevel } from './types'

const LEVELS: readonly QualityLevel[] = ['low', 'medium', 'high']

export const oneLower = (level: QualityLevel): QualityLevel => LEVELS[Math.max(0, LEVELS.indexOf(level) - 1)] ?? 'low'
export const oneHigher = (level: QualityLevel): QualityLevel =>
  LEVELS[Math.min(LEVELS.length - 1, LEVELS.indexOf(level) + 1)] ?? 'high'
export const theLower = (one: QualityLevel, other: QualityLevel): QualityLevel =>
  LEVELS.indexOf(one) < LEVELS.indexOf(other) ? one : other

export class QualityMonitor {
  level: QualityLevel
  private readonly frames = new Float64Array(QUALITY_MONITOR.window)
  private readonly sorted = new Float64Array(QUALITY_MONITOR.window)
  private filled = 0
  private badWindows = 0
  /** Seconds of good windows in a row. */
  private goodFor = 0
  private settling: number = QUALITY_MONITOR.settling
  private mayRise: boolean

  constructor(level: QualityLevel, mayRise = true) {
    this.level = level
    this.mayRise = mayRise
  }

  /** The page was hidden and is back, or something heavy just changed: the next seconds say nothing. */
  restart(): void {
    this.settling = QUALITY_MONITOR.settling
    this.filled = 0
    this.badWindows = 0
    this.goodFor = 0
  }

  /** Takes one frame's time. Returns the new level when it should change. */
  frame(milliseconds: number): QualityLevel | undefined {
    if (this.settling > 0) {
      this.settling -= milliseconds / 1000
      return undefined
    }
    this.frames[this.filled++] = milliseconds
    if (this.filled < QUALITY_MONITOR.window) return undefined
    this.filled = 0
    return this.judge(this.median())
  }

  private median(): number {
    this.sorted.set(this.frames)
    this.sorted.sort()
    const middle = QUALITY_MONITOR.window / 2
    return ((this.sorted[middle - 1] ?? 0) + (this.sorted[middle] ?? 0)) / 2
  }

  private judge(median: number): QualityLevel | undefined {
    const { slowFrame, fastFrame, badWindows, upAfter, window } = QUALITY_MONITOR
    this.badWindows = median > slowFrame ? this.badWindows + 1 : 0
    this.goodFor = median < fastFrame ? this.goodFor + (median * window) / 1000 : 0
    if (this.badWindows >= badWindows) return this.change(oneLower(this.level))
    if (this.mayRise && this.goodFor >= upAfter) {
      this.mayRise = false // once: a level that proves too slow again is left for good
      return this.change(oneHigher(this.level))
    }
    return undefined
  }

  private change(level: QualityLevel): QualityLevel | undefined {
    this.restart()
    if (level === this.level) return undefined
    this.level = level
    return level
  }
}
