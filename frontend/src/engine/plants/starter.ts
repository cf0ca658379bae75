/** What every plant begins with: a mound of soil, a seed, two pairs of cotyledons and a label stake. */

import { growth, starter as looks } from 'looks/plants.json'
import type { Builder } from '../builder'
import { KIND, type VertexKind } from '../growth'
import { at, clamp, mixRgb, polar, type Rgb, rgb, shades, vec, WHITE } from '../vectors'

const SOIL = shades(looks.soil)
const SEED = shades(looks.seed)
const SHOOT = shades(looks.shoot)
const COTYLEDON = shades(looks.cotyledon)
const STAKE = rgb(looks.stake)
const LABEL = rgb(looks.label)

/** `mound` is the radius of the soil in metres. */
export function starter(builder: Builder, mound: number): void {
  const fixed = { birth: 0, flex: 0, kind: KIND.fixed }
  builder.ball({
    center: vec(0, -0.04, 0),
    radius: mound,
    height: mound * 0.42,
    subdivisions: builder.detail ? 0 : 1,
    bump: 0.08,
    color: (normal) => mixRgb(...SOIL, clamp(normal.y)),
    shade: (normal) => 0.6 + 0.4 * clamp(normal.y),
    life: fixed,
    pivot: vec(),
    faceted: true,
  })
  builder.ball({
    center: vec(0.02, mound * 0.42, 0.03),
    radius: 0.095,
    height: 0.12,
    subdivisions: 0,
    color: (normal) => mixRgb(...SEED, clamp(normal.y)),
    life: { ...fixed, death: growth.seedGone },
    pivot: vec(0, 0.08, 0),
  })
  builder.facingVisitor(() => labelStake(builder, mound * 0.95))
  seedling(builder)
}

/**
 * A weathered stake with a board, a little askew; the stripe on it carries the project's accent from its first day. It is
 * gone once the plant speaks for itself.
 */
function labelStake(builder: Builder, offset: number): void {
  const life = { birth: 0, death: looks.stakeGone, flex: 0, kind: KIND.fixed }
  const post = [-0.05, 0.12, 0.24].map((y) => vec(offset, y, offset))
  builder.tube(post, {
    radius: () => 0.012,
    sides: 4,
    colors: [STAKE, STAKE],
    birth: [0, 0],
    flex: [0, 0],
    kind: KIND.fixed,
    death: looks.stakeGone,
  })
  const board = (
    [left, right]: readonly [number, number],
    [low, high]: readonly [number, number],
    lift: number,
    color: Rgb,
    kind: VertexKind,
  ) => {
    const corners = [
      [left, low],
      [right, low],
      [right, high],
      [left, high],
    ].map(([x = 0, t = 0]) => {
      const across = x * BOARD_HALF
      const position = vec(
        offset + across * 0.94,
        0.22 + 0.1 * t + across * 0.09,
        offset + 0.03 - 0.02 * t - across * 0.34 + lift,
      )
      return builder.vertex(position, vec(0, 0.3, 0.95), color, 1, vec(), { ...life, kind })
    })
    builder.triangle(at(corners, 0), at(corners, 1), at(corners, 2))
    builder.triangle(at(corners, 0), at(corners, 2), at(corners, 3))
  }
  board([-1, 1], [0, 1], 0, LABEL, KIND.fixed)
  board([-1, 1], [0.72, 1], 0.004, WHITE, KIND.petal)
  if (builder.detail) return
  for (const [line, width] of LETTERING) board([-0.72, width], [line, line + 0.09], 0.004, STAKE, KIND.fixed)
}

/** Half the board's width in metres. */
const BOARD_HALF = 0.07
/** Lines of writing: how high on the board, and how far to the right. */
const LETTERING = [
  [0.46, 0.6],
  [0.22, 0.2],
] as const

function seedling(builder: Builder): void {
  builder.tube([vec(0, 0.08, 0), vec(0.02, 0.3, 0), vec(0, 0.52, 0.02)], {
    radius: (t) => 0.034 * (1 - t * 0.4),
    sides: 4,
    colors: SHOOT,
    birth: [0.05, 0.12],
    flex: [0.1, 0.35],
    kind: KIND.evergreen,
    death: growth.sproutGone,
  })
  for (let index = 0; index < 4; index++) {
    const upper = index > 1
    const angle = (index * Math.PI) / 2 + (upper ? 0.6 : 0)
    const direction = polar(angle, 1, 0.55).normalize()
    builder.leaf({
      base: vec(0, upper ? 0.52 : 0.36, 0.02),
      direction,
      side: polar(angle + Math.PI / 2, 1),
      length: 0.32,
      width: 0.21,
      colors: COTYLEDON,
      life: { birth: 0.09 + index * 0.012, death: growth.sproutGone, flex: 0.4, kind: KIND.evergreen },
      shape: 'pointed',
      droop: 0.35,
    })
  }
}
