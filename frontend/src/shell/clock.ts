/** The garden's own clock: every hour on the page is told in its time zone, which is named behind it. */

type Zone = Pick<DOMStringMap, string>

/** A moment whose UTC is the garden's time: `data-ahead` of the page is how many minutes its clocks are before UTC's. */
export function shifted(at: Date, { ahead }: Zone = document.documentElement.dataset): Date {
  return new Date(+at + Number(ahead) * 60_000)
}

/** An hour and minute as the pages write it: "10:26 in Adelaide". */
export function clock(at: Date, zone: Zone = document.documentElement.dataset): string {
  return `${shifted(at, zone).toISOString().slice(11, 16)} ${zone.zone}`
}
