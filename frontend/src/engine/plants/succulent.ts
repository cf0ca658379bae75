/** Succulents: an echeveria cluster, an agave with a flower spike, a ribbed cactus with arms. */

import type { BufferGeometry, Vector3 } from 'three'
import { Builder } from '../builder'
import { rosette, sideOf } from '../foliage'
import { KIND } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import {
  at,
  clamp,
  GOLDEN_ANGLE,
  jitter,
  mix,
  mixRgb,
  pointOn,
  polar,
  rgb,
  TAU,
  tangent,
  UP,
  vec,
  WHITE,
} from '../vectors'
import { starter } from './starter'

const ECHEVERIA = {
  /** x, z and size of each rosette. */
  rosettes: [
    [0, 0, 0.46],
    [0.5, 0.18, 0.27],
    [-0.36, 0.4, 0.3],
    [-0.3, -0.42, 0.22],
    [0.3, -0.44, 0.2],
  ],
  inner: [rgb('#3f7f78'), rgb('#7cc0a8')],
  outer: [rgb('#8ad0b4'), rgb('#e88fa0')],
  stalk: [rgb('#7cae88'), rgb('#d98f90')],
} as const
const AGAVE = {
  base: rgb('#3f7a6d'),
  tip: [rgb('#9fd3ae'), rgb('#e7e6a8')],
  stalk: [rgb('#6d9a6a'), rgb('#c98a5a')],
} as const
const CACTUS = { groove: rgb('#2c6650'), rib: rgb('#7fbf86') } as const

/** A direction at an angle about the vertical and an elevation above the horizon. */
const aim = (angle: number, elevation: number): Vector3 => polar(angle, Math.cos(elevation), Math.sin(elevation))

export function echeveria(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, 0.3)
  ECHEVERIA.rosettes.forEach(([x, z, size], order) => {
    const leaves = detail ? 14 : 30
    const center = vec(x, 0.06, z)
    for (let index = 0; index < leaves; index++) {
      const t = index / leaves
      const angle = index * GOLDEN_ANGLE
      const direction = aim(angle, 0.12 + t * 1.25)
      const length = size * (1.05 - t * 0.6)
      builder.leaf({
        base: center.clone().add(vec(0, t * 0.1, 0)),
        direction,
        side: tangent(angle),
        length,
        width: length * 0.62,
        colors: [
          mixRgb(ECHEVERIA.inner[0], ECHEVERIA.inner[1], t),
          mixRgb(ECHEVERIA.outer[0], ECHEVERIA.outer[1], 0.35 + 0.3 * (1 - t)),
        ],
        life: { birth: clamp(0.08 + 0.12 * order + 0.3 * (1 - t)), flex: 0.02, kind: KIND.evergreen },
        shape: 'pointed',
        pivot: center,
        normal: direction
          .clone()
          .multiplyScalar(0.35)
          .add(vec(0, 0.9, 0))
          .normalize(),
        shade: [0.42 + 0.35 * t, 1],
        droop: -0.15,
      })
    }
  })
  const stalk = [vec(0, 0.15, 0), vec(0.04, 0.5, 0.02), vec(0.14, 0.74, 0.05)]
  builder.tube(stalk, {
    radius: () => 0.02,
    sides: 4,
    colors: ECHEVERIA.stalk,
    birth: [0.5, 0.64],
    flex: [0, 0.4],
    kind: KIND.evergreen,
  })
  for (let index = 0; index < 7; index++) {
    rosette(builder, {
      center: at(stalk, 2)
        .clone()
        .add(vec(random.bell() * 0.1 + 0.02, random.bell() * 0.09 - 0.02, random.bell() * 0.09)),
      axis: vec(random.bell(), 0.5, random.bell()).normalize(),
      size: 0.1,
      petals: 5,
      colors: [[255, 200, 160], WHITE],
      birth: 0.62 + index * 0.03,
      flex: 0.5,
    })
  }
  return builder.build()
}

