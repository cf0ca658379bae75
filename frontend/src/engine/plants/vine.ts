/** Climbers: a wooden obelisk with two spirals, or an arch hung with racemes. The trellis stands from the first day. */

import { arch as archLooks, starter as looks, obelisk as obeliskLooks, trellis } from 'looks/plants.json'
import type { BufferGeometry, Vector3 } from 'three'
import { Builder } from '../builder'
import { foliage, rosette, sideOf } from '../foliage'
import { KIND } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import { along, at, between, clamp, GOLDEN_ANGLE, jitter, mixRgb, polar, shades, TAU, vec, WHITE } from '../vectors'
import { starter } from './starter'

const TRELLIS = shades(trellis)
const SHOOT = shades(obeliskLooks.shoot)
const LEAF = shades(obeliskLooks.leaf)
const OLD_WOOD = shades(archLooks.shoot)
const [SHADED, LIT] = shades(archLooks.leaf)
/** Points of the arch that a lath joins. */
const RUNGS = [1, 2, 4, 5, 6, 7, 8, 10, 11] as const

function lath(builder: Builder, from: Vector3, to: Vector3, radius = 0.035): void {
  builder.tube([from, between(from, to, 0.5), to], {
    radius: () => radius,
    sides: 4,
    colors: TRELLIS,
    birth: [0, 0],
    flex: [0, 0],
    kind: KIND.fixed,
    shade: 0.8,
  })
}

export function obelisk(seed: number, detail: Detail): BufferGeometry {
  const builder = new Builder(createRng(seed), detail)
  const { height, taper, hoops } = obeliskLooks
  starter(builder, looks.mounds.vine)
  const feet = [0, 1, 2, 3].map((corner) => polar((corner * TAU) / 4 + TAU / 8, obeliskLooks.foot))
  const top = (foot: Vector3) => vec(foot.x * taper, height, foot.z * taper)
  for (const foot of feet) lath(builder, foot, top(foot))
  for (const hoop of hoops) {
    feet.forEach((foot, corner) => {
      const next = at(feet, (corner + 1) % 4)
      lath(builder, between(foot, top(foot), hoop), between(next, top(next), hoop), 0.022)
    })
  }
  builder.ball({
    center: vec(0, height + 0.06, 0),
    radius: 0.08,
    subdivisions: 0,
    color: () => TRELLIS[1],
    life: { birth: 0, flex: 0, kind: KIND.fixed },
    pivot: vec(0, height, 0),
  })
  for (const start of [0, Math.PI]) spiral(builder, start)
  return builder.build()
}

function spiral(builder: Builder, start: number): void {
  const { random, detail } = builder
  const steps = detail ? 18 : 30
  const path: Vector3[] = []
  for (let step = 0; step <= steps; step++) {
    const t = step / steps
    path.push(
      polar(start + t * obeliskLooks.turns, 0.5 * (1 - t * 0.82) + 0.03, 0.05 + t * (obeliskLooks.height + 0.1)),
    )
  }
  builder.tube(path, {
    radius: (t) => 0.032 * (1 - t * 0.7),
    sides: 4,
    colors: SHOOT,
    birth: [0.1, 0.72],
    flex: [0, 0.12],
    kind: KIND.evergreen,
    shade: 0.7,
  })
  const leaves = detail ? 26 : 62
  for (let index = 0; index < leaves; index++) {
    const t = (index + 0.5) / leaves
    const base = at(path, Math.round(t * steps))
    const outward = vec(base.x, 0, base.z).normalize()
    const direction = vec(
      outward.x + random.bell() * 0.9,
      random.range(-0.5, 0.3),
      outward.z + random.bell() * 0.9,
    ).normalize()
    const length = 0.3 * random.range(0.7, 1.15) * (detail ? 1.4 : 1)
    builder.leaf({
      base,
      direction,
      side: sideOf(direction),
      length,
      width: length * 0.8,
      colors: [jitter(LEAF[0], random, 10), jitter(LEAF[1], random, 12)],
      life: { birth: clamp(0.13 + t * 0.6), flex: 0.4, kind: KIND.leaf },
      shape: detail ? 'rhombus' : 'pointed',
      droop: 0.3,
      normal: outward
        .clone()
        .add(vec(0, 0.7, 0))
        .addScaledVector(direction, 0.3)
        .normalize(),
      shade: [0.6, 1],
    })
    if (index % 3 === 2) {
      rosette(builder, {
        center: along(base, outward, 0.12),
        axis: outward
          .clone()
          .add(vec(0, 0.3, 0))
          .normalize(),
        size: 0.15,
        petals: 5,
        colors: [[225, 205, 245], WHITE],
        birth: 0.55 + t * 0.3,
        flex: 0.35,
      })
    }
  }
}

