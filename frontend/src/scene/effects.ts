/** What happens when: one row an event. Each brings its effect at once; the numbers come with the state. */

import type { Garden } from '../engine/garden'
import { MOTION } from '../engine/presets'
import type { Conditions, Music, WeatherType } from '../engine/types'
import { precipitationOf } from './state'

export type Data = Record<string, unknown>

/** What an event may do. */
export interface EffectTarget {
  readonly garden: Garden
  /** The conditions of the state on show. */
  readonly conditions: Conditions
  /** Lets a plant grow over so many seconds once the state says how far. */
  growSoon(id: string, seconds: number): void
  /** Lets a seed fall once the state says where. */
  plantSoon(id: string): void
  loadSoon(): void
  /** Lets the garden hear what an event told of; it knows sooner than the state what plays. */
  hearMusic(music: Music | null): void
}

const IMPACT = 0.3 // of commits that say nothing of theirs

function share(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : otherwise
}

function seconds(milliseconds: unknown, otherwise: number): number {
  return typeof milliseconds === 'number' && milliseconds >= 0 ? milliseconds / 1000 : otherwise
}

/** The weather that a `weather_change` brings over the one there is. */
export function conditionsAfter(conditions: Conditions, data: Data): Conditions {
  const effects = (data.atmospheric_effects ?? {}) as Data
  return {
    ...conditions,
    weather: (data.weather_type as WeatherType | undefined) ?? conditions.weather,
    intensity: share(data.intensity, conditions.intensity),
    precipitation: 'precipitation' in effects ? precipitationOf(effects.precipitation) : conditions.precipitation,
  }
}

/** Music of which nobody knows how it is: it is there, and says nothing of gladness. */
const OF_UNKNOWN_KIND: Music = { energy: 0.3, valence: 0.5 }

/** What a `music_changed` tells of the music; null is silence, speech, or what visitors are not told. */
export function musicTold({ is_playing, kind, energy, valence }: Data): Music | null {
  if (typeof energy === 'number') return { energy: share(energy, 0), valence: share(valence, 0.5) }
  return is_playing === true && (kind ?? 'track') === 'track' ? OF_UNKNOWN_KIND : null
}

const loads = (target: EffectTarget): void => target.loadSoon()

export const EFFECTS: Readonly<Record<string, (target: EffectTarget, data: Data, id: string) => void>> = {
  project_growth: (target, data, id) => target.growSoon(id, seconds(data.animation_duration, MOTION.growth)),
  commit_pushed(target, data, id) {
    target.garden.sparkle(id, share(data.impact_score, IMPACT))
    target.loadSoon() // the bed is warmer now
  },
  deployment: ({ garden }, data, id) => (data.status === 'success' ? garden.bloom(id) : garden.concern(id)),
  seed_planted: (target, _, id) => target.plantSoon(id),
  project_changed: loads,
  project_removed: loads,
  visitor_interaction: ({ garden }, _, id) => garden.ripple(id),
  journey_step: ({ garden }, data) => garden.journey(String(data.from_project_id), String(data.to_project_id)),
  weather_change(target, data) {
    target.garden.setConditions(
      conditionsAfter(target.conditions, data),
      seconds(data.transition_duration, MOTION.light),
    )
    target.loadSoon()
  },
  weather_updated: loads,
  atmosphere_changed: loads,
  music_changed: (target, data) => target.hearMusic(musicTold(data)),
  skill_unlock(target, data) {
    target.garden.flare(String(data.skill_id))
    target.loadSoon()
  },
}
