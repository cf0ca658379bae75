/** Light: from time, season and weather to every colour and number of the scene, and from one light to the next. */

import { Color, Vector3 } from 'three'
import { feel, MIDDLE } from './feeling'
import {
  CALM,
  type ColorField,
  type DayAndNight,
  LAYERS,
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
import { entries, mix } from './vectors'

export type Light = Record<ColorField, Color> & Record<VectorField, Vector3> & LightNumbers

/** What a light is before season and weather change it; it also says which fields there are, and of what kind. */
const fieldsOf = (conditions: Pick<Conditions, 'timeOfDay' | 'season'>) => ({
  ...CALM,
  ...TIMES[conditions.timeOfDay],
  ...SEASONS[conditions.season],
})
const FIELDS = entries<keyof Light, unknown>(fieldsOf({ timeOfDay: 'day', season: 'summer' }))
const named = <Field extends keyof Light>(kind: string): readonly Field[] =>
  FIELDS.flatMap(([field, value]) => (typeof value === kind ? [field as Field] : []))
const COLOR_FIELDS = named<ColorField>('string')
const NUMBER_FIELDS = named<NumberField>('number')
const VECTOR_FIELDS = named<VectorField>('object')

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
  const data = fieldsOf(target)
  const light = {} as Light
  for (const field of COLOR_FIELDS) light[field] = new Color(data[field])
  for (const field of NUMBER_FIELDS) light[field] = data[field]
  for (const field of VECTOR_FIELDS) light[field] = new Vector3().copy(data[field])
  // Butterflies fly while the meadow blooms, fireflies rest in the cold.
  light.butterflies *= light.meadow
  if (target.season === 'winter') light.fireflies *= 0.5
  return light
}

const scratch = new Color()

/** Lays a change over the light, its layers first. `strength` is how far its tints go. */
function apply(light: Light, change: LightChange, intensity: number, strength = 1): void {
  for (const [layer, share] of entries(change.layers ?? {})) apply(light, LAYERS[layer], intensity, share)
  for (const [field, { color, amount }] of entries(change.tint ?? {}))
    light[field].lerp(scratch.set(color), amount * strength * intensity)
  for (const [field, value] of entries(change.set ?? {})) light[field] = mix(light[field], value, intensity)
  for (const [field, factor] of entries(change.scale ?? {})) light[field] *= mix(1, factor, intensity)
  for (const [field, least] of entries(change.atLeast ?? {})) light[field] = Math.max(light[field], least * intensity)
  if (change.sunDirection) light.sunDirection.copy(change.sunDirection)
}

/** Every field of `out` between two lights; `out` may be either of them. Allocates nothing. */
export function lerpLight(out: Light, from: Light, to: Light, t: number): void {
  for (const field of COLOR_FIELDS) out[field].lerpColors(from[field], to[field], t)
  for (const field of NUMBER_FIELDS) out[field] = mix(from[field], to[field], t)
  for (const field of VECTOR_FIELDS) out[field].lerpVectors(from[field], to[field], t).normalize()
}

export const copyLight = (out: Light, from: Light): void => lerpLight(out, from, from, 0)
