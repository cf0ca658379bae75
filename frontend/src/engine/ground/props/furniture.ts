/** Potting table, bench, lantern and watering can. */

import looks from 'looks/props.json'
import type { Vector3 } from 'three'
import type { Builder } from '../../builder'
import { KIND } from '../../growth'
import { rgb, shades, vec } from '../../vectors'
import { pot, sprout } from './greenery'
import { box, GLOWING, lathe } from './shapes'

const [WOOD, PALE_WOOD] = shades(looks.wood)
const GREY_WOOD = rgb(looks.greyWood)
const [DARK_PAINT, PAINT] = shades(looks.paint)
const TIN = shades(looks.tin)
const IRON = rgb(looks.iron)
const CANE = shades(looks.cane)
const TIE = rgb(looks.tie)

export function table(builder: Builder): void {
  box(builder, [0, 0.74, 0], [1.15, 0.05, 0.5], PALE_WOOD)
  box(builder, [0, 0.98, -0.235], [1.15, 0.34, 0.035], WOOD, { shade: 0.85 })
  box(builder, [0, 1.16, -0.2], [1.15, 0.03, 0.13], PALE_WOOD)
  box(builder, [0, 0.22, 0], [1.05, 0.035, 0.42], WOOD, { shade: 0.7 })
  for (const x of [-0.52, 0.52]) {
    for (const z of [-0.2, 0.2]) box(builder, [x, 0.36, z], [0.06, 0.72, 0.06], WOOD, { shade: 0.85 })
  }
  // On the board, above it and below.
  pot(builder, 0.105, [-0.36, 0.765, 0.02])
  sprout(builder, [-0.36, 0.92, 0.02], 0.17)
  pot(builder, 0.08, [-0.1, 0.765, 0.08])
  sprout(builder, [-0.1, 0.89, 0.08], 0.13)
  pot(builder, 0.08, [0.1, 0.765, -0.06])
  pot(builder, 0.07, [-0.42, 1.175, -0.2])
  sprout(builder, [-0.42, 1.28, -0.2], 0.12)
  pot(builder, 0.07, [-0.22, 1.175, -0.2])
  pot(builder, 0.13, [-0.25, 0.235, 0])
  pot(builder, 0.11, [0.25, 0.235, 0.03])
  box(builder, [0.36, 0.82, 0.02], [0.3, 0.11, 0.24], GREY_WOOD)
  sprout(builder, [0.28, 0.86, 0.02], 0.1)
  sprout(builder, [0.36, 0.86, -0.03], 0.1)
  sprout(builder, [0.44, 0.86, 0.04], 0.1)
  box(builder, [0.42, 1.25, -0.2], [0.2, 0.14, 0.03], PAINT)
}

export function bench(builder: Builder): void {
  for (const z of [-0.14, 0, 0.14]) box(builder, [0, 0.44, z], [1.25, 0.035, 0.12], PAINT)
  for (const y of [0.62, 0.78]) box(builder, [0, y, -0.23 - (y - 0.6) * 0.18], [1.25, 0.11, 0.03], PAINT)
  for (const x of [-0.54, 0.54]) {
    box(builder, [x, 0.22, 0.16], [0.06, 0.44, 0.06], DARK_PAINT)
    box(builder, [x, 0.43, -0.22], [0.06, 0.86, 0.06], DARK_PAINT)
    box(builder, [x, 0.6, -0.02], [0.06, 0.035, 0.44], PAINT)
    box(builder, [x, 0.51, 0.17], [0.05, 0.16, 0.05], DARK_PAINT)
  }
}

/** Beside what an agent helped to grow: its height is its scale, its thickness is not. */
export function cane(builder: Builder, height: number): void {
  const line = [vec(), vec(0.015, 0.5), vec(0.03, 1)]
  const thin = (metres: number) => (): number => metres / height
  const still = { birth: [0, 0], flex: [0, 0], kind: KIND.fixed } as const
  builder.tube(line, { ...still, radius: thin(0.014), sides: 5, colors: CANE })
  for (const up of [0.45, 0.8]) {
    const tie = [vec(-0.1 / height, up + 0.02, -0.05 / height), vec(0.02 / height, up, 0.02 / height)]
    builder.tube(tie, { ...still, radius: thin(0.018), sides: 4, colors: [TIE, TIE] })
  }
}

/** Metres above its foot where a lantern shines. */
export const FLAME = 0.475

export function lantern(builder: Builder): void {
  builder.setDown({ x: 0, y: 0, z: 0, yaw: 0, scale: 0.72 }, () => {
    box(builder, [0, 0.28, 0], [0.05, 0.56, 0.05], IRON)
    box(builder, [0, 0.565, 0], [0.17, 0.025, 0.17], IRON)
    box(builder, [0, 0.66, 0], [0.11, 0.16, 0.11], rgb(looks.glow), { shade: GLOWING })
    for (const x of [-0.065, 0.065]) {
      for (const z of [-0.065, 0.065]) box(builder, [x, 0.66, z], [0.018, 0.17, 0.018], IRON)
    }
    box(builder, [0, 0.785, 0], [0.19, 0.09, 0.19], IRON, { taper: 0.2 })
  })
}

const CAN_PROFILE = [
  [0.135, 0],
  [0.125, 0.22],
  [0.13, 0.23],
  [0.1, 0.235],
  [0, 0.21],
] as const

export function wateringCan(builder: Builder): void {
  lathe(builder, CAN_PROFILE, TIN, 10)
  const pipe = (points: Vector3[], radius: (t: number) => number): void =>
    builder.tube(points, { radius, sides: 5, colors: TIN, birth: [0, 0], flex: [0, 0], kind: KIND.fixed })
  pipe([vec(0.1, 0.06), vec(0.22, 0.16), vec(0.31, 0.29)], (t) => 0.032 - 0.014 * t)
  pipe([vec(0.3, 0.275), vec(0.325, 0.31)], (t) => 0.02 + 0.035 * t)
  pipe([vec(-0.12, 0.04), vec(-0.22, 0.13), vec(-0.2, 0.27), vec(-0.06, 0.33), vec(0.07, 0.24)], () => 0.014)
}
