/** Where the light is now, on its way from one to the next. */

import { copyLight, type Light, lerpLight, resolveLight } from './light'
import type { Conditions } from './types'
import { smoothstep } from './vectors'

export class LightTransition {
  readonly current: Light
  private readonly from: Light
  private to: Light
  private age = 0
  private seconds = 0

  constructor(target: Conditions) {
    this.current = resolveLight(target)
    this.from = resolveLight(target)
    this.to = this.current
  }

  /** Where it is, or on its way to. */
  get goal(): Readonly<Light> {
    return this.to
  }

  get running(): boolean {
    return this.age < this.seconds
  }

  /** Every field moves from where it is now. */
  start(target: Conditions, seconds: number): void {
    copyLight(this.from, this.current)
    this.to = resolveLight(target)
    this.age = 0
    this.seconds = seconds
    if (seconds <= 0) copyLight(this.current, this.to)
  }

  step(dt: number): void {
    if (!this.running) return
    this.age = Math.min(this.seconds, this.age + dt)
    lerpLight(this.current, this.from, this.to, smoothstep(0, 1, this.age / this.seconds))
  }
}
