import { Color, Vector3 } from 'three'
import { describe, expect, it } from 'vitest'
import { copyLight, type Light, lerpLight, resolveLight } from './light'
import { PRECIPITATIONS, SEASONS, TIMES, WEATHERS } from './lightTable'
import { LightTransition } from './lightTransition'
import type { Conditions, Precipitation, Season, TimeOfDay, WeatherType } from './types'

const CALM_DAY: Conditions = {
  timeOfDay: 'day',
  season: 'summer',
  weather: 'sunny',
  precipitation: 'clear',
  intensity: 1,
}
const STORMY_NIGHT: Conditions = {
  timeOfDay: 'night',
  season: 'autumn',
  weather: 'stormy',
  precipitation: 'rain',
  intensity: 1,
}

const flat = (light: Light): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(light).map(([field, value]) => [
      field,
      value instanceof Color || value instanceof Vector3 ? value.toArray() : [value as number],
    ]),
  )

/** The largest difference between two lights in any number. */
const farthest = (first: Record<string, number[]>, second: Record<string, number[]>): number =>
  Math.max(
    ...Object.entries(first).flatMap(([field, values]) =>
      values.map((value, i) => Math.abs(value - (second[field]?.[i] ?? Number.POSITIVE_INFINITY))),
    ),
  )

describe('lights', () => {
  it('every combination is finite', () => {
    for (const timeOfDay of Object.keys(TIMES) as TimeOfDay[])
      for (const season of Object.keys(SEASONS) as Season[])
        for (const weather of Object.keys(WEATHERS) as WeatherType[])
          for (const precipitation of Object.keys(PRECIPITATIONS) as Precipitation[])
            for (const intensity of [0, 0.5, 1]) {
              const light = resolveLight({ timeOfDay, season, weather, precipitation, intensity })
              for (const values of Object.values(flat(light))) expect(values.every(Number.isFinite)).toBe(true)
              expect(light.wind).toBeLessThanOrEqual(0.7)
            }
  })

  it('the same moment has the same light', () => {
    expect(flat(resolveLight(STORMY_NIGHT))).toEqual(flat(resolveLight(STORMY_NIGHT)))
  })

  it('a storm in the rain is no calmer and no paler than a storm', () => {
    const storm = (precipitation: Precipitation) => resolveLight({ ...CALM_DAY, weather: 'stormy', precipitation })
    expect(flat(storm('rain'))).toEqual(flat(storm('clear')))
  })

  it('no intensity is no weather', () => {
    const still = resolveLight({ ...CALM_DAY, weather: 'stormy', precipitation: 'rain', intensity: 0 })
    expect(flat(still)).toEqual(flat(resolveLight(CALM_DAY)))
  })

  it('a lerp moves every field that differs, and reaches both ends', () => {
    const from = resolveLight(CALM_DAY)
    const to = resolveLight(STORMY_NIGHT)
    const out = resolveLight(CALM_DAY)
    lerpLight(out, from, to, 0.5)
    const [a, b, middle] = [flat(from), flat(to), flat(out)]
    for (const field of Object.keys(a)) {
      if (JSON.stringify(a[field]) === JSON.stringify(b[field])) continue
      expect(middle[field], field).not.toEqual(a[field])
      expect(middle[field], field).not.toEqual(b[field])
    }
    copyLight(out, to)
    expect(farthest(flat(out), b)).toBeLessThan(1e-6)
  })

  it('a transition can be turned round half-way without a jump', () => {
    const transition = new LightTransition(CALM_DAY)
    transition.start(STORMY_NIGHT, 4)
    for (let step = 0; step < 20; step++) transition.step(0.1)
    const before = flat(transition.current)
    transition.start(CALM_DAY, 4)
    transition.step(0.001)
    expect(farthest(flat(transition.current), before)).toBeLessThan(0.01)
    for (let step = 0; step < 41; step++) transition.step(0.1)
    expect(transition.running).toBe(false)
    expect(transition.current.rainfall).toBeCloseTo(0, 6)
  })
})
