/**
 * The island's shape. The server's layout places plants on the same path, pond and rim, by the same formulas over the
 * same numbers (`garden/looks/island.json`); both are tested against one golden file.
 *
 * Metres; y is up and the camera looks towards -z, so -z is the rear.
 */

import { height as domeHeight, radius as domeRadius } from 'looks/dome.json'
import { edge, path, pond, rise, radius as size, trees } from 'looks/island.json'
import { CatmullRomCurve3 } from 'three'
import { fbm2 } from '../rng'
import { at, clamp, mix, vec } from '../vectors'

type Lobe = { amplitude: number; frequency: number; phase: number }

/** How far above the deepest point the water stands, and how steep the shore is. */
const POND_BED = { depth: -0.34, shore: 1.1, slope: 1.4, shallowest: 0.6 } as const
const UNDULATION = { frequency: 0.16, height: 1 } as const

export interface PathPoint {
  x: number
  z: number
}

const lobes = (list: readonly Lobe[], angle: number): number =>
  list.reduce((sum, { amplitude, frequency, phase }) => sum + amplitude * Math.sin(angle * frequency + phase), 0)

export class Terrain {
  readonly radius: number
  /** How large it is beside the base island, at most 1. */
  readonly small: number
  readonly pond: { readonly x: number; readonly z: number }
  /** How wide the path is beside that of the base island. */
  readonly pathWidth: number
  /** How large a tree is drawn: one of full size would burst a small glasshouse. */
  readonly treeScale: number
  /** From the front rim to the rear. */
  readonly path: readonly PathPoint[]

  constructor(radius: number) {
    this.radius = radius
    this.small = Math.min(1, radius / size.base)
    this.pond = { x: pond.x * this.small, z: pond.z * this.small }
    this.pathWidth = mix(path.narrowest, 1, this.small)
    this.treeScale = Math.min(1, (trees.reach * radius) / trees.height)
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
    const dx = x - this.pond.x
    const dz = z - this.pond.z
    return Math.hypot(dx, dz) - this.pondEdge(Math.atan2(dz, dx))
  }

  /** Metres from the pond's centre to its shore in a direction. */
  pondEdge(angle: number): number {
    return pond.radius * this.small * (1 + lobes(pond.lobes, angle))
  }

  /** Metres: how high the glasshouse stands over plants that now reach so many. */
  domeHeight(tallest: number): number {
    const { share, most, headroom, steepest, roomy } = domeHeight
    const overPlants = Math.min(tallest + headroom, steepest * this.radius)
    return Math.min(most, Math.max(share * this.radius, overPlants, roomy.share * Math.min(this.radius, roomy.upTo)))
  }

  /** How high the glasshouse is over a place, beside its middle; at the rim a plant may touch it. */
  domeShare(x: number, z: number): number {
    const { share, exponent } = domeRadius
    const out = Math.min(domeHeight.flank, Math.hypot(x, z) / this.radius / share)
    return Math.sqrt(1 - out ** (2 / exponent))
  }

  /** Metres from the centre to the rim in a direction. */
  edge(angle: number): number {
    return this.radius * (1 + lobes(edge, angle))
  }

  /** Height of the ground. The rear stands higher, so that the back rows are seen. */
  height(x: number, z: number): number {
    const distance = Math.min(1, Math.hypot(x, z) / this.radius)
    const back = Math.max(0, -z / this.radius)
    const broad =
      back * back * rise.rear * this.small * Math.max(0, 1 - Math.abs(distance - rise.crest) * rise.falloff) + rise.foot
    const { frequency, height } = UNDULATION
    const wave = (fbm2(x * frequency + 3, z * frequency) - 0.5) * height * this.small
    const ground = (broad + wave) * (1 - distance ** rise.rimPower)
    const shore = this.pondDistance(x, z)
    const reach = POND_BED.shore * this.small
    if (shore >= reach) return ground
    const depth = POND_BED.depth * mix(POND_BED.shallowest, 1, this.small)
    return mix(ground, depth, clamp((reach - shore) / (POND_BED.slope * this.small)))
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
    const beyond = z - size.base
    outer.unshift({ x: startX + drift * beyond + sway * Math.sin(beyond * frequency), z })
  }
  return [...outer, ...inner]
}
