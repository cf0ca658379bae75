/**
 * Builds one merged geometry that carries all the growth shader needs.
 *
 * Every vertex knows the pivot it unfolds from and the growth at which it is born, so one float per plant
 * plays the whole life of it. Layout, 40 bytes: position f32×3, normal i8×4, colour u8×4 (sRGB and shade),
 * pivot f32×4 (w: one random number per leaf), life u8×4 (birth, death, flex, kind and slowness).
 */

import { BufferAttribute, BufferGeometry, Sphere, type Vector3 } from 'three'
import { FACING_VISITOR, KIND, SLOW_STEP, type VertexKind } from './growth'
import type { Rng } from './rng'
import type { Detail } from './types'
import { at, clamp, icosphere, jitter, mix, mixRgb, type Rgb, TAU, UP, vec } from './vectors'

/** When a part lives and how it moves. */
export interface Life {
  /** Growth at which the part begins to unfold. */
  birth: number
  /** Growth at which it is gone; a part without one stays for ever. */
  death?: number | undefined
  /** 0 stiff to 1 waving in the wind. */
  flex: number
  kind: VertexKind
  /** 0 opens briskly, 1 and 2 take their time. */
  slow?: number | undefined
}

export interface TubeOptions {
  /** Radius along the tube, t from 0 to 1. */
  radius: (t: number) => number
  sides: number
  colors: readonly [Rgb, Rgb]
  birth: readonly [number, number]
  flex: readonly [number, number]
  kind?: VertexKind | undefined
  /** Shade at the base; the tip is unshaded. */
  shade?: number | undefined
  death?: number | undefined
}

export interface LeafOptions {
  base: Vector3
  direction: Vector3
  side: Vector3
  length: number
  width: number
  colors: readonly [Rgb, Rgb]
  life: Life
  /** rhombus: 2 triangles, petal: 4 with a round tip, pointed: 6 with a middle rib. */
  shape?: 'rhombus' | 'petal' | 'pointed' | undefined
  pivot?: Vector3 | undefined
  normal?: Vector3 | undefined
  /** Shade at the base and at the tip. */
  shade?: readonly [number, number] | undefined
  droop?: number | undefined
  fold?: number | undefined
  /** Kept at every level of detail. */
  essential?: boolean | undefined
}

export interface BallOptions {
  center: Vector3
  radius: number
  height?: number | undefined
  subdivisions: number
  bump?: number | undefined
  color: (normal: Vector3) => Rgb
  shade?: ((normal: Vector3) => number) | undefined
  life: Life
  pivot?: Vector3 | undefined
  faceted?: boolean | undefined
}

/** Base and tip of the three leaf outlines as (t along, s across); triangles index into them. */
const OUTLINES = {
  rhombus: {
    points: [
      [0, 0],
      [0.45, -0.5],
      [1, 0],
      [0.45, 0.5],
    ],
    triangles: [0, 3, 2, 0, 2, 1],
  },
  petal: {
    points: [
      [0, 0],
      [0.42, -0.36],
      [0.42, 0.36],
      [0.8, -0.46],
      [0.8, 0.46],
      [1, 0],
    ],
    triangles: [0, 2, 1, 1, 2, 4, 1, 4, 3, 3, 4, 5],
  },
  pointed: {
    points: [
      [0, 0],
      [0.5, 0],
      [1, 0],
      [0.28, -0.46],
      [0.28, 0.46],
      [0.66, -0.4],
      [0.66, 0.4],
    ],
    triangles: [0, 4, 1, 0, 1, 3, 1, 4, 6, 1, 5, 3, 1, 6, 2, 1, 2, 5],
  },
} as const

const RANDOM_OF_WOOD = 0.99
const RANDOM_OF_THE_REST = 0.5

export class Builder {
  readonly random: Rng
  readonly detail: Detail
  private readonly positions: number[] = []
  private readonly normals: number[] = []
  private readonly colors: number[] = []
  private readonly pivots: number[] = []
  private readonly lives: number[] = []
  private readonly indices: number[] = []
  private leafRandom = RANDOM_OF_THE_REST
  private facing = false

  constructor(random: Rng, detail: Detail = 0) {
    this.random = random
    this.detail = detail
  }

  get vertexCount(): number {
    return this.positions.length / 3
  }

