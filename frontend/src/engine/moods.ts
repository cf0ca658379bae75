/** Moods: from time, season and weather to every colour and number of the scene, and from one mood to the next. */

import { Color, Vector3 } from 'three'
import { feel, MIDDLE } from './feeling'
import {
  CALM,
  type ColorField,
  type DayAndNight,
  type MoodChange,
  type MoodNumbers,
  type NumberField,
  PRECIPITATIONS,
  SEASON_LIGHT,
  SEASONS,
  TIMES,
  type VectorField,
  WEATHERS,
  WINTER_SUN,
} from './moodTable'
import type { MoodTarget } from './types'
import { mix } from './vectors'

export type Mood = Record<ColorField, Color> & Record<VectorField, Vector3> & MoodNumbers

const COLOR_FIELDS: readonly ColorField[] = [
  'zenith',
  'mid',
  'horizon',
  'glow',
  'disc',
  'sun',
  'skyLight',
  'groundLight',
  'fog',
  'hill',
  'cloudLit',
  'cloudShade',
  'rim',
  'pond',
  'grassDark',
  'grassLight',
  'grassAccent',
  'soil',
  'path',
  'blossom',
]
const NUMBER_FIELDS: readonly NumberField[] = [
  'glowStrength',
  'discSize',
  'sunIntensity',
  'ambientIntensity',
  'fogDensity',
  'clouds',
  'stars',
  'rimStrength',
  'lamps',
  'night',
  'lookUp',
  'shadow',
  'wind',
  'wetness',
  'snowCover',
  'spring',
  'autumn',
  'leafFall',
  'rainfall',
  'rainSlant',
  'snowfall',
  'fallingLeaves',
  'petals',
  'fireflies',
  'butterflies',
  'aurora',
  'lightning',
  'meadow',
  'blossomAccent',
]
const VECTOR_FIELDS: readonly VectorField[] = ['sunDirection', 'discDirection']

const DARK = 0.5

/** The mood of a moment. The same target gives the same mood. */
export function resolveMood(target: MoodTarget): Mood {
  const mood = baseMood(target)
  const pick = (change: DayAndNight): MoodChange => (mood.night > DARK ? change.night : change.day)
  const { weather, precipitation, season, intensity } = target
  apply(mood, pick(WEATHERS[weather]), intensity)
  // A storm brings its own rain: a common one over it would make it paler and calmer.
  if (weather !== 'stormy' || precipitation !== 'rain') apply(mood, pick(PRECIPITATIONS[precipitation]), intensity)
  if (season === 'winter' && target.timeOfDay === 'day' && weather === 'sunny' && precipitation === 'clear')
    apply(mood, WINTER_SUN, 1)
  apply(mood, pick(SEASON_LIGHT[season]), 1)
  feel(mood, target.energy ?? MIDDLE, target.valence ?? MIDDLE)
  mood.sunDirection.normalize()
  mood.discDirection.normalize()
  return mood
}

function baseMood(target: MoodTarget): Mood {
  const data = { ...CALM, ...TIMES[target.timeOfDay], ...SEASONS[target.season] }
  const mood = {} as Mood
  for (const field of COLOR_FIELDS) mood[field] = new Color(data[field])
  for (const field of NUMBER_FIELDS) mood[field] = data[field]
  for (const field of VECTOR_FIELDS) mood[field] = new Vector3(...data[field])
  // Butterflies fly while the meadow blooms, fireflies rest in the cold.
  mood.butterflies *= mood.meadow
  if (target.season === 'winter') mood.fireflies *= 0.5
  return mood
}

const scratch = new Color()

function apply(mood: Mood, change: MoodChange, intensity: number): void {
  for (const field of COLOR_FIELDS) {
    const tint = change.tint?.[field]
    if (tint) mood[field].lerp(scratch.set(tint[0]), tint[1] * intensity)
  }
  for (const field of NUMBER_FIELDS) {
    const set = change.set?.[field]
    const scale = change.scale?.[field]
    const least = change.atLeast?.[field]
    if (set !== undefined) mood[field] = mix(mood[field], set, intensity)
    if (scale !== undefined) mood[field] *= mix(1, scale, intensity)
    if (least !== undefined) mood[field] = Math.max(mood[field], least * intensity)
  }
  if (change.sunDirection) mood.sunDirection.set(...change.sunDirection)
}

/** Every field of `out` between two moods; `out` may be either of them. Allocates nothing. */
export function lerpMood(out: Mood, from: Mood, to: Mood, t: number): void {
  for (const field of COLOR_FIELDS) out[field].lerpColors(from[field], to[field], t)
  for (const field of NUMBER_FIELDS) out[field] = mix(from[field], to[field], t)
  for (const field of VECTOR_FIELDS) out[field].lerpVectors(from[field], to[field], t).normalize()
}

export const copyMood = (out: Mood, from: Mood): void => lerpMood(out, from, from, 0)
