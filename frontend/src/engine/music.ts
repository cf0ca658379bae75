/** The music as the garden hears it: it follows the song slowly, so that a new track never jolts the light. */

import { MOTION } from './presets'
import type { Music } from './types'
import { mix } from './vectors'

/** `presence` is 1 while there is music and 0 in silence: a quiet piece has little energy, but it is there. */
export type Heard = Music & { presence: number }

const SILENCE: Heard = { energy: 0, valence: 0.5, presence: 0 }
/** Nearer than this is there. */
const HEARD = 1e-3

export class MusicFollower {
  readonly heard: Heard = { ...SILENCE }
  private goal: Heard = SILENCE

  set(music: Music | null): void {
    this.goal = music ? { ...music, presence: 1 } : SILENCE
  }

  /** There at once: where nothing eases, or nothing was shown before. */
  settle(): void {
    Object.assign(this.heard, this.goal)
  }

  /** Returns whether anything changed. */
  step(dt: number): boolean {
    const { heard, goal } = this
    const off = Math.max(
      Math.abs(heard.energy - goal.energy),
      Math.abs(heard.valence - goal.valence),
      Math.abs(heard.presence - goal.presence),
    )
    if (off === 0) return false
    const pull = off < HEARD ? 1 : 1 - Math.exp(-dt * MOTION.musicFollow)
    heard.energy = mix(heard.energy, goal.energy, pull)
    heard.valence = mix(heard.valence, goal.valence, pull)
    heard.presence = mix(heard.presence, goal.presence, pull)
    return true
  }
}
