/** Bushes: seven balls of leaves on short stems, with hydrangea heads, camellia rosettes or white sprays. */

import { bushes, starter as looks, bush as shared, variants } from 'looks/plants.json'
import type { BufferGeometry, Vector3 } from 'three'
import { Builder } from '../builder'
import { foliage, rosette } from '../foliage'
import { HEAD_SLOWNESS, KIND } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import { along, GOLDEN_ANGLE, jitter, polar, shades, TAU, vec, WHITE } from '../vectors'
import { starter } from './starter'

export interface BushShape {
  seed: number
  dark: string
  light: string
  cards: number
  /** Whether its leaves turn in autumn and fall. */
  turns?: boolean
  bloom: 'heads' | 'rosettes' | 'sprays'
}

// biome-ignore format: one bush a line
export const BUSHES = {
  hydrangea: { ...bushes.hydrangea, ...variants.bush.hydrangea, seed: 3, cards: 84, bloom: 'heads' },
  camellia: { ...bushes.camellia, ...variants.bush.camellia, seed: 8, cards: 74, bloom: 'rosettes' },
  whitebush: { ...bushes.whitebush, ...variants.bush.whitebush, seed: 15, cards: 84, bloom: 'sprays' },
} satisfies Record<string, BushShape>

const BARK = shades(shared.bark)
const BALLS = shared.balls
const MIDDLE = vec(0, 0.5, 0)

export function bush(shape: BushShape, detail: Detail): BufferGeometry {
  const random = createRng(shape.seed)
  const builder = new Builder(random, detail)
  const centers: Vector3[] = []
  for (let index = 0; index < BALLS; index++) {
    const distance = index === 0 ? 0 : 0.42 * Math.sqrt(index / BALLS) + 0.12
    centers.push(polar(index * GOLDEN_ANGLE, distance, 0.42 + (1 - distance) * 0.34 + random.bell() * 0.08))
  }
  starter(builder, looks.mounds.bush)
  const [bottom, top] = shades(shape)
  centers.forEach((center, index) => {
    const stem = [vec(center.x * 0.15, 0, center.z * 0.15), center.clone().multiplyScalar(0.5), center]
    builder.tube(stem, {
      radius: (t) => 0.05 * (1 - t * 0.6),
      sides: 4,
      colors: BARK,
      birth: [0.08, 0.34],
      flex: [0, 0.15],
      shade: 0.5,
    })
    foliage(builder, {
      center,
      radius: random.range(shared.ball.least, shared.ball.most),
      cards: shape.cards,
      leaf: 0.19,
      top: jitter(top, random, 8),
      bottom: jitter(bottom, random, 6),
      birth: shared.birth.start + (shared.birth.span * index) / BALLS,
      flex: 0.25,
      crown: { center: MIDDLE, radius: 1 },
      squash: shared.squash,
      kind: shape.turns ? KIND.leaf : KIND.evergreen,
    })
  })
  if (shape.bloom === 'heads') hydrangeaHeads(builder, centers)
  else if (shape.bloom === 'rosettes') scatter(builder, centers, { count: 26, size: 0.11, petals: 6, layers: 2 })
  else scatter(builder, centers, { count: 44, size: 0.07, petals: 5, layers: 1 })
  return builder.build()
}

function hydrangeaHeads(builder: Builder, centers: Vector3[]): void {
  centers.slice(0, builder.detail ? 4 : BALLS).forEach((center, index) => {
    const outward = center
      .clone()
      .sub(MIDDLE)
      .add(vec(0, 0.18, 0))
      .normalize()
    const head = along(center, outward, 0.36)
    foliage(builder, {
      center: head,
      radius: 0.21,
      cards: 40,
      leaf: 0.14,
      top: WHITE,
      bottom: [205, 195, 225],
      birth: 0.53 + 0.022 * index,
      flex: 0.3,
      crown: { center: head, radius: 0.5 },
      kind: KIND.petal,
      slow: HEAD_SLOWNESS,
      squash: 0.85,
      core: 0.9,
    })
  })
}

function scatter(
  builder: Builder,
  centers: Vector3[],
  bloom: { count: number; size: number; petals: number; layers: number },
): void {
  const { random, detail } = builder
  const count = detail ? Math.ceil(bloom.count * 0.4) : bloom.count
  for (let index = 0; index < count; index++) {
    const angle = random() * TAU
    const y = random.range(-0.05, 1)
    const outward = polar(angle, Math.sqrt(1 - Math.min(1, y * y)), y)
    rosette(builder, {
      center: along(random.pick(centers), outward, 0.45),
      axis: outward,
      size: bloom.size * (detail ? 1.35 : 1),
      petals: bloom.petals,
      layers: detail ? 1 : bloom.layers,
      colors: [[235, 190, 200], WHITE],
      birth: 0.58 + random() * 0.26,
      flex: 0.35,
    })
  }
}
