/** A cat, curled up on its side, nose to tail. */

import { fur, muzzle } from 'looks/props.json'
import type { Vector3 } from 'three'
import type { Builder } from '../../builder'
import { KIND } from '../../growth'
import { clamp, mixRgb, type Rgb, rgb, shades, vec } from '../../vectors'
import { STILL } from './shapes'

const [DARK, LIGHT] = shades(fur)
const MUZZLE = rgb(muzzle)

const tabby = ({ x, y }: Vector3): Rgb =>
  Math.sin(x * 14 + y * 3) > 0.45 && y > -0.1 ? DARK : mixRgb(DARK, LIGHT, clamp(y * 0.6 + 0.65))
const face = ({ y, z }: Vector3): Rgb => (z > 0.75 && y < 0.2 ? MUZZLE : mixRgb(DARK, LIGHT, clamp(y * 0.5 + 0.75)))

export function cat(builder: Builder): void {
  const shade = ({ y }: Vector3): number => 0.65 + 0.35 * clamp(y * 0.5 + 0.5)
  const body = { color: tabby, life: STILL, shade }
  builder.ball({ ...body, center: vec(0, 0.085), radius: 0.2, height: 0.115, subdivisions: 2 })
  builder.ball({ ...body, center: vec(-0.09, 0.095, 0.02), radius: 0.125, height: 0.1, subdivisions: 1 })
  builder.ball({ ...body, center: vec(0.135, 0.1, 0.115), radius: 0.085, height: 0.075, subdivisions: 1, color: face })
  for (const x of [0.095, 0.18]) {
    builder.leaf({
      base: vec(x, 0.15, 0.1),
      direction: vec((x - 0.137) * 4, 1, 0.1).normalize(),
      side: vec(1, 0, -0.3),
      length: 0.07,
      width: 0.075,
      colors: [LIGHT, DARK],
      life: STILL,
      normal: vec(0, 0.3, 0.9).normalize(),
    })
  }
  const tail = Array.from({ length: 6 }, (_, index) => {
    const angle = 2.7 - index * 0.5
    return vec(Math.cos(angle) * 0.215, 0.04 + 0.008 * index, Math.sin(angle) * 0.215)
  })
  builder.tube(tail, {
    radius: (t) => 0.036 - 0.012 * t,
    sides: 6,
    colors: [LIGHT, MUZZLE],
    birth: [0, 0],
    flex: [0, 0],
    kind: KIND.fixed,
  })
}
