/** Flower clumps: stems with leaves, and a head that makes the daisy, the tulip, the sunflower or the allium. */

import { flowers, starter as looks, flower as shared } from 'looks/plants.json'
import type { BufferGeometry, Vector3 } from 'three'
import { Builder } from '../builder'
import { foliage } from '../foliage'
import { HEAD_SLOWNESS, KIND } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import {
  along,
  between,
  clamp,
  GOLDEN_ANGLE,
  jitter,
  mixRgb,
  planeAcross,
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

interface Head {
  center: Vector3
  /** Direction of the stem's lean. */
  angle: number
  birth: number
}

export interface FlowerShape {
  seed: number
  stems: number
  height: number
  /** How far heads lean outward. */
  lean: number
  spread: number
  thickness: number
  leaves: {
    count: number
    rise: number
    basal: boolean
    droop: number
    full: boolean
    size: (t: number, height: number) => readonly [length: number, width: number]
  }
  head: (builder: Builder, head: Head) => void
}

const STEM = shades(shared.leaf)
const HEAD_FLEX = 0.75
const DISC = { daisy: rgb(shared.daisyDisc), sunflower: shades(shared.sunflowerDisc) } as const

// biome-ignore format: one flower a paragraph
export const FLOWERS = {
  daisy: {
    ...flowers.daisy, seed: 4, thickness: 0.022, head: daisyHead,
    leaves: { count: 4, rise: 0.5, basal: false, droop: 0.45, full: false, size: () => [0.26, 0.085] },
  },
  tulip: {
    ...flowers.tulip, seed: 9, thickness: 0.022, head: tulipHead,
    leaves: { count: 2, rise: 1.5, basal: true, droop: 0.25, full: true, size: (_, height) => [height * 0.72, 0.13] },
  },
  sunflower: {
    ...flowers.sunflower, seed: 16, thickness: 0.045, head: sunflowerHead,
    leaves: { count: 7, rise: 0.5, basal: false, droop: 0.45, full: true, size: (t) => [0.52 * (1.15 - t), 0.52 * (1.15 - t) * 0.72] },
  },
  allium: {
    ...flowers.allium, seed: 21, thickness: 0.022, head: alliumHead,
    leaves: { count: 2, rise: 1.1, basal: true, droop: 0.45, full: true, size: () => [0.62, 0.12] },
  },
} satisfies Record<string, FlowerShape>

export function flower(shape: FlowerShape, detail: Detail): BufferGeometry {
  const random = createRng(shape.seed)
  const builder = new Builder(random, detail)
  starter(builder, looks.mounds.flower)
  const stems = detail ? Math.ceil(shape.stems * 0.7) : shape.stems
  for (let index = 0; index < stems; index++) {
    const angle = index * GOLDEN_ANGLE + random() * 0.5
    const distance = shared.spread * Math.sqrt(index / shape.stems) * shape.spread
    const height = shape.height * random.range(0.72, 1.08)
    const foot = polar(angle, distance * 0.6, 0.02)
    const top = polar(angle, distance * (1 + shape.lean * 2) + 0.05, height)
    const middle = between(foot, top, 0.5).add(polar(angle, -0.04, 0.06))
    const birth = shared.stem.start + shared.stem.span * (index / stems)
    builder.tube([foot, middle, top], {
      radius: (t) => shape.thickness * (1 - t * 0.35),
      sides: detail ? 3 : 4,
      colors: STEM,
      birth: [birth, birth + 0.26],
      flex: [0, HEAD_FLEX],
      kind: KIND.evergreen,
      shade: 0.5,
    })
    stemLeaves(builder, shape, [foot, middle, top], angle, birth, height)
    // The last stems open late: an ancient clump carries more heads than a blooming one.
    const opening = shared.head.start + shared.head.span * (index / stems) + 0.04 * random()
    shape.head(builder, { center: top, angle, birth: opening })
  }
  return builder.build()
}

function stemLeaves(
  builder: Builder,
  shape: FlowerShape,
  stem: [Vector3, Vector3, Vector3],
  angle: number,
  birth: number,
  height: number,
): void {
  const { random } = builder
  const { leaves } = shape
  for (let index = 0; index < leaves.count; index++) {
    const t = leaves.basal ? 0.03 : 0.12 + (0.62 * index) / leaves.count
    const base = between(between(stem[0], stem[1], Math.min(1, t * 2)), stem[2], Math.max(0, t * 2 - 1))
    const turn = angle + index * 2.1 + random()
    const [length, width] = leaves.size(t, height)
    builder.leaf({
      base,
      direction: polar(turn, 1, leaves.rise).normalize(),
      side: tangent(turn),
      length,
      width,
      colors: [jitter(STEM[0], random, 8), jitter(STEM[1], random, 10)],
      life: { birth: clamp(birth + t * 0.26 + 0.03), flex: 0.3 + t * 0.3, kind: KIND.evergreen },
      shape: leaves.full ? 'pointed' : 'rhombus',
      droop: leaves.droop,
      shade: [0.55, 1],
    })
  }
}

/** Petals in a flat ring about the head's axis. */
function petalRing(
  builder: Builder,
  head: Head,
  axis: Vector3,
  ring: {
    petals: number
    length: number
    width: number
    rise: number
    turn: number
    from: number
    colors: readonly [typeof WHITE, typeof WHITE]
  },
): void {
  const [first, second] = planeAcross(axis, builder.random)
  for (let index = 0; index < ring.petals; index++) {
    const angle = ((index + ring.turn) / ring.petals) * TAU
    const direction = first
      .clone()
      .multiplyScalar(Math.cos(angle))
      .addScaledVector(second, Math.sin(angle))
      .addScaledVector(axis, ring.rise)
      .normalize()
    builder.leaf({
      base: along(head.center, direction, ring.from),
      direction,
      side: direction.clone().cross(axis).normalize(),
      length: ring.length,
      width: ring.width,
      colors: ring.colors,
      life: { birth: head.birth, flex: HEAD_FLEX, kind: KIND.petal },
      shape: builder.detail ? 'rhombus' : 'petal',
      pivot: head.center,
      normal: axis.clone().addScaledVector(direction, 0.3).normalize(),
      shade: [0.78, 1],
      droop: 0.08,
    })
  }
}

function daisyHead(builder: Builder, head: Head): void {
  const { detail, random } = builder
  const axis = polar(head.angle, 0.35, 1).normalize()
  const length = 0.2 * random.range(0.85, 1.15)
  petalRing(builder, head, axis, {
    petals: detail ? 6 : 11,
    length,
    width: length * 0.5,
    rise: 0.24,
    turn: 0,
    from: 0.01,
    colors: [[232, 208, 220], WHITE],
  })
  builder.ball({
    center: along(head.center, axis, 0.03),
    radius: 0.06,
    height: 0.042,
    subdivisions: detail ? 0 : 1,
    color: () => DISC.daisy,
    shade: (normal) => 0.75 + 0.25 * normal.y,
    life: { birth: head.birth - 0.04, flex: HEAD_FLEX, kind: KIND.fixed },
    pivot: head.center,
  })
}

function tulipHead(builder: Builder, head: Head): void {
  const length = 0.3 * builder.random.range(0.85, 1.1)
  for (let index = 0; index < 6; index++) {
    const angle = (index / 6) * TAU
    const outward = polar(angle, 1)
    builder.leaf({
      base: along(head.center, outward, 0.035),
      direction: outward
        .clone()
        .multiplyScalar(0.38 + (index % 2) * 0.1)
        .add(UP as Vector3)
        .normalize(),
      side: tangent(angle),
      length,
      width: length * 0.74,
      colors: [[215, 190, 170], WHITE],
      life: { birth: head.birth, flex: HEAD_FLEX, kind: KIND.petal },
      shape: 'pointed',
      pivot: head.center,
      normal: outward
        .clone()
        .add(vec(0, 0.45, 0))
        .normalize(),
      shade: [0.62, 1],
      droop: -0.12,
    })
  }
}

function sunflowerHead(builder: Builder, head: Head): void {
  const { detail } = builder
  // All heads look to the front, as sunflowers look to the light.
  const axis = polar(head.angle, 0.25, 0.5)
    .add(vec(0, 0, 0.85))
    .normalize()
  for (const layer of [0, 1]) {
    petalRing(builder, head, axis, {
      petals: detail ? 10 : 18,
      length: 0.24 - layer * 0.03,
      width: 0.1,
      rise: 0.12 + layer * 0.16,
      turn: layer * 0.5,
      from: 0.13,
      colors: [[240, 170, 90], WHITE],
    })
  }
  const [rim, middle] = DISC.sunflower
  builder.ball({
    center: along(head.center, axis, 0.02),
    radius: 0.17,
    subdivisions: detail ? 0 : 1,
    color: (normal) => mixRgb(rim, middle, clamp(normal.dot(axis))),
    shade: (normal) => 0.6 + 0.4 * clamp(normal.dot(axis)),
    life: { birth: head.birth - 0.06, flex: HEAD_FLEX, kind: KIND.fixed },
    pivot: head.center,
  })
}

function alliumHead(builder: Builder, head: Head): void {
  foliage(builder, {
    center: head.center,
    radius: 0.17 * builder.random.range(0.8, 1.15),
    cards: 66,
    leaf: 0.1,
    top: WHITE,
    bottom: [170, 140, 210],
    birth: head.birth,
    flex: HEAD_FLEX,
    crown: { center: head.center, radius: 0.34 },
    kind: KIND.petal,
    slow: HEAD_SLOWNESS,
    squash: 1,
    core: 0.7,
  })
}
