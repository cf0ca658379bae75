import { expect, it } from 'vitest'
import { moonPhase } from './moon'

/** From an almanac: days of 2024 to 2026 on which the moon was full, new, or half. */
it.each([
  ['2024-08-19T18:26Z', 0.5],
  ['2025-03-29T10:58Z', 1],
  ['2025-09-07T18:09Z', 0.5],
  ['2026-02-17T12:01Z', 1],
  ['2026-03-25T19:18Z', 0.25],
  ['2026-05-31T08:45Z', 0.5],
] as const)('on %s its share of the month is %d', (day, share) => {
  const phase = moonPhase(new Date(day))
  const away = Math.abs(phase - share)
  expect(Math.min(away, 1 - away)).toBeLessThan(0.03)
})
