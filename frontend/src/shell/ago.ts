const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "3 days ago", from milliseconds. */
export function ago(milliseconds: number): string {
  const unit = UNITS.find(([, length]) => milliseconds >= length)
  if (!unit) return 'just now'
  return new Intl.RelativeTimeFormat('en').format(-Math.round(milliseconds / unit[1]), unit[0])
}
