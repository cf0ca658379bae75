/** What things made by hand are made of: boxes, and what a potter turns. */

import type { Builder, Life } from '../../builder'
import { KIND } from '../../growth'
import { at, jitter, mixRgb, type Rgb, TAU, vec } from '../../vectors'

/** Things neither grow nor sway. */
export const STILL: Life = { birth: 0, flex: 0, kind: KIND.fixed }
/** Shade of what glows in the dark; the material knows it by this. */
export const GLOWING = 0

type Triple = readonly [x: number, y: number, z: number]

const SIDES: readonly Triple[] = [
  [0, 1, 0],
  [1, 0, 0],
  [-1, 0, 0],
  [0, 0, 1],
  [0, 0, -1],
  [0, -1, 0],
]
const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const
/** How bright the lower edge of a side is beside its upper one. */
const LOW_EDGE = 0.82
/** Metres above the ground below which nobody sees the underside. */
const ON_THE_GROUND = 0.05

export interface BoxOptions {
  shade?: number
  /** Width of the top beside the bottom. */
  taper?: number
}

/** A box about a middle, in metres. */
export function box(builder: Builder, middle: Triple, size: Triple, color: Rgb, options: BoxOptions = {}): void {
  const { shade = 1, taper = 1 } = options
  const tone = jitter(color, builder.random, 8)
  for (const [nx, ny, nz] of SIDES) {
    if (ny < 0 && middle[1] - size[1] / 2 < ON_THE_GROUND) continue
    const normal = vec(nx, ny, nz)
    const across = ny ? vec(1, 0, 0) : vec(0, 1, 0)
    const along = normal.clone().cross(across)
    const corners = CORNERS.map(([a, b]) => {
      const corner = normal.clone().addScaledVector(across, a).addScaledVector(along, b)
      const narrow = corner.y > 0 ? taper : 1
      const place = vec(
        middle[0] + (corner.x * size[0] * narrow) / 2,
        middle[1] + (corner.y * size[1]) / 2,
        middle[2] + (corner.z * size[2] * narrow) / 2,
      )
      return builder.vertex(place, normal, tone, shade * (corner.y < 0 && !ny ? LOW_EDGE : 1), vec(), STILL)
    })
    builder.triangle(at(corners, 0), at(corners, 1), at(corners, 2))
    builder.triangle(at(corners, 0), at(corners, 2), at(corners, 3))
  }
}

/** A round body from its profile (radius, height) upwards, about a place on the ground. */
export function lathe(
  builder: Builder,
  profile: readonly (readonly [radius: number, height: number])[],
  colors: readonly [Rgb, Rgb],
  sides: number,
  [x, y, z]: Triple = [0, 0, 0],
): void {
  const base = builder.vertexCount
  profile.forEach(([radius, height], ring) => {
    const t = ring / (profile.length - 1)
    for (let side = 0; side <= sides; side++) {
      const angle = (-side / sides) * TAU
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
      const place = vec(x + sin * radius, y + height, z + cos * radius)
      builder.vertex(place, vec(sin, 0.15, cos), mixRgb(colors[0], colors[1], t), 0.7 + 0.3 * t, vec(), STILL)
    }
  })
  builder.strip(base, profile.length - 1, sides)
}
