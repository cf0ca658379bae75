/** Where the mood is now, on its way from one to the next. */

import { copyMood, lerpMood, type Mood, resolveMood } from './moods'
import type { MoodTarget } from './types'
import { smoothstep } from './vectors'

export class MoodTransition {
  readonly current: Mood
  private readonly from: Mood
  private to: Mood
  private age = 0
  private seconds = 0

  constructor(target: MoodTarget) {
    this.current = resolveMood(target)
    this.from = resolveMood(target)
    this.to = this.current
  }

  get running(): boolean {
    return this.age < this.seconds
  }

  /** Every field moves from where it is now. */
  start(target: MoodTarget, seconds: number): void {
    copyMood(this.from, this.current)
    this.to = resolveMood(target)
    this.age = 0
    this.seconds = seconds
    if (seconds <= 0) copyMood(this.current, this.to)
  }

  step(dt: number): void {
    if (!this.running) return
    this.age = Math.min(this.seconds, this.age + dt)
    lerpMood(this.current, this.from, this.to, smoothstep(0, 1, this.age / this.seconds))
  }
}
