export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** Towards a goal by the same share in the same time, however long the frames are. */
export const damp = (value: number, goal: number, rate: number, seconds: number): number =>
  goal + (value - goal) * Math.exp(-rate * seconds)
