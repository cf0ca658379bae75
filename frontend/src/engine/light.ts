/** Light: from time, season and weather to every colour and number of the scene, and from one light to the next. */

import { Color, Vector3 } from 'three'
import { feel, MIDDLE } from './feeling'
import {
  CALM,
  type ColorField,
  type DayAndNight,
  type LightChange,
  type LightNumbers,
  type NumberField,
  PRECIPITATIONS,
  SEASON_LIGHT,
  SEASONS,
  TIMES,
  type VectorField,
  WEATHERS,
  WINTER_SUN,
} from './lightTable'
import type { Conditions } from './types'
import { mix } from './vectors'

export type Light = Record<ColorField, Color> & Record<VectorField, Vector3> & LightNumbers

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

/** The light of a moment. The same conditions give the same light. */
export function resolveLight(target: Conditions): Light {
  const light = baseLight(target)
  const pick = (change: DayAndNight): LightChange => (light.night > DARK ? change.night : change.day)
  const { weather, precipitation, season, intensity } = target
  apply(light, pick(WEATHERS[weather]), intensity)
  // A storm brings its own rain: a common one over it would make it paler and calmer.
  if (weather !== 'stormy' || precipitation !== 'rain') apply(light, pick(PRECIPITATIONS[precipitation]), intensity)
  if (season === 'winter' && target.timeOfDay === 'day' && weather === 'sunny' && precipitation === 'clear')
    apply(light, WINTER_SUN, 1)
  apply(light, pick(SEASON_LIGHT[season]), 1)
  feel(light, target.energy ?? MIDDLE, target.valence ?? MIDDLE)
  light.sunDirection.normalize()
  light.discDirection.normalize()
  return light
}

function baseLight(target: Conditions): Light {
  const data = { ...CALM, ...TIMES[target.timeOfDay], ...SEASONS[target.season] }
  const light = {} as Light
  for (const field of COLOR_FIELDS) light[field] = new Color(data[field])
  for (const field of NUMBER_FIELDS) light[field] = data[field]
  for (const field of VECTOR_FIELDS) light[field] = new Vector3(...data[field])
  // Butterflies fly while the meadow blooms, fireflies rest in the cold.
  light.butterflies *= light.meadow
  if (target.season === 'winter') light.fireflies *= 0.5
  return light
}

const scratch = new Color()

function apply(light: Light, change: LightChange, intensity: number): void {
  for (const field of COLOR_FIELDS) {
    const tint = change.tint?.[field]
    if (tint) light[field].lerp(scratch.set(tint[0]), tint[1] * intensity)
  }
  for (const field of NUMBER_FIELDS) {
    const set = change.set?.[field]
    const scale = change.scale?.[field]
    const least = change.atLeast?.[field]
    if (set !== undefined) light[field] = mix(light[field], set, intensity)
    if (scale !== undefined) light[field] *= mix(1, scale, intensity)
    if (least !== undefined) light[field] = Math.max(light[field], least * intensity)
  }
  if (change.sunDirection) light.sunDirection.set(...change.sunDirection)
}

/** Every field of `out` between two lights; `out` may be either of them. Allocates nothing. */
export function lerpLight(out: Light, from: Light, to: Light, t: number): void {
  for (const field of COLOR_FIELDS) out[field].lerpColors(from[field], to[field], t)
  for (const field of NUMBER_FIELDS) out[field] = mix(from[field], to[field], t)
  for (const field of VECTOR_FIELDS) out[field].lerpVectors(from[field], to[field], t).normalize()
}

export const copyLight = (out: Light, from: Light): void => lerpLight(out, from, from, 0)
