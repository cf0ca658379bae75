/** Herbs: lavender with its spikes, basil with opposite leaves in whorls. */

import { herbs, starter as looks } from 'looks/plants.json'
import type { BufferGeometry } from 'three'
import { Builder } from '../builder'
import { sideOf } from '../foliage'
import { KIND } from '../growth'
import { createRng } from '../rng'
import type { Detail } from '../types'
import { along, between, clamp, GOLDEN_ANGLE, jitter, polar, rgb, shades, tangent, vec, WHITE } from '../vectors'
import { starter } from './starter'

const LAVENDER = { stem: [rgb('#5c7a52'), rgb('#9ab688')], leaf: shades(herbs.lavender.leaf) } as const
const BASIL = { stem: [rgb('#4f7d3c'), rgb('#8fc65a')], leaf: shades(herbs.basil.leaf) } as const

export function lavender(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, looks.mounds.herb)
  const { height, reach, birth: born } = herbs.lavender
  const stems = detail ? 14 : 26
  for (let index = 0; index < stems; index++) {
    const order = index / stems
    const angle = index * GOLDEN_ANGLE
    const distance = Math.sqrt(order)
    const foot = polar(angle, distance * 0.14, 0.02)
    const top = polar(angle, distance * reach, height - 0.22 * distance * distance + random.bell() * 0.05)
    const birth = born.start + born.span * order
    const bend = between(foot, top, 0.5).add(vec(0, 0.05, 0))
    builder.tube([foot, bend, top], {
      radius: () => 0.011,
      sides: 3,
      colors: LAVENDER.stem,
      birth: [birth, birth + 0.3],
      flex: [0, 0.6],
      kind: KIND.evergreen,
      shade: 0.45,
    })
    for (let leaf = 0; leaf < (detail ? 3 : 5); leaf++) {
      const t = 0.08 + leaf * 0.1
      const direction = polar(angle + leaf * 2.3, 1, 1.1).normalize()
      builder.leaf({
        base: between(foot, top, t),
        direction,
        side: sideOf(direction),
        length: 0.24,
        width: 0.05,
        colors: LAVENDER.leaf,
        life: { birth: clamp(birth + 0.04 + t * 0.2), flex: 0.3, kind: KIND.evergreen },
        shade: [0.55, 1],
        droop: 0.15,
      })
    }
    const spike = top.clone().sub(foot).normalize()
    const florets = detail ? 8 : 15
    for (let floret = 0; floret < florets; floret++) {
      const t = floret / florets
      const direction = polar(floret * 2.1, 1, 0.9).normalize()
      builder.leaf({
        base: along(top, spike, -0.1 + t * 0.3),
        direction,
        side: sideOf(direction),
        length: 0.088 * (detail ? 1.5 : 1) * (1.1 - t * 0.5),
        width: 0.057,
        colors: [[200, 180, 235], WHITE],
        life: { birth: clamp(0.46 + 0.16 * order + t * 0.12 + 0.06 * random()), flex: 0.65, kind: KIND.petal },
        pivot: top,
        shade: [0.85, 0.85],
        normal: polar(floret * 2.1, 0.8, 0.5),
      })
    }
  }
  return builder.build()
}

export function basil(seed: number, detail: Detail): BufferGeometry {
  const random = createRng(seed)
  const builder = new Builder(random, detail)
  starter(builder, looks.mounds.herb)
  const { height: tall, reach, birth: born } = herbs.basil
  const stems = detail ? 6 : 10
  for (let index = 0; index < stems; index++) {
    const order = index / stems
    const angle = index * GOLDEN_ANGLE
    const distance = reach * Math.sqrt(order)
    const height = tall * random.range(0.75, 1.1) - distance * 0.3
    const foot = polar(angle, distance * 0.5, 0.02)
    const top = polar(angle, distance * 1.7, height)
    const birth = born.start + born.span * order
    builder.tube([foot, between(foot, top, 0.5), top], {
      radius: () => 0.016,
      sides: 3,
      colors: BASIL.stem,
      birth: [birth, birth + 0.26],
      flex: [0, 0.4],
      kind: KIND.evergreen,
      shade: 0.4,
    })
    for (let whorl = 0; whorl < 5; whorl++) {
      const t = 0.2 + whorl * 0.2
      const crown = whorl === 4
      for (let leaf = 0; leaf < (crown ? 4 : 2); leaf++) {
        const turn = angle + (whorl * Math.PI) / 2 + (leaf * Math.PI) / (crown ? 2 : 1)
        const length = (crown ? 0.17 : 0.26) * random.range(0.85, 1.1)
        builder.leaf({
          base: between(foot, top, t),
          direction: polar(turn, 1, crown ? 0.9 : 0.42).normalize(),
          side: tangent(turn),
          length,
          width: length * 0.7,
          colors: [jitter(BASIL.leaf[0], random, 8), jitter(BASIL.leaf[1], random, 10)],
          life: { birth: clamp(birth + t * 0.26), flex: 0.25 + 0.3 * t, kind: KIND.evergreen },
          shape: detail ? 'rhombus' : 'pointed',
          shade: [0.4 + 0.4 * t, 0.7 + 0.35 * t],
          droop: 0.35,
          fold: 0.12,
        })
      }
    }
    const florets = detail ? 4 : 9
    for (let floret = 0; floret < florets; floret++) {
      const t = floret / florets
      const turn = floret * GOLDEN_ANGLE
      builder.leaf({
        base: top.clone().add(vec(0, 0.02 + t * 0.2, 0)),
        direction: polar(turn, 1, 0.5).normalize(),
        side: tangent(turn),
        length: 0.07,
        width: 0.055,
        colors: [[240, 225, 250], WHITE],
        life: { birth: clamp(0.56 + 0.1 * order + t * 0.16), flex: 0.5, kind: KIND.petal },
        pivot: top,
      })
    }
  }
  return builder.build()
}
