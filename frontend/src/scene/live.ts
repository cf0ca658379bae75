/**
 * What happens in the garden, shown in the scene. The state is the truth: an event brings its effect at once, and the
 * next look at the state brings the numbers. So nothing is lost when an event is, and nothing is counted twice.
 */

import { fetchGarden, type GardenOut } from '../api/client'
import type { Garden } from '../engine/garden'
import type { Conditions, Music, Plant } from '../engine/types'
import type { Subscriber } from '../shell/follower'
import type { Envelope } from '../shell/socket'
import { affect, type EffectTarget } from './effects'
import { musicOf, plantOf, skillsOf } from './state'

export class Live implements EffectTarget, Subscriber {
  readonly garden: Garden
  state: GardenOut
  private readonly conditionsOf: (state: GardenOut) => Conditions
  private readonly musicOf: (state: GardenOut) => Music | null
  private readonly changed: () => void
  /** Seconds of the growth that an event announced. */
  private readonly growing = new Map<string, number>()
  private readonly planted = new Set<string>()
  private readonly followers = new Set<() => void>()
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
    } else if (event.seq > this.state.version) {
      affect(this, event)
      this.changed()
    }
  }

  /** Shows the state as it is now. Rejects where it cannot be had; what is shown stays. */
  readonly look = async (): Promise<void> => {
    const state = await fetchGarden()
    if (!this.over) this.apply(state)
  }

  growSoon(id: string, seconds: number): void {
    this.growing.set(id, seconds)
  }

  plantSoon(id: string): void {
    this.planted.add(id)
  }

  hearMusic(music: Music | null): void {
    this.told = music
    this.garden.setMusic(music)
  }

  end(): void {
    this.over = true
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
    this.garden.setPlants(plants, state.island)
    for (const id of this.planted) this.garden.seedDrop(id)
    this.growing.clear()
    this.planted.clear()
    this.garden.setConditions(this.conditions)
    this.garden.setMusic(this.told === undefined ? this.musicOf(state) : this.told)
    this.garden.setPosts(state.social.length)
    if (JSON.stringify(state.skills) !== JSON.stringify(before.skills)) this.garden.setSkills(skillsOf(state))
    for (const follower of this.followers) follower()
    this.changed()
  }
}
