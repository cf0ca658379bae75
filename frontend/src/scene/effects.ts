/** What happens when: one row an event. Each brings its effect at once; the numbers come with the state. */

import type { Garden } from '../engine/garden'
import type { Conditions, Music } from '../engine/types'
import type { EventData, EventType } from '../shell/socket'
import { precipitationOf } from './state'

/** What an event may do. */
export interface EffectTarget {
  readonly garden: Garden
  /** The conditions of the state on show. */
  readonly conditions: Conditions
  /** Lets a plant grow over so many seconds once the state says how far. */
  growSoon(id: string, seconds: number): void
  /** Lets a seed fall once the state says where. */
  plantSoon(id: string): void
  /** Lets the garden hear what an event told of; it knows sooner than the state what plays. */
  hearMusic(music: Music | null): void
}

const seconds = (milliseconds: number): number => milliseconds / 1000

/** The weather that a `weather_change` brings over the one there is. */
export function conditionsAfter(conditions: Conditions, data: EventData['weather_change']): Conditions {
  const { weather_type: weather, intensity, atmospheric_effects } = data
  return { ...conditions, weather, intensity, precipitation: precipitationOf(atmospheric_effects.precipitation) }
}

/** Music of which nobody knows how it is: it is there, and says nothing of gladness. */
const OF_UNKNOWN_KIND: Music = { energy: 0.3, valence: 0.5 }

/** What a `music_changed` tells of the music; null is silence, speech, or what visitors are not told. */
export function musicFromEvent({ is_playing, kind, energy, valence }: EventData['music_changed']): Music | null {
  if (typeof energy === 'number') return { energy, valence: valence ?? 0.5 }
  return is_playing === true && (kind ?? 'track') === 'track' ? OF_UNKNOWN_KIND : null
}

type Effects = { readonly [T in EventType]: ((target: EffectTarget, data: EventData[T]) => void) | null }

/** Every event has its row; null for those that show with the state, or not at all. */
const EFFECTS: Effects = {
  project_growth: (target, { project_id, animation_duration }) =>
    target.growSoon(project_id, seconds(animation_duration)),
  commit_pushed: ({ garden }, { project_id, impact_score }) => garden.sparkle(project_id, impact_score),
  deployment({ garden }, { project_id, effect, duration, intensity = 1, level = 1 }) {
    if (effect === 'bloom') garden.bloom(project_id, seconds(duration), intensity)
    else garden.concern(project_id, seconds(duration), level)
  },
  seed_planted: (target, { project_id }) => target.plantSoon(project_id),
  project_changed: null,
  project_removed: null,
  visitor_interaction: ({ garden }, { project_id }) => garden.ripple(project_id),
  weather_change: ({ garden, conditions }, data) =>
    garden.setConditions(conditionsAfter(conditions, data), seconds(data.transition_duration)),
  weather_updated: null,
  atmosphere_changed: null,
  music_changed: (target, data) => target.hearMusic(musicFromEvent(data)),
  skill_unlock: ({ garden }, { skill_id }) => garden.flare(skill_id),
  system_update: null,
  state_refreshed: null,
  redacted: null,
}

/** Brings the effect of an event; one that only a newer server knows has none. */
export function affect<T extends EventType>(
  target: EffectTarget,
  { event_type, data }: { event_type: T; data: EventData[T] },
): void {
  const effect: Effects[T] | undefined = EFFECTS[event_type]
  effect?.(target, data)
}
