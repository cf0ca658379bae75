/** What is green without being a project: pots with flowers, the hedge, water lilies, and the bed that waits. */

import looks from 'looks/props.json'
import type { Builder } from '../../builder'
import { at, clamp, GOLDEN_ANGLE, mixRgb, type Rgb, rgb, shades, TAU, tangent, vec, WHITE } from '../../vectors'
import { box, lathe, STILL } from './shapes'

const CLAY = shades(looks.clay)
const [SOIL, PALE_SOIL] = shades(looks.soil)
const LEAF = shades(looks.leaf)
const HEDGE = shades(looks.hedge)
const [PAD, PALE_PAD] = shades(looks.pad)
const HEART = rgb(looks.heart)
const [WOOD, PALE_WOOD] = shades(looks.wood)

/** In radii of the rim. */
const POT_PROFILE = [
  [0.62, 0],
  [0.86, 1.25],
  [0.98, 1.27],
  [1, 1.55],
  [0.86, 1.56],
  [0.8, 1.42],
  [0, 1.42],
] as const

/** `size` is the rim's radius in metres. */
export function pot(builder: Builder, size: number, place: readonly [number, number, number]): void {
  const profile = POT_PROFILE.map(([radius, height]) => [radius * size, height * size] as const)
  lathe(builder, profile, CLAY, 9, place)
  builder.ball({
    center: vec(place[0], place[1] + 1.4 * size, place[2]),
    radius: 0.8 * size,
    height: 0.12 * size,
    subdivisions: 0,
    color: () => SOIL,
    life: STILL,
  })
}

/** A few leaves; `size` is their length. */
export function sprout(builder: Builder, place: readonly [number, number, number], size: number): void {
  for (let leaf = 0; leaf < 5; leaf++) {
    const angle = leaf * GOLDEN_ANGLE
    builder.leaf({
      base: vec(...place),
      direction: vec(Math.cos(angle) * 0.6, 0.9, Math.sin(angle) * 0.6).normalize(),
      side: tangent(angle),
      length: size,
      width: size * 0.5,
      colors: LEAF,
      life: STILL,
      shape: 'pointed',
      droop: 0.25,
    })
  }
}

const POT_SIZE = 0.15
const POT_LEAVES = 9
const POT_FLOWERS = 7

export function flowerPot(builder: Builder, petal: Rgb): void {
  pot(builder, POT_SIZE, [0, 0.03, 0])
  const top = POT_SIZE * 1.45 + 0.03
  for (let leaf = 0; leaf < POT_LEAVES; leaf++) {
    const angle = leaf * GOLDEN_ANGLE
    const out = 0.4 + 0.1 * ((leaf * 3) % 5)
    builder.leaf({
      base: vec(Math.cos(angle) * POT_SIZE * 0.3, top, Math.sin(angle) * POT_SIZE * 0.3),
      direction: vec(Math.cos(angle) * out, 1, Math.sin(angle) * out).normalize(),
      side: tangent(angle),
      length: 0.2,
      width: 0.09,
      colors: LEAF,
      life: STILL,
      droop: 0.3,
    })
  }
  for (let flower = 0; flower < POT_FLOWERS; flower++) {
    const angle = flower * GOLDEN_ANGLE + 0.7
    const out = (0.05 + 0.09 * Math.sqrt(flower / POT_FLOWERS)) * 1.3
    blossom(
      builder,
      [Math.cos(angle) * out, top + 0.2 + 0.07 * ((flower * 5) % 3), Math.sin(angle) * out],
      petal,
      flower,
    )
  }
}

function blossom(builder: Builder, place: readonly [number, number, number], petal: Rgb, turn: number): void {
  const base = vec(...place)
  for (let index = 0; index < 6; index++) {
    const angle = (index / 6) * TAU + turn
    builder.leaf({
      base,
      direction: vec(Math.cos(angle), 0.35, Math.sin(angle)).normalize(),
      side: tangent(angle),
      length: 0.085,
      width: 0.07,
      colors: [mixRgb(petal, rgb('#7a3b4f'), 0.25), petal],
      life: STILL,
      normal: vec(0, 0.9, 0.4).normalize(),
    })
  }
  builder.ball({ center: base, radius: 0.018, subdivisions: 0, color: () => HEART, life: STILL })
}

