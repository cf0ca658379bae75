/** Succulents: an echeveria cluster, an agave with a flower spike, a ribbed cactus with arms. */

import {
  agave as agaveLooks,
  cactus as cactusLooks,
  echeveria as echeveriaLooks,
  starter as looks,
} from 'looks/plants.json'
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
  shades,
  TAU,
  tangent,
  UP,
  vec,
  WHITE,
} from '../vectors'
import { starter } from './starter'

const INNER = shades(echeveriaLooks.inner)
const OUTER = shades(echeveriaLooks.outer)
const AGAVE_BASE = rgb(agaveLooks.base)
const AGAVE_TIP = shades(agaveLooks.tip)
const [GROOVE, RIB] = shades(cactusLooks.skin)

/** A direction at an angle about the vertical and an elevation above the horizon. */
const aim = (angle: number, elevation: number): Vector3 => polar(angle, Math.cos(elevation), Math.sin(elevation))

export function echeveria(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, looks.mounds.succulent)
  echeveriaLooks.rosettes.forEach(({ x, z, size }, order) => {
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
        colors: [mixRgb(...INNER, t), mixRgb(...OUTER, 0.35 + 0.3 * (1 - t))],
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
    colors: shades(echeveriaLooks.stalk),
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
  starter(builder, looks.mounds.succulent)
  const leaves = detail ? 14 : 26
  for (let index = 0; index < leaves; index++) {
    const t = index / leaves
    const angle = index * GOLDEN_ANGLE
    builder.leaf({
      base: vec(0, 0.06, 0),
      direction: aim(angle, 0.28 + t * 1.05),
      side: tangent(angle),
      length: agaveLooks.length * (1 - t * 0.25) * random.range(0.9, 1.08),
      width: 0.26,
      colors: [AGAVE_BASE, mixRgb(...AGAVE_TIP, 0.3 + random() * 0.3)],
      life: {
        birth: clamp(agaveLooks.birth.start + agaveLooks.birth.span * (1 - t)),
        flex: 0.05,
        kind: KIND.evergreen,
      },
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
    colors: shades(agaveLooks.stalk),
    birth: [0.52, 0.68],
    flex: [0, 0.35],
    kind: KIND.evergreen,
  })
  const petals = detail ? 14 : 34
  for (let index = 0; index < petals; index++) {
    const t = 0.42 + (0.58 * index) / petals
    const direction = polar(index * GOLDEN_ANGLE, 1, 0.55).normalize()
    builder.leaf({
      base: pointOn(spike, t),
      direction,
      side: sideOf(direction),
      length: 0.34 * (1.3 - t * 0.8),
      width: 0.1,
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
  starter(builder, looks.mounds.succulent)
  for (const { radius, birth, line } of cactusLooks.columns) {
    const points = line.map(({ x, y, z }) => vec(x, y, z))
    column(builder, points, {
      rings: points.length > 3 ? 9 : 10,
      radius,
      birth: [birth.start, birth.start + birth.span],
    })
  }
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
      const color = groove ? GROOVE : jitter(RIB, builder.random, 6)
      const life = { birth: mix(shape.birth[0], shape.birth[1], t), flex: t * 0.06, kind: KIND.evergreen }
      builder.vertex(center.clone().addScaledVector(outward, radius), normal, color, groove ? 0.62 : 1, center, life)
    }
  })
  builder.strip(base, shape.rings, sides)
}
