/** The moon's month, by the mean length of it: never more than half a day off, which nobody sees. */

const DAY = 86_400_000
const MONTH = 29.530588
/** A new moon. */
const NEW_MOON = Date.UTC(2000, 0, 6, 18, 14)

/** Share of the month that has gone by: 0 is new, 0.5 full. */
export function moonPhase(at: Date): number {
  const months = (at.getTime() - NEW_MOON) / DAY / MONTH
  return months - Math.floor(months)
}
