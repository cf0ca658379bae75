import type { Color } from 'three'
import { describe, expect, it } from 'vitest'
import { MOST_WIND } from './feeling'
import { type Light, resolveLight } from './light'
import { LightTransition } from './lightTransition'
import type { Conditions, TimeOfDay } from './types'

const TIMES: readonly TimeOfDay[] = ['dawn', 'day', 'dusk', 'night']
const target = (timeOfDay: TimeOfDay, feeling: Partial<Conditions> = {}): Conditions => ({
  timeOfDay,
  season: 'summer',
  weather: 'sunny',
  precipitation: 'clear',
  intensity: 1,
  ...feeling,
})
const luminance = ({ r, g, b }: Color): number => 0.2126 * r + 0.7152 * g + 0.0722 * b
const warmth = ({ r, b }: Color): number => r / b

/** Fields in which two lights differ. */
function differing(first: Light, second: Light): string[] {
  const fields = Object.keys(first) as (keyof Light)[]
  return fields.filter((field) => JSON.stringify(first[field]) !== JSON.stringify(second[field])).sort()
}

describe('the feeling of the light', () => {
  it.each(TIMES)('in the middle changes nothing at %s', (time) => {
    expect(differing(resolveLight(target(time)), resolveLight(target(time, { energy: 0.5, valence: 0.5 })))).toEqual([])
  })

  it.each(TIMES)('glad is warmer and sad is cooler at %s, and neither is brighter', (time) => {
    const [sad, even, glad] = [0, 0.5, 1].map((valence) => resolveLight(target(time, { valence }))) as [
      Light,
      Light,
      Light,
    ]
    for (const field of ['skyLight', 'groundLight', 'rim'] as const) {
      expect(warmth(glad[field]), field).toBeGreaterThan(warmth(even[field]))
      expect(warmth(sad[field]), field).toBeLessThan(warmth(even[field]))
      for (const light of [sad, glad]) expect(luminance(light[field])).toBeCloseTo(luminance(even[field]), 6)
    }
    expect(differing(even, glad)).toEqual(['groundLight', 'rim', 'skyLight'])
  })

  it('lively is brighter and moves more, within calm bounds', () => {
    const [still, lively] = [0, 1].map((energy) => resolveLight(target('dusk', { energy }))) as [Light, Light]
    for (const field of ['ambientIntensity', 'rimStrength', 'wind', 'fireflies', 'butterflies'] as const) {
      expect(lively[field], field).toBeGreaterThan(still[field])
      expect(lively[field] / still[field], field).toBeLessThan(2)
    }
    const storm = resolveLight(target('day', { energy: 1, weather: 'stormy' }))
    expect(storm.wind).toBeLessThanOrEqual(MOST_WIND)
  })

  it('comes over the transition’s seconds like everything else', () => {
    const transition = new LightTransition(target('night', { energy: 0.2, valence: 0.2 }))
    const before = transition.current.skyLight.clone()
    transition.start(target('night', { energy: 0.9, valence: 0.9 }), 4)
    transition.step(0.1)
    expect(Math.abs(transition.current.skyLight.r - before.r)).toBeLessThan(0.005)
    for (let step = 0; step < 40; step++) transition.step(0.1)
    expect(warmth(transition.current.skyLight)).toBeGreaterThan(warmth(before) * 1.1)
  })
})