function archLine(z: number): Vector3[] {
  const { halfWidth, height, rise } = archLooks
  return Array.from({ length: 13 }, (_, index) => {
    const t = index / 12
    if (t < 0.3) return vec(-halfWidth, (height * t) / 0.3, z)
    if (t > 0.7) return vec(halfWidth, (height * (1 - t)) / 0.3, z)
    const angle = ((t - 0.3) / 0.4) * Math.PI
    return vec(-halfWidth * Math.cos(angle), height + Math.sin(angle) * rise, z)
  })
}

export function arch(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, looks.mounds.vine)
  const rear = archLine(-archLooks.depth)
  const front = archLine(archLooks.depth)
  for (const line of [rear, front]) {
    builder.tube(line, {
      radius: () => 0.04,
      sides: 4,
      colors: TRELLIS,
      birth: [0, 0],
      flex: [0, 0],
      kind: KIND.fixed,
      shade: 0.8,
    })
  }
  for (const rung of RUNGS) lath(builder, at(rear, rung), at(front, rung), 0.022)
  for (const [frame, inward] of [
    [rear, 0.1],
    [front.slice().reverse(), -0.1],
  ] as const) {
    const path = frame
      .slice(0, 10)
      .map((point, index) =>
        point.clone().add(vec(random.bell() * 0.06, random.bell() * 0.04, inward + Math.sin(index * 1.3) * 0.14)),
      )
    builder.tube(path, {
      radius: (t) => 0.055 * (1 - t * 0.75),
      sides: 4,
      colors: OLD_WOOD,
      birth: [0.08, 0.7],
      flex: [0, 0.08],
      shade: 0.7,
    })
    path.forEach((point, index) => {
      if (index < 2) return
      foliage(builder, {
        center: point,
        radius: 0.27,
        cards: 26,
        leaf: 0.25,
        top: LIT,
        bottom: SHADED,
        birth: 0.12 + 0.05 * index,
        flex: 0.25,
        crown: { center: vec(0, 1.2, 0), radius: 1.9 },
        squash: 0.8,
      })
      if (index > 2) for (let count = 0; count < 2; count++) raceme(builder, point, 0.56 + 0.03 * index)
    })
  }
  return builder.build()
}

/** A hanging cone of petals. */
function raceme(builder: Builder, point: Vector3, birth: number): void {
  const { random, detail } = builder
  const top = point.clone().add(vec(random.bell() * 0.16, -0.12, random.bell() * 0.22))
  const length = random.range(0.38, 0.72)
  const petals = detail ? 9 : 20
  for (let index = 0; index < petals; index++) {
    const t = index / petals
    const angle = index * GOLDEN_ANGLE
    const direction = polar(angle, 1, -0.9).normalize()
    builder.leaf({
      base: top.clone().add(polar(angle, 0.13 * (1 - t * 0.85), -t * length)),
      direction,
      side: sideOf(direction),
      length: 0.12 * (detail ? 1.5 : 1),
      width: 0.11,
      colors: [mixRgb([250, 245, 255], [190, 170, 215], t), mixRgb(WHITE, [200, 180, 225], t)],
      life: { birth: clamp(birth - t * 0.04), flex: 0.3 + 0.5 * t, kind: KIND.petal },
      pivot: top,
      normal: polar(angle, 0.8, 0.5).normalize(),
      shade: [0.9, 0.9],
    })
  }
}
