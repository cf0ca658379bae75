/**
 * The island's shape. The server's layout places plants on the same path, pond and rim: the constants here are its
 * constants, and a test compares them.
 *
 * Metres; y is up and the camera looks towards -z, so -z is the rear.
 */

import { CatmullRomCurve3 } from 'three'
import { fbm2 } from '../rng'
import { clamp, mix, vec } from '../vectors'

type Lobe = readonly [amplitude: number, frequency: number, phase: number]

export const TERRAIN = {
  baseRadius: 7,
  radiusPerRootPlant: 1.24,
  path: [
    [0.7, 7],
    [1.12, 4.62],
    [0.14, 2.52],
    [0.7, 0.28],
    [2.38, -1.4],
    [2.1, -3.5],
  ] as readonly (readonly [number, number])[],
  pathSamples: 80,
  pond: {
    x: -2.1,
    z: 2.38,
    radius: 1.4,
    lobes: [
      [0.12, 3, 1],
      [0.07, 5, 0],
    ] as readonly Lobe[],
  },
  edgeLobes: [
    [0.035, 3, 0.6],
    [0.025, 7, 2],
    [0.012, 13, 0],
  ] as readonly Lobe[],
} as const

/** How far above the deepest point the water stands, and how steep the shore is. */
const POND_BED = { depth: -0.34, shore: 1.1, slope: 1.4 } as const
const UNDULATION = { frequency: 0.16, height: 1 } as const
const REAR_RISE = 1.5
const FOOT = 0.1

export interface PathPoint {
  x: number
  z: number
}

const lobes = (list: readonly Lobe[], angle: number): number =>
  list.reduce((sum, [amplitude, frequency, phase]) => sum + amplitude * Math.sin(angle * frequency + phase), 0)

export const islandRadius = (plants: number): number =>
  Math.max(TERRAIN.baseRadius, TERRAIN.radiusPerRootPlant * Math.sqrt(Math.max(0, plants)))

/** Metres from the pond's centre to its shore in a direction. */
export const pondEdge = (angle: number): number => TERRAIN.pond.radius * (1 + lobes(TERRAIN.pond.lobes, angle))

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
    const dx = x - TERRAIN.pond.x
    const dz = z - TERRAIN.pond.z
    return Math.hypot(dx, dz) - pondEdge(Math.atan2(dz, dx))
  }

  /** Metres from the centre to the rim in a direction. */
  edge(angle: number): number {
    return this.radius * (1 + lobes(TERRAIN.edgeLobes, angle))
  }

  /** Height of the ground. The rear stands higher, so that the back rows are seen. */
  height(x: number, z: number): number {
    const distance = Math.min(1, Math.hypot(x, z) / this.radius)
    const back = Math.max(0, -z / this.radius)
    const rise = back * back * REAR_RISE * Math.max(0, 1 - Math.abs(distance - 0.65) * 0.9) + FOOT
    const { frequency, height } = UNDULATION
    const wave = (fbm2(x * frequency + 3, z * frequency) - 0.5) * height
    const ground = (rise + wave) * (1 - distance ** 8)
    const shore = this.pondDistance(x, z)
    if (shore >= POND_BED.shore) return ground
    return mix(ground, POND_BED.depth, clamp((POND_BED.shore - shore) / POND_BED.slope))
  }
}

/** The path of the base island, led on to the rim of a larger one. */
function tracePath(radius: number): PathPoint[] {
  const curve = new CatmullRomCurve3(TERRAIN.path.map(([x, z]) => vec(x, 0, z)))
  const inner = curve.getPoints(TERRAIN.pathSamples).map((point) => ({ x: point.x, z: point.z }))
  const [startX = 0, startZ = 0] = TERRAIN.path[0] ?? []
  const outer: PathPoint[] = []
  for (let z = startZ; z < radius; ) {
    z += 0.4
    const beyond = z - TERRAIN.baseRadius
    outer.unshift({ x: startX + 0.1 * beyond + 0.45 * Math.sin(beyond * 0.55), z })
  }
  return [...outer, ...inner]
}
