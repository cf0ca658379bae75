/** What the garden sounds like: four voices by weather, hour and season. Pure; the player makes them heard. */

import type { GardenOut } from '../api/client'

export interface Voices {
  /** Each 0–1, the loudest that voice ever is. */
  wind: number
  rain: number
  crickets: number
  birds: number
}

type Outside = Pick<GardenOut, 'season' | 'time_of_day'> & {
  weather: Pick<GardenOut['weather'], 'weather_type' | 'precipitation' | 'intensity'> & { mood: { energy: number } }
}

/** There is always a breath of air. */
const CALM_WIND = 0.2
/** At full strength. */
const WIND = { sunny: 0.26, cloudy: 0.42, stormy: 1, aurora: 0.24, starry: 0.2 } as const
const WIND_OF_RAIN = 0.5
/** Fog lies where the air stands. */
const WIND_OF_FOG = 0.12
/** Rain that is told of but weak is still heard; a storm brings its own. */
const RAIN = { least: 0.35, most: 0.85 } as const
/** Most that the mood's energy adds to the wind or takes from it, as a share. */
const LIVELY = 0.2
const CRICKETS_AT = { dawn: 0.2, day: 0, dusk: 0.6, night: 1 } as const
const CRICKETS_IN = { spring: 0.4, summer: 1, autumn: 0.6, winter: 0 } as const
const BIRDS_AT = { dawn: 1, day: 0.35, dusk: 0.3, night: 0 } as const
const BIRDS_IN = { spring: 1, summer: 0.8, autumn: 0.5, winter: 0.2 } as const

const mix = (from: number, to: number, t: number): number => from + (to - from) * t
const unit = (value: number): number => Math.min(1, Math.max(0, value))

export function voicesOf({ season, time_of_day, weather }: Outside): Voices {
  const { weather_type, precipitation, intensity, mood } = weather
  const storm = weather_type === 'stormy' ? intensity : 0
  const falls = precipitation === 'rain' || (storm > 0 && precipitation !== 'snow')
  const rain = falls ? mix(RAIN.least, RAIN.most, intensity) : 0
  let wind: number = mix(CALM_WIND, WIND[weather_type], intensity)
  if (rain > 0) wind = Math.max(wind, WIND_OF_RAIN * rain)
  if (precipitation === 'fog') wind = Math.min(wind, WIND_OF_FOG)
  // Who sings keeps silent in the rain.
  const dry = (1 - Math.min(1, rain * 1.2)) * (1 - storm)
  return {
    wind: unit(wind * (1 + (mood.energy - 0.5) * 2 * LIVELY)),
    rain,
    crickets: CRICKETS_AT[time_of_day] * CRICKETS_IN[season] * dry,
    birds: BIRDS_AT[time_of_day] * BIRDS_IN[season] * dry,
  }
}