export function agave(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, 0.3)
  const leaves = detail ? 14 : 26
  for (let index = 0; index < leaves; index++) {
    const t = index / leaves
    const angle = index * GOLDEN_ANGLE
    builder.leaf({
      base: vec(0, 0.06, 0),
      direction: aim(angle, 0.28 + t * 1.05),
      side: tangent(angle),
      length: 0.95 * (1 - t * 0.25) * random.range(0.9, 1.08),
      width: 0.26,
      colors: [AGAVE.base, mixRgb(AGAVE.tip[0], AGAVE.tip[1], 0.3 + random() * 0.3)],
      life: { birth: clamp(0.08 + 0.62 * (1 - t)), flex: 0.05, kind: KIND.evergreen },
      shape: 'pointed',
      shade: [0.4, 1],
      droop: 0.22,
      fold: 0.35,
    })
  }
  const spike = [vec(0, 0.3, 0), vec(0.02, 1, 0), vec(0.08, 1.75, 0)]
  builder.tube(spike, {
    radius: (t) => 0.05 * (1 - t * 0.6),
    sides: 5,
    colors: AGAVE.stalk,
    birth: [0.52, 0.68],
    flex: [0, 0.35],
    kind: KIND.evergreen,
  })
  const petals = detail ? 9 : 22
  for (let index = 0; index < petals; index++) {
    const t = 0.5 + (0.5 * index) / petals
    const direction = polar(index * GOLDEN_ANGLE, 1, 0.1).normalize()
    builder.leaf({
      base: pointOn(spike, t),
      direction,
      side: sideOf(direction),
      length: 0.2 * (1.3 - t * 0.6),
      width: 0.08,
      colors: [[255, 210, 150], WHITE],
      life: { birth: clamp(0.6 + t * 0.2), flex: 0.4, kind: KIND.petal },
      droop: 0.5,
    })
  }
  return builder.build()
}

export function cactus(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, 0.3)
  column(builder, [vec(), vec(0, 0.7, 0), vec(0, 1.35, 0)], { rings: 10, radius: 0.24, birth: [0.05, 0.42] })
  column(builder, [vec(0.1, 0.55, 0), vec(0.42, 0.6, 0.05), vec(0.5, 0.78, 0.06), vec(0.5, 1.15, 0.06)], {
    rings: 9,
    radius: 0.13,
    birth: [0.36, 0.62],
  })
  column(builder, [vec(-0.1, 0.4, 0), vec(-0.4, 0.44, -0.04), vec(-0.47, 0.6, -0.04), vec(-0.47, 0.9, -0.04)], {
    rings: 9,
    radius: 0.12,
    birth: [0.56, 0.84],
  })
  for (const [x, y, z, birth] of [
    [0, 1.37, 0, 0.58],
    [0.5, 1.17, 0.06, 0.68],
    [-0.47, 0.92, -0.04, 0.85],
  ] as const) {
    rosette(builder, {
      center: vec(x, y, z),
      axis: UP.clone(),
      size: 0.18,
      petals: 8,
      layers: 2,
      colors: [[255, 190, 120], WHITE],
      birth,
      flex: 0.05,
    })
  }
  return builder.build()
}

/** A ribbed column with a round top. */
function column(
  builder: Builder,
  line: Vector3[],
  shape: { rings: number; radius: number; birth: readonly [number, number] },
): void {
  const sides = (builder.detail ? 6 : 9) * 2
  const base = builder.vertexCount
  const path = Array.from({ length: shape.rings + 1 }, (_, index) => pointOn(line, index / shape.rings))
  path.forEach((center, ring) => {
    const t = ring / shape.rings
    const forward = at(path, Math.min(shape.rings, ring + 1))
      .clone()
      .sub(at(path, Math.max(0, ring - 1)))
      .normalize()
    const first =
      Math.abs(forward.x) > 0.9 ? vec(0, 0, 1) : vec(1, 0, 0).addScaledVector(forward, -forward.x).normalize()
    const second = forward.clone().cross(first)
    const cap = Math.sqrt(Math.max(0, 1 - Math.max(0, (t - 0.72) / 0.28) ** 2))
    for (let side = 0; side <= sides; side++) {
      const angle = (side / sides) * TAU
      const groove = side % 2 === 1
      const radius = shape.radius * (groove ? 0.78 : 1.05) * cap * (ring === 0 ? 0.9 : 1)
      const outward = first.clone().multiplyScalar(Math.cos(angle)).addScaledVector(second, Math.sin(angle))
      const normal = outward
        .clone()
        .addScaledVector(forward, t > 0.8 ? 1 : 0.1)
        .normalize()
      const color = groove ? CACTUS.groove : jitter(CACTUS.rib, builder.random, 6)
      const life = { birth: mix(shape.birth[0], shape.birth[1], t), flex: t * 0.06, kind: KIND.evergreen }
      builder.vertex(center.clone().addScaledVector(outward, radius), normal, color, groove ? 0.62 : 1, center, life)
    }
  })
  builder.strip(base, shape.rings, sides)
}