const HEDGE_RADIUS = 0.3
const HEDGE_MIDDLE = 0.24
const HEDGE_LEAVES = 26

/** One ball of the hedge. */
export function hedgeBall(builder: Builder): void {
  const { random } = builder
  builder.ball({
    center: vec(0, HEDGE_MIDDLE),
    radius: HEDGE_RADIUS * 0.8,
    height: HEDGE_RADIUS * 0.95,
    subdivisions: 0,
    color: ({ y }) => mixRgb(...HEDGE, clamp(y * 0.4 + 0.1)),
    shade: ({ y }) => 0.4 + 0.3 * clamp(y),
    life: STILL,
  })
  for (let leaf = 0; leaf < HEDGE_LEAVES; leaf++) {
    const y = 1 - ((leaf + 0.5) / HEDGE_LEAVES) * 1.5
    const ring = Math.sqrt(Math.max(0, 1 - y * y))
    const angle = leaf * GOLDEN_ANGLE + random() * 0.6
    const outward = vec(Math.cos(angle) * ring, y, Math.sin(angle) * ring)
    const direction = vec(random.bell(), random.bell() + 0.3, random.bell())
      .addScaledVector(outward, 0.6)
      .normalize()
    const color = mixRgb(...HEDGE, clamp(y * 0.5 + 0.45 + random() * 0.25))
    builder.leaf({
      base: vec(outward.x * HEDGE_RADIUS * 0.85, HEDGE_MIDDLE + y * HEDGE_RADIUS, outward.z * HEDGE_RADIUS * 0.85),
      direction,
      side: direction.clone().cross(outward).normalize(),
      length: 0.15,
      width: 0.09,
      colors: [color, mixRgb(color, HEDGE[1], 0.3)],
      life: STILL,
      normal: outward,
      shade: [0.55 + 0.2 * y, 0.75 + 0.25 * y],
    })
  }
}

/** A pad of one metre's radius with a notch, and its flower where it has a colour. */
export function lilyPad(builder: Builder, petal: Rgb | null): void {
  const up = vec(0, 1)
  const middle = builder.vertex(vec(), up, PALE_PAD, 0.9, vec(), STILL)
  const rim = Array.from({ length: 10 }, (_, index) => {
    const angle = (index / 9) * TAU * 0.9
    return builder.vertex(vec(Math.cos(angle), 0.08, Math.sin(angle)), up, PAD, 0.95, vec(), STILL)
  })
  for (let index = 1; index < rim.length; index++) builder.triangle(middle, at(rim, index), at(rim, index - 1))
  if (!petal) return
  for (let layer = 0; layer < 2; layer++) {
    for (let index = 0; index < 7; index++) {
      const angle = (index / 7) * TAU + layer * 0.4
      builder.leaf({
        base: vec(0, 0.13),
        direction: vec(Math.cos(angle), 0.5 + layer * 0.7, Math.sin(angle)).normalize(),
        side: tangent(angle),
        length: 0.75 - layer * 0.15,
        width: 0.34,
        colors: [petal, mixRgb(petal, WHITE, 0.85)],
        life: STILL,
        normal: vec(0, 0.9, 0.3).normalize(),
        shape: 'petal',
      })
    }
  }
  builder.ball({ center: vec(0, 0.4), radius: 0.16, subdivisions: 0, color: () => HEART, life: STILL })
}

/** A dug bed with a blank label and a spade: something is about to begin. */
export function waitingBed(builder: Builder): void {
  builder.ball({
    center: vec(0, -0.06),
    radius: 0.52,
    height: 0.2,
    subdivisions: 1,
    bump: 0.1,
    faceted: true,
    color: ({ y }) => mixRgb(SOIL, PALE_SOIL, clamp(y)),
    life: STILL,
  })
  box(builder, [0.3, 0.2, 0.3], [0.025, 0.5, 0.02], rgb(looks.greyWood))
  box(builder, [0.3, 0.42, 0.315], [0.2, 0.13, 0.015], PALE_WOOD)
  box(builder, [-0.32, 0.42, -0.05], [0.032, 0.62, 0.032], PALE_WOOD)
  box(builder, [-0.32, 0.74, -0.05], [0.16, 0.035, 0.035], WOOD)
  box(builder, [-0.32, 0.08, -0.05], [0.15, 0.22, 0.02], rgb(looks.tin.dark))
}