  vertex(position: Vector3, normal: Vector3, color: Rgb, shade: number, pivot: Vector3, life: Life): number {
    this.positions.push(position.x, position.y, position.z)
    this.normals.push(normal.x, normal.y, normal.z, 0)
    this.colors.push(color[0], color[1], color[2], shade * 255)
    this.pivots.push(pivot.x, pivot.y, pivot.z, this.facing ? FACING_VISITOR : this.leafRandom)
    this.lives.push(
      life.birth * 255,
      (life.death ?? 1) * 255,
      life.flex * 255,
      life.kind + SLOW_STEP * (life.slow ?? 0),
    )
    return this.vertexCount - 1
  }

  /** What `build` adds looks to the visitor, whatever the plant's yaw. */
  facingVisitor(build: () => void): void {
    this.facing = true
    build()
    this.facing = false
  }

  /** What `build` adds is scaled, turned about the vertical and set down at a place. */
  setDown(place: { x: number; y: number; z: number; yaw: number; scale: number }, build: () => void): void {
    const start = this.vertexCount
    build()
    const [cos, sin] = [Math.cos(place.yaw), Math.sin(place.yaw)]
    const turn = (values: number[], index: number, scale: number): void => {
      const [x, y, z] = [at(values, index), at(values, index + 1), at(values, index + 2)]
      values[index] = (x * cos + z * sin) * scale
      values[index + 1] = y * scale
      values[index + 2] = (z * cos - x * sin) * scale
    }
    for (let vertex = start; vertex < this.vertexCount; vertex++) {
      turn(this.normals, vertex * 4, 1)
      turn(this.positions, vertex * 3, place.scale)
      for (const [axis, metres] of [place.x, place.y, place.z].entries()) {
        this.positions[vertex * 3 + axis] = at(this.positions, vertex * 3 + axis) + metres
      }
    }
  }

  triangle(first: number, second: number, third: number): void {
    this.indices.push(first, second, third)
  }

  /** Tapered tube. Each ring unfolds from its own centre and is born base to tip: the shoot lengthens. */
  tube(path: readonly Vector3[], options: TubeOptions): void {
    const sides = this.detail ? Math.max(3, options.sides - 2 * this.detail) : options.sides
    const thinned = this.detail > 1 && path.length > 4
    const points = thinned ? path.filter((_, i) => i % 3 === 0 || i === path.length - 1) : path
    const { colors, birth, flex, kind = KIND.wood, shade = 1, death } = options
    this.leafRandom = RANDOM_OF_WOOD
    const base = this.vertexCount
    const last = points.length - 1
    let across: Vector3 | undefined
    for (let ring = 0; ring <= last; ring++) {
      const t = ring / last
      const center = at(points, ring)
      const forward = at(points, Math.min(last, ring + 1))
        .clone()
        .sub(at(points, Math.max(0, ring - 1)))
        .normalize()
      across ??= Math.abs(forward.y) > 0.9 ? vec(1, 0, 0) : vec(0, 1, 0)
      across = across.clone().addScaledVector(forward, -across.dot(forward)).normalize()
      const third = forward.clone().cross(across)
      const color = mixRgb(colors[0], colors[1], t)
      const life: Life = { birth: mix(birth[0], birth[1], t), death, flex: mix(flex[0], flex[1], t), kind }
      for (let side = 0; side <= sides; side++) {
        const angle = (side / sides) * TAU
        const outward = across.clone().multiplyScalar(Math.cos(angle)).addScaledVector(third, Math.sin(angle))
        const position = center.clone().addScaledVector(outward, options.radius(t))
        this.vertex(position, outward, jitter(color, this.random, 5), mix(shade, 1, t), center, life)
      }
    }
    this.strip(base, last, sides)
    this.leafRandom = RANDOM_OF_THE_REST
  }

  /** Joins rings of `sides + 1` vertices each. */
  strip(base: number, segments: number, sides: number): void {
    for (let ring = 0; ring < segments; ring++) {
      for (let side = 0; side < sides; side++) {
        const corner = base + ring * (sides + 1) + side
        const above = corner + sides + 1
        this.triangle(corner, corner + 1, above)
        this.triangle(corner + 1, above + 1, above)
      }
    }
  }

