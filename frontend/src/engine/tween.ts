/** A number on its way to another, eased in and out. */

import { mix, smoothstep } from './vectors'

export class Tween {
  value: number
  private from: number
  private to: number
  private age = 0
  private seconds = 0

  constructor(value: number) {
    this.value = value
    this.from = value
    this.to = value
  }

  get goal(): number {
    return this.to
  }

  get running(): boolean {
    return this.age < this.seconds
  }

  /** From where it is now; with no seconds it is there at once. */
  start(to: number, seconds: number): void {
    this.from = this.value
    this.to = to
    this.age = 0
    this.seconds = seconds
    if (seconds <= 0) this.value = to
  }

  step(dt: number): void {
    if (!this.running) return
    this.age = Math.min(this.seconds, this.age + dt)
    this.value = this.running ? mix(this.from, this.to, smoothstep(0, 1, this.age / this.seconds)) : this.to
  }
}
