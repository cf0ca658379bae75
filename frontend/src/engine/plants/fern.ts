/** A fern: fronds that arch outward, with leaflets along both sides; the inner fronds come first. */

import { starter as looks, fern as shared } from 'looks/plants.json'
import type { BufferGeometry, Vector3 } from 'three'
import { Builder } from '../builder'
import { KIND } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import { along, at, clamp, GOLDEN_ANGLE, jitter, mixRgb, polar, rgb, shades, tangent, UP } from '../vectors'
import { starter } from './starter'

const RIB = shades(shared.rib)
const LEAFLET = { dark: rgb(shared.dark), near: rgb(shared.near), far: rgb(shared.far) } as const
/** The stake's stripe is a fern's only accent, so young curled tips carry one more. */
const FIDDLEHEADS = 3

export function fern(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, looks.mounds.fern)
  const fronds = detail ? 10 : 16
  for (let index = 0; index < fronds; index++) {
    const order = index / fronds
    frond(builder, {
      angle: index * GOLDEN_ANGLE,
      length: random.range(0.85, 1.2),
      elevation: 0.75 + 0.5 * order + random.bell() * 0.1,
      birth: shared.birth.start + shared.birth.span * (1 - order),
    })
  }
  if (!detail) for (let index = 0; index < FIDDLEHEADS; index++) fiddlehead(builder, index * 2.1 + 0.7)
  return builder.build()
}

function frond(builder: Builder, shape: { angle: number; length: number; elevation: number; birth: number }): void {
  const { random, detail } = builder
  const { angle, length, birth } = shape
  const steps = detail ? 7 : 12
  const path: Vector3[] = [polar(angle, 0.04, 0.05)]
  for (let step = 1; step <= steps; step++) {
    const t = step / steps
    const elevation = shape.elevation - t * t * 1.5
    path.push(along(at(path, step - 1), polar(angle, Math.cos(elevation), Math.sin(elevation)), length / steps))
  }
  const side = tangent(angle)
  builder.tube(path, {
    radius: (t) => 0.018 * (1 - t),
    sides: 3,
    colors: RIB,
    birth: [birth, birth + 0.2],
    flex: [0, 0.5],
    kind: KIND.evergreen,
    shade: 0.4,
  })
  for (let step = 1; step < steps; step++) {
    const t = step / steps
    const base = at(path, step)
    const forward = at(path, step + 1)
      .clone()
      .sub(base)
      .normalize()
    const reach = 0.36 * Math.sin(Math.PI * t ** 0.75) + 0.05
    const up = forward.clone().cross(side).normalize()
    if (up.y < 0) up.negate()
    const normal = up.addScaledVector(UP, 0.5).normalize()
    for (const hand of [-1, 1]) {
      builder.leaf({
        base,
        direction: side
          .clone()
          .multiplyScalar(hand)
          .addScaledVector(forward, 0.45)
          .addScaledVector(UP, 0.12)
          .normalize(),
        side: forward,
        length: reach,
        width: (length / steps) * 1.05,
        colors: [jitter(LEAFLET.dark, random, 8), jitter(mixRgb(LEAFLET.near, LEAFLET.far, t), random, 8)],
        life: { birth: clamp(birth + t * 0.2 + 0.02), flex: 0.15 + 0.4 * t, kind: KIND.evergreen },
        normal,
        shade: [0.5 + 0.4 * t, 0.75 + 0.3 * t],
        droop: 0.2,
      })
    }
  }
}

/** A young frond still rolled up, in the middle of an old fern. */
function fiddlehead(builder: Builder, angle: number): void {
  const path: Vector3[] = [polar(angle, 0.06, 0.05), polar(angle, 0.1, 0.3)]
  for (let step = 0; step <= 8; step++) {
    const t = step / 8
    const turn = Math.PI - t * 5.2
    const curl = 0.11 * (1 - t * 0.75)
    path.push(polar(angle, 0.21 + Math.cos(turn) * curl, 0.5 + Math.sin(turn) * curl))
  }
  builder.tube(path, {
    radius: (t) => 0.026 * (1 - t * 0.5),
    sides: 4,
    colors: [RIB[1], LEAFLET.far],
    birth: [0.76, 0.84],
    flex: [0, 0.25],
    kind: KIND.evergreen,
    shade: 0.5,
  })
}