  /** A leaf or petal. Given a `normal` it shades as part of a round mass instead of as a flat card. */
  leaf(options: LeafOptions): void {
    let { length, width, shape = 'rhombus' } = options
    if (this.detail > 1 && !options.essential) {
      // Far away half of the leaves, half as wide again, look the same.
      if (this.random() < 0.5) return
      length *= 1.2
      width *= 1.55
      shape = 'rhombus'
    }
    this.leafRandom = this.random() * 0.98 + 0.01
    const { base, direction, side, life, droop = 0, fold = 0 } = options
    const flat = side.clone().cross(direction).normalize()
    if (!options.normal && flat.y < 0) flat.negate()
    const [shadeBase, shadeTip] = options.shade ?? [1, 1]
    const tipLife: Life = { ...life, flex: Math.min(1, life.flex * 1.1) }
    const outline = OUTLINES[shape]
    const start = this.vertexCount
    for (const [t, s] of outline.points) {
      const position = base
        .clone()
        .addScaledVector(direction, t * length)
        .addScaledVector(side, s * width)
        .addScaledVector(UP, -droop * t * t * length)
        .addScaledVector(flat, Math.abs(s) * fold * width)
      const lean = Math.sign(s) * (0.25 + fold * 0.4)
      const normal = options.normal ?? flat.clone().addScaledVector(side, lean).normalize()
      const color = mixRgb(options.colors[0], options.colors[1], t)
      this.vertex(position, normal, color, mix(shadeBase, shadeTip, t), options.pivot ?? base, t === 1 ? tipLife : life)
    }
    const { triangles } = outline
    for (let i = 0; i < triangles.length; i += 3) {
      this.triangle(start + at(triangles, i), start + at(triangles, i + 1), start + at(triangles, i + 2))
    }
    this.leafRandom = RANDOM_OF_THE_REST
  }

  /** A ball, or an egg when `height` differs from `radius`. */
  ball(options: BallOptions): void {
    const { center, radius, height = radius, bump = 0, life, pivot = center, color } = options
    const shade = options.shade ?? (() => 1)
    const { vertices, faces } = icosphere(options.subdivisions)
    const phase = this.random() * 20
    const positions = vertices.map((n) => {
      const swell =
        1 + bump * Math.sin(n.x * 5 + phase) * Math.sin(n.y * 4 + phase * 1.3) * Math.sin(n.z * 5 + phase * 0.7)
      return vec(n.x * radius * swell, n.y * height * swell, n.z * radius * swell).add(center)
    })
    if (!options.faceted) {
      const start = this.vertexCount
      vertices.forEach((n, i) => void this.vertex(at(positions, i), n, color(n), shade(n), pivot, life))
      for (const [a, b, c] of faces) this.triangle(start + a, start + b, start + c)
      return
    }
    for (const face of faces) {
      const [a, b, c] = face.map((i) => at(positions, i)) as [Vector3, Vector3, Vector3]
      const normal = b.clone().sub(a).cross(c.clone().sub(a)).normalize()
      const faceColor = jitter(color(normal), this.random, 4)
      const [x, y, z] = face.map((i) =>
        this.vertex(at(positions, i), normal, faceColor, shade(at(vertices, i)), pivot, life),
      ) as [number, number, number]
      this.triangle(x, y, z)
    }
  }

  build(): BufferGeometry {
    const geometry = new BufferGeometry()
    const bytes = (values: number[]) => Uint8Array.from(values, (value) => clamp(Math.round(value), 0, 255))
    const signed = Int8Array.from(this.normals, (value) => Math.round(clamp(value, -1, 1) * 127))
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(this.positions), 3))
    geometry.setAttribute('normal', new BufferAttribute(signed, 4, true))
    geometry.setAttribute('aColor', new BufferAttribute(bytes(this.colors), 4, true))
    geometry.setAttribute('aPivot', new BufferAttribute(new Float32Array(this.pivots), 4))
    geometry.setAttribute('aLife', new BufferAttribute(bytes(this.lives), 4, true))
    const wide = this.vertexCount > 65535
    geometry.setIndex(new BufferAttribute(wide ? new Uint32Array(this.indices) : new Uint16Array(this.indices), 1))
    geometry.computeBoundingBox()
    const box = geometry.boundingBox
    if (box) {
      const margin = 0.3 // the wind bends tips out of the box
      geometry.boundingSphere = new Sphere(box.getCenter(vec()), box.max.distanceTo(box.min) / 2 + margin)
    }
    return geometry
  }
}
