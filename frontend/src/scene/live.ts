/**
 * What happens in the garden, shown in the scene. The state is the truth: an event brings its effect at once and asks
 * for the state, which brings the numbers. So nothing is lost when an event is, and nothing is counted twice.
 */

import { fetchGarden, type GardenOut } from '../api/client'
import type { Garden } from '../engine/garden'
import type { Conditions, Music, Plant } from '../engine/types'
import type { Envelope } from '../shell/socket'
import { EFFECTS, type EffectTarget } from './effects'
import { musicOf, plantOf, radiusFor, skillsOf } from './state'

const TOGETHER = 300 // milliseconds in which events that belong together arrive together
const BETWEEN_LOADS = 1500

export class Live implements EffectTarget {
  readonly garden: Garden
  state: GardenOut
  private readonly conditionsOf: (state: GardenOut) => Conditions
  private readonly musicOf: (state: GardenOut) => Music | null
  private readonly changed: () => void
  /** Seconds of the growth that an event announced. */
  private readonly growing = new Map<string, number>()
  private readonly planted = new Set<string>()
  private readonly followers = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private lastLoad = 0
  /** What an event told of the music, null for silence; undefined while only the state is known. */
  private told: Music | null | undefined
  private over = false

  /** `changed` is called whenever there is something new to draw. */
  constructor(
    garden: Garden,
    state: GardenOut,
    conditionsOf: (state: GardenOut) => Conditions,
    changed: () => void,
    music: (state: GardenOut) => Music | null = musicOf,
  ) {
    this.garden = garden
    this.state = state
    this.conditionsOf = conditionsOf
    this.changed = changed
    this.musicOf = music
  }

  get conditions(): Conditions {
    return this.conditionsOf(this.state)
  }

  /** `follower` is called whenever `state` is another one and the garden shows it. Returns what ends that. */
  readonly subscribe = (follower: () => void): (() => void) => {
    this.followers.add(follower)
    return () => this.followers.delete(follower)
  }

  /** One live event; null where some were missed for good. */
  readonly hear = (event: Envelope | null): void => {
    if (event === null) {
      this.told = undefined
      this.loadSoon()
    } else if (event.seq > this.state.version) {
      EFFECTS[event.event_type]?.(this, event.data, String(event.data.project_id ?? ''))
      this.changed()
    }
  }

  growSoon(id: string, seconds: number): void {
    this.growing.set(id, seconds)
    this.loadSoon()
  }

  plantSoon(id: string): void {
    this.planted.add(id)
    this.loadSoon()
  }

  hearMusic(music: Music | null): void {
    this.told = music
    this.garden.setMusic(music)
  }

  /** Loads the state, but not more often than is good for the server. */
  loadSoon(): void {
    if (this.timer !== undefined || this.over) return
    this.timer = setTimeout(() => void this.load(), Math.max(TOGETHER, this.lastLoad + BETWEEN_LOADS - Date.now()))
  }

  end(): void {
    this.over = true
    clearTimeout(this.timer)
  }

  private async load(): Promise<void> {
    this.timer = undefined
    this.lastLoad = Date.now()
    try {
      const state = await fetchGarden()
      if (!this.over) this.apply(state)
    } catch {
      // What is shown stays; the next event, or the clock, asks again.
    }
  }

  private apply(state: GardenOut): void {
    const before = this.state
    if (state === before) return
    this.state = state
    const plants: Plant[] = state.projects.map(plantOf)
    for (const { id, growth } of plants) {
      const seconds = this.growing.get(id)
      if (seconds !== undefined) this.garden.growTo(id, growth, seconds)
    }
    this.garden.setPlants(plants, radiusFor(plants))
    for (const id of this.planted) this.garden.seedDrop(id)
    this.growing.clear()
    this.planted.clear()
    this.garden.setConditions(this.conditions)
    this.garden.setMusic(this.told === undefined ? this.musicOf(state) : this.told)
    if (JSON.stringify(state.skills) !== JSON.stringify(before.skills)) this.garden.setSkills(skillsOf(state))
    for (const follower of this.followers) follower()
    this.changed()
  }
}
