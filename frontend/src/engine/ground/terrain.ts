/**
 * The island's shape. The server's layout places plants on the same path, pond and rim, by the same formulas over the
 * same numbers (`garden/looks/island.json`); both are tested against one golden file.
 *
 * Metres; y is up and the camera looks towards -z, so -z is the rear.
 */

import { edge, path, pond, rise, radius as size } from 'looks/island.json'
import { CatmullRomCurve3 } from 'three'
import { fbm2 } from '../rng'
import { at, clamp, mix, vec } from '../vectors'

type Lobe = { amplitude: number; frequency: number; phase: number }

/** How far above the deepest point the water stands, and how steep the shore is. */
const POND_BED = { depth: -0.34, shore: 1.1, slope: 1.4 } as const
const UNDULATION = { frequency: 0.16, height: 1 } as const

export interface PathPoint {
  x: number
  z: number
}

const lobes = (list: readonly Lobe[], angle: number): number =>
  list.reduce((sum, { amplitude, frequency, phase }) => sum + amplitude * Math.sin(angle * frequency + phase), 0)

export const islandRadius = (plants: number): number =>
  Math.max(size.least, size.perRootPlant * Math.sqrt(Math.max(0, plants)))

/** Metres from the pond's centre to its shore in a direction. */
export const pondEdge = (angle: number): number => pond.radius * (1 + lobes(pond.lobes, angle))

export class Terrain {
  readonly radius: number
  /** From the front rim to the rear. */
  readonly path: readonly PathPoint[]

  constructor(radius: number) {
    this.radius = radius
    this.path = tracePath(radius)
  }

  /** Metres from the middle of the path. */
  pathDistance(x: number, z: number): number {
    let nearest = Number.POSITIVE_INFINITY
    for (const point of this.path) nearest = Math.min(nearest, (point.x - x) ** 2 + (point.z - z) ** 2)
    return Math.sqrt(nearest)
  }

  /** Metres from the pond's shore; negative in the water. */
  pondDistance(x: number, z: number): number {
    const dx = x - pond.x
    const dz = z - pond.z
    return Math.hypot(dx, dz) - pondEdge(Math.atan2(dz, dx))
  }

  /** Metres from the centre to the rim in a direction. */
  edge(angle: number): number {
    return this.radius * (1 + lobes(edge, angle))
  }

  /** Height of the ground. The rear stands higher, so that the back rows are seen. */
  height(x: number, z: number): number {
    const distance = Math.min(1, Math.hypot(x, z) / this.radius)
    const back = Math.max(0, -z / this.radius)
    const broad = back * back * rise.rear * Math.max(0, 1 - Math.abs(distance - rise.crest) * rise.falloff) + rise.foot
    const { frequency, height } = UNDULATION
    const wave = (fbm2(x * frequency + 3, z * frequency) - 0.5) * height
    const ground = (broad + wave) * (1 - distance ** rise.rimPower)
    const shore = this.pondDistance(x, z)
    if (shore >= POND_BED.shore) return ground
    return mix(ground, POND_BED.depth, clamp((POND_BED.shore - shore) / POND_BED.slope))
  }
}

/** The path of the base island, led on to the rim of a larger one. */
function tracePath(radius: number): PathPoint[] {
  const curve = new CatmullRomCurve3(path.points.map(({ x, z }) => vec(x, 0, z)))
  const inner = curve.getPoints(path.samples).map((point) => ({ x: point.x, z: point.z }))
  const { x: startX, z: startZ } = at(path.points, 0)
  const { step, drift, sway, frequency } = path.extension
  const outer: PathPoint[] = []
  for (let z = startZ; z < radius; ) {
    z += step
    const beyond = z - size.least
    outer.unshift({ x: startX + drift * beyond + sway * Math.sin(beyond * frequency), z })
  }
  return [...outer, ...inner]
}
