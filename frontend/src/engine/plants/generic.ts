/** Broad-leaved perennials for projects that fit no other kind: a hosta, and a bellflower with taller spires. */

import { starter as looks, perennialBirth, perennials } from 'looks/plants.json'
import type { BufferGeometry } from 'three'
import { Builder } from '../builder'
import { KIND } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import { clamp, GOLDEN_ANGLE, jitter, mixRgb, polar, shades, tangent, vec, WHITE } from '../vectors'
import { starter } from './starter'

export interface PerennialShape {
  seed: number
  leaves: number
  leaf: { dark: string; light: string }
  leafSize: { least: number; most: number }
  /** Width of a leaf beside its length. */
  breadth: number
  spires: number
  spireHeight: number
  bells: number
  bellSize: number
}

// biome-ignore format: one perennial a line
export const PERENNIALS = {
  hosta: { ...perennials.hosta, seed: 20, leaves: 16, bells: 14, bellSize: 0.15 },
  bellflower: { ...perennials.bellflower, seed: 25, leaves: 14, bells: 12, bellSize: 0.17 },
} satisfies Record<string, PerennialShape>

export function perennial(shape: PerennialShape, detail: Detail): BufferGeometry {
  const random = createRng(shape.seed)
  const builder = new Builder(random, detail)
  starter(builder, looks.mounds.generic)
  const colors = shades(shape.leaf)
  const [dark, light] = colors
  const leaves = detail ? Math.ceil(shape.leaves * 0.6) : shape.leaves
  for (let index = 0; index < leaves; index++) {
    const t = index / leaves
    const angle = index * GOLDEN_ANGLE
    const elevation = 0.45 + t * 0.8
    const size = random.range(shape.leafSize.least, shape.leafSize.most) * (1 - t * 0.25)
    const stalk = polar(angle, Math.cos(elevation) * 0.55, Math.sin(elevation) * 0.55 + 0.06)
    const birth = perennialBirth.start + perennialBirth.span * (1 - t)
    const bend = stalk
      .clone()
      .multiplyScalar(0.5)
      .add(vec(0, 0.05, 0))
    builder.tube([vec(0, 0.03, 0), bend, stalk], {
      radius: () => 0.024,
      sides: 3,
      colors,
      birth: [birth, birth + 0.08],
      flex: [0, 0.2],
      kind: KIND.evergreen,
      shade: 0.35,
    })
    builder.leaf({
      base: stalk,
      direction: polar(angle, 1, 0.25 + t * 0.3).normalize(),
      side: tangent(angle),
      length: size,
      width: size * shape.breadth,
      colors: [jitter(dark, random, 6), jitter(mixRgb(dark, light, 0.8), random, 10)],
      life: { birth: clamp(birth + 0.07), flex: 0.3, kind: KIND.evergreen },
      shape: 'pointed',
      droop: 0.55,
      shade: [0.55 + 0.25 * t, 0.85 + 0.2 * t],
      fold: 0.28,
    })
  }
  for (let index = 0; index < shape.spires; index++) spire(builder, shape, index)
  return builder.build()
}

function spire(builder: Builder, shape: PerennialShape, index: number): void {
  const order = index / shape.spires
  const top = polar(index * 2.1, 0.16 + 0.1 * order, shape.spireHeight - order * 0.36)
  const late = 0.14 * order
  const stem = [vec(0, 0.1, 0), top.clone().multiplyScalar(0.55), top]
  builder.tube(stem, {
    radius: () => 0.018,
    sides: 3,
    colors: shades(shape.leaf),
    birth: [0.46 + late, 0.6 + late],
    flex: [0, 0.6],
    kind: KIND.evergreen,
  })
  const bells = builder.detail ? Math.ceil(shape.bells * 0.55) : shape.bells
  for (let bell = 0; bell < bells; bell++) {
    const t = bell / bells
    const turn = bell * GOLDEN_ANGLE
    builder.leaf({
      base: top.clone().multiplyScalar(0.55 + 0.45 * t),
      direction: polar(turn, 1, -0.5).normalize(),
      side: tangent(turn),
      length: shape.bellSize * (1.15 - t * 0.6),
      width: shape.bellSize * 0.75,
      colors: [[220, 200, 240], WHITE],
      life: { birth: clamp(0.58 + late + t * 0.14), flex: 0.5, kind: KIND.petal },
      shape: builder.detail ? 'rhombus' : 'petal',
      normal: polar(turn, 0.8, 0.5),
    })
  }
}
