/**
 * Visitors who agreed to be seen: each is a firefly that flies where they go and leaves a trail of two seconds, and a
 * ring runs over the ground where they do something.
 */

import type { Happenings } from './happenings'
import { mix } from './vectors'
import type { Fireflies, Spot } from './weather/fireflies'

/** One step on the ground, in metres: whence, where to, and whether they did something there. */
export interface Walk {
  id: string
  fromX: number
  fromZ: number
  x: number
  z: number
  acts: boolean
}

interface Visitor extends Spot {
  goal: Spot
  /** Milliseconds: when they were last heard of. */
  heard: number
  /** Seconds until the next spark of the trail. */
  wait: number
}

/** Metres that they fly over the ground. */
const HEIGHT = 0.9
/** Per second: how fast they reach their goal. Steps come up to four times in one. */
const EASE = 4
/** Seconds between two sparks of a trail. */
const SPACING = 0.16
/** Metres that are worth a spark. */
const MOVES = 0.02

export class Visitors {
  /** Nothing flies: they are where they are. */
  still = false
  private readonly known = new Map<string, Visitor>()
  private readonly fireflies: Fireflies
  private readonly happenings: Happenings
  private readonly ground: (x: number, z: number) => number

  constructor(fireflies: Fireflies, happenings: Happenings, ground: (x: number, z: number) => number) {
    this.fireflies = fireflies
    this.happenings = happenings
    this.ground = ground
  }

  /** Where they stand, or will in a moment. */
  get places(): Spot[] {
    return [...this.known.values()].map(({ goal }) => goal)
  }

  step({ id, fromX, fromZ, x, z, acts }: Walk, heard: number): void {
    const goal = this.over(x, z)
    const visitor = this.known.get(id) ?? { ...this.over(fromX, fromZ), wait: 0 }
    this.known.set(id, Object.assign(visitor, { goal, heard }))
    if (this.still) Object.assign(visitor, goal)
    if (acts) this.happenings.ring(x, this.ground(x, z), z)
    this.draw()
  }

  /** Lets go of those who were not heard of since. Returns whether there were some. */
  forget(since: number): boolean {
    const before = this.known.size
    for (const [id, { heard }] of this.known) if (heard < since) this.known.delete(id)
    this.draw()
    return this.known.size < before
  }

  update(dt: number): void {
    if (this.known.size === 0 || this.still) return
    const share = 1 - Math.exp(-dt * EASE)
    for (const visitor of this.known.values()) {
      const { goal } = visitor
      visitor.x = mix(visitor.x, goal.x, share)
      visitor.y = mix(visitor.y, goal.y, share)
      visitor.z = mix(visitor.z, goal.z, share)
      visitor.wait -= dt
      if (visitor.wait > 0 || Math.hypot(goal.x - visitor.x, goal.z - visitor.z) < MOVES) continue
      visitor.wait = SPACING
      this.happenings.trail(visitor)
    }
    this.draw()
  }

  private over(x: number, z: number): Spot {
    return { x, y: this.ground(x, z) + HEIGHT, z }
  }

  private draw(): void {
    this.fireflies.setVisitors(this.known.values(), this.known.size)
  }
}
