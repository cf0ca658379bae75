/** A conifer: tiers of drooping, folded needle sprays from the ground up, cones in the accent colour. */

import { starter as looks, conifer as shape } from 'looks/plants.json'
import type { BufferGeometry } from 'three'
import { Builder } from '../builder'
import { KIND } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import { at, clamp, GOLDEN_ANGLE, jitter, mixRgb, polar, shades, TAU, tangent, vec, WHITE } from '../vectors'
import { starter } from './starter'

const { height, rise, reach: spread, birth } = shape
const BARK = shades(shape.bark)
const [NEEDLE_DARK, NEEDLE_LIGHT] = shades(shape.leaf)
const CONE_COUNT = 9
/** Tiers, sprays in the lowest tier and their breadth, by level of detail. */
const TIERS = [shape.tiers, 12, 8]
const SPRAYS = [16, 13, 9]
const WIDENED = [1, 1.3, 1.7]

const tierHeight = (t: number): number => height * (rise.foot + rise.span * t ** rise.exponent)
const tierRadius = (t: number): number => spread.most * (1 - t) ** spread.taper + spread.tip

export function conifer(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, looks.mounds.tree)
  const trunk = [0, 0.2, 0.45, 0.7, 0.97].map((t) => vec(Math.sin(t * 3) * 0.05, t * height, 0))
  const radius = (t: number) => 0.2 * (1 - t * 0.97) * (1 + 0.6 * (1 - t) ** 8)
  builder.tube(trunk, { radius, sides: 6, colors: BARK, birth: [birth.start, 0.5], flex: [0, 0.35], shade: 0.5 })
  const tiers = at(TIERS, detail)
  for (let tier = 0; tier < tiers; tier++) sprays(builder, tier / (tiers - 1))
  if (detail < 2) cones(builder)
  return builder.build()
}

function sprays(builder: Builder, t: number): void {
  const { random, detail } = builder
  const y = tierHeight(t)
  const reach = tierRadius(t)
  const count = Math.round(at(SPRAYS, detail) * (0.45 + 0.55 * (1 - t)))
  const offset = random() * TAU
  for (let index = 0; index < count; index++) {
    const angle = offset + (index / count) * TAU + random.bell() * 0.12
    const fall = -0.34 - 0.3 * (1 - t) + random.bell() * 0.07
    builder.leaf({
      base: polar(angle, 0.04, y + random.bell() * 0.05),
      direction: polar(angle, 1, fall).normalize(),
      side: tangent(angle),
      length: reach * random.range(0.82, 1.12),
      width: (0.5 + 0.1 * random()) * at(WIDENED, detail) * (0.5 + (0.5 * reach) / 1.5),
      colors: [
        jitter(NEEDLE_DARK, random, 8),
        jitter(mixRgb(NEEDLE_DARK, NEEDLE_LIGHT, 0.5 + 0.5 * random()), random, 8),
      ],
      life: {
        birth: clamp(birth.start + birth.span * t + random() * 0.02),
        flex: 0.12 + t * 0.3,
        kind: KIND.evergreen,
        slow: 1,
      },
      shape: detail ? 'rhombus' : 'pointed',
      pivot: vec(0, y - 0.1, 0),
      normal: polar(angle, 0.75, 0.75).normalize(),
      shade: [0.38, 0.98],
      droop: 0.14,
      fold: -0.22,
      essential: true,
    })
  }
}

function cones(builder: Builder): void {
  for (let index = 0; index < CONE_COUNT; index++) {
    const t = 0.08 + (0.74 * index) / CONE_COUNT
    const hang = polar(index * GOLDEN_ANGLE, tierRadius(t) * 0.72, tierHeight(t) - tierRadius(t) * 0.42)
    builder.ball({
      center: hang,
      radius: 0.07,
      height: 0.12,
      subdivisions: 0,
      color: (normal) => mixRgb([165, 140, 145], WHITE, clamp(normal.y * 0.5 + 0.5)),
      life: { birth: 0.62 + 0.02 * index, flex: 0.3, kind: KIND.petal },
    })
  }
}
