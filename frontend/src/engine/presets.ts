/** Looks and limits as data: quality, camera, timing. What the drawing shares with the scene is in `garden/looks/*.json`. */

import { floodlights } from 'looks/dome.json'
import tempo from 'looks/tempo.json'
import type { QualityLevel } from './types'

export interface QualityPreset {
  /** Base count of particles; each phenomenon takes its share. */
  particles: number
  /** Grass tufts on an island of ten metres' radius. */
  tufts: number
  /** Side of the shadow map in texels; 0 turns shadows off. */
  shadowMap: number
  /** Most device pixels per CSS pixel. */
  pixelRatio: number
  antialias: boolean
  /** Metres from the camera beyond which plants are drawn at detail 1 and at detail 2. */
  detailDistance: readonly [number, number]
}

export const QUALITY: Record<QualityLevel, QualityPreset> = {
  high: { particles: 500, tufts: 7900, shadowMap: 2048, pixelRatio: 1.75, antialias: true, detailDistance: [26, 40] },
  medium: { particles: 200, tufts: 4200, shadowMap: 1024, pixelRatio: 1.25, antialias: true, detailDistance: [20, 32] },
  low: { particles: 50, tufts: 1500, shadowMap: 0, pixelRatio: 1, antialias: false, detailDistance: [0, 24] },
}
/** Up to this many plants the detail distances hold; in a larger crowd they shrink with its root, to a half at most. */
export const CROWD = { plants: 200, nearest: 0.5 } as const
/** Metres from the camera to the middle of forty plants on a wide screen; a phone's camera stands further back. */
export const USUAL_OVERVIEW = 19.5
/** Grass grows with the island's area, up to this many times the preset; where it runs out it thins away from the visitor. */
export const MOST_GRASS = 2
/** A small island is looked at from nearby: its grass is finer, and stands closer. */
export const LEAST_GRASS = 0.42

/** When the monitor changes the level. Times in seconds, frames in milliseconds. */
export const QUALITY_MONITOR = {
  window: 60,
  /** A median above this is a bad window: under 36 frames a second the garden stops feeling alive. */
  slowFrame: 28,
  /** A median below this has room for the next level. */
  fastFrame: 18,
  badWindows: 2,
  upAfter: 20,
  /** Shaders compile and the page settles in the first seconds. */
  settling: 3,
} as const

/** Seconds and strengths of what happens to a plant. */
export const MOTION = {
  ...tempo,
  arrival: 1.6,
  /** Seconds in which a neighbour bows before a plant that is looked at, and rises again. */
  bow: 0.9,
  /** Seconds to light a plant up under the pointer, and to let go of it. */
  focus: 0.25,
  flare: 4,
  journey: 2,
  /** Per second: how fast the music's pulse follows the song. */
  musicFollow: 0.8,
} as const

/** Framings; that of the whole garden is fitted by `island.json`. */
export const CAMERA = {
  /** Aspect below which a phone's portrait framing is used, and that and the height in CSS pixels of one held across. */
  narrowAspect: 0.8,
  lowAspect: 1.9,
  lowHeight: 500,
  /** How much further away one plant is looked at in portrait. */
  narrowDistance: 1.28,
  near: 0.3,
  far: 400,
  /**
   * Close-up of one plant: distance as a multiple of its size, the height it is seen from (up to so many metres of
   * size, lower for the tall), and the sides it is seen
   * from, the best first; positive is towards the garden's middle.
   */
  focus: { distance: 2.2, nearest: 2.6, rise: 0.4, tall: 1.6, leans: [0.25, -0.25, 0.6, -0.6, 1.2, -1.2] },
  /**
   * What stands between the camera and the plant looked at is drawn so small that it lets the eye through: how far up the
   * plant the line of sight begins, how far from that line a neighbour may stand, and the metres around the lens that stay free.
   */
  way: { foot: 0.12, verge: 0.35, lens: 1.1 },
  /** Seconds of a flight. */
  flight: 1.4,
} as const

/** Share of `particles` for each phenomenon. */
export const PARTICLE_SHARE = {
  rain: 2,
  snow: 3,
  leaves: 0.5,
  fireflies: 0.2,
  butterflies: 0.05,
  notes: 0.2,
} as const

/** Only the sun's shadow looks at this layer: what casts is coarser than what is seen, and in fewer draws. */
export const CASTERS_LAYER = 1

export const LIGHT = {
  sunDistance: 40,
  /** Half the shadow's square beside the island's radius, and the radius it stops growing at. */
  shadowReach: 1.15,
  shadowCap: 16,
  lamp: { color: '#ffc48a', intensity: 15, reach: 14, decay: 1.5 },
  /** What the ambient light takes over from the lamps at the lowest quality. */
  ambientLamps: { intensity: 1.4, tint: 0.45 },
  /** Positions in shares of the island's radius, height in metres. */
  lamps: floodlights,
  warm: '#ffb46b',
  cool: '#9db8ff',
  /** Most that music may tint the sun. */
  musicTint: 0.16,
} as const

/** Colours of skill groups in the sky, handed out in the order the groups come. */
export const GROUP_COLORS = ['#8fd3ff', '#ffd98f', '#c9a6ff', '#9dffcf', '#ffb0a3', '#b8c7ff'] as const
