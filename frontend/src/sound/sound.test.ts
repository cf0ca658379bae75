import { describe, expect, it } from 'vitest'
import { air, birds, crickets, rain, type Stereo, wind } from './textures'
import { type Voices, voicesOf } from './voices'

const RATE = 8000

type Outside = Parameters<typeof voicesOf>[0]
const outside = (
  time_of_day: Outside['time_of_day'],
  season: Outside['season'],
  weather: Partial<Outside['weather']> = {},
): Voices =>
  voicesOf({
    time_of_day,
    season,
    weather: { weather_type: 'sunny', precipitation: null, intensity: 0.6, mood: { energy: 0.5 }, ...weather },
  })

describe('what the garden sounds like', () => {
  it('crickets sing on summer nights and birds at dawn in spring, each silent in the other’s hour', () => {
    expect(outside('night', 'summer')).toMatchObject({ crickets: 1, birds: 0, rain: 0 })
    expect(outside('dawn', 'spring')).toMatchObject({ birds: 1, rain: 0 })
    expect(outside('dawn', 'spring').crickets).toBeLessThan(0.2)
    expect(outside('night', 'winter').crickets).toBe(0)
  })

  it('a storm brings wind and rain and silences those who sing', () => {
    const storm = outside('dusk', 'summer', { weather_type: 'stormy', intensity: 0.9 })
    const calm = outside('dusk', 'summer')
    expect(storm.wind).toBeGreaterThan(calm.wind * 2)
    expect(storm.rain).toBeGreaterThan(0.5)
    expect(storm.crickets + storm.birds).toBeLessThan(0.05)
    expect(calm.crickets).toBeGreaterThan(0.4)
  })

  it('a stronger weather is louder, a livelier mood has more wind, snow makes no sound and fog stands still', () => {
    const storm = (intensity: number) => outside('day', 'summer', { weather_type: 'stormy', intensity })
    expect(storm(0.9).rain).toBeGreaterThan(storm(0.3).rain)
    expect(storm(0.9).wind).toBeGreaterThan(storm(0.3).wind)
    const mood = (energy: number) => outside('day', 'summer', { mood: { energy } }).wind
    expect(mood(0.9)).toBeGreaterThan(mood(0.1))
    expect(outside('day', 'winter', { weather_type: 'stormy', precipitation: 'snow' }).rain).toBe(0)
    expect(outside('day', 'autumn', { weather_type: 'cloudy', precipitation: 'fog' }).wind).toBeLessThan(0.15)
  })

  it('never leaves 0 to 1', () => {
    for (const time of ['dawn', 'day', 'dusk', 'night'] as const)
      for (const season of ['spring', 'summer', 'autumn', 'winter'] as const)
        for (const weather_type of ['sunny', 'stormy', 'cloudy', 'aurora', 'starry'] as const)
          for (const precipitation of ['clear', 'rain', 'snow', 'fog'] as const)
            for (const energy of [0, 1]) {
              const weather = { weather_type, precipitation, intensity: 1, mood: { energy } }
              for (const level of Object.values(outside(time, season, weather))) {
                expect(level).toBeGreaterThanOrEqual(0)
                expect(level).toBeLessThanOrEqual(1)
              }
            }
  })
})

describe.each<[string, (rate: number) => Stereo]>([
  ['wind', wind],
  ['rain', rain],
  ['crickets', crickets],
  ['birds', birds],
  ['air', air],
])('the sound of %s', (name, texture) => {
  const ears = texture(RATE)

  it('is the same each time, stays within bounds, and is another for each ear', () => {
    expect(texture(RATE)[0]).toEqual(ears[0])
    expect(ears[0]).not.toEqual(ears[1])
    for (const ear of ears) expect(ear.every((sample) => Math.abs(sample) <= 1)).toBe(true)
  })

  it('goes round without a click', () => {
    if (name === 'air') return // played once
    for (const ear of ears) {
      const steps = ear.slice(1).map((sample, index) => Math.abs(sample - (ear[index] ?? 0)))
      const seam = Math.abs((ear[0] ?? 0) - (ear.at(-1) ?? 0))
      expect(seam).toBeLessThanOrEqual(steps.reduce((most, step) => Math.max(most, step), 0))
    }
  })
})
