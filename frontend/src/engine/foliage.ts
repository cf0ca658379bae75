/** Masses of leaves and petals: the fluffy ball and the rosette, shared by the plants that wear them. */

import type { Vector3 } from 'three'
import type { Builder } from './builder'
import { BLOSSOM_SLOWNESS, KIND, type VertexKind } from './growth'
import { along, clamp, GOLDEN_ANGLE, jitter, mixRgb, planeAcross, type Rgb, TAU, UP, vec, WHITE } from './vectors'

/** The crown a ball belongs to: leaves deep inside it are darker, all of them bend outward from its centre. */
export interface Crown {
  center: Vector3
  radius: number
}

export interface FoliageOptions {
  center: Vector3
  radius: number
  /** Number of leaf cards at the finest level. */
  cards: number
  /** Length of a leaf in metres. */
  leaf: number
  top: Rgb
  bottom: Rgb
  birth: number
  flex: number
  crown: Crown
  kind?: VertexKind | undefined
  slow?: number | undefined
  /** Height beside width. */
  squash?: number | undefined
  /** Share of the cards that are blossom instead of leaf. */
  blossom?: number | undefined
  /** Size of the dark ball inside, so that no sky shows through. */
  core?: number | undefined
}

/** Leaves hang a little, petals stand. */
const LEAF_SAG = 0.35
const CARDS_LEFT = [1, 0.58, 0.11] as const
const LEAF_GROWN = [1, 1.3, 2.1] as const
/** Every so many leaves one hangs inside the shell, in the shade of the others: a crown has depth. */
const INNER = 3
const BLOSSOM_CORE: readonly [Rgb, Rgb] = [
  [138, 136, 134],
  [232, 230, 228],
]

/** A dark core under a shell of leaf cards whose normals point outward, so that the ball shades as one round thing. */
export function foliage(builder: Builder, options: FoliageOptions): void {
  const { random, detail } = builder
  const { center, radius, top, bottom, birth, flex, crown, slow = 0, squash = 0.82, blossom = 0, core = 0.56 } = options
  const kind = options.kind ?? KIND.leaf
  const blossoming = blossom > 0.5
  const sag = kind === KIND.petal ? 0 : LEAF_SAG
  const shadeAt = (position: Vector3, normal: Vector3): number => {
    const fromCrown = position.clone().sub(crown.center).divideScalar(crown.radius)
    const depth = clamp(fromCrown.length())
    return clamp(0.3 + 0.34 * depth * depth + 0.26 * (normal.y * 0.5 + 0.5) + 0.22 * clamp(fromCrown.y * 0.5 + 0.5))
  }
  builder.ball({
    center,
    radius: radius * core,
    height: radius * squash * core,
    subdivisions: 0,
    bump: 0.2,
    color: (normal) => {
      const height = normal.y * 0.5 + 0.5
      if (blossoming) return mixRgb(BLOSSOM_CORE[0], BLOSSOM_CORE[1], height)
      return mixRgb(bottom, top, clamp(0.02 + 0.3 * height))
    },
    shade: (normal) => shadeAt(along(center, normal, radius * 0.8), normal) * 0.36,
    life: { birth: clamp(birth + 0.035), flex, kind: blossoming ? KIND.petal : kind, slow },
  })
  const cards = Math.round(options.cards * CARDS_LEFT[detail])
  const size = options.leaf * LEAF_GROWN[detail]
  for (let index = 0; index < cards; index++) {
    const y = 1 - ((index + 0.5) / cards) * 1.82
    const ring = Math.sqrt(Math.max(0, 1 - y * y))
    const angle = index * GOLDEN_ANGLE + random() * 0.8
    const outward = vec(Math.cos(angle) * ring, y, Math.sin(angle) * ring)
    const inner = index % INNER === INNER - 1
    const depth = radius * (inner ? random.range(0.62, 0.82) : random.range(0.82, 1.06))
    const position = vec(outward.x * depth, outward.y * depth * squash, outward.z * depth).add(center)
    const skin = vec(random.bell(), random.bell() - sag, random.bell())
    skin.addScaledVector(outward, -outward.dot(skin)).normalize()
    const direction = skin.multiplyScalar(0.9).addScaledVector(outward, random.range(0.25, 0.7)).normalize()
    const isBlossom = random() < blossom * (outward.y > -0.3 ? 1 : 0.3)
    const light = clamp((outward.y * 0.5 + 0.5) * 0.75 + random() * 0.3)
    const color = jitter(isBlossom ? WHITE : mixRgb(bottom, top, light), random, 12)
    const shade = shadeAt(position, outward) * (inner ? 0.78 : 1)
    const length = size * random.range(0.75, 1.25) * (isBlossom ? 0.8 : 1)
    const fromCrown = position.clone().sub(crown.center).normalize()
    builder.leaf({
      base: along(position, direction, -length * 0.4),
      direction,
      side: direction.clone().cross(outward).normalize(),
      length,
      width: length * 0.58,
      colors: [color, mixRgb(color, isBlossom ? WHITE : top, 0.25)],
      life: {
        birth: clamp(birth + random() * 0.05),
        flex: clamp(flex + 0.1),
        kind: isBlossom ? KIND.petal : kind,
        slow: isBlossom && slow ? BLOSSOM_SLOWNESS : slow,
      },
      pivot: center,
      normal: outward.multiplyScalar(0.75).addScaledVector(fromCrown, 0.55).normalize(),
      shade: [shade * 0.9, clamp(shade * 1.12)],
      essential: true,
    })
  }
}

export interface RosetteOptions {
  center: Vector3
  axis: Vector3
  size: number
  petals: number
  /** Colour at the heart and at the rim. */
  colors: readonly [Rgb, Rgb]
  birth: number
  flex: number
  layers?: number | undefined
  kind?: VertexKind | undefined
  width?: number | undefined
}

/** Petals in a ring about an axis, in one or more layers that close towards the middle. */
export function rosette(builder: Builder, options: RosetteOptions): void {
  const { center, axis, size, petals, layers = 1, width = 0.85 } = options
  const [first, second] = planeAcross(axis, builder.random)
  for (let layer = 0; layer < layers; layer++) {
    for (let petal = 0; petal < petals; petal++) {
      const angle = ((petal + layer * 0.5) / petals) * TAU
      const direction = first
        .clone()
        .multiplyScalar(Math.cos(angle))
        .addScaledVector(second, Math.sin(angle))
        .addScaledVector(axis, 0.35 + layer * 0.7)
        .normalize()
      builder.leaf({
        base: center,
        direction,
        side: direction.clone().cross(axis).normalize(),
        length: size * (1 - layer * 0.25),
        width: size * width,
        colors: options.colors,
        life: { birth: clamp(options.birth), flex: options.flex, kind: options.kind ?? KIND.petal },
        shape: builder.detail ? 'rhombus' : 'petal',
        pivot: center,
        normal: axis.clone().multiplyScalar(0.8).addScaledVector(direction, 0.45).normalize(),
        shade: [0.72, 1],
      })
    }
  }
}

/** The side a horizontal-ish leaf turns its edge to. */
export const sideOf = (direction: Vector3): Vector3 => direction.clone().cross(UP).normalize()
